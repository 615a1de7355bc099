// Title: Weight stationary, output columns in parallel
// Layers: CONV NGCONV PWCONV TRCONV DSCONV POOL ADD FC GEMM BMM
// Stationary: weights
// Parallel: X'
// Needs: 1 PE
// Source: maestro-project/maestro, commit 4eb08d1, tools template xp_ws and the *_xp_ws mappings
// Differs: Y and X by one filter window become Y' and X' (the same tiles, legal with any stride and
//   dilation). N and G advance one at a time. The FC and GEMM templates are ours; the original has
//   none.

Dataflow xp_ws (CONV, NGCONV, PWCONV, TRCONV) {
  TemporalMap(1,1) G;
  TemporalMap(1,1) K;
  TemporalMap(1,1) C;
  TemporalMap(1,1) N;
  TemporalMap(1,1) Y';
  SpatialMap(1,1) X';
  TemporalMap(Sz(R),Sz(R)) R;
  TemporalMap(Sz(S),Sz(S)) S;
}

Dataflow xp_ws_dsconv (DSCONV) {
  TemporalMap(1,1) K;
  TemporalMap(1,1) C;
  TemporalMap(1,1) N;
  TemporalMap(1,1) Y';
  SpatialMap(1,1) X';
  TemporalMap(Sz(R),Sz(R)) R;
  TemporalMap(Sz(S),Sz(S)) S;
}

// No weights to keep; the order is that of the other templates.
Dataflow xp_ws_pool (POOL, ADD) {
  TemporalMap(1,1) C;
  TemporalMap(1,1) N;
  TemporalMap(1,1) Y';
  SpatialMap(1,1) X';
  TemporalMap(Sz(R),Sz(R)) R;
  TemporalMap(Sz(S),Sz(S)) S;
}

// One output per PE: a matrix-vector product has no rows or columns to spread. A weight stays for all
// N samples.
Dataflow xp_ws_fc (FC) {
  TemporalMap(1,1) C;
  SpatialMap(1,1) K;
  TemporalMap(1,1) N;
}

// M takes the place of the columns: all PEs share one weight.
Dataflow xp_ws_gemm (GEMM, BMM) {
  TemporalMap(1,1) G;
  TemporalMap(1,1) N;
  TemporalMap(1,1) K;
  SpatialMap(1,1) M;
}

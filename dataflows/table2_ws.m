// Title: Weight stationary: all PEs share one filter slice, neighbouring output columns in parallel
// Layers: CONV NGCONV PWCONV TRCONV DSCONV POOL ADD FC GEMM BMM
// Stationary: weights
// Parallel: X'
// Needs: 1 PE
// Source: MAESTRO (Kwon et al., MICRO 2019), Table 2, row 'Weight Stationary'
// Differs: the print moves Y by three rows (TemporalMap(3,3) Y), which skips outputs of a 3 x 3
//   filter; it must advance by one output row: TemporalMap(Sz(R),1) Y and SpatialMap(Sz(S),1) X,
//   written here as Y' and X' (the same tiles, legal with any stride and dilation). N and G advance
//   one at a time.

Dataflow table2_ws (CONV, NGCONV, PWCONV, TRCONV) {
  TemporalMap(1,1) G;
  TemporalMap(1,1) K;
  TemporalMap(1,1) C;
  TemporalMap(1,1) N;
  TemporalMap(1,1) Y';
  SpatialMap(1,1) X';
  TemporalMap(Sz(R),Sz(R)) R;
  TemporalMap(Sz(S),Sz(S)) S;
}

Dataflow table2_ws_dsconv (DSCONV) {
  TemporalMap(1,1) K;
  TemporalMap(1,1) C;
  TemporalMap(1,1) N;
  TemporalMap(1,1) Y';
  SpatialMap(1,1) X';
  TemporalMap(Sz(R),Sz(R)) R;
  TemporalMap(Sz(S),Sz(S)) S;
}

// No weights to keep; the order is that of the other templates.
Dataflow table2_ws_pool (POOL, ADD) {
  TemporalMap(1,1) C;
  TemporalMap(1,1) N;
  TemporalMap(1,1) Y';
  SpatialMap(1,1) X';
  TemporalMap(Sz(R),Sz(R)) R;
  TemporalMap(Sz(S),Sz(S)) S;
}

// One output per PE: a matrix-vector product has no rows or columns to spread. A weight stays for all
// N samples.
Dataflow table2_ws_fc (FC) {
  TemporalMap(1,1) C;
  SpatialMap(1,1) K;
  TemporalMap(1,1) N;
}

// M takes the place of the columns: all PEs share one weight.
Dataflow table2_ws_gemm (GEMM, BMM) {
  TemporalMap(1,1) G;
  TemporalMap(1,1) N;
  TemporalMap(1,1) K;
  SpatialMap(1,1) M;
}

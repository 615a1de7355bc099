// Title: DianNao-like: input channels in parallel and summed, nothing kept for long
// Layers: CONV NGCONV PWCONV TRCONV DSCONV POOL ADD FC GEMM BMM
// Stationary: none
// Parallel: C
// Needs: 1 PE
// Source: maestro-project/maestro, commit 4eb08d1, the *_nlr mappings
// Differs: Y and X by one filter window become Y' and X' (the same tiles, legal with any stride and
//   dilation). N and G advance one at a time. The DSCONV, POOL, FC and GEMM templates are ours.

Dataflow nlr (CONV, NGCONV, PWCONV, TRCONV) {
  TemporalMap(1,1) G;
  TemporalMap(1,1) K;
  TemporalMap(1,1) N;
  TemporalMap(1,1) Y';
  TemporalMap(1,1) X';
  TemporalMap(Sz(R),Sz(R)) R;
  TemporalMap(Sz(S),Sz(S)) S;
  SpatialMap(1,1) C;
}

// Nothing is reduced over C here: the channels are independent outputs.
Dataflow nlr_dsconv (DSCONV) {
  TemporalMap(1,1) K;
  TemporalMap(1,1) N;
  TemporalMap(1,1) Y';
  TemporalMap(1,1) X';
  TemporalMap(Sz(R),Sz(R)) R;
  TemporalMap(Sz(S),Sz(S)) S;
  SpatialMap(1,1) C;
}

Dataflow nlr_pool (POOL, ADD) {
  TemporalMap(1,1) N;
  TemporalMap(1,1) Y';
  TemporalMap(1,1) X';
  TemporalMap(Sz(R),Sz(R)) R;
  TemporalMap(Sz(S),Sz(S)) S;
  SpatialMap(1,1) C;
}

Dataflow nlr_fc (FC) {
  TemporalMap(1,1) N;
  TemporalMap(1,1) K;
  SpatialMap(1,1) C;
}

Dataflow nlr_gemm (GEMM, BMM) {
  TemporalMap(1,1) G;
  TemporalMap(1,1) N;
  TemporalMap(1,1) M;
  SpatialMap(1,1) K;
}

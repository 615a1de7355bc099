// Title: Eyeriss-like row stationary: a cluster of Sz(R) PEs per output row, FilterTile filters at
//   a time
// Layers: CONV NGCONV PWCONV TRCONV DSCONV POOL ADD FC GEMM BMM
// Stationary: rows
// Parallel: Y' R
// Needs: Sz(R) PEs (largest filter height)
// Source: maestro-project/maestro, commit 4eb08d1, tools template rs and
//   validation/alexnet_rs_validation (CONV1)
// Differs: Inside a cluster each PE takes one filter row; its input row (SpatialMap(1,1) Y in the
//   source) follows from it and is left out: the same tiles, and legal with any stride and
//   dilation. N and G advance one at a time. The DSCONV, POOL, FC and GEMM templates are ours.

Constant FilterTile 16; // output channels of a PE

Dataflow rs (CONV, NGCONV, PWCONV, TRCONV) {
  TemporalMap(1,1) G;
  TemporalMap(1,1) N;
  SpatialMap(1,1) Y';
  TemporalMap(1,1) X';
  TemporalMap(1,1) C;
  TemporalMap(FilterTile,FilterTile) K;
  TemporalMap(Sz(R),Sz(R)) R;
  TemporalMap(Sz(S),Sz(S)) S;
  Cluster(Sz(R), P);
  SpatialMap(1,1) R;
  TemporalMap(Sz(S),Sz(S)) S;
}

Dataflow rs_dsconv (DSCONV) {
  TemporalMap(1,1) N;
  SpatialMap(1,1) Y';
  TemporalMap(1,1) X';
  TemporalMap(1,1) C;
  TemporalMap(FilterTile,FilterTile) K;
  TemporalMap(Sz(R),Sz(R)) R;
  TemporalMap(Sz(S),Sz(S)) S;
  Cluster(Sz(R), P);
  SpatialMap(1,1) R;
  TemporalMap(Sz(S),Sz(S)) S;
}

Dataflow rs_pool (POOL, ADD) {
  TemporalMap(1,1) N;
  SpatialMap(1,1) Y';
  TemporalMap(1,1) X';
  TemporalMap(1,1) C;
  TemporalMap(Sz(R),Sz(R)) R;
  TemporalMap(Sz(S),Sz(S)) S;
  Cluster(Sz(R), P);
  SpatialMap(1,1) R;
  TemporalMap(Sz(S),Sz(S)) S;
}

// One output per PE: a matrix-vector product has no rows or columns to spread.
Dataflow rs_fc (FC) {
  TemporalMap(1,1) N;
  SpatialMap(1,1) K;
  TemporalMap(1,1) C;
}

// M takes the place of the rows; there is no filter row to share, so no cluster.
Dataflow rs_gemm (GEMM, BMM) {
  TemporalMap(1,1) G;
  SpatialMap(1,1) M;
  TemporalMap(1,1) K;
  TemporalMap(FilterTile,FilterTile) N;
}

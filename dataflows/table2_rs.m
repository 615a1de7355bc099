// Title: Eyeriss-like row stationary: a cluster of Sz(R) PEs makes one output row, a PE holds one
//   filter row
// Layers: CONV NGCONV PWCONV TRCONV DSCONV POOL ADD FC GEMM BMM
// Stationary: rows
// Parallel: Y' R
// Needs: Sz(R) PEs (largest filter height)
// Source: MAESTRO (Kwon et al., MICRO 2019), Table 2, row 'Eyeriss', and Section 3.2
// Differs: the print leaves out how a cluster shares its rows, so its PEs would repeat each other's
//   work; Section 3.2 says one filter row and one input row per PE. Inside a cluster each PE takes
//   one filter row; its input row (SpatialMap(1,1) Y in the source) follows from it and is left
//   out: the same tiles, and legal with any stride and dilation. Y and X by one filter window
//   become Y' and X'. N and G advance one at a time.

Dataflow table2_rs (CONV, NGCONV, PWCONV, TRCONV) {
  TemporalMap(1,1) G;
  TemporalMap(1,1) K;
  TemporalMap(1,1) C;
  TemporalMap(1,1) N;
  SpatialMap(1,1) Y';
  Cluster(Sz(R), P);
  TemporalMap(1,1) X';
  SpatialMap(1,1) R;
  TemporalMap(Sz(S),Sz(S)) S;
}

Dataflow table2_rs_dsconv (DSCONV) {
  TemporalMap(1,1) K;
  TemporalMap(1,1) C;
  TemporalMap(1,1) N;
  SpatialMap(1,1) Y';
  Cluster(Sz(R), P);
  TemporalMap(1,1) X';
  SpatialMap(1,1) R;
  TemporalMap(Sz(S),Sz(S)) S;
}

Dataflow table2_rs_pool (POOL, ADD) {
  TemporalMap(1,1) C;
  TemporalMap(1,1) N;
  SpatialMap(1,1) Y';
  Cluster(Sz(R), P);
  TemporalMap(1,1) X';
  SpatialMap(1,1) R;
  TemporalMap(Sz(S),Sz(S)) S;
}

// One output per PE: a matrix-vector product has no rows or columns to spread.
Dataflow table2_rs_fc (FC) {
  TemporalMap(1,1) N;
  SpatialMap(1,1) K;
  TemporalMap(1,1) C;
}

// M takes the place of the rows; there is no filter row to share, so no cluster.
Dataflow table2_rs_gemm (GEMM, BMM) {
  TemporalMap(1,1) G;
  TemporalMap(1,1) N;
  TemporalMap(1,1) K;
  SpatialMap(1,1) M;
}

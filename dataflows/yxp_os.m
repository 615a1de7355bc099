// Title: ShiDianNao-like output stationary: a cluster per output row, a PE per output column of a
//   row segment
// Layers: CONV NGCONV PWCONV TRCONV DSCONV POOL ADD FC GEMM BMM
// Stationary: outputs
// Parallel: Y' X'
// Needs: ClusterSize PEs
// Source: maestro-project/maestro, commit 4eb08d1, the *_yxp_os mappings; FC after the classifier
//   layers of ShiDianNao (Du et al., ISCA 2015)
// Differs: the original has C outside Y and X, so partial sums leave and come back for every input
//   channel; C is inside here, as the name says. Its segment of 8 + Sz(S) - 1 input columns becomes
//   8 output columns, which stays 8 with any stride. Y and X by one filter window become Y' and X'
//   (the same tiles, legal with any stride and dilation). N and G advance one at a time. The FC and
//   GEMM templates are ours.

Constant ClusterSize 8; // PEs of a cluster: output columns in parallel

Dataflow yxp_os (CONV, NGCONV, PWCONV, TRCONV) {
  TemporalMap(1,1) G;
  TemporalMap(1,1) K;
  TemporalMap(1,1) N;
  SpatialMap(1,1) Y';
  TemporalMap(ClusterSize,ClusterSize) X';
  TemporalMap(1,1) C;
  TemporalMap(Sz(R),Sz(R)) R;
  TemporalMap(Sz(S),Sz(S)) S;
  Cluster(ClusterSize, P);
  SpatialMap(1,1) X';
}

Dataflow yxp_os_dsconv (DSCONV) {
  TemporalMap(1,1) K;
  TemporalMap(1,1) C;
  TemporalMap(1,1) N;
  SpatialMap(1,1) Y';
  TemporalMap(ClusterSize,ClusterSize) X';
  TemporalMap(Sz(R),Sz(R)) R;
  TemporalMap(Sz(S),Sz(S)) S;
  Cluster(ClusterSize, P);
  SpatialMap(1,1) X';
}

Dataflow yxp_os_pool (POOL, ADD) {
  TemporalMap(1,1) C;
  TemporalMap(1,1) N;
  SpatialMap(1,1) Y';
  TemporalMap(ClusterSize,ClusterSize) X';
  TemporalMap(Sz(R),Sz(R)) R;
  TemporalMap(Sz(S),Sz(S)) S;
  Cluster(ClusterSize, P);
  SpatialMap(1,1) X';
}

// A PE per output, inputs broadcast.
Dataflow yxp_os_fc (FC) {
  TemporalMap(1,1) N;
  SpatialMap(1,1) K;
  TemporalMap(1,1) C;
}

// M and N are the rows and columns of the output matrix.
Dataflow yxp_os_gemm (GEMM, BMM) {
  TemporalMap(1,1) G;
  SpatialMap(1,1) M;
  TemporalMap(ClusterSize,ClusterSize) N;
  TemporalMap(1,1) K;
  Cluster(ClusterSize, P);
  SpatialMap(1,1) N;
}

// Title: Output stationary: a cluster per output row, its PEs take output channels
// Layers: CONV NGCONV PWCONV TRCONV DSCONV POOL ADD FC GEMM BMM
// Stationary: outputs
// Parallel: Y' K
// Needs: ClusterSize PEs
// Source: maestro-project/maestro, commit 4eb08d1, tools template ykp_os and the *_ykp_os mappings
// Differs: Y and X by one filter window become Y' and X' (the same tiles, legal with any stride and
//   dilation). N and G advance one at a time. The original writes offset 7 for R and S, which works
//   only for filters no taller than 7. The DSCONV, POOL, FC and GEMM templates are ours.

Constant ClusterSize 16; // PEs of a cluster: output channels in parallel

Dataflow ykp_os (CONV, NGCONV, PWCONV, TRCONV) {
  TemporalMap(1,1) G;
  TemporalMap(ClusterSize,ClusterSize) K;
  TemporalMap(1,1) N;
  SpatialMap(1,1) Y';
  TemporalMap(1,1) X';
  TemporalMap(1,1) C;
  TemporalMap(Sz(R),Sz(R)) R;
  TemporalMap(Sz(S),Sz(S)) S;
  Cluster(ClusterSize, P);
  SpatialMap(1,1) K;
}

// The channels are the output channels.
Dataflow ykp_os_dsconv (DSCONV) {
  TemporalMap(1,1) K;
  TemporalMap(ClusterSize,ClusterSize) C;
  TemporalMap(1,1) N;
  SpatialMap(1,1) Y';
  TemporalMap(1,1) X';
  TemporalMap(Sz(R),Sz(R)) R;
  TemporalMap(Sz(S),Sz(S)) S;
  Cluster(ClusterSize, P);
  SpatialMap(1,1) C;
}

Dataflow ykp_os_pool (POOL, ADD) {
  TemporalMap(ClusterSize,ClusterSize) C;
  TemporalMap(1,1) N;
  SpatialMap(1,1) Y';
  TemporalMap(1,1) X';
  TemporalMap(Sz(R),Sz(R)) R;
  TemporalMap(Sz(S),Sz(S)) S;
  Cluster(ClusterSize, P);
  SpatialMap(1,1) C;
}

// No rows: the clusters share the outputs too, so none is needed.
Dataflow ykp_os_fc (FC) {
  TemporalMap(1,1) N;
  SpatialMap(1,1) K;
  TemporalMap(1,1) C;
}

// M takes the place of the rows, N of the output channels.
Dataflow ykp_os_gemm (GEMM, BMM) {
  TemporalMap(1,1) G;
  TemporalMap(ClusterSize,ClusterSize) N;
  SpatialMap(1,1) M;
  TemporalMap(1,1) K;
  Cluster(ClusterSize, P);
  SpatialMap(1,1) N;
}

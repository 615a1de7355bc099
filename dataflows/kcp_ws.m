// Title: NVDLA-like weight stationary: a cluster per output channel, its PEs share the input
//   channels
// Layers: CONV NGCONV PWCONV TRCONV DSCONV POOL ADD FC GEMM BMM
// Stationary: weights
// Parallel: K C
// Needs: ClusterSize PEs
// Source: maestro-project/maestro, commit 4eb08d1, tools template kcp_ws and the *_kcp_ws mappings
//   (DSCONV: MobileNetV2_kcp_ws)
// Differs: Y and X by one filter window become Y' and X' (the same tiles, legal with any stride and
//   dilation). N and G advance one at a time. Inner maps that repeat the outer ones are left out.
//   The POOL, FC and GEMM templates are ours.

Constant ClusterSize 64; // PEs of a cluster: input channels in parallel

Dataflow kcp_ws (CONV, NGCONV, PWCONV, TRCONV) {
  TemporalMap(1,1) G;
  SpatialMap(1,1) K;
  TemporalMap(ClusterSize,ClusterSize) C;
  TemporalMap(Sz(R),Sz(R)) R;
  TemporalMap(Sz(S),Sz(S)) S;
  TemporalMap(1,1) N;
  TemporalMap(1,1) Y';
  TemporalMap(1,1) X';
  Cluster(ClusterSize, P);
  SpatialMap(1,1) C;
}

// Nothing is reduced over C: a PE per channel, no cluster.
Dataflow kcp_ws_dsconv (DSCONV) {
  SpatialMap(1,1) C;
  TemporalMap(1,1) K;
  TemporalMap(1,1) N;
  TemporalMap(1,1) Y';
  TemporalMap(1,1) X';
  TemporalMap(Sz(R),Sz(R)) R;
  TemporalMap(Sz(S),Sz(S)) S;
}

Dataflow kcp_ws_pool (POOL, ADD) {
  SpatialMap(1,1) C;
  TemporalMap(1,1) N;
  TemporalMap(1,1) Y';
  TemporalMap(1,1) X';
  TemporalMap(Sz(R),Sz(R)) R;
  TemporalMap(Sz(S),Sz(S)) S;
}

Dataflow kcp_ws_fc (FC) {
  SpatialMap(1,1) K;
  TemporalMap(ClusterSize,ClusterSize) C;
  TemporalMap(1,1) N;
  Cluster(ClusterSize, P);
  SpatialMap(1,1) C;
}

// N and K are the output and input channels.
Dataflow kcp_ws_gemm (GEMM, BMM) {
  TemporalMap(1,1) G;
  SpatialMap(1,1) N;
  TemporalMap(ClusterSize,ClusterSize) K;
  TemporalMap(1,1) M;
  Cluster(ClusterSize, P);
  SpatialMap(1,1) K;
}

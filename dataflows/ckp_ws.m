// Title: Weight stationary: a cluster per input channel, its PEs take output channels
// Layers: CONV NGCONV PWCONV TRCONV DSCONV POOL ADD FC GEMM BMM
// Stationary: weights
// Parallel: C K
// Needs: ClusterSize PEs
// Source: maestro-project/maestro, commit 4eb08d1, mapping vgg16_ckp_ws
// Differs: the original fixes R = S = 3; here any filter. N and G advance one at a time. The
//   DSCONV, POOL, FC and GEMM templates are ours.

Constant ClusterSize 64; // PEs of a cluster: output channels in parallel

Dataflow ckp_ws (CONV, NGCONV, PWCONV, TRCONV) {
  TemporalMap(1,1) G;
  SpatialMap(1,1) C;
  TemporalMap(ClusterSize,ClusterSize) K;
  TemporalMap(Sz(R),Sz(R)) R;
  TemporalMap(Sz(S),Sz(S)) S;
  TemporalMap(1,1) N;
  TemporalMap(1,1) Y';
  TemporalMap(1,1) X';
  Cluster(ClusterSize, P);
  SpatialMap(1,1) K;
}

// K is 1 per channel as a rule: a PE per channel, no cluster.
Dataflow ckp_ws_dsconv (DSCONV) {
  SpatialMap(1,1) C;
  TemporalMap(1,1) K;
  TemporalMap(1,1) N;
  TemporalMap(1,1) Y';
  TemporalMap(1,1) X';
  TemporalMap(Sz(R),Sz(R)) R;
  TemporalMap(Sz(S),Sz(S)) S;
}

Dataflow ckp_ws_pool (POOL, ADD) {
  SpatialMap(1,1) C;
  TemporalMap(1,1) N;
  TemporalMap(1,1) Y';
  TemporalMap(1,1) X';
  TemporalMap(Sz(R),Sz(R)) R;
  TemporalMap(Sz(S),Sz(S)) S;
}

Dataflow ckp_ws_fc (FC) {
  SpatialMap(1,1) C;
  TemporalMap(ClusterSize,ClusterSize) K;
  TemporalMap(1,1) N;
  Cluster(ClusterSize, P);
  SpatialMap(1,1) K;
}

// K and N are the input and output channels.
Dataflow ckp_ws_gemm (GEMM, BMM) {
  TemporalMap(1,1) G;
  SpatialMap(1,1) K;
  TemporalMap(ClusterSize,ClusterSize) N;
  TemporalMap(1,1) M;
  Cluster(ClusterSize, P);
  SpatialMap(1,1) N;
}

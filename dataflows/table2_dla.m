// Title: NVDLA-like weight stationary: a cluster holds ClusterSize filters, a PE reduces
//   ChannelTile input channels
// Layers: CONV NGCONV PWCONV TRCONV DSCONV POOL ADD FC GEMM BMM
// Stationary: weights
// Parallel: K
// Needs: ClusterSize PEs
// Source: MAESTRO (Kwon et al., MICRO 2019), Table 2, row 'NVDLA'
// Differs: the print spreads K only inside the cluster and so leaves several clusters nothing to
//   share; here each cluster takes ClusterSize of the output channels. Y and X by one output are Y'
//   and X'. N and G advance one at a time. The released tool's kcp_ws instead has K outside and C
//   inside.

Constant ClusterSize 16; // PEs of a cluster: output channels in parallel (P_cluster_size in the print)
Constant ChannelTile 64; // input channels of a PE

Dataflow table2_dla (CONV, NGCONV, PWCONV, TRCONV) {
  TemporalMap(1,1) G;
  SpatialMap(ClusterSize,ClusterSize) K;
  TemporalMap(ChannelTile,ChannelTile) C;
  TemporalMap(Sz(R),Sz(R)) R;
  TemporalMap(Sz(S),Sz(S)) S;
  TemporalMap(1,1) N;
  TemporalMap(1,1) Y';
  TemporalMap(1,1) X';
  Cluster(ClusterSize, P);
  SpatialMap(1,1) K;
}

// Nothing is reduced over C: the channels are spread instead.
Dataflow table2_dla_dsconv (DSCONV) {
  SpatialMap(ClusterSize,ClusterSize) C;
  TemporalMap(1,1) K;
  TemporalMap(Sz(R),Sz(R)) R;
  TemporalMap(Sz(S),Sz(S)) S;
  TemporalMap(1,1) N;
  TemporalMap(1,1) Y';
  TemporalMap(1,1) X';
  Cluster(ClusterSize, P);
  SpatialMap(1,1) C;
}

Dataflow table2_dla_pool (POOL, ADD) {
  SpatialMap(ClusterSize,ClusterSize) C;
  TemporalMap(Sz(R),Sz(R)) R;
  TemporalMap(Sz(S),Sz(S)) S;
  TemporalMap(1,1) N;
  TemporalMap(1,1) Y';
  TemporalMap(1,1) X';
  Cluster(ClusterSize, P);
  SpatialMap(1,1) C;
}

Dataflow table2_dla_fc (FC) {
  SpatialMap(ClusterSize,ClusterSize) K;
  TemporalMap(ChannelTile,ChannelTile) C;
  TemporalMap(1,1) N;
  Cluster(ClusterSize, P);
  SpatialMap(1,1) K;
}

// N and K are the output and input channels.
Dataflow table2_dla_gemm (GEMM, BMM) {
  TemporalMap(1,1) G;
  SpatialMap(ClusterSize,ClusterSize) N;
  TemporalMap(ChannelTile,ChannelTile) K;
  TemporalMap(1,1) M;
  Cluster(ClusterSize, P);
  SpatialMap(1,1) N;
}

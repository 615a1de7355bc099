// Title: NVDLA-like weight stationary with free tiles: a cluster of 64 PEs shares CTile input
//   channels, each cluster makes KTile output channels
// Source: MAESTRO (Kwon et al., MICRO 2019), Table 2, row 'NVDLA', and the released tool's kcp_ws
// Differs: as in kcp_ws, K is spread over clusters and C within them; the tiles of both are free.
//   Clusters have 64 PEs, as many as NVDLA has multipliers in a cell and as the smallest machine
//   has, so that every tile runs on every machine.

Constant CTile 64; // input channels of a cluster
Constant KTile 1; // output channels of a cluster

Dataflow nvdla (CONV) {
  SpatialMap(KTile,KTile) K;
  TemporalMap(CTile,CTile) C;
  TemporalMap(Sz(R),Sz(R)) R;
  TemporalMap(Sz(S),Sz(S)) S;
  TemporalMap(1,1) Y';
  TemporalMap(1,1) X';
  Cluster(64, P);
  SpatialMap(1,1) C;
}

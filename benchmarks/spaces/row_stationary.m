// Title: Eyeriss-like row stationary with free tiles: a cluster of Sz(R) PEs makes one output row
//   of KTile output channels from CTile input channels
// Source: MAESTRO (Kwon et al., MICRO 2019), Table 2, row 'Eyeriss', and Section 3.2
// Differs: as in table2_rs, each PE of a cluster takes one filter row; the tiles of C and K, which
//   Table 2 leaves open and sets to 1, are free.

Constant CTile 1; // input channels of a PE
Constant KTile 1; // output channels of a PE

Dataflow row_stationary (CONV) {
  TemporalMap(KTile,KTile) K;
  TemporalMap(CTile,CTile) C;
  SpatialMap(1,1) Y';
  Cluster(Sz(R), P);
  TemporalMap(1,1) X';
  SpatialMap(1,1) R;
  TemporalMap(Sz(S),Sz(S)) S;
}

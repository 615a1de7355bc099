// Title: Depthwise: a PE per channel, its filter stays
// Layers: DSCONV POOL ADD
// Stationary: weights
// Parallel: C
// Needs: 1 PE
// Source: maestro-project/maestro, commit 4eb08d1, tools template dpt and the DSCONV layers of
//   mapping MobileNetV2_kcp_ws
// Differs: Y and X by one filter window become Y' and X' (the same tiles, legal with any stride and
//   dilation). N and K advance one at a time. Combine it with another dataflow for the other layer
//   types.

Dataflow dpt (DSCONV) {
  SpatialMap(1,1) C;
  TemporalMap(1,1) K;
  TemporalMap(1,1) N;
  TemporalMap(1,1) Y';
  TemporalMap(1,1) X';
  TemporalMap(Sz(R),Sz(R)) R;
  TemporalMap(Sz(S),Sz(S)) S;
}

Dataflow dpt_pool (POOL, ADD) {
  SpatialMap(1,1) C;
  TemporalMap(1,1) N;
  TemporalMap(1,1) Y';
  TemporalMap(1,1) X';
  TemporalMap(Sz(R),Sz(R)) R;
  TemporalMap(Sz(S),Sz(S)) S;
}

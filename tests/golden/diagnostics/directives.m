Network n {
  Layer a {
    Type: CONV
    Dimensions { K: 64, C: 3, Y: 8, X: 8, R: 3, S: 3 }
    Dataflow {
      SpatialMap(1,) K;
      TemporalMap(8+Sz(S)-1, 1 X;
      TemporalMap(1,1);
      Cluster(64);
      TemporalMap(-1,1) C;
    }
  }
  Layer b {
    Type: CONV
    Dimensions { K: 64, C: }
  Layer c {
	Type: CONV
	Dimensions { K $ 4 }
  }
}

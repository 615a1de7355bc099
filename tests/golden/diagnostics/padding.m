Network n {
  Layer a {
    Type: CONV
    Stride { Y: (1, 2), X: 2 }
    Dilation { X: (1 1) }
    Padding { Y: (1, 2, 1), X: (-1, 0) }
    Dimensions { K: (64, 32), Y: 9 }
    Dataflow {
      SpatialMap((1,2),1) K;
      TemporalMap(1,(1,2)) C;
      Cluster((2,2), P);
    }
  }
  Layer b {
    Type: CONV
    Padding { Y: ((1,2),3), X: (1,) }
    Dimensions { K: 64 }
  }
  Layer c {
    Type: CONV
    Padding { Y: (1 2 3) X: (1, -2) }
    Dimensions { K: 64 }
  }
}

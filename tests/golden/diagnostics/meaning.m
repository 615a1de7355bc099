Constant A B;
Constant B A;
Network n {
  Layer a {
    Type: CONVV
    Dimensions { K: Tile }
  }
  Layer b {
    Type: CONV
    Dimensions { K: 0, Z: 3, Y: 2, X: 2, R: 3, S: 3 }
  }
  Layer c {
    Type: GEMM
    Stride { X: 2 }
    Dimensions { M: 4, M: 5 }
    Dataflow { SpatialMap(Sz(R),1) M; }
  }
  Layer d {
    Type: GEMM
    Dimensions { M: 4 }
    Dataflow { SpatialMap(Sz(R),0) M; TemporalMap(1,1) Y; Cluster(0, P); }
  }
}

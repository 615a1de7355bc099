Dataflow ws (LSTM, GEMM) {
  SpatialMap(1,1) N;
}
Constant Steps 900000000000000000*9;
Network n {
  Layer a {
    Type: LTSM
    Dimensions { T: 25, C: 256, K: 128 }
  }
  Layer b {
    Type: LSTM
    Stride { X: 2 }
    Dimensions { T: 25, C: 256, K: 128, V: 3 }
  }
  Layer c {
    Type: LSTM
    Dimensions { T: 25, C: 256, K: 128, D: 3, P: 128 }
  }
  Layer d {
    Type: GRU
    Repeat: 4
    Dimensions { T: Steps, N: 8, C: 256, K: 128 }
  }
  Layer e {
    Type: ATTENTION
    Dimensions { T: 0, K: Width, V: 64 }
  }
  Layer f {
    Type: ATTENTION
    Dimensions { G: 8, T: 64, K: 32 }
    Dataflow {
      TemporalMap(0,0) M;
      SpatialMap(1,1) T;
      TemporalMap(Sz(V),Sz(V)) N;
    }
  }
  Layer g {
    Type: RNN
  }
  Layer a {
    Type: GRU
    Dimensions { T: 25, C: 256, K: 128 }
  }
  Layer h {
    Type: RNN
    Dimensions { T: 25, C: 256, K: 128 }
  }
  Layer h.input {
    Type: GEMM
    Dimensions { M: 25, N: 256, K: 128 }
  }
}

Network n {
  Layer a {
    Type: CONV
    Padding { Y: (1-2, 3), X: (0, 4-6), Z: (1, 2) }
    Dimensions { K: 64 }
  }
  Layer b {
    Type: CONV
    Padding { Y: (1, 2), Y: (2, 1), X: 1, X: (1, 2) }
    Dimensions { K: 64 }
  }
  Layer c {
    Type: CONV
    Padding { Y: (1, 0) }
    Dimensions { Y: 2, R: 4 }
  }
  Layer d {
    Type: TRCONV
    Padding { Y: (2, 3), X: (Left, 1) }
    Dimensions { Y: 2, R: 4 }
  }
  Layer e {
    Type: TRCONV
    Padding { Y: (2, 3) }
    Dimensions { Y: 2, R: 4 }
  }
  Layer f {
    Type: GEMM
    Padding { Y: (1, 1) }
    Dimensions { M: 2 }
  }
}

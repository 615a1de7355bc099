Network n {
  Layer a {
    Type: CONV
    Density { W: -0.5 }
    Dimensions { K: 4 }
  }
  Layer b {
    Type: CONV
    Density { W: .5, I: 50%, O: Half }
    Dimensions { K: 4 }
  }
  Layer c {
    Type: CONV
    Density { W: 1/2, 0.5 }
    Density: 0.5
    Densiti { W: 0.5 }
    Dimensions { K: 4 }
  }
  Layer d {
    Type: CONV
    Density { W: 0.1234567890123456789 }
    Dimensions { K: 4 }
  }
}

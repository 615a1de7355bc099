Network n {
  Layer a {
    Type: CONV
    Density { W: 0, I: 1.5, O: 0.1234567 }
    Dimensions { K: 4 }
  }
  Layer b {
    Type: POOL
    Density { W: 0.5, Z: 0.5, w: 0.25, I: 0.5, I: 0.50, O: 0.5, O: 0.25 }
    Density { I: 0.75 }
    Dimensions { C: 4 }
  }
}
Accelerator {
  PE { ZeroSkip: maybe; ZeroSkp: true }
}

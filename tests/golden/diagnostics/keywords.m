Network n {
  Layr a {
    Tipe: CONV
    Dimensions { K: 4 }
  }
  Type: CONV
}

// Title: CFF, face finder, grey input of 36 rows and 32 columns
// Source: Z. Du et al., ShiDianNao: shifting vision processing closer to the sensor, ISCA 2015,
//   Table 1; C. Garcia, M. Delakis, Convolutional face finder, IEEE TPAMI 26(11), 2004
// Note: Batch 1. Activations, biases and normalisation are not costed. 8 maps of C3 see one map of
//   S2 (two per map), 6 see a pair of its 4 maps, as in the face finder of Garcia and Delakis. The
//   number behind _of is that of input maps that an output map sees. Every set of them is a group,
//   so that the layer's input counts a map once per set. Each neuron of F5 sees one map of S4.

Network shidiannao_cff {
  Layer C1 {
    Type: CONV;
    Dimensions { K: 4, C: 1, R: 5, S: 5, Y: 36, X: 32 }
  }

  Layer S2 {
    Type: POOL;
    Stride { Y: 2, X: 2 }
    Dimensions { C: 4, R: 2, S: 2, Y: 32, X: 28 }
  }

  Layer C3_of1 {
    Type: DSCONV;
    Dimensions { K: 2, C: 4, R: 3, S: 3, Y: 16, X: 14 }
  }

  Layer C3_of2 {
    Type: NGCONV;
    Dimensions { G: 6, K: 1, C: 2, R: 3, S: 3, Y: 16, X: 14 }
  }

  Layer S4 {
    Type: POOL;
    Stride { Y: 2, X: 2 }
    Dimensions { C: 14, R: 2, S: 2, Y: 14, X: 12 }
  }

  Layer F5 {
    Type: DSCONV;
    Dimensions { K: 1, C: 14, R: 7, S: 6, Y: 7, X: 6 }
  }

  Layer F6 {
    Type: FC;
    Dimensions { K: 1, C: 14 }
  }
}

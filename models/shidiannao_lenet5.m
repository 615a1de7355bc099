// Title: LeNet-5 as published, 32 x 32 grey input
// Source: Z. Du et al., ShiDianNao: shifting vision processing closer to the sensor, ISCA 2015,
//   Table 1; Y. LeCun et al., Gradient-based learning applied to document recognition, Proc. IEEE
//   86(11), 1998, Table I
// Note: Batch 1. Activations, biases and normalisation are not costed. In C3, 6 maps see 3 maps of
//   S2, 9 see 4, one sees all 6. The number behind _of is that of input maps that an output map
//   sees. Every set of them is a group, so that the layer's input counts a map once per set.

Network shidiannao_lenet5 {
  Layer C1 {
    Type: CONV;
    Dimensions { K: 6, C: 1, R: 5, S: 5, Y: 32, X: 32 }
  }

  Layer S2 {
    Type: POOL;
    Stride { Y: 2, X: 2 }
    Dimensions { C: 6, R: 2, S: 2, Y: 28, X: 28 }
  }

  Layer C3_of3 {
    Type: NGCONV;
    Dimensions { G: 6, K: 1, C: 3, R: 5, S: 5, Y: 14, X: 14 }
  }

  Layer C3_of4 {
    Type: NGCONV;
    Dimensions { G: 9, K: 1, C: 4, R: 5, S: 5, Y: 14, X: 14 }
  }

  Layer C3_of6 {
    Type: CONV;
    Dimensions { K: 1, C: 6, R: 5, S: 5, Y: 14, X: 14 }
  }

  Layer S4 {
    Type: POOL;
    Stride { Y: 2, X: 2 }
    Dimensions { C: 16, R: 2, S: 2, Y: 10, X: 10 }
  }

  Layer C5 {
    Type: CONV;
    Dimensions { K: 120, C: 16, R: 5, S: 5, Y: 5, X: 5 }
  }

  Layer F6 {
    Type: FC;
    Dimensions { K: 84, C: 120 }
  }

  Layer F7 {
    Type: FC;
    Dimensions { K: 10, C: 84 }
  }
}

// Title: CNP, face detector, 42 x 42 grey input
// Source: Z. Du et al., ShiDianNao: shifting vision processing closer to the sensor, ISCA 2015,
//   Table 1; C. Farabet et al., CNP: an FPGA-based processor for convolutional networks, FPL 2009
// Note: Batch 1. Activations, biases and normalisation are not costed. The table tells how many
//   kernels, not which maps they connect: 61 in C3, 305 in C5. The number behind _of is that of
//   input maps that an output map sees. Every set of them is a group, so that the layer's input
//   counts a map once per set.

Network shidiannao_cnp {
  Layer C1 {
    Type: CONV;
    Dimensions { K: 6, C: 1, R: 7, S: 7, Y: 42, X: 42 }
  }

  Layer S2 {
    Type: POOL;
    Stride { Y: 2, X: 2 }
    Dimensions { C: 6, R: 2, S: 2, Y: 36, X: 36 }
  }

  Layer C3_of3 {
    Type: NGCONV;
    Dimensions { G: 3, K: 1, C: 3, R: 7, S: 7, Y: 18, X: 18 }
  }

  Layer C3_of4 {
    Type: NGCONV;
    Dimensions { G: 13, K: 1, C: 4, R: 7, S: 7, Y: 18, X: 18 }
  }

  Layer S4 {
    Type: POOL;
    Stride { Y: 2, X: 2 }
    Dimensions { C: 16, R: 2, S: 2, Y: 12, X: 12 }
  }

  Layer C5_of3 {
    Type: NGCONV;
    Dimensions { G: 15, K: 1, C: 3, R: 6, S: 6, Y: 6, X: 6 }
  }

  Layer C5_of4 {
    Type: NGCONV;
    Dimensions { G: 65, K: 1, C: 4, R: 6, S: 6, Y: 6, X: 6 }
  }

  Layer F6 {
    Type: FC;
    Dimensions { K: 2, C: 80 }
  }
}

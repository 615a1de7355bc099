// Title: ConvNN, text detector, colour input of 64 rows and 36 columns
// Source: Z. Du et al., ShiDianNao: shifting vision processing closer to the sensor, ISCA 2015,
//   Table 1; M. Delakis and C. Garcia, Text detection with convolutional neural networks, VISAPP
//   2008
// Note: Batch 1. Activations, biases and normalisation are not costed. The table tells how many
//   kernels, not which maps they connect. C1 makes 4 maps of each colour; C3 does in each colour
//   what the face finder of Garcia and Delakis does, and adds the colours up. The number behind _of
//   is that of input maps that an output map sees. Every set of them is a group, so that the
//   layer's input counts a map once per set. Each neuron of F5 sees one map of S4.

Network shidiannao_convnn {
  Layer C1 {
    Type: DSCONV;
    Dimensions { K: 4, C: 3, R: 5, S: 5, Y: 64, X: 36 }
  }

  Layer S2 {
    Type: POOL;
    Stride { Y: 2, X: 2 }
    Dimensions { C: 12, R: 2, S: 2, Y: 60, X: 32 }
  }

  Layer C3_of3 {
    Type: NGCONV;
    Dimensions { G: 4, K: 2, C: 3, R: 3, S: 3, Y: 30, X: 16 }
  }

  Layer C3_of6 {
    Type: NGCONV;
    Dimensions { G: 6, K: 1, C: 6, R: 3, S: 3, Y: 30, X: 16 }
  }

  Layer S4 {
    Type: POOL;
    Stride { Y: 2, X: 2 }
    Dimensions { C: 14, R: 2, S: 2, Y: 28, X: 14 }
  }

  Layer F5 {
    Type: DSCONV;
    Dimensions { K: 1, C: 14, R: 14, S: 7, Y: 14, X: 7 }
  }

  Layer F6 {
    Type: FC;
    Dimensions { K: 1, C: 14 }
  }
}

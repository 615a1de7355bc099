// Title: Face alignment, grey input of 46 rows and 56 columns
// Source: Z. Du et al., ShiDianNao: shifting vision processing closer to the sensor, ISCA 2015,
//   Table 1; S. Duffner and C. Garcia, Robust face alignment using convolutional neural networks,
//   VISAPP 2008
// Note: Batch 1. Activations, biases and normalisation are not costed. The table tells how many
//   kernels, not which maps they connect: 6 in C3. The number behind _of is that of input maps that
//   an output map sees. Every set of them is a group, so that the layer's input counts a map once
//   per set.

Network shidiannao_facealign {
  Layer C1 {
    Type: CONV;
    Dimensions { K: 4, C: 1, R: 7, S: 7, Y: 46, X: 56 }
  }

  Layer S2 {
    Type: POOL;
    Stride { Y: 2, X: 2 }
    Dimensions { C: 4, R: 2, S: 2, Y: 40, X: 50 }
  }

  Layer C3_of2 {
    Type: NGCONV;
    Dimensions { G: 3, K: 1, C: 2, R: 5, S: 5, Y: 20, X: 25 }
  }

  Layer S4 {
    Type: POOL;
    Stride { Y: 2, X: 2 }
    Dimensions { C: 3, R: 2, S: 2, Y: 16, X: 21 }
  }

  Layer F5 {
    Type: FC;
    Dimensions { K: 60, C: 240 }
  }

  Layer F6 {
    Type: FC;
    Dimensions { K: 4, C: 60 }
  }
}

// Title: Face recognition, grey input of 28 rows and 23 columns
// Source: Z. Du et al., ShiDianNao: shifting vision processing closer to the sensor, ISCA 2015,
//   Table 1; S. Lawrence et al., Face recognition: a convolutional neural-network approach, IEEE
//   TNN 8(1), 1997
// Note: Batch 1. Activations, biases and normalisation are not costed. The table tells how many
//   kernels, not which maps they connect: 125 in C3. The number behind _of is that of input maps
//   that an output map sees. Every set of them is a group, so that the layer's input counts a map
//   once per set. F5 has 1000 synapses, too few for all its inputs: here each neuron sees one
//   element of every map. The number behind _by is that of neurons per place.

Network shidiannao_facerec {
  Layer C1 {
    Type: CONV;
    Dimensions { K: 20, C: 1, R: 3, S: 3, Y: 28, X: 23 }
  }

  Layer S2 {
    Type: POOL;
    Stride { Y: 2, X: 2 }
    Padding { Y: 0, X: (0, 1) }
    Dimensions { C: 20, R: 2, S: 2, Y: 26, X: 21 }
  }

  Layer C3_of5 {
    Type: NGCONV;
    Dimensions { G: 25, K: 1, C: 5, R: 3, S: 3, Y: 13, X: 11 }
  }

  Layer S4 {
    Type: POOL;
    Stride { Y: 2, X: 2 }
    Padding { Y: (0, 1), X: (0, 1) }
    Dimensions { C: 25, R: 2, S: 2, Y: 11, X: 9 }
  }

  Layer F5_by2 {
    Type: NGCONV;
    Dimensions { G: 10, K: 2, C: 25 }
  }

  Layer F5_by1 {
    Type: NGCONV;
    Dimensions { G: 20, K: 1, C: 25 }
  }
}

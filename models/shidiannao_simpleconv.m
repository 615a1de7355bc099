// Title: Simple convolution, digits, 29 x 29 grey input
// Source: Z. Du et al., ShiDianNao: shifting vision processing closer to the sensor, ISCA 2015,
//   Table 1; P. Simard et al., Best practices for convolutional neural networks applied to visual
//   document analysis, ICDAR 2003
// Note: Batch 1. Activations, biases and normalisation are not costed. F3 has 5000 synapses, too
//   few for all its inputs: here each neuron sees one element of every map. The number behind _by
//   is that of neurons per place.

Network shidiannao_simpleconv {
  Layer C1 {
    Type: CONV;
    Stride { Y: 2, X: 2 }
    Dimensions { K: 5, C: 1, R: 5, S: 5, Y: 29, X: 29 }
  }

  Layer C2 {
    Type: CONV;
    Stride { Y: 2, X: 2 }
    Dimensions { K: 50, C: 5, R: 5, S: 5, Y: 13, X: 13 }
  }

  Layer F3_by4 {
    Type: NGCONV;
    Dimensions { G: 25, K: 4, C: 50 }
  }

  Layer F4 {
    Type: FC;
    Dimensions { K: 10, C: 100 }
  }
}

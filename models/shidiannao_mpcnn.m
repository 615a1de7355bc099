// Title: MPCNN, hand gestures, 32 x 32 grey input
// Source: Z. Du et al., ShiDianNao: shifting vision processing closer to the sensor, ISCA 2015,
//   Table 1; J. Nagi et al., Max-pooling convolutional neural networks for vision-based hand
//   gesture recognition, ICSIPA 2011
// Note: Batch 1. Activations, biases and normalisation are not costed. F6 has 6000 synapses, too
//   few for all its inputs: here each neuron sees one element of every map. The number behind _by
//   is that of neurons per place.

Network shidiannao_mpcnn {
  Layer C1 {
    Type: CONV;
    Dimensions { K: 20, C: 1, R: 5, S: 5, Y: 32, X: 32 }
  }

  Layer S2 {
    Type: POOL;
    Stride { Y: 2, X: 2 }
    Dimensions { C: 20, R: 2, S: 2, Y: 28, X: 28 }
  }

  Layer C3 {
    Type: CONV;
    Dimensions { K: 20, C: 20, R: 5, S: 5, Y: 14, X: 14 }
  }

  Layer S4 {
    Type: POOL;
    Stride { Y: 2, X: 2 }
    Dimensions { C: 20, R: 2, S: 2, Y: 10, X: 10 }
  }

  Layer C5 {
    Type: CONV;
    Dimensions { K: 20, C: 20, R: 3, S: 3, Y: 5, X: 5 }
  }

  Layer F6_by34 {
    Type: NGCONV;
    Dimensions { G: 3, K: 34, C: 20 }
  }

  Layer F6_by33 {
    Type: NGCONV;
    Dimensions { G: 6, K: 33, C: 20 }
  }

  Layer F7 {
    Type: FC;
    Dimensions { K: 6, C: 300 }
  }
}

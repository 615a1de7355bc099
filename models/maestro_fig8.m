// Title: Two layers of VGG-16, an early and a late one, without padding
// Source: H. Kwon et al., Understanding reuse, performance, and hardware cost of DNN dataflow,
//   MICRO 2019, Figure 8; sizes of VGG-16's first and eleventh convolution
// Note: Batch 1. Activations, biases and normalisation are not costed. Two separate layers, not a
//   network that runs: sizes are those of the unpadded input and filters stay inside it, so that
//   outputs are 222 x 222 and 12 x 12.

Network maestro_fig8 {
  Layer conv1 {
    Type: CONV;
    Dimensions { K: 64, C: 3, R: 3, S: 3, Y: 224, X: 224 }
  }

  Layer conv11 {
    Type: CONV;
    Dimensions { K: 512, C: 512, R: 3, S: 3, Y: 14, X: 14 }
  }
}

// Title: SqueezeNet 1.0, 224 x 224 RGB
// Source: F. Iandola et al., SqueezeNet: AlexNet-level accuracy with 50x fewer parameters and < 0.5
//   MB model size, arXiv:1602.07360, 2016, Table 1; input and conv1 without padding as in
//   torchvision
// Note: Batch 1. Activations, biases and normalisation are not costed. Poolings count a last window
//   that is not full: padding behind.

Network squeezenet1_0 {
  Layer conv1 {
    Type: CONV;
    Stride { Y: 2, X: 2 }
    Dimensions { K: 96, C: 3, R: 7, S: 7, Y: 224, X: 224 }
  }

  Layer pool1 {
    Type: POOL;
    Stride { Y: 2, X: 2 }
    Dimensions { C: 96, R: 3, S: 3, Y: 109, X: 109 }
  }

  Layer fire2_squeeze {
    Type: PWCONV;
    Dimensions { K: 16, C: 96, Y: 54, X: 54 }
  }

  Layer fire2_expand1x1 {
    Type: PWCONV;
    Dimensions { K: 64, C: 16, Y: 54, X: 54 }
  }

  Layer fire2_expand3x3 {
    Type: CONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 64, C: 16, R: 3, S: 3, Y: 54, X: 54 }
  }

  Layer fire3_squeeze {
    Type: PWCONV;
    Dimensions { K: 16, C: 128, Y: 54, X: 54 }
  }

  Layer fire3_expand1x1 {
    Type: PWCONV;
    Dimensions { K: 64, C: 16, Y: 54, X: 54 }
  }

  Layer fire3_expand3x3 {
    Type: CONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 64, C: 16, R: 3, S: 3, Y: 54, X: 54 }
  }

  Layer fire4_squeeze {
    Type: PWCONV;
    Dimensions { K: 32, C: 128, Y: 54, X: 54 }
  }

  Layer fire4_expand1x1 {
    Type: PWCONV;
    Dimensions { K: 128, C: 32, Y: 54, X: 54 }
  }

  Layer fire4_expand3x3 {
    Type: CONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 128, C: 32, R: 3, S: 3, Y: 54, X: 54 }
  }

  Layer pool4 {
    Type: POOL;
    Stride { Y: 2, X: 2 }
    Padding { Y: (0, 1), X: (0, 1) }
    Dimensions { C: 256, R: 3, S: 3, Y: 54, X: 54 }
  }

  Layer fire5_squeeze {
    Type: PWCONV;
    Dimensions { K: 32, C: 256, Y: 27, X: 27 }
  }

  Layer fire5_expand1x1 {
    Type: PWCONV;
    Dimensions { K: 128, C: 32, Y: 27, X: 27 }
  }

  Layer fire5_expand3x3 {
    Type: CONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 128, C: 32, R: 3, S: 3, Y: 27, X: 27 }
  }

  Layer fire6_squeeze {
    Type: PWCONV;
    Dimensions { K: 48, C: 256, Y: 27, X: 27 }
  }

  Layer fire6_expand1x1 {
    Type: PWCONV;
    Dimensions { K: 192, C: 48, Y: 27, X: 27 }
  }

  Layer fire6_expand3x3 {
    Type: CONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 192, C: 48, R: 3, S: 3, Y: 27, X: 27 }
  }

  Layer fire7_squeeze {
    Type: PWCONV;
    Dimensions { K: 48, C: 384, Y: 27, X: 27 }
  }

  Layer fire7_expand1x1 {
    Type: PWCONV;
    Dimensions { K: 192, C: 48, Y: 27, X: 27 }
  }

  Layer fire7_expand3x3 {
    Type: CONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 192, C: 48, R: 3, S: 3, Y: 27, X: 27 }
  }

  Layer fire8_squeeze {
    Type: PWCONV;
    Dimensions { K: 64, C: 384, Y: 27, X: 27 }
  }

  Layer fire8_expand1x1 {
    Type: PWCONV;
    Dimensions { K: 256, C: 64, Y: 27, X: 27 }
  }

  Layer fire8_expand3x3 {
    Type: CONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 256, C: 64, R: 3, S: 3, Y: 27, X: 27 }
  }

  Layer pool8 {
    Type: POOL;
    Stride { Y: 2, X: 2 }
    Dimensions { C: 512, R: 3, S: 3, Y: 27, X: 27 }
  }

  Layer fire9_squeeze {
    Type: PWCONV;
    Dimensions { K: 64, C: 512, Y: 13, X: 13 }
  }

  Layer fire9_expand1x1 {
    Type: PWCONV;
    Dimensions { K: 256, C: 64, Y: 13, X: 13 }
  }

  Layer fire9_expand3x3 {
    Type: CONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 256, C: 64, R: 3, S: 3, Y: 13, X: 13 }
  }

  Layer conv10 {
    Type: PWCONV;
    Dimensions { K: 1000, C: 512, Y: 13, X: 13 }
  }

  Layer gap {
    Type: POOL;
    Dimensions { C: 1000, R: 13, S: 13, Y: 13, X: 13 }
  }
}

// Title: ResNet-18, 224 x 224 RGB
// Source: K. He, X. Zhang, S. Ren, J. Sun, Deep residual learning for image recognition, CVPR 2016,
//   Table 1
// Note: Batch 1. Activations, biases and normalisation are not costed. res*_1 are the projection
//   shortcuts, res*_add the residual additions; pool1 is the max pooling, gap the global average.

Network resnet18 {
  Layer conv1 {
    Type: CONV;
    Stride { Y: 2, X: 2 }
    Padding { Y: 3, X: 3 }
    Dimensions { K: 64, C: 3, R: 7, S: 7, Y: 224, X: 224 }
  }

  Layer pool1 {
    Type: POOL;
    Stride { Y: 2, X: 2 }
    Padding { Y: 1, X: 1 }
    Dimensions { C: 64, R: 3, S: 3, Y: 112, X: 112 }
  }

  // stage 2: 2 blocks, 64 output channels
  Layer res2a_2a {
    Type: CONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 64, C: 64, R: 3, S: 3, Y: 56, X: 56 }
  }

  Layer res2a_2b {
    Type: CONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 64, C: 64, R: 3, S: 3, Y: 56, X: 56 }
  }

  Layer res2a_add {
    Type: ADD;
    Dimensions { C: 64, Y: 56, X: 56 }
  }

  Layer res2b_2a {
    Type: CONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 64, C: 64, R: 3, S: 3, Y: 56, X: 56 }
  }

  Layer res2b_2b {
    Type: CONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 64, C: 64, R: 3, S: 3, Y: 56, X: 56 }
  }

  Layer res2b_add {
    Type: ADD;
    Dimensions { C: 64, Y: 56, X: 56 }
  }

  // stage 3: 2 blocks, 128 output channels
  Layer res3a_2a {
    Type: CONV;
    Stride { Y: 2, X: 2 }
    Padding { Y: 1, X: 1 }
    Dimensions { K: 128, C: 64, R: 3, S: 3, Y: 56, X: 56 }
  }

  Layer res3a_2b {
    Type: CONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 128, C: 128, R: 3, S: 3, Y: 28, X: 28 }
  }

  Layer res3a_1 {
    Type: PWCONV;
    Stride { Y: 2, X: 2 }
    Dimensions { K: 128, C: 64, Y: 56, X: 56 }
  }

  Layer res3a_add {
    Type: ADD;
    Dimensions { C: 128, Y: 28, X: 28 }
  }

  Layer res3b_2a {
    Type: CONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 128, C: 128, R: 3, S: 3, Y: 28, X: 28 }
  }

  Layer res3b_2b {
    Type: CONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 128, C: 128, R: 3, S: 3, Y: 28, X: 28 }
  }

  Layer res3b_add {
    Type: ADD;
    Dimensions { C: 128, Y: 28, X: 28 }
  }

  // stage 4: 2 blocks, 256 output channels
  Layer res4a_2a {
    Type: CONV;
    Stride { Y: 2, X: 2 }
    Padding { Y: 1, X: 1 }
    Dimensions { K: 256, C: 128, R: 3, S: 3, Y: 28, X: 28 }
  }

  Layer res4a_2b {
    Type: CONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 256, C: 256, R: 3, S: 3, Y: 14, X: 14 }
  }

  Layer res4a_1 {
    Type: PWCONV;
    Stride { Y: 2, X: 2 }
    Dimensions { K: 256, C: 128, Y: 28, X: 28 }
  }

  Layer res4a_add {
    Type: ADD;
    Dimensions { C: 256, Y: 14, X: 14 }
  }

  Layer res4b_2a {
    Type: CONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 256, C: 256, R: 3, S: 3, Y: 14, X: 14 }
  }

  Layer res4b_2b {
    Type: CONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 256, C: 256, R: 3, S: 3, Y: 14, X: 14 }
  }

  Layer res4b_add {
    Type: ADD;
    Dimensions { C: 256, Y: 14, X: 14 }
  }

  // stage 5: 2 blocks, 512 output channels
  Layer res5a_2a {
    Type: CONV;
    Stride { Y: 2, X: 2 }
    Padding { Y: 1, X: 1 }
    Dimensions { K: 512, C: 256, R: 3, S: 3, Y: 14, X: 14 }
  }

  Layer res5a_2b {
    Type: CONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 512, C: 512, R: 3, S: 3, Y: 7, X: 7 }
  }

  Layer res5a_1 {
    Type: PWCONV;
    Stride { Y: 2, X: 2 }
    Dimensions { K: 512, C: 256, Y: 14, X: 14 }
  }

  Layer res5a_add {
    Type: ADD;
    Dimensions { C: 512, Y: 7, X: 7 }
  }

  Layer res5b_2a {
    Type: CONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 512, C: 512, R: 3, S: 3, Y: 7, X: 7 }
  }

  Layer res5b_2b {
    Type: CONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 512, C: 512, R: 3, S: 3, Y: 7, X: 7 }
  }

  Layer res5b_add {
    Type: ADD;
    Dimensions { C: 512, Y: 7, X: 7 }
  }

  Layer gap {
    Type: POOL;
    Dimensions { C: 512, R: 7, S: 7, Y: 7, X: 7 }
  }

  Layer fc1000 {
    Type: FC;
    Dimensions { K: 1000, C: 512 }
  }
}

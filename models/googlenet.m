// Title: GoogLeNet (Inception v1), 224 x 224 RGB
// Source: C. Szegedy et al., Going deeper with convolutions, CVPR 2015, Table 1
// Note: Batch 1. Activations, biases and normalisation are not costed. Poolings with stride 2 count
//   a last window that is not full, as in Caffe: padding behind. The two auxiliary classifiers
//   serve training only and are left out.

Network googlenet {
  Layer conv1 {
    Type: CONV;
    Stride { Y: 2, X: 2 }
    Padding { Y: 3, X: 3 }
    Dimensions { K: 64, C: 3, R: 7, S: 7, Y: 224, X: 224 }
  }

  Layer pool1 {
    Type: POOL;
    Stride { Y: 2, X: 2 }
    Padding { Y: (0, 1), X: (0, 1) }
    Dimensions { C: 64, R: 3, S: 3, Y: 112, X: 112 }
  }

  Layer conv2_reduce {
    Type: PWCONV;
    Dimensions { K: 64, C: 64, Y: 56, X: 56 }
  }

  Layer conv2 {
    Type: CONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 192, C: 64, R: 3, S: 3, Y: 56, X: 56 }
  }

  Layer pool2 {
    Type: POOL;
    Stride { Y: 2, X: 2 }
    Padding { Y: (0, 1), X: (0, 1) }
    Dimensions { C: 192, R: 3, S: 3, Y: 56, X: 56 }
  }

  Layer inception_3a_1x1 {
    Type: PWCONV;
    Dimensions { K: 64, C: 192, Y: 28, X: 28 }
  }

  Layer inception_3a_3x3_reduce {
    Type: PWCONV;
    Dimensions { K: 96, C: 192, Y: 28, X: 28 }
  }

  Layer inception_3a_3x3 {
    Type: CONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 128, C: 96, R: 3, S: 3, Y: 28, X: 28 }
  }

  Layer inception_3a_5x5_reduce {
    Type: PWCONV;
    Dimensions { K: 16, C: 192, Y: 28, X: 28 }
  }

  Layer inception_3a_5x5 {
    Type: CONV;
    Padding { Y: 2, X: 2 }
    Dimensions { K: 32, C: 16, R: 5, S: 5, Y: 28, X: 28 }
  }

  Layer inception_3a_pool {
    Type: POOL;
    Padding { Y: 1, X: 1 }
    Dimensions { C: 192, R: 3, S: 3, Y: 28, X: 28 }
  }

  Layer inception_3a_proj {
    Type: PWCONV;
    Dimensions { K: 32, C: 192, Y: 28, X: 28 }
  }

  Layer inception_3b_1x1 {
    Type: PWCONV;
    Dimensions { K: 128, C: 256, Y: 28, X: 28 }
  }

  Layer inception_3b_3x3_reduce {
    Type: PWCONV;
    Dimensions { K: 128, C: 256, Y: 28, X: 28 }
  }

  Layer inception_3b_3x3 {
    Type: CONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 192, C: 128, R: 3, S: 3, Y: 28, X: 28 }
  }

  Layer inception_3b_5x5_reduce {
    Type: PWCONV;
    Dimensions { K: 32, C: 256, Y: 28, X: 28 }
  }

  Layer inception_3b_5x5 {
    Type: CONV;
    Padding { Y: 2, X: 2 }
    Dimensions { K: 96, C: 32, R: 5, S: 5, Y: 28, X: 28 }
  }

  Layer inception_3b_pool {
    Type: POOL;
    Padding { Y: 1, X: 1 }
    Dimensions { C: 256, R: 3, S: 3, Y: 28, X: 28 }
  }

  Layer inception_3b_proj {
    Type: PWCONV;
    Dimensions { K: 64, C: 256, Y: 28, X: 28 }
  }

  Layer pool3 {
    Type: POOL;
    Stride { Y: 2, X: 2 }
    Padding { Y: (0, 1), X: (0, 1) }
    Dimensions { C: 480, R: 3, S: 3, Y: 28, X: 28 }
  }

  Layer inception_4a_1x1 {
    Type: PWCONV;
    Dimensions { K: 192, C: 480, Y: 14, X: 14 }
  }

  Layer inception_4a_3x3_reduce {
    Type: PWCONV;
    Dimensions { K: 96, C: 480, Y: 14, X: 14 }
  }

  Layer inception_4a_3x3 {
    Type: CONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 208, C: 96, R: 3, S: 3, Y: 14, X: 14 }
  }

  Layer inception_4a_5x5_reduce {
    Type: PWCONV;
    Dimensions { K: 16, C: 480, Y: 14, X: 14 }
  }

  Layer inception_4a_5x5 {
    Type: CONV;
    Padding { Y: 2, X: 2 }
    Dimensions { K: 48, C: 16, R: 5, S: 5, Y: 14, X: 14 }
  }

  Layer inception_4a_pool {
    Type: POOL;
    Padding { Y: 1, X: 1 }
    Dimensions { C: 480, R: 3, S: 3, Y: 14, X: 14 }
  }

  Layer inception_4a_proj {
    Type: PWCONV;
    Dimensions { K: 64, C: 480, Y: 14, X: 14 }
  }

  Layer inception_4b_1x1 {
    Type: PWCONV;
    Dimensions { K: 160, C: 512, Y: 14, X: 14 }
  }

  Layer inception_4b_3x3_reduce {
    Type: PWCONV;
    Dimensions { K: 112, C: 512, Y: 14, X: 14 }
  }

  Layer inception_4b_3x3 {
    Type: CONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 224, C: 112, R: 3, S: 3, Y: 14, X: 14 }
  }

  Layer inception_4b_5x5_reduce {
    Type: PWCONV;
    Dimensions { K: 24, C: 512, Y: 14, X: 14 }
  }

  Layer inception_4b_5x5 {
    Type: CONV;
    Padding { Y: 2, X: 2 }
    Dimensions { K: 64, C: 24, R: 5, S: 5, Y: 14, X: 14 }
  }

  Layer inception_4b_pool {
    Type: POOL;
    Padding { Y: 1, X: 1 }
    Dimensions { C: 512, R: 3, S: 3, Y: 14, X: 14 }
  }

  Layer inception_4b_proj {
    Type: PWCONV;
    Dimensions { K: 64, C: 512, Y: 14, X: 14 }
  }

  Layer inception_4c_1x1 {
    Type: PWCONV;
    Dimensions { K: 128, C: 512, Y: 14, X: 14 }
  }

  Layer inception_4c_3x3_reduce {
    Type: PWCONV;
    Dimensions { K: 128, C: 512, Y: 14, X: 14 }
  }

  Layer inception_4c_3x3 {
    Type: CONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 256, C: 128, R: 3, S: 3, Y: 14, X: 14 }
  }

  Layer inception_4c_5x5_reduce {
    Type: PWCONV;
    Dimensions { K: 24, C: 512, Y: 14, X: 14 }
  }

  Layer inception_4c_5x5 {
    Type: CONV;
    Padding { Y: 2, X: 2 }
    Dimensions { K: 64, C: 24, R: 5, S: 5, Y: 14, X: 14 }
  }

  Layer inception_4c_pool {
    Type: POOL;
    Padding { Y: 1, X: 1 }
    Dimensions { C: 512, R: 3, S: 3, Y: 14, X: 14 }
  }

  Layer inception_4c_proj {
    Type: PWCONV;
    Dimensions { K: 64, C: 512, Y: 14, X: 14 }
  }

  Layer inception_4d_1x1 {
    Type: PWCONV;
    Dimensions { K: 112, C: 512, Y: 14, X: 14 }
  }

  Layer inception_4d_3x3_reduce {
    Type: PWCONV;
    Dimensions { K: 144, C: 512, Y: 14, X: 14 }
  }

  Layer inception_4d_3x3 {
    Type: CONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 288, C: 144, R: 3, S: 3, Y: 14, X: 14 }
  }

  Layer inception_4d_5x5_reduce {
    Type: PWCONV;
    Dimensions { K: 32, C: 512, Y: 14, X: 14 }
  }

  Layer inception_4d_5x5 {
    Type: CONV;
    Padding { Y: 2, X: 2 }
    Dimensions { K: 64, C: 32, R: 5, S: 5, Y: 14, X: 14 }
  }

  Layer inception_4d_pool {
    Type: POOL;
    Padding { Y: 1, X: 1 }
    Dimensions { C: 512, R: 3, S: 3, Y: 14, X: 14 }
  }

  Layer inception_4d_proj {
    Type: PWCONV;
    Dimensions { K: 64, C: 512, Y: 14, X: 14 }
  }

  Layer inception_4e_1x1 {
    Type: PWCONV;
    Dimensions { K: 256, C: 528, Y: 14, X: 14 }
  }

  Layer inception_4e_3x3_reduce {
    Type: PWCONV;
    Dimensions { K: 160, C: 528, Y: 14, X: 14 }
  }

  Layer inception_4e_3x3 {
    Type: CONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 320, C: 160, R: 3, S: 3, Y: 14, X: 14 }
  }

  Layer inception_4e_5x5_reduce {
    Type: PWCONV;
    Dimensions { K: 32, C: 528, Y: 14, X: 14 }
  }

  Layer inception_4e_5x5 {
    Type: CONV;
    Padding { Y: 2, X: 2 }
    Dimensions { K: 128, C: 32, R: 5, S: 5, Y: 14, X: 14 }
  }

  Layer inception_4e_pool {
    Type: POOL;
    Padding { Y: 1, X: 1 }
    Dimensions { C: 528, R: 3, S: 3, Y: 14, X: 14 }
  }

  Layer inception_4e_proj {
    Type: PWCONV;
    Dimensions { K: 128, C: 528, Y: 14, X: 14 }
  }

  Layer pool4 {
    Type: POOL;
    Stride { Y: 2, X: 2 }
    Padding { Y: (0, 1), X: (0, 1) }
    Dimensions { C: 832, R: 3, S: 3, Y: 14, X: 14 }
  }

  Layer inception_5a_1x1 {
    Type: PWCONV;
    Dimensions { K: 256, C: 832, Y: 7, X: 7 }
  }

  Layer inception_5a_3x3_reduce {
    Type: PWCONV;
    Dimensions { K: 160, C: 832, Y: 7, X: 7 }
  }

  Layer inception_5a_3x3 {
    Type: CONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 320, C: 160, R: 3, S: 3, Y: 7, X: 7 }
  }

  Layer inception_5a_5x5_reduce {
    Type: PWCONV;
    Dimensions { K: 32, C: 832, Y: 7, X: 7 }
  }

  Layer inception_5a_5x5 {
    Type: CONV;
    Padding { Y: 2, X: 2 }
    Dimensions { K: 128, C: 32, R: 5, S: 5, Y: 7, X: 7 }
  }

  Layer inception_5a_pool {
    Type: POOL;
    Padding { Y: 1, X: 1 }
    Dimensions { C: 832, R: 3, S: 3, Y: 7, X: 7 }
  }

  Layer inception_5a_proj {
    Type: PWCONV;
    Dimensions { K: 128, C: 832, Y: 7, X: 7 }
  }

  Layer inception_5b_1x1 {
    Type: PWCONV;
    Dimensions { K: 384, C: 832, Y: 7, X: 7 }
  }

  Layer inception_5b_3x3_reduce {
    Type: PWCONV;
    Dimensions { K: 192, C: 832, Y: 7, X: 7 }
  }

  Layer inception_5b_3x3 {
    Type: CONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 384, C: 192, R: 3, S: 3, Y: 7, X: 7 }
  }

  Layer inception_5b_5x5_reduce {
    Type: PWCONV;
    Dimensions { K: 48, C: 832, Y: 7, X: 7 }
  }

  Layer inception_5b_5x5 {
    Type: CONV;
    Padding { Y: 2, X: 2 }
    Dimensions { K: 128, C: 48, R: 5, S: 5, Y: 7, X: 7 }
  }

  Layer inception_5b_pool {
    Type: POOL;
    Padding { Y: 1, X: 1 }
    Dimensions { C: 832, R: 3, S: 3, Y: 7, X: 7 }
  }

  Layer inception_5b_proj {
    Type: PWCONV;
    Dimensions { K: 128, C: 832, Y: 7, X: 7 }
  }

  Layer gap {
    Type: POOL;
    Dimensions { C: 1024, R: 7, S: 7, Y: 7, X: 7 }
  }

  Layer fc {
    Type: FC;
    Dimensions { K: 1000, C: 1024 }
  }
}

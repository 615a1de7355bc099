// Title: MobileNetV2, width 1.0, 224 x 224 RGB
// Source: M. Sandler et al., MobileNetV2: inverted residuals and linear bottlenecks, CVPR 2018,
//   Table 2
// Note: Batch 1. Activations, biases and normalisation are not costed. *_add are the residual
//   additions. b1 to b17 are the bottleneck blocks: 1 x 1 expansion (not in b1), 3 x 3 depthwise
//   (one filter per channel), 1 x 1 projection.

Network mobilenetv2 {
  Layer conv0 {
    Type: CONV;
    Stride { Y: 2, X: 2 }
    Padding { Y: 1, X: 1 }
    Dimensions { K: 32, C: 3, R: 3, S: 3, Y: 224, X: 224 }
  }

  Layer b1_dw {
    Type: DSCONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 1, C: 32, R: 3, S: 3, Y: 112, X: 112 }
  }

  Layer b1_project {
    Type: PWCONV;
    Dimensions { K: 16, C: 32, Y: 112, X: 112 }
  }

  Layer b2_expand {
    Type: PWCONV;
    Dimensions { K: 96, C: 16, Y: 112, X: 112 }
  }

  Layer b2_dw {
    Type: DSCONV;
    Stride { Y: 2, X: 2 }
    Padding { Y: 1, X: 1 }
    Dimensions { K: 1, C: 96, R: 3, S: 3, Y: 112, X: 112 }
  }

  Layer b2_project {
    Type: PWCONV;
    Dimensions { K: 24, C: 96, Y: 56, X: 56 }
  }

  Layer b3_expand {
    Type: PWCONV;
    Dimensions { K: 144, C: 24, Y: 56, X: 56 }
  }

  Layer b3_dw {
    Type: DSCONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 1, C: 144, R: 3, S: 3, Y: 56, X: 56 }
  }

  Layer b3_project {
    Type: PWCONV;
    Dimensions { K: 24, C: 144, Y: 56, X: 56 }
  }

  Layer b3_add {
    Type: ADD;
    Dimensions { C: 24, Y: 56, X: 56 }
  }

  Layer b4_expand {
    Type: PWCONV;
    Dimensions { K: 144, C: 24, Y: 56, X: 56 }
  }

  Layer b4_dw {
    Type: DSCONV;
    Stride { Y: 2, X: 2 }
    Padding { Y: 1, X: 1 }
    Dimensions { K: 1, C: 144, R: 3, S: 3, Y: 56, X: 56 }
  }

  Layer b4_project {
    Type: PWCONV;
    Dimensions { K: 32, C: 144, Y: 28, X: 28 }
  }

  Layer b5_expand {
    Type: PWCONV;
    Dimensions { K: 192, C: 32, Y: 28, X: 28 }
  }

  Layer b5_dw {
    Type: DSCONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 1, C: 192, R: 3, S: 3, Y: 28, X: 28 }
  }

  Layer b5_project {
    Type: PWCONV;
    Dimensions { K: 32, C: 192, Y: 28, X: 28 }
  }

  Layer b5_add {
    Type: ADD;
    Dimensions { C: 32, Y: 28, X: 28 }
  }

  Layer b6_expand {
    Type: PWCONV;
    Dimensions { K: 192, C: 32, Y: 28, X: 28 }
  }

  Layer b6_dw {
    Type: DSCONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 1, C: 192, R: 3, S: 3, Y: 28, X: 28 }
  }

  Layer b6_project {
    Type: PWCONV;
    Dimensions { K: 32, C: 192, Y: 28, X: 28 }
  }

  Layer b6_add {
    Type: ADD;
    Dimensions { C: 32, Y: 28, X: 28 }
  }

  Layer b7_expand {
    Type: PWCONV;
    Dimensions { K: 192, C: 32, Y: 28, X: 28 }
  }

  Layer b7_dw {
    Type: DSCONV;
    Stride { Y: 2, X: 2 }
    Padding { Y: 1, X: 1 }
    Dimensions { K: 1, C: 192, R: 3, S: 3, Y: 28, X: 28 }
  }

  Layer b7_project {
    Type: PWCONV;
    Dimensions { K: 64, C: 192, Y: 14, X: 14 }
  }

  Layer b8_expand {
    Type: PWCONV;
    Dimensions { K: 384, C: 64, Y: 14, X: 14 }
  }

  Layer b8_dw {
    Type: DSCONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 1, C: 384, R: 3, S: 3, Y: 14, X: 14 }
  }

  Layer b8_project {
    Type: PWCONV;
    Dimensions { K: 64, C: 384, Y: 14, X: 14 }
  }

  Layer b8_add {
    Type: ADD;
    Dimensions { C: 64, Y: 14, X: 14 }
  }

  Layer b9_expand {
    Type: PWCONV;
    Dimensions { K: 384, C: 64, Y: 14, X: 14 }
  }

  Layer b9_dw {
    Type: DSCONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 1, C: 384, R: 3, S: 3, Y: 14, X: 14 }
  }

  Layer b9_project {
    Type: PWCONV;
    Dimensions { K: 64, C: 384, Y: 14, X: 14 }
  }

  Layer b9_add {
    Type: ADD;
    Dimensions { C: 64, Y: 14, X: 14 }
  }

  Layer b10_expand {
    Type: PWCONV;
    Dimensions { K: 384, C: 64, Y: 14, X: 14 }
  }

  Layer b10_dw {
    Type: DSCONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 1, C: 384, R: 3, S: 3, Y: 14, X: 14 }
  }

  Layer b10_project {
    Type: PWCONV;
    Dimensions { K: 64, C: 384, Y: 14, X: 14 }
  }

  Layer b10_add {
    Type: ADD;
    Dimensions { C: 64, Y: 14, X: 14 }
  }

  Layer b11_expand {
    Type: PWCONV;
    Dimensions { K: 384, C: 64, Y: 14, X: 14 }
  }

  Layer b11_dw {
    Type: DSCONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 1, C: 384, R: 3, S: 3, Y: 14, X: 14 }
  }

  Layer b11_project {
    Type: PWCONV;
    Dimensions { K: 96, C: 384, Y: 14, X: 14 }
  }

  Layer b12_expand {
    Type: PWCONV;
    Dimensions { K: 576, C: 96, Y: 14, X: 14 }
  }

  Layer b12_dw {
    Type: DSCONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 1, C: 576, R: 3, S: 3, Y: 14, X: 14 }
  }

  Layer b12_project {
    Type: PWCONV;
    Dimensions { K: 96, C: 576, Y: 14, X: 14 }
  }

  Layer b12_add {
    Type: ADD;
    Dimensions { C: 96, Y: 14, X: 14 }
  }

  Layer b13_expand {
    Type: PWCONV;
    Dimensions { K: 576, C: 96, Y: 14, X: 14 }
  }

  Layer b13_dw {
    Type: DSCONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 1, C: 576, R: 3, S: 3, Y: 14, X: 14 }
  }

  Layer b13_project {
    Type: PWCONV;
    Dimensions { K: 96, C: 576, Y: 14, X: 14 }
  }

  Layer b13_add {
    Type: ADD;
    Dimensions { C: 96, Y: 14, X: 14 }
  }

  Layer b14_expand {
    Type: PWCONV;
    Dimensions { K: 576, C: 96, Y: 14, X: 14 }
  }

  Layer b14_dw {
    Type: DSCONV;
    Stride { Y: 2, X: 2 }
    Padding { Y: 1, X: 1 }
    Dimensions { K: 1, C: 576, R: 3, S: 3, Y: 14, X: 14 }
  }

  Layer b14_project {
    Type: PWCONV;
    Dimensions { K: 160, C: 576, Y: 7, X: 7 }
  }

  Layer b15_expand {
    Type: PWCONV;
    Dimensions { K: 960, C: 160, Y: 7, X: 7 }
  }

  Layer b15_dw {
    Type: DSCONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 1, C: 960, R: 3, S: 3, Y: 7, X: 7 }
  }

  Layer b15_project {
    Type: PWCONV;
    Dimensions { K: 160, C: 960, Y: 7, X: 7 }
  }

  Layer b15_add {
    Type: ADD;
    Dimensions { C: 160, Y: 7, X: 7 }
  }

  Layer b16_expand {
    Type: PWCONV;
    Dimensions { K: 960, C: 160, Y: 7, X: 7 }
  }

  Layer b16_dw {
    Type: DSCONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 1, C: 960, R: 3, S: 3, Y: 7, X: 7 }
  }

  Layer b16_project {
    Type: PWCONV;
    Dimensions { K: 160, C: 960, Y: 7, X: 7 }
  }

  Layer b16_add {
    Type: ADD;
    Dimensions { C: 160, Y: 7, X: 7 }
  }

  Layer b17_expand {
    Type: PWCONV;
    Dimensions { K: 960, C: 160, Y: 7, X: 7 }
  }

  Layer b17_dw {
    Type: DSCONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 1, C: 960, R: 3, S: 3, Y: 7, X: 7 }
  }

  Layer b17_project {
    Type: PWCONV;
    Dimensions { K: 320, C: 960, Y: 7, X: 7 }
  }

  Layer conv_last {
    Type: PWCONV;
    Dimensions { K: 1280, C: 320, Y: 7, X: 7 }
  }

  Layer gap {
    Type: POOL;
    Dimensions { C: 1280, R: 7, S: 7, Y: 7, X: 7 }
  }

  Layer fc {
    Type: FC;
    Dimensions { K: 1000, C: 1280 }
  }
}

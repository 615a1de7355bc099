// Title: MobileNetV2, width 0.5, 224 x 224 RGB
// Source: M. Sandler et al., MobileNetV2: inverted residuals and linear bottlenecks, CVPR 2018,
//   Table 2; channels times the width are rounded to multiples of 8 as in the authors' code
// Note: Batch 1. Activations, biases and normalisation are not costed. *_add are the residual
//   additions. b1 to b17 are the bottleneck blocks: 1 x 1 expansion (not in b1), 3 x 3 depthwise
//   (one filter per channel), 1 x 1 projection.

Network mobilenetv2_224_0_5 {
  Layer conv0 {
    Type: CONV;
    Stride { Y: 2, X: 2 }
    Padding { Y: 1, X: 1 }
    Dimensions { K: 16, C: 3, R: 3, S: 3, Y: 224, X: 224 }
  }

  Layer b1_dw {
    Type: DSCONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 1, C: 16, R: 3, S: 3, Y: 112, X: 112 }
  }

  Layer b1_project {
    Type: PWCONV;
    Dimensions { K: 8, C: 16, Y: 112, X: 112 }
  }

  Layer b2_expand {
    Type: PWCONV;
    Dimensions { K: 48, C: 8, Y: 112, X: 112 }
  }

  Layer b2_dw {
    Type: DSCONV;
    Stride { Y: 2, X: 2 }
    Padding { Y: 1, X: 1 }
    Dimensions { K: 1, C: 48, R: 3, S: 3, Y: 112, X: 112 }
  }

  Layer b2_project {
    Type: PWCONV;
    Dimensions { K: 16, C: 48, Y: 56, X: 56 }
  }

  Layer b3_expand {
    Type: PWCONV;
    Dimensions { K: 96, C: 16, Y: 56, X: 56 }
  }

  Layer b3_dw {
    Type: DSCONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 1, C: 96, R: 3, S: 3, Y: 56, X: 56 }
  }

  Layer b3_project {
    Type: PWCONV;
    Dimensions { K: 16, C: 96, Y: 56, X: 56 }
  }

  Layer b3_add {
    Type: ADD;
    Dimensions { C: 16, Y: 56, X: 56 }
  }

  Layer b4_expand {
    Type: PWCONV;
    Dimensions { K: 96, C: 16, Y: 56, X: 56 }
  }

  Layer b4_dw {
    Type: DSCONV;
    Stride { Y: 2, X: 2 }
    Padding { Y: 1, X: 1 }
    Dimensions { K: 1, C: 96, R: 3, S: 3, Y: 56, X: 56 }
  }

  Layer b4_project {
    Type: PWCONV;
    Dimensions { K: 16, C: 96, Y: 28, X: 28 }
  }

  Layer b5_expand {
    Type: PWCONV;
    Dimensions { K: 96, C: 16, Y: 28, X: 28 }
  }

  Layer b5_dw {
    Type: DSCONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 1, C: 96, R: 3, S: 3, Y: 28, X: 28 }
  }

  Layer b5_project {
    Type: PWCONV;
    Dimensions { K: 16, C: 96, Y: 28, X: 28 }
  }

  Layer b5_add {
    Type: ADD;
    Dimensions { C: 16, Y: 28, X: 28 }
  }

  Layer b6_expand {
    Type: PWCONV;
    Dimensions { K: 96, C: 16, Y: 28, X: 28 }
  }

  Layer b6_dw {
    Type: DSCONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 1, C: 96, R: 3, S: 3, Y: 28, X: 28 }
  }

  Layer b6_project {
    Type: PWCONV;
    Dimensions { K: 16, C: 96, Y: 28, X: 28 }
  }

  Layer b6_add {
    Type: ADD;
    Dimensions { C: 16, Y: 28, X: 28 }
  }

  Layer b7_expand {
    Type: PWCONV;
    Dimensions { K: 96, C: 16, Y: 28, X: 28 }
  }

  Layer b7_dw {
    Type: DSCONV;
    Stride { Y: 2, X: 2 }
    Padding { Y: 1, X: 1 }
    Dimensions { K: 1, C: 96, R: 3, S: 3, Y: 28, X: 28 }
  }

  Layer b7_project {
    Type: PWCONV;
    Dimensions { K: 32, C: 96, Y: 14, X: 14 }
  }

  Layer b8_expand {
    Type: PWCONV;
    Dimensions { K: 192, C: 32, Y: 14, X: 14 }
  }

  Layer b8_dw {
    Type: DSCONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 1, C: 192, R: 3, S: 3, Y: 14, X: 14 }
  }

  Layer b8_project {
    Type: PWCONV;
    Dimensions { K: 32, C: 192, Y: 14, X: 14 }
  }

  Layer b8_add {
    Type: ADD;
    Dimensions { C: 32, Y: 14, X: 14 }
  }

  Layer b9_expand {
    Type: PWCONV;
    Dimensions { K: 192, C: 32, Y: 14, X: 14 }
  }

  Layer b9_dw {
    Type: DSCONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 1, C: 192, R: 3, S: 3, Y: 14, X: 14 }
  }

  Layer b9_project {
    Type: PWCONV;
    Dimensions { K: 32, C: 192, Y: 14, X: 14 }
  }

  Layer b9_add {
    Type: ADD;
    Dimensions { C: 32, Y: 14, X: 14 }
  }

  Layer b10_expand {
    Type: PWCONV;
    Dimensions { K: 192, C: 32, Y: 14, X: 14 }
  }

  Layer b10_dw {
    Type: DSCONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 1, C: 192, R: 3, S: 3, Y: 14, X: 14 }
  }

  Layer b10_project {
    Type: PWCONV;
    Dimensions { K: 32, C: 192, Y: 14, X: 14 }
  }

  Layer b10_add {
    Type: ADD;
    Dimensions { C: 32, Y: 14, X: 14 }
  }

  Layer b11_expand {
    Type: PWCONV;
    Dimensions { K: 192, C: 32, Y: 14, X: 14 }
  }

  Layer b11_dw {
    Type: DSCONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 1, C: 192, R: 3, S: 3, Y: 14, X: 14 }
  }

  Layer b11_project {
    Type: PWCONV;
    Dimensions { K: 48, C: 192, Y: 14, X: 14 }
  }

  Layer b12_expand {
    Type: PWCONV;
    Dimensions { K: 288, C: 48, Y: 14, X: 14 }
  }

  Layer b12_dw {
    Type: DSCONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 1, C: 288, R: 3, S: 3, Y: 14, X: 14 }
  }

  Layer b12_project {
    Type: PWCONV;
    Dimensions { K: 48, C: 288, Y: 14, X: 14 }
  }

  Layer b12_add {
    Type: ADD;
    Dimensions { C: 48, Y: 14, X: 14 }
  }

  Layer b13_expand {
    Type: PWCONV;
    Dimensions { K: 288, C: 48, Y: 14, X: 14 }
  }

  Layer b13_dw {
    Type: DSCONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 1, C: 288, R: 3, S: 3, Y: 14, X: 14 }
  }

  Layer b13_project {
    Type: PWCONV;
    Dimensions { K: 48, C: 288, Y: 14, X: 14 }
  }

  Layer b13_add {
    Type: ADD;
    Dimensions { C: 48, Y: 14, X: 14 }
  }

  Layer b14_expand {
    Type: PWCONV;
    Dimensions { K: 288, C: 48, Y: 14, X: 14 }
  }

  Layer b14_dw {
    Type: DSCONV;
    Stride { Y: 2, X: 2 }
    Padding { Y: 1, X: 1 }
    Dimensions { K: 1, C: 288, R: 3, S: 3, Y: 14, X: 14 }
  }

  Layer b14_project {
    Type: PWCONV;
    Dimensions { K: 80, C: 288, Y: 7, X: 7 }
  }

  Layer b15_expand {
    Type: PWCONV;
    Dimensions { K: 480, C: 80, Y: 7, X: 7 }
  }

  Layer b15_dw {
    Type: DSCONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 1, C: 480, R: 3, S: 3, Y: 7, X: 7 }
  }

  Layer b15_project {
    Type: PWCONV;
    Dimensions { K: 80, C: 480, Y: 7, X: 7 }
  }

  Layer b15_add {
    Type: ADD;
    Dimensions { C: 80, Y: 7, X: 7 }
  }

  Layer b16_expand {
    Type: PWCONV;
    Dimensions { K: 480, C: 80, Y: 7, X: 7 }
  }

  Layer b16_dw {
    Type: DSCONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 1, C: 480, R: 3, S: 3, Y: 7, X: 7 }
  }

  Layer b16_project {
    Type: PWCONV;
    Dimensions { K: 80, C: 480, Y: 7, X: 7 }
  }

  Layer b16_add {
    Type: ADD;
    Dimensions { C: 80, Y: 7, X: 7 }
  }

  Layer b17_expand {
    Type: PWCONV;
    Dimensions { K: 480, C: 80, Y: 7, X: 7 }
  }

  Layer b17_dw {
    Type: DSCONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 1, C: 480, R: 3, S: 3, Y: 7, X: 7 }
  }

  Layer b17_project {
    Type: PWCONV;
    Dimensions { K: 160, C: 480, Y: 7, X: 7 }
  }

  Layer conv_last {
    Type: PWCONV;
    Dimensions { K: 1280, C: 160, Y: 7, X: 7 }
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

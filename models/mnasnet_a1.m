// Title: MnasNet-A1, 224 x 224 RGB
// Source: M. Tan et al., MnasNet: platform-aware neural architecture search for mobile, CVPR 2019,
//   Figure 7
// Note: Batch 1. Activations, biases and normalisation are not costed. *_add are the residual
//   additions. b* are the inverted residual blocks: 1 x 1 expansion, depthwise (one filter per
//   channel), 1 x 1 projection. Squeeze-and-excitation is *_se_gap, the average, and two
//   fully-connected layers, *_se_reduce to a quarter of the block's input channels and *_se_expand;
//   its product with the activation is not costed.

Network mnasnet_a1 {
  Layer stem {
    Type: CONV;
    Stride { Y: 2, X: 2 }
    Padding { Y: 1, X: 1 }
    Dimensions { K: 32, C: 3, R: 3, S: 3, Y: 224, X: 224 }
  }

  Layer sep_dw {
    Type: DSCONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 1, C: 32, R: 3, S: 3, Y: 112, X: 112 }
  }

  Layer sep_pw {
    Type: PWCONV;
    Dimensions { K: 16, C: 32, Y: 112, X: 112 }
  }

  Layer b1_expand {
    Type: PWCONV;
    Dimensions { K: 96, C: 16, Y: 112, X: 112 }
  }

  Layer b1_dw {
    Type: DSCONV;
    Stride { Y: 2, X: 2 }
    Padding { Y: 1, X: 1 }
    Dimensions { K: 1, C: 96, R: 3, S: 3, Y: 112, X: 112 }
  }

  Layer b1_project {
    Type: PWCONV;
    Dimensions { K: 24, C: 96, Y: 56, X: 56 }
  }

  Layer b2_expand {
    Type: PWCONV;
    Dimensions { K: 144, C: 24, Y: 56, X: 56 }
  }

  Layer b2_dw {
    Type: DSCONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 1, C: 144, R: 3, S: 3, Y: 56, X: 56 }
  }

  Layer b2_project {
    Type: PWCONV;
    Dimensions { K: 24, C: 144, Y: 56, X: 56 }
  }

  Layer b2_add {
    Type: ADD;
    Dimensions { C: 24, Y: 56, X: 56 }
  }

  Layer b3_expand {
    Type: PWCONV;
    Dimensions { K: 72, C: 24, Y: 56, X: 56 }
  }

  Layer b3_dw {
    Type: DSCONV;
    Stride { Y: 2, X: 2 }
    Padding { Y: 2, X: 2 }
    Dimensions { K: 1, C: 72, R: 5, S: 5, Y: 56, X: 56 }
  }

  Layer b3_se_gap {
    Type: POOL;
    Dimensions { C: 72, R: 28, S: 28, Y: 28, X: 28 }
  }

  Layer b3_se_reduce {
    Type: FC;
    Dimensions { K: 6, C: 72 }
  }

  Layer b3_se_expand {
    Type: FC;
    Dimensions { K: 72, C: 6 }
  }

  Layer b3_project {
    Type: PWCONV;
    Dimensions { K: 40, C: 72, Y: 28, X: 28 }
  }

  Layer b4_expand {
    Type: PWCONV;
    Dimensions { K: 120, C: 40, Y: 28, X: 28 }
  }

  Layer b4_dw {
    Type: DSCONV;
    Padding { Y: 2, X: 2 }
    Dimensions { K: 1, C: 120, R: 5, S: 5, Y: 28, X: 28 }
  }

  Layer b4_se_gap {
    Type: POOL;
    Dimensions { C: 120, R: 28, S: 28, Y: 28, X: 28 }
  }

  Layer b4_se_reduce {
    Type: FC;
    Dimensions { K: 10, C: 120 }
  }

  Layer b4_se_expand {
    Type: FC;
    Dimensions { K: 120, C: 10 }
  }

  Layer b4_project {
    Type: PWCONV;
    Dimensions { K: 40, C: 120, Y: 28, X: 28 }
  }

  Layer b4_add {
    Type: ADD;
    Dimensions { C: 40, Y: 28, X: 28 }
  }

  Layer b5_expand {
    Type: PWCONV;
    Dimensions { K: 120, C: 40, Y: 28, X: 28 }
  }

  Layer b5_dw {
    Type: DSCONV;
    Padding { Y: 2, X: 2 }
    Dimensions { K: 1, C: 120, R: 5, S: 5, Y: 28, X: 28 }
  }

  Layer b5_se_gap {
    Type: POOL;
    Dimensions { C: 120, R: 28, S: 28, Y: 28, X: 28 }
  }

  Layer b5_se_reduce {
    Type: FC;
    Dimensions { K: 10, C: 120 }
  }

  Layer b5_se_expand {
    Type: FC;
    Dimensions { K: 120, C: 10 }
  }

  Layer b5_project {
    Type: PWCONV;
    Dimensions { K: 40, C: 120, Y: 28, X: 28 }
  }

  Layer b5_add {
    Type: ADD;
    Dimensions { C: 40, Y: 28, X: 28 }
  }

  Layer b6_expand {
    Type: PWCONV;
    Dimensions { K: 240, C: 40, Y: 28, X: 28 }
  }

  Layer b6_dw {
    Type: DSCONV;
    Stride { Y: 2, X: 2 }
    Padding { Y: 1, X: 1 }
    Dimensions { K: 1, C: 240, R: 3, S: 3, Y: 28, X: 28 }
  }

  Layer b6_project {
    Type: PWCONV;
    Dimensions { K: 80, C: 240, Y: 14, X: 14 }
  }

  Layer b7_expand {
    Type: PWCONV;
    Dimensions { K: 480, C: 80, Y: 14, X: 14 }
  }

  Layer b7_dw {
    Type: DSCONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 1, C: 480, R: 3, S: 3, Y: 14, X: 14 }
  }

  Layer b7_project {
    Type: PWCONV;
    Dimensions { K: 80, C: 480, Y: 14, X: 14 }
  }

  Layer b7_add {
    Type: ADD;
    Dimensions { C: 80, Y: 14, X: 14 }
  }

  Layer b8_expand {
    Type: PWCONV;
    Dimensions { K: 480, C: 80, Y: 14, X: 14 }
  }

  Layer b8_dw {
    Type: DSCONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 1, C: 480, R: 3, S: 3, Y: 14, X: 14 }
  }

  Layer b8_project {
    Type: PWCONV;
    Dimensions { K: 80, C: 480, Y: 14, X: 14 }
  }

  Layer b8_add {
    Type: ADD;
    Dimensions { C: 80, Y: 14, X: 14 }
  }

  Layer b9_expand {
    Type: PWCONV;
    Dimensions { K: 480, C: 80, Y: 14, X: 14 }
  }

  Layer b9_dw {
    Type: DSCONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 1, C: 480, R: 3, S: 3, Y: 14, X: 14 }
  }

  Layer b9_project {
    Type: PWCONV;
    Dimensions { K: 80, C: 480, Y: 14, X: 14 }
  }

  Layer b9_add {
    Type: ADD;
    Dimensions { C: 80, Y: 14, X: 14 }
  }

  Layer b10_expand {
    Type: PWCONV;
    Dimensions { K: 480, C: 80, Y: 14, X: 14 }
  }

  Layer b10_dw {
    Type: DSCONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 1, C: 480, R: 3, S: 3, Y: 14, X: 14 }
  }

  Layer b10_se_gap {
    Type: POOL;
    Dimensions { C: 480, R: 14, S: 14, Y: 14, X: 14 }
  }

  Layer b10_se_reduce {
    Type: FC;
    Dimensions { K: 20, C: 480 }
  }

  Layer b10_se_expand {
    Type: FC;
    Dimensions { K: 480, C: 20 }
  }

  Layer b10_project {
    Type: PWCONV;
    Dimensions { K: 112, C: 480, Y: 14, X: 14 }
  }

  Layer b11_expand {
    Type: PWCONV;
    Dimensions { K: 672, C: 112, Y: 14, X: 14 }
  }

  Layer b11_dw {
    Type: DSCONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 1, C: 672, R: 3, S: 3, Y: 14, X: 14 }
  }

  Layer b11_se_gap {
    Type: POOL;
    Dimensions { C: 672, R: 14, S: 14, Y: 14, X: 14 }
  }

  Layer b11_se_reduce {
    Type: FC;
    Dimensions { K: 28, C: 672 }
  }

  Layer b11_se_expand {
    Type: FC;
    Dimensions { K: 672, C: 28 }
  }

  Layer b11_project {
    Type: PWCONV;
    Dimensions { K: 112, C: 672, Y: 14, X: 14 }
  }

  Layer b11_add {
    Type: ADD;
    Dimensions { C: 112, Y: 14, X: 14 }
  }

  Layer b12_expand {
    Type: PWCONV;
    Dimensions { K: 672, C: 112, Y: 14, X: 14 }
  }

  Layer b12_dw {
    Type: DSCONV;
    Stride { Y: 2, X: 2 }
    Padding { Y: 2, X: 2 }
    Dimensions { K: 1, C: 672, R: 5, S: 5, Y: 14, X: 14 }
  }

  Layer b12_se_gap {
    Type: POOL;
    Dimensions { C: 672, R: 7, S: 7, Y: 7, X: 7 }
  }

  Layer b12_se_reduce {
    Type: FC;
    Dimensions { K: 28, C: 672 }
  }

  Layer b12_se_expand {
    Type: FC;
    Dimensions { K: 672, C: 28 }
  }

  Layer b12_project {
    Type: PWCONV;
    Dimensions { K: 160, C: 672, Y: 7, X: 7 }
  }

  Layer b13_expand {
    Type: PWCONV;
    Dimensions { K: 960, C: 160, Y: 7, X: 7 }
  }

  Layer b13_dw {
    Type: DSCONV;
    Padding { Y: 2, X: 2 }
    Dimensions { K: 1, C: 960, R: 5, S: 5, Y: 7, X: 7 }
  }

  Layer b13_se_gap {
    Type: POOL;
    Dimensions { C: 960, R: 7, S: 7, Y: 7, X: 7 }
  }

  Layer b13_se_reduce {
    Type: FC;
    Dimensions { K: 40, C: 960 }
  }

  Layer b13_se_expand {
    Type: FC;
    Dimensions { K: 960, C: 40 }
  }

  Layer b13_project {
    Type: PWCONV;
    Dimensions { K: 160, C: 960, Y: 7, X: 7 }
  }

  Layer b13_add {
    Type: ADD;
    Dimensions { C: 160, Y: 7, X: 7 }
  }

  Layer b14_expand {
    Type: PWCONV;
    Dimensions { K: 960, C: 160, Y: 7, X: 7 }
  }

  Layer b14_dw {
    Type: DSCONV;
    Padding { Y: 2, X: 2 }
    Dimensions { K: 1, C: 960, R: 5, S: 5, Y: 7, X: 7 }
  }

  Layer b14_se_gap {
    Type: POOL;
    Dimensions { C: 960, R: 7, S: 7, Y: 7, X: 7 }
  }

  Layer b14_se_reduce {
    Type: FC;
    Dimensions { K: 40, C: 960 }
  }

  Layer b14_se_expand {
    Type: FC;
    Dimensions { K: 960, C: 40 }
  }

  Layer b14_project {
    Type: PWCONV;
    Dimensions { K: 160, C: 960, Y: 7, X: 7 }
  }

  Layer b14_add {
    Type: ADD;
    Dimensions { C: 160, Y: 7, X: 7 }
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
    Dimensions { K: 320, C: 960, Y: 7, X: 7 }
  }

  Layer head {
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

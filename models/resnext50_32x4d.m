// Title: ResNeXt-50 (32 x 4d), 224 x 224 RGB
// Source: S. Xie et al., Aggregated residual transformations for deep neural networks, CVPR 2017,
//   Table 1; stride on the 3 x 3 layer of a block as in torchvision
// Note: Batch 1. Activations, biases and normalisation are not costed. res*_1 are the projection
//   shortcuts, res*_add the residual additions; pool1 is the max pooling, gap the global average.
//   In res*_2b C and K count channels per group, of which there are 32.

Network resnext50_32x4d {
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

  // stage 2: 3 bottleneck blocks, 256 output channels
  Layer res2a_2a {
    Type: PWCONV;
    Dimensions { K: 128, C: 64, Y: 56, X: 56 }
  }

  Layer res2a_2b {
    Type: NGCONV;
    Padding { Y: 1, X: 1 }
    Dimensions { G: 32, K: 4, C: 4, R: 3, S: 3, Y: 56, X: 56 }
  }

  Layer res2a_2c {
    Type: PWCONV;
    Dimensions { K: 256, C: 128, Y: 56, X: 56 }
  }

  Layer res2a_1 {
    Type: PWCONV;
    Dimensions { K: 256, C: 64, Y: 56, X: 56 }
  }

  Layer res2a_add {
    Type: ADD;
    Dimensions { C: 256, Y: 56, X: 56 }
  }

  Layer res2b_2a {
    Type: PWCONV;
    Dimensions { K: 128, C: 256, Y: 56, X: 56 }
  }

  Layer res2b_2b {
    Type: NGCONV;
    Padding { Y: 1, X: 1 }
    Dimensions { G: 32, K: 4, C: 4, R: 3, S: 3, Y: 56, X: 56 }
  }

  Layer res2b_2c {
    Type: PWCONV;
    Dimensions { K: 256, C: 128, Y: 56, X: 56 }
  }

  Layer res2b_add {
    Type: ADD;
    Dimensions { C: 256, Y: 56, X: 56 }
  }

  Layer res2c_2a {
    Type: PWCONV;
    Dimensions { K: 128, C: 256, Y: 56, X: 56 }
  }

  Layer res2c_2b {
    Type: NGCONV;
    Padding { Y: 1, X: 1 }
    Dimensions { G: 32, K: 4, C: 4, R: 3, S: 3, Y: 56, X: 56 }
  }

  Layer res2c_2c {
    Type: PWCONV;
    Dimensions { K: 256, C: 128, Y: 56, X: 56 }
  }

  Layer res2c_add {
    Type: ADD;
    Dimensions { C: 256, Y: 56, X: 56 }
  }

  // stage 3: 4 bottleneck blocks, 512 output channels
  Layer res3a_2a {
    Type: PWCONV;
    Dimensions { K: 256, C: 256, Y: 56, X: 56 }
  }

  Layer res3a_2b {
    Type: NGCONV;
    Stride { Y: 2, X: 2 }
    Padding { Y: 1, X: 1 }
    Dimensions { G: 32, K: 8, C: 8, R: 3, S: 3, Y: 56, X: 56 }
  }

  Layer res3a_2c {
    Type: PWCONV;
    Dimensions { K: 512, C: 256, Y: 28, X: 28 }
  }

  Layer res3a_1 {
    Type: PWCONV;
    Stride { Y: 2, X: 2 }
    Dimensions { K: 512, C: 256, Y: 56, X: 56 }
  }

  Layer res3a_add {
    Type: ADD;
    Dimensions { C: 512, Y: 28, X: 28 }
  }

  Layer res3b_2a {
    Type: PWCONV;
    Dimensions { K: 256, C: 512, Y: 28, X: 28 }
  }

  Layer res3b_2b {
    Type: NGCONV;
    Padding { Y: 1, X: 1 }
    Dimensions { G: 32, K: 8, C: 8, R: 3, S: 3, Y: 28, X: 28 }
  }

  Layer res3b_2c {
    Type: PWCONV;
    Dimensions { K: 512, C: 256, Y: 28, X: 28 }
  }

  Layer res3b_add {
    Type: ADD;
    Dimensions { C: 512, Y: 28, X: 28 }
  }

  Layer res3c_2a {
    Type: PWCONV;
    Dimensions { K: 256, C: 512, Y: 28, X: 28 }
  }

  Layer res3c_2b {
    Type: NGCONV;
    Padding { Y: 1, X: 1 }
    Dimensions { G: 32, K: 8, C: 8, R: 3, S: 3, Y: 28, X: 28 }
  }

  Layer res3c_2c {
    Type: PWCONV;
    Dimensions { K: 512, C: 256, Y: 28, X: 28 }
  }

  Layer res3c_add {
    Type: ADD;
    Dimensions { C: 512, Y: 28, X: 28 }
  }

  Layer res3d_2a {
    Type: PWCONV;
    Dimensions { K: 256, C: 512, Y: 28, X: 28 }
  }

  Layer res3d_2b {
    Type: NGCONV;
    Padding { Y: 1, X: 1 }
    Dimensions { G: 32, K: 8, C: 8, R: 3, S: 3, Y: 28, X: 28 }
  }

  Layer res3d_2c {
    Type: PWCONV;
    Dimensions { K: 512, C: 256, Y: 28, X: 28 }
  }

  Layer res3d_add {
    Type: ADD;
    Dimensions { C: 512, Y: 28, X: 28 }
  }

  // stage 4: 6 bottleneck blocks, 1024 output channels
  Layer res4a_2a {
    Type: PWCONV;
    Dimensions { K: 512, C: 512, Y: 28, X: 28 }
  }

  Layer res4a_2b {
    Type: NGCONV;
    Stride { Y: 2, X: 2 }
    Padding { Y: 1, X: 1 }
    Dimensions { G: 32, K: 16, C: 16, R: 3, S: 3, Y: 28, X: 28 }
  }

  Layer res4a_2c {
    Type: PWCONV;
    Dimensions { K: 1024, C: 512, Y: 14, X: 14 }
  }

  Layer res4a_1 {
    Type: PWCONV;
    Stride { Y: 2, X: 2 }
    Dimensions { K: 1024, C: 512, Y: 28, X: 28 }
  }

  Layer res4a_add {
    Type: ADD;
    Dimensions { C: 1024, Y: 14, X: 14 }
  }

  Layer res4b_2a {
    Type: PWCONV;
    Dimensions { K: 512, C: 1024, Y: 14, X: 14 }
  }

  Layer res4b_2b {
    Type: NGCONV;
    Padding { Y: 1, X: 1 }
    Dimensions { G: 32, K: 16, C: 16, R: 3, S: 3, Y: 14, X: 14 }
  }

  Layer res4b_2c {
    Type: PWCONV;
    Dimensions { K: 1024, C: 512, Y: 14, X: 14 }
  }

  Layer res4b_add {
    Type: ADD;
    Dimensions { C: 1024, Y: 14, X: 14 }
  }

  Layer res4c_2a {
    Type: PWCONV;
    Dimensions { K: 512, C: 1024, Y: 14, X: 14 }
  }

  Layer res4c_2b {
    Type: NGCONV;
    Padding { Y: 1, X: 1 }
    Dimensions { G: 32, K: 16, C: 16, R: 3, S: 3, Y: 14, X: 14 }
  }

  Layer res4c_2c {
    Type: PWCONV;
    Dimensions { K: 1024, C: 512, Y: 14, X: 14 }
  }

  Layer res4c_add {
    Type: ADD;
    Dimensions { C: 1024, Y: 14, X: 14 }
  }

  Layer res4d_2a {
    Type: PWCONV;
    Dimensions { K: 512, C: 1024, Y: 14, X: 14 }
  }

  Layer res4d_2b {
    Type: NGCONV;
    Padding { Y: 1, X: 1 }
    Dimensions { G: 32, K: 16, C: 16, R: 3, S: 3, Y: 14, X: 14 }
  }

  Layer res4d_2c {
    Type: PWCONV;
    Dimensions { K: 1024, C: 512, Y: 14, X: 14 }
  }

  Layer res4d_add {
    Type: ADD;
    Dimensions { C: 1024, Y: 14, X: 14 }
  }

  Layer res4e_2a {
    Type: PWCONV;
    Dimensions { K: 512, C: 1024, Y: 14, X: 14 }
  }

  Layer res4e_2b {
    Type: NGCONV;
    Padding { Y: 1, X: 1 }
    Dimensions { G: 32, K: 16, C: 16, R: 3, S: 3, Y: 14, X: 14 }
  }

  Layer res4e_2c {
    Type: PWCONV;
    Dimensions { K: 1024, C: 512, Y: 14, X: 14 }
  }

  Layer res4e_add {
    Type: ADD;
    Dimensions { C: 1024, Y: 14, X: 14 }
  }

  Layer res4f_2a {
    Type: PWCONV;
    Dimensions { K: 512, C: 1024, Y: 14, X: 14 }
  }

  Layer res4f_2b {
    Type: NGCONV;
    Padding { Y: 1, X: 1 }
    Dimensions { G: 32, K: 16, C: 16, R: 3, S: 3, Y: 14, X: 14 }
  }

  Layer res4f_2c {
    Type: PWCONV;
    Dimensions { K: 1024, C: 512, Y: 14, X: 14 }
  }

  Layer res4f_add {
    Type: ADD;
    Dimensions { C: 1024, Y: 14, X: 14 }
  }

  // stage 5: 3 bottleneck blocks, 2048 output channels
  Layer res5a_2a {
    Type: PWCONV;
    Dimensions { K: 1024, C: 1024, Y: 14, X: 14 }
  }

  Layer res5a_2b {
    Type: NGCONV;
    Stride { Y: 2, X: 2 }
    Padding { Y: 1, X: 1 }
    Dimensions { G: 32, K: 32, C: 32, R: 3, S: 3, Y: 14, X: 14 }
  }

  Layer res5a_2c {
    Type: PWCONV;
    Dimensions { K: 2048, C: 1024, Y: 7, X: 7 }
  }

  Layer res5a_1 {
    Type: PWCONV;
    Stride { Y: 2, X: 2 }
    Dimensions { K: 2048, C: 1024, Y: 14, X: 14 }
  }

  Layer res5a_add {
    Type: ADD;
    Dimensions { C: 2048, Y: 7, X: 7 }
  }

  Layer res5b_2a {
    Type: PWCONV;
    Dimensions { K: 1024, C: 2048, Y: 7, X: 7 }
  }

  Layer res5b_2b {
    Type: NGCONV;
    Padding { Y: 1, X: 1 }
    Dimensions { G: 32, K: 32, C: 32, R: 3, S: 3, Y: 7, X: 7 }
  }

  Layer res5b_2c {
    Type: PWCONV;
    Dimensions { K: 2048, C: 1024, Y: 7, X: 7 }
  }

  Layer res5b_add {
    Type: ADD;
    Dimensions { C: 2048, Y: 7, X: 7 }
  }

  Layer res5c_2a {
    Type: PWCONV;
    Dimensions { K: 1024, C: 2048, Y: 7, X: 7 }
  }

  Layer res5c_2b {
    Type: NGCONV;
    Padding { Y: 1, X: 1 }
    Dimensions { G: 32, K: 32, C: 32, R: 3, S: 3, Y: 7, X: 7 }
  }

  Layer res5c_2c {
    Type: PWCONV;
    Dimensions { K: 2048, C: 1024, Y: 7, X: 7 }
  }

  Layer res5c_add {
    Type: ADD;
    Dimensions { C: 2048, Y: 7, X: 7 }
  }

  Layer gap {
    Type: POOL;
    Dimensions { C: 2048, R: 7, S: 7, Y: 7, X: 7 }
  }

  Layer fc1000 {
    Type: FC;
    Dimensions { K: 1000, C: 2048 }
  }
}

// Title: U-Net that keeps its size, 256 x 256 RGB, padding 1
// Source: O. Ronneberger, P. Fischer, T. Brox, U-Net: convolutional networks for biomedical image
//   segmentation, MICCAI 2015, Figure 1; input, padding and the one class of common
//   reimplementations
// Note: Batch 1. Activations, biases and normalisation are not costed. down5 is the bottom; up*_tr
//   are transposed convolutions that double rows and columns. up*_1 reads their output and the last
//   of the same level on the way down; concatenation is not costed. Transposed convolutions
//   multiply the zeros that they insert: three of four MACs.

Network unet_256_same {
  Layer down1_1 {
    Type: CONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 64, C: 3, R: 3, S: 3, Y: 256, X: 256 }
  }

  Layer down1_2 {
    Type: CONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 64, C: 64, R: 3, S: 3, Y: 256, X: 256 }
  }

  Layer pool1 {
    Type: POOL;
    Stride { Y: 2, X: 2 }
    Dimensions { C: 64, R: 2, S: 2, Y: 256, X: 256 }
  }

  Layer down2_1 {
    Type: CONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 128, C: 64, R: 3, S: 3, Y: 128, X: 128 }
  }

  Layer down2_2 {
    Type: CONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 128, C: 128, R: 3, S: 3, Y: 128, X: 128 }
  }

  Layer pool2 {
    Type: POOL;
    Stride { Y: 2, X: 2 }
    Dimensions { C: 128, R: 2, S: 2, Y: 128, X: 128 }
  }

  Layer down3_1 {
    Type: CONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 256, C: 128, R: 3, S: 3, Y: 64, X: 64 }
  }

  Layer down3_2 {
    Type: CONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 256, C: 256, R: 3, S: 3, Y: 64, X: 64 }
  }

  Layer pool3 {
    Type: POOL;
    Stride { Y: 2, X: 2 }
    Dimensions { C: 256, R: 2, S: 2, Y: 64, X: 64 }
  }

  Layer down4_1 {
    Type: CONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 512, C: 256, R: 3, S: 3, Y: 32, X: 32 }
  }

  Layer down4_2 {
    Type: CONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 512, C: 512, R: 3, S: 3, Y: 32, X: 32 }
  }

  Layer pool4 {
    Type: POOL;
    Stride { Y: 2, X: 2 }
    Dimensions { C: 512, R: 2, S: 2, Y: 32, X: 32 }
  }

  Layer down5_1 {
    Type: CONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 1024, C: 512, R: 3, S: 3, Y: 16, X: 16 }
  }

  Layer down5_2 {
    Type: CONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 1024, C: 1024, R: 3, S: 3, Y: 16, X: 16 }
  }

  Layer up4_tr {
    Type: TRCONV;
    Stride { Y: 2, X: 2 }
    Dimensions { K: 512, C: 1024, R: 2, S: 2, Y: 16, X: 16 }
  }

  Layer up4_1 {
    Type: CONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 512, C: 1024, R: 3, S: 3, Y: 32, X: 32 }
  }

  Layer up4_2 {
    Type: CONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 512, C: 512, R: 3, S: 3, Y: 32, X: 32 }
  }

  Layer up3_tr {
    Type: TRCONV;
    Stride { Y: 2, X: 2 }
    Dimensions { K: 256, C: 512, R: 2, S: 2, Y: 32, X: 32 }
  }

  Layer up3_1 {
    Type: CONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 256, C: 512, R: 3, S: 3, Y: 64, X: 64 }
  }

  Layer up3_2 {
    Type: CONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 256, C: 256, R: 3, S: 3, Y: 64, X: 64 }
  }

  Layer up2_tr {
    Type: TRCONV;
    Stride { Y: 2, X: 2 }
    Dimensions { K: 128, C: 256, R: 2, S: 2, Y: 64, X: 64 }
  }

  Layer up2_1 {
    Type: CONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 128, C: 256, R: 3, S: 3, Y: 128, X: 128 }
  }

  Layer up2_2 {
    Type: CONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 128, C: 128, R: 3, S: 3, Y: 128, X: 128 }
  }

  Layer up1_tr {
    Type: TRCONV;
    Stride { Y: 2, X: 2 }
    Dimensions { K: 64, C: 128, R: 2, S: 2, Y: 128, X: 128 }
  }

  Layer up1_1 {
    Type: CONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 64, C: 128, R: 3, S: 3, Y: 256, X: 256 }
  }

  Layer up1_2 {
    Type: CONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 64, C: 64, R: 3, S: 3, Y: 256, X: 256 }
  }

  Layer out {
    Type: PWCONV;
    Dimensions { K: 1, C: 64, Y: 256, X: 256 }
  }
}

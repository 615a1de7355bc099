// Title: U-Net as published, 572 x 572 grey, no padding
// Source: O. Ronneberger, P. Fischer, T. Brox, U-Net: convolutional networks for biomedical image
//   segmentation, MICCAI 2015, Figure 1
// Note: Batch 1. Activations, biases and normalisation are not costed. down5 is the bottom; up*_tr
//   are transposed convolutions that double rows and columns. up*_1 reads their output and the last
//   of the same level on the way down, cropped; cropping and concatenation are not costed.
//   Transposed convolutions multiply the zeros that they insert: three of four MACs.

Network unet_572 {
  Layer down1_1 {
    Type: CONV;
    Dimensions { K: 64, C: 1, R: 3, S: 3, Y: 572, X: 572 }
  }

  Layer down1_2 {
    Type: CONV;
    Dimensions { K: 64, C: 64, R: 3, S: 3, Y: 570, X: 570 }
  }

  Layer pool1 {
    Type: POOL;
    Stride { Y: 2, X: 2 }
    Dimensions { C: 64, R: 2, S: 2, Y: 568, X: 568 }
  }

  Layer down2_1 {
    Type: CONV;
    Dimensions { K: 128, C: 64, R: 3, S: 3, Y: 284, X: 284 }
  }

  Layer down2_2 {
    Type: CONV;
    Dimensions { K: 128, C: 128, R: 3, S: 3, Y: 282, X: 282 }
  }

  Layer pool2 {
    Type: POOL;
    Stride { Y: 2, X: 2 }
    Dimensions { C: 128, R: 2, S: 2, Y: 280, X: 280 }
  }

  Layer down3_1 {
    Type: CONV;
    Dimensions { K: 256, C: 128, R: 3, S: 3, Y: 140, X: 140 }
  }

  Layer down3_2 {
    Type: CONV;
    Dimensions { K: 256, C: 256, R: 3, S: 3, Y: 138, X: 138 }
  }

  Layer pool3 {
    Type: POOL;
    Stride { Y: 2, X: 2 }
    Dimensions { C: 256, R: 2, S: 2, Y: 136, X: 136 }
  }

  Layer down4_1 {
    Type: CONV;
    Dimensions { K: 512, C: 256, R: 3, S: 3, Y: 68, X: 68 }
  }

  Layer down4_2 {
    Type: CONV;
    Dimensions { K: 512, C: 512, R: 3, S: 3, Y: 66, X: 66 }
  }

  Layer pool4 {
    Type: POOL;
    Stride { Y: 2, X: 2 }
    Dimensions { C: 512, R: 2, S: 2, Y: 64, X: 64 }
  }

  Layer down5_1 {
    Type: CONV;
    Dimensions { K: 1024, C: 512, R: 3, S: 3, Y: 32, X: 32 }
  }

  Layer down5_2 {
    Type: CONV;
    Dimensions { K: 1024, C: 1024, R: 3, S: 3, Y: 30, X: 30 }
  }

  Layer up4_tr {
    Type: TRCONV;
    Stride { Y: 2, X: 2 }
    Dimensions { K: 512, C: 1024, R: 2, S: 2, Y: 28, X: 28 }
  }

  Layer up4_1 {
    Type: CONV;
    Dimensions { K: 512, C: 1024, R: 3, S: 3, Y: 56, X: 56 }
  }

  Layer up4_2 {
    Type: CONV;
    Dimensions { K: 512, C: 512, R: 3, S: 3, Y: 54, X: 54 }
  }

  Layer up3_tr {
    Type: TRCONV;
    Stride { Y: 2, X: 2 }
    Dimensions { K: 256, C: 512, R: 2, S: 2, Y: 52, X: 52 }
  }

  Layer up3_1 {
    Type: CONV;
    Dimensions { K: 256, C: 512, R: 3, S: 3, Y: 104, X: 104 }
  }

  Layer up3_2 {
    Type: CONV;
    Dimensions { K: 256, C: 256, R: 3, S: 3, Y: 102, X: 102 }
  }

  Layer up2_tr {
    Type: TRCONV;
    Stride { Y: 2, X: 2 }
    Dimensions { K: 128, C: 256, R: 2, S: 2, Y: 100, X: 100 }
  }

  Layer up2_1 {
    Type: CONV;
    Dimensions { K: 128, C: 256, R: 3, S: 3, Y: 200, X: 200 }
  }

  Layer up2_2 {
    Type: CONV;
    Dimensions { K: 128, C: 128, R: 3, S: 3, Y: 198, X: 198 }
  }

  Layer up1_tr {
    Type: TRCONV;
    Stride { Y: 2, X: 2 }
    Dimensions { K: 64, C: 128, R: 2, S: 2, Y: 196, X: 196 }
  }

  Layer up1_1 {
    Type: CONV;
    Dimensions { K: 64, C: 128, R: 3, S: 3, Y: 392, X: 392 }
  }

  Layer up1_2 {
    Type: CONV;
    Dimensions { K: 64, C: 64, R: 3, S: 3, Y: 390, X: 390 }
  }

  Layer out {
    Type: PWCONV;
    Dimensions { K: 2, C: 64, Y: 388, X: 388 }
  }
}

// Title: MobileNetV1, width 1.0, 224 x 224 RGB
// Source: A. Howard et al., MobileNets: efficient convolutional neural networks for mobile vision
//   applications, arXiv:1704.04861, 2017, Table 1
// Note: Batch 1. Activations, biases and normalisation are not costed. dw* are 3 x 3 depthwise (one
//   filter per channel), pw* 1 x 1.

Network mobilenetv1_224_1_0 {
  Layer conv0 {
    Type: CONV;
    Stride { Y: 2, X: 2 }
    Padding { Y: 1, X: 1 }
    Dimensions { K: 32, C: 3, R: 3, S: 3, Y: 224, X: 224 }
  }

  Layer dw1 {
    Type: DSCONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 1, C: 32, R: 3, S: 3, Y: 112, X: 112 }
  }

  Layer pw1 {
    Type: PWCONV;
    Dimensions { K: 64, C: 32, Y: 112, X: 112 }
  }

  Layer dw2 {
    Type: DSCONV;
    Stride { Y: 2, X: 2 }
    Padding { Y: 1, X: 1 }
    Dimensions { K: 1, C: 64, R: 3, S: 3, Y: 112, X: 112 }
  }

  Layer pw2 {
    Type: PWCONV;
    Dimensions { K: 128, C: 64, Y: 56, X: 56 }
  }

  Layer dw3 {
    Type: DSCONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 1, C: 128, R: 3, S: 3, Y: 56, X: 56 }
  }

  Layer pw3 {
    Type: PWCONV;
    Dimensions { K: 128, C: 128, Y: 56, X: 56 }
  }

  Layer dw4 {
    Type: DSCONV;
    Stride { Y: 2, X: 2 }
    Padding { Y: 1, X: 1 }
    Dimensions { K: 1, C: 128, R: 3, S: 3, Y: 56, X: 56 }
  }

  Layer pw4 {
    Type: PWCONV;
    Dimensions { K: 256, C: 128, Y: 28, X: 28 }
  }

  Layer dw5 {
    Type: DSCONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 1, C: 256, R: 3, S: 3, Y: 28, X: 28 }
  }

  Layer pw5 {
    Type: PWCONV;
    Dimensions { K: 256, C: 256, Y: 28, X: 28 }
  }

  Layer dw6 {
    Type: DSCONV;
    Stride { Y: 2, X: 2 }
    Padding { Y: 1, X: 1 }
    Dimensions { K: 1, C: 256, R: 3, S: 3, Y: 28, X: 28 }
  }

  Layer pw6 {
    Type: PWCONV;
    Dimensions { K: 512, C: 256, Y: 14, X: 14 }
  }

  Layer dw7 {
    Type: DSCONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 1, C: 512, R: 3, S: 3, Y: 14, X: 14 }
  }

  Layer pw7 {
    Type: PWCONV;
    Dimensions { K: 512, C: 512, Y: 14, X: 14 }
  }

  Layer dw8 {
    Type: DSCONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 1, C: 512, R: 3, S: 3, Y: 14, X: 14 }
  }

  Layer pw8 {
    Type: PWCONV;
    Dimensions { K: 512, C: 512, Y: 14, X: 14 }
  }

  Layer dw9 {
    Type: DSCONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 1, C: 512, R: 3, S: 3, Y: 14, X: 14 }
  }

  Layer pw9 {
    Type: PWCONV;
    Dimensions { K: 512, C: 512, Y: 14, X: 14 }
  }

  Layer dw10 {
    Type: DSCONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 1, C: 512, R: 3, S: 3, Y: 14, X: 14 }
  }

  Layer pw10 {
    Type: PWCONV;
    Dimensions { K: 512, C: 512, Y: 14, X: 14 }
  }

  Layer dw11 {
    Type: DSCONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 1, C: 512, R: 3, S: 3, Y: 14, X: 14 }
  }

  Layer pw11 {
    Type: PWCONV;
    Dimensions { K: 512, C: 512, Y: 14, X: 14 }
  }

  Layer dw12 {
    Type: DSCONV;
    Stride { Y: 2, X: 2 }
    Padding { Y: 1, X: 1 }
    Dimensions { K: 1, C: 512, R: 3, S: 3, Y: 14, X: 14 }
  }

  Layer pw12 {
    Type: PWCONV;
    Dimensions { K: 1024, C: 512, Y: 7, X: 7 }
  }

  Layer dw13 {
    Type: DSCONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 1, C: 1024, R: 3, S: 3, Y: 7, X: 7 }
  }

  Layer pw13 {
    Type: PWCONV;
    Dimensions { K: 1024, C: 1024, Y: 7, X: 7 }
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

// Title: SkyNet without its bypass, 160 x 320 RGB
// Source: X. Zhang et al., SkyNet: a hardware-efficient method for object detection and tracking on
//   embedded systems, MLSys 2020; the authors' open model less its bypass, which is none of the
//   paper's configurations
// Note: Batch 1. Activations, biases and normalisation are not costed. dw* are 3 x 3 depthwise (one
//   filter per channel), pw* 1 x 1; pw7 gives two boxes of five numbers.

Network skynet_nobypass {
  Layer dw1 {
    Type: DSCONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 1, C: 3, R: 3, S: 3, Y: 160, X: 320 }
  }

  Layer pw1 {
    Type: PWCONV;
    Dimensions { K: 48, C: 3, Y: 160, X: 320 }
  }

  Layer pool1 {
    Type: POOL;
    Stride { Y: 2, X: 2 }
    Dimensions { C: 48, R: 2, S: 2, Y: 160, X: 320 }
  }

  Layer dw2 {
    Type: DSCONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 1, C: 48, R: 3, S: 3, Y: 80, X: 160 }
  }

  Layer pw2 {
    Type: PWCONV;
    Dimensions { K: 96, C: 48, Y: 80, X: 160 }
  }

  Layer pool2 {
    Type: POOL;
    Stride { Y: 2, X: 2 }
    Dimensions { C: 96, R: 2, S: 2, Y: 80, X: 160 }
  }

  Layer dw3 {
    Type: DSCONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 1, C: 96, R: 3, S: 3, Y: 40, X: 80 }
  }

  Layer pw3 {
    Type: PWCONV;
    Dimensions { K: 192, C: 96, Y: 40, X: 80 }
  }

  Layer pool3 {
    Type: POOL;
    Stride { Y: 2, X: 2 }
    Dimensions { C: 192, R: 2, S: 2, Y: 40, X: 80 }
  }

  Layer dw4 {
    Type: DSCONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 1, C: 192, R: 3, S: 3, Y: 20, X: 40 }
  }

  Layer pw4 {
    Type: PWCONV;
    Dimensions { K: 384, C: 192, Y: 20, X: 40 }
  }

  Layer dw5 {
    Type: DSCONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 1, C: 384, R: 3, S: 3, Y: 20, X: 40 }
  }

  Layer pw5 {
    Type: PWCONV;
    Dimensions { K: 512, C: 384, Y: 20, X: 40 }
  }

  Layer dw6 {
    Type: DSCONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 1, C: 512, R: 3, S: 3, Y: 20, X: 40 }
  }

  Layer pw6 {
    Type: PWCONV;
    Dimensions { K: 96, C: 512, Y: 20, X: 40 }
  }

  Layer pw7 {
    Type: PWCONV;
    Dimensions { K: 10, C: 96, Y: 20, X: 40 }
  }
}

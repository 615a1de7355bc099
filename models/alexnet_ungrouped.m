// Title: AlexNet, 227 x 227 RGB, without groups
// Source: A. Krizhevsky, I. Sutskever, G. Hinton, ImageNet classification with deep convolutional
//   neural networks, NIPS 2012; every convolution reads all channels, as papers on accelerators
//   often have it
// Note: Batch 1. Activations, biases and normalisation are not costed. fc6 reads the 256 x 6 x 6
//   outputs of pool5.

Network alexnet_ungrouped {
  Layer conv1 {
    Type: CONV;
    Stride { Y: 4, X: 4 }
    Dimensions { K: 96, C: 3, R: 11, S: 11, Y: 227, X: 227 }
  }

  Layer pool1 {
    Type: POOL;
    Stride { Y: 2, X: 2 }
    Dimensions { C: 96, R: 3, S: 3, Y: 55, X: 55 }
  }

  Layer conv2 {
    Type: CONV;
    Padding { Y: 2, X: 2 }
    Dimensions { K: 256, C: 96, R: 5, S: 5, Y: 27, X: 27 }
  }

  Layer pool2 {
    Type: POOL;
    Stride { Y: 2, X: 2 }
    Dimensions { C: 256, R: 3, S: 3, Y: 27, X: 27 }
  }

  Layer conv3 {
    Type: CONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 384, C: 256, R: 3, S: 3, Y: 13, X: 13 }
  }

  Layer conv4 {
    Type: CONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 384, C: 384, R: 3, S: 3, Y: 13, X: 13 }
  }

  Layer conv5 {
    Type: CONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 256, C: 384, R: 3, S: 3, Y: 13, X: 13 }
  }

  Layer pool5 {
    Type: POOL;
    Stride { Y: 2, X: 2 }
    Dimensions { C: 256, R: 3, S: 3, Y: 13, X: 13 }
  }

  Layer fc6 {
    Type: FC;
    Dimensions { K: 4096, C: 9216 }
  }

  Layer fc7 {
    Type: FC;
    Dimensions { K: 4096, C: 4096 }
  }

  Layer fc8 {
    Type: FC;
    Dimensions { K: 1000, C: 4096 }
  }
}

// Title: AlexNet of torchvision: one tower, 224 x 224 RGB
// Source: A. Krizhevsky, One weird trick for parallelizing convolutional neural networks,
//   arXiv:1404.5997, 2014, in the form of torchvision's alexnet
// Note: Batch 1. Activations, biases and normalisation are not costed. fc6 reads the 256 x 6 x 6
//   outputs of pool5.

Network alexnet_torchvision {
  Layer conv1 {
    Type: CONV;
    Stride { Y: 4, X: 4 }
    Padding { Y: 2, X: 2 }
    Dimensions { K: 64, C: 3, R: 11, S: 11, Y: 224, X: 224 }
  }

  Layer pool1 {
    Type: POOL;
    Stride { Y: 2, X: 2 }
    Dimensions { C: 64, R: 3, S: 3, Y: 55, X: 55 }
  }

  Layer conv2 {
    Type: CONV;
    Padding { Y: 2, X: 2 }
    Dimensions { K: 192, C: 64, R: 5, S: 5, Y: 27, X: 27 }
  }

  Layer pool2 {
    Type: POOL;
    Stride { Y: 2, X: 2 }
    Dimensions { C: 192, R: 3, S: 3, Y: 27, X: 27 }
  }

  Layer conv3 {
    Type: CONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 384, C: 192, R: 3, S: 3, Y: 13, X: 13 }
  }

  Layer conv4 {
    Type: CONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 256, C: 384, R: 3, S: 3, Y: 13, X: 13 }
  }

  Layer conv5 {
    Type: CONV;
    Padding { Y: 1, X: 1 }
    Dimensions { K: 256, C: 256, R: 3, S: 3, Y: 13, X: 13 }
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

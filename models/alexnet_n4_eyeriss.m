// Title: AlexNet, 227 x 227 RGB, with its two groups, batch 4
// Source: A. Krizhevsky, I. Sutskever, G. Hinton, ImageNet classification with deep convolutional
//   neural networks, NIPS 2012; as evaluated in Y.-H. Chen et al., Eyeriss, IEEE JSSC 52(1), 2017,
//   which runs the convolutions in batches of 4
// Note: Batch 4. Activations, biases and normalisation are not costed. In conv2, conv4 and conv5 C
//   and K count channels per group. fc6 reads the 256 x 6 x 6 outputs of pool5.

Network alexnet_n4_eyeriss {
  Layer conv1 {
    Type: CONV;
    Stride { Y: 4, X: 4 }
    Dimensions { N: 4, K: 96, C: 3, R: 11, S: 11, Y: 227, X: 227 }
  }

  Layer pool1 {
    Type: POOL;
    Stride { Y: 2, X: 2 }
    Dimensions { N: 4, C: 96, R: 3, S: 3, Y: 55, X: 55 }
  }

  Layer conv2 {
    Type: NGCONV;
    Padding { Y: 2, X: 2 }
    Dimensions { G: 2, N: 4, K: 128, C: 48, R: 5, S: 5, Y: 27, X: 27 }
  }

  Layer pool2 {
    Type: POOL;
    Stride { Y: 2, X: 2 }
    Dimensions { N: 4, C: 256, R: 3, S: 3, Y: 27, X: 27 }
  }

  Layer conv3 {
    Type: CONV;
    Padding { Y: 1, X: 1 }
    Dimensions { N: 4, K: 384, C: 256, R: 3, S: 3, Y: 13, X: 13 }
  }

  Layer conv4 {
    Type: NGCONV;
    Padding { Y: 1, X: 1 }
    Dimensions { G: 2, N: 4, K: 192, C: 192, R: 3, S: 3, Y: 13, X: 13 }
  }

  Layer conv5 {
    Type: NGCONV;
    Padding { Y: 1, X: 1 }
    Dimensions { G: 2, N: 4, K: 128, C: 192, R: 3, S: 3, Y: 13, X: 13 }
  }

  Layer pool5 {
    Type: POOL;
    Stride { Y: 2, X: 2 }
    Dimensions { N: 4, C: 256, R: 3, S: 3, Y: 13, X: 13 }
  }

  Layer fc6 {
    Type: FC;
    Dimensions { N: 4, K: 4096, C: 9216 }
  }

  Layer fc7 {
    Type: FC;
    Dimensions { N: 4, K: 4096, C: 4096 }
  }

  Layer fc8 {
    Type: FC;
    Dimensions { N: 4, K: 1000, C: 4096 }
  }
}

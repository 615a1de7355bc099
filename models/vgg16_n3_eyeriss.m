// Title: VGG-16 (configuration D), 224 x 224 RGB, batch 3
// Source: K. Simonyan, A. Zisserman, Very deep convolutional networks for large-scale image
//   recognition, ICLR 2015, Table 1; as evaluated in Y.-H. Chen et al., Eyeriss, IEEE JSSC 52(1),
//   2017, which runs the convolutions in batches of 3
// Note: Batch 3. Activations, biases and normalisation are not costed. fc6 reads the 512 x 7 x 7
//   outputs of pool5.

Network vgg16_n3_eyeriss {
  Layer conv1_1 {
    Type: CONV;
    Padding { Y: 1, X: 1 }
    Dimensions { N: 3, K: 64, C: 3, R: 3, S: 3, Y: 224, X: 224 }
  }

  Layer conv1_2 {
    Type: CONV;
    Padding { Y: 1, X: 1 }
    Dimensions { N: 3, K: 64, C: 64, R: 3, S: 3, Y: 224, X: 224 }
  }

  Layer pool1 {
    Type: POOL;
    Stride { Y: 2, X: 2 }
    Dimensions { N: 3, C: 64, R: 2, S: 2, Y: 224, X: 224 }
  }

  Layer conv2_1 {
    Type: CONV;
    Padding { Y: 1, X: 1 }
    Dimensions { N: 3, K: 128, C: 64, R: 3, S: 3, Y: 112, X: 112 }
  }

  Layer conv2_2 {
    Type: CONV;
    Padding { Y: 1, X: 1 }
    Dimensions { N: 3, K: 128, C: 128, R: 3, S: 3, Y: 112, X: 112 }
  }

  Layer pool2 {
    Type: POOL;
    Stride { Y: 2, X: 2 }
    Dimensions { N: 3, C: 128, R: 2, S: 2, Y: 112, X: 112 }
  }

  Layer conv3_1 {
    Type: CONV;
    Padding { Y: 1, X: 1 }
    Dimensions { N: 3, K: 256, C: 128, R: 3, S: 3, Y: 56, X: 56 }
  }

  Layer conv3_2 {
    Type: CONV;
    Padding { Y: 1, X: 1 }
    Dimensions { N: 3, K: 256, C: 256, R: 3, S: 3, Y: 56, X: 56 }
  }

  Layer conv3_3 {
    Type: CONV;
    Padding { Y: 1, X: 1 }
    Dimensions { N: 3, K: 256, C: 256, R: 3, S: 3, Y: 56, X: 56 }
  }

  Layer pool3 {
    Type: POOL;
    Stride { Y: 2, X: 2 }
    Dimensions { N: 3, C: 256, R: 2, S: 2, Y: 56, X: 56 }
  }

  Layer conv4_1 {
    Type: CONV;
    Padding { Y: 1, X: 1 }
    Dimensions { N: 3, K: 512, C: 256, R: 3, S: 3, Y: 28, X: 28 }
  }

  Layer conv4_2 {
    Type: CONV;
    Padding { Y: 1, X: 1 }
    Dimensions { N: 3, K: 512, C: 512, R: 3, S: 3, Y: 28, X: 28 }
  }

  Layer conv4_3 {
    Type: CONV;
    Padding { Y: 1, X: 1 }
    Dimensions { N: 3, K: 512, C: 512, R: 3, S: 3, Y: 28, X: 28 }
  }

  Layer pool4 {
    Type: POOL;
    Stride { Y: 2, X: 2 }
    Dimensions { N: 3, C: 512, R: 2, S: 2, Y: 28, X: 28 }
  }

  Layer conv5_1 {
    Type: CONV;
    Padding { Y: 1, X: 1 }
    Dimensions { N: 3, K: 512, C: 512, R: 3, S: 3, Y: 14, X: 14 }
  }

  Layer conv5_2 {
    Type: CONV;
    Padding { Y: 1, X: 1 }
    Dimensions { N: 3, K: 512, C: 512, R: 3, S: 3, Y: 14, X: 14 }
  }

  Layer conv5_3 {
    Type: CONV;
    Padding { Y: 1, X: 1 }
    Dimensions { N: 3, K: 512, C: 512, R: 3, S: 3, Y: 14, X: 14 }
  }

  Layer pool5 {
    Type: POOL;
    Stride { Y: 2, X: 2 }
    Dimensions { N: 3, C: 512, R: 2, S: 2, Y: 14, X: 14 }
  }

  Layer fc6 {
    Type: FC;
    Dimensions { N: 3, K: 4096, C: 25088 }
  }

  Layer fc7 {
    Type: FC;
    Dimensions { N: 3, K: 4096, C: 4096 }
  }

  Layer fc8 {
    Type: FC;
    Dimensions { N: 3, K: 1000, C: 4096 }
  }
}

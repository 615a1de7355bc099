// Title: LeNet-5 (Caffe form), 28 x 28 grey digits
// Source: Y. LeCun et al., Gradient-based learning applied to document recognition, Proc. IEEE
//   86(11), 1998; channel counts of Caffe's examples/mnist/lenet.prototxt
// Note: Batch 1. Activations, biases and normalisation are not costed. ip1 reads the 50 x 4 x 4
//   outputs of pool2.

Network lenet5 {
  Layer conv1 {
    Type: CONV;
    Dimensions { K: 20, C: 1, R: 5, S: 5, Y: 28, X: 28 }
  }

  Layer pool1 {
    Type: POOL;
    Stride { Y: 2, X: 2 }
    Dimensions { C: 20, R: 2, S: 2, Y: 24, X: 24 }
  }

  Layer conv2 {
    Type: CONV;
    Dimensions { K: 50, C: 20, R: 5, S: 5, Y: 12, X: 12 }
  }

  Layer pool2 {
    Type: POOL;
    Stride { Y: 2, X: 2 }
    Dimensions { C: 50, R: 2, S: 2, Y: 8, X: 8 }
  }

  Layer ip1 {
    Type: FC;
    Dimensions { K: 500, C: 800 }
  }

  Layer ip2 {
    Type: FC;
    Dimensions { K: 10, C: 500 }
  }
}

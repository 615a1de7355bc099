// Title: PilotNet (also DAVE-2, DriveNet), 66 x 200 YUV
// Source: M. Bojarski et al., End to end learning for self-driving cars, arXiv:1604.07316, 2016,
//   Figure 4
// Note: Batch 1. Activations, biases and normalisation are not costed. fc1 reads the 64 x 1 x 18
//   outputs of conv5; the figure prints 1164 neurons there.

Network pilotnet_drivenet {
  Layer conv1 {
    Type: CONV;
    Stride { Y: 2, X: 2 }
    Dimensions { K: 24, C: 3, R: 5, S: 5, Y: 66, X: 200 }
  }

  Layer conv2 {
    Type: CONV;
    Stride { Y: 2, X: 2 }
    Dimensions { K: 36, C: 24, R: 5, S: 5, Y: 31, X: 98 }
  }

  Layer conv3 {
    Type: CONV;
    Stride { Y: 2, X: 2 }
    Dimensions { K: 48, C: 36, R: 5, S: 5, Y: 14, X: 47 }
  }

  Layer conv4 {
    Type: CONV;
    Dimensions { K: 64, C: 48, R: 3, S: 3, Y: 5, X: 22 }
  }

  Layer conv5 {
    Type: CONV;
    Dimensions { K: 64, C: 64, R: 3, S: 3, Y: 3, X: 20 }
  }

  Layer fc1 {
    Type: FC;
    Dimensions { K: 100, C: 1152 }
  }

  Layer fc2 {
    Type: FC;
    Dimensions { K: 50, C: 100 }
  }

  Layer fc3 {
    Type: FC;
    Dimensions { K: 10, C: 50 }
  }

  Layer out {
    Type: FC;
    Dimensions { K: 1, C: 10 }
  }
}

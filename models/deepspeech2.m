// Title: Deep Speech 2: 2 convolutions and 5 bidirectional GRU layers of 800, 300 frames (3 s)
// Source: D. Amodei et al., Deep Speech 2: end-to-end speech recognition in English and Mandarin,
//   ICML 2016; sizes of the open-source model SeanNaren/deepspeech.pytorch
// Note: Batch 1. Rows (Y) are frequencies, columns (X) frames. Layer names: _input is the product
//   of a layer's inputs with the weights of all gates, over all steps at once; _recurrent that of
//   its state, once per step (Repeat) with the same weights; fwd and bwd the two directions of a
//   layer, whose outputs are added. Activations, gates, biases and normalisation are not costed.

Network deepspeech2 {
  // convolutions
  Layer conv1 {
    Type: CONV;
    Stride { Y: 2, X: 2 }
    Padding { Y: 20, X: 5 }
    Dimensions { K: 32, C: 1, R: 41, S: 11, Y: 161, X: 300 }
  }

  Layer conv2 {
    Type: CONV;
    Stride { Y: 2, X: 1 }
    Padding { Y: 10, X: 5 }
    Dimensions { K: 32, C: 32, R: 21, S: 11, Y: 81, X: 150 }
  }

  // recurrent layer 0
  Layer gru0_fwd_input {
    Type: GEMM;
    Dimensions { M: 150, N: 2400, K: 1312 }
  }

  Layer gru0_fwd_recurrent {
    Type: GEMM;
    Repeat: 150;
    Dimensions { M: 1, N: 2400, K: 800 }
  }

  Layer gru0_bwd_input {
    Type: GEMM;
    Dimensions { M: 150, N: 2400, K: 1312 }
  }

  Layer gru0_bwd_recurrent {
    Type: GEMM;
    Repeat: 150;
    Dimensions { M: 1, N: 2400, K: 800 }
  }

  // recurrent layer 1
  Layer gru1_fwd_input {
    Type: GEMM;
    Dimensions { M: 150, N: 2400, K: 800 }
  }

  Layer gru1_fwd_recurrent {
    Type: GEMM;
    Repeat: 150;
    Dimensions { M: 1, N: 2400, K: 800 }
  }

  Layer gru1_bwd_input {
    Type: GEMM;
    Dimensions { M: 150, N: 2400, K: 800 }
  }

  Layer gru1_bwd_recurrent {
    Type: GEMM;
    Repeat: 150;
    Dimensions { M: 1, N: 2400, K: 800 }
  }

  // recurrent layer 2
  Layer gru2_fwd_input {
    Type: GEMM;
    Dimensions { M: 150, N: 2400, K: 800 }
  }

  Layer gru2_fwd_recurrent {
    Type: GEMM;
    Repeat: 150;
    Dimensions { M: 1, N: 2400, K: 800 }
  }

  Layer gru2_bwd_input {
    Type: GEMM;
    Dimensions { M: 150, N: 2400, K: 800 }
  }

  Layer gru2_bwd_recurrent {
    Type: GEMM;
    Repeat: 150;
    Dimensions { M: 1, N: 2400, K: 800 }
  }

  // recurrent layer 3
  Layer gru3_fwd_input {
    Type: GEMM;
    Dimensions { M: 150, N: 2400, K: 800 }
  }

  Layer gru3_fwd_recurrent {
    Type: GEMM;
    Repeat: 150;
    Dimensions { M: 1, N: 2400, K: 800 }
  }

  Layer gru3_bwd_input {
    Type: GEMM;
    Dimensions { M: 150, N: 2400, K: 800 }
  }

  Layer gru3_bwd_recurrent {
    Type: GEMM;
    Repeat: 150;
    Dimensions { M: 1, N: 2400, K: 800 }
  }

  // recurrent layer 4
  Layer gru4_fwd_input {
    Type: GEMM;
    Dimensions { M: 150, N: 2400, K: 800 }
  }

  Layer gru4_fwd_recurrent {
    Type: GEMM;
    Repeat: 150;
    Dimensions { M: 1, N: 2400, K: 800 }
  }

  Layer gru4_bwd_input {
    Type: GEMM;
    Dimensions { M: 150, N: 2400, K: 800 }
  }

  Layer gru4_bwd_recurrent {
    Type: GEMM;
    Repeat: 150;
    Dimensions { M: 1, N: 2400, K: 800 }
  }

  // classifier
  Layer fc {
    Type: GEMM;
    Dimensions { M: 150, N: 29, K: 800 }
  }
}

// Title: Deep Speech 2: 2 convolutions and 5 bidirectional GRU layers of 800, 300 frames (3 s)
// Source: D. Amodei et al., Deep Speech 2: end-to-end speech recognition in English and Mandarin,
//   ICML 2016; sizes of the open-source model SeanNaren/deepspeech.pytorch
// Note: Batch 1. Rows (Y) are frequencies, columns (X) frames. Layer names: those of an LSTM or GRU
//   have its name, .forward or .backward where it reads both ways, and .input (its inputs times the
//   weights of all gates, over all steps at once) or .recurrent (its state, once per step with the
//   same weights); _add the sum of both directions. Activations, gates, biases and normalisation
//   are not costed.

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
  Layer gru0 {
    Type: GRU;
    Dimensions { T: 150, C: 1312, K: 800, D: 2 }
  }

  Layer gru0_add {
    Type: ADD;
    Dimensions { C: 800, Y: 150 }
  }

  // recurrent layer 1
  Layer gru1 {
    Type: GRU;
    Dimensions { T: 150, C: 800, K: 800, D: 2 }
  }

  Layer gru1_add {
    Type: ADD;
    Dimensions { C: 800, Y: 150 }
  }

  // recurrent layer 2
  Layer gru2 {
    Type: GRU;
    Dimensions { T: 150, C: 800, K: 800, D: 2 }
  }

  Layer gru2_add {
    Type: ADD;
    Dimensions { C: 800, Y: 150 }
  }

  // recurrent layer 3
  Layer gru3 {
    Type: GRU;
    Dimensions { T: 150, C: 800, K: 800, D: 2 }
  }

  Layer gru3_add {
    Type: ADD;
    Dimensions { C: 800, Y: 150 }
  }

  // recurrent layer 4
  Layer gru4 {
    Type: GRU;
    Dimensions { T: 150, C: 800, K: 800, D: 2 }
  }

  Layer gru4_add {
    Type: ADD;
    Dimensions { C: 800, Y: 150 }
  }

  // classifier
  Layer fc {
    Type: GEMM;
    Dimensions { M: 150, N: 29, K: 800 }
  }
}

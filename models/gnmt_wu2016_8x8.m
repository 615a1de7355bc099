// Title: GNMT: 8 encoder and 8 decoder LSTM layers of 1024, sentences of 25 words
// Source: Y. Wu et al., Google's neural machine translation system, arXiv:1609.08144, 2016, Section
//   3
// Note: Batch 1. Layer names: those of an LSTM or GRU have its name, .forward or .backward where it
//   reads both ways, and .input (its inputs times the weights of all gates, over all steps at once)
//   or .recurrent (its state, once per step with the same weights); att the additive attention:
//   projections of keys and queries (k, q), scores (v^T tanh of a sum per pair, counted as a
//   product of queries and keys) and context (ctx). All target words are known, as in training: the
//   decoder's lowest layer and its attention go step by step, what is above over all steps at once.
//   The lowest layer reads the context of the step before besides its state, so it is written as
//   its two products. _add the residual additions, from the third layer on. Embeddings, gates,
//   softmax and biases are not costed.

Constant SourceLength 25; // words
Constant TargetLength 25; // words

Network gnmt_wu2016_8x8 {
  // encoder
  Layer enc0 {
    Type: LSTM;
    Dimensions { T: SourceLength, C: 1024, K: 1024, D: 2 }
  }

  Layer enc1 {
    Type: LSTM;
    Dimensions { T: SourceLength, C: 2048, K: 1024 }
  }

  Layer enc2 {
    Type: LSTM;
    Dimensions { T: SourceLength, C: 1024, K: 1024 }
  }

  Layer enc2_add {
    Type: ADD;
    Dimensions { C: 1024, Y: SourceLength }
  }

  Layer enc3 {
    Type: LSTM;
    Dimensions { T: SourceLength, C: 1024, K: 1024 }
  }

  Layer enc3_add {
    Type: ADD;
    Dimensions { C: 1024, Y: SourceLength }
  }

  Layer enc4 {
    Type: LSTM;
    Dimensions { T: SourceLength, C: 1024, K: 1024 }
  }

  Layer enc4_add {
    Type: ADD;
    Dimensions { C: 1024, Y: SourceLength }
  }

  Layer enc5 {
    Type: LSTM;
    Dimensions { T: SourceLength, C: 1024, K: 1024 }
  }

  Layer enc5_add {
    Type: ADD;
    Dimensions { C: 1024, Y: SourceLength }
  }

  Layer enc6 {
    Type: LSTM;
    Dimensions { T: SourceLength, C: 1024, K: 1024 }
  }

  Layer enc6_add {
    Type: ADD;
    Dimensions { C: 1024, Y: SourceLength }
  }

  Layer enc7 {
    Type: LSTM;
    Dimensions { T: SourceLength, C: 1024, K: 1024 }
  }

  Layer enc7_add {
    Type: ADD;
    Dimensions { C: 1024, Y: SourceLength }
  }

  // decoder
  Layer dec0.input {
    Type: GEMM;
    Dimensions { M: TargetLength, N: 4096, K: 1024 }
  }

  Layer dec0.recurrent {
    Type: GEMM;
    Repeat: TargetLength;
    Dimensions { M: 1, N: 4096, K: 2048 }
  }

  Layer att_k {
    Type: GEMM;
    Dimensions { M: SourceLength, N: 1024, K: 1024 }
  }

  Layer att_q {
    Type: GEMM;
    Repeat: TargetLength;
    Dimensions { M: 1, N: 1024, K: 1024 }
  }

  Layer att_score {
    Type: BMM;
    Repeat: TargetLength;
    Dimensions { M: 1, N: SourceLength, K: 1024 }
  }

  Layer att_ctx {
    Type: BMM;
    Repeat: TargetLength;
    Dimensions { M: 1, N: 1024, K: SourceLength }
  }

  Layer dec1 {
    Type: LSTM;
    Dimensions { T: TargetLength, C: 2048, K: 1024 }
  }

  Layer dec2 {
    Type: LSTM;
    Dimensions { T: TargetLength, C: 2048, K: 1024 }
  }

  Layer dec2_add {
    Type: ADD;
    Dimensions { C: 1024, Y: TargetLength }
  }

  Layer dec3 {
    Type: LSTM;
    Dimensions { T: TargetLength, C: 2048, K: 1024 }
  }

  Layer dec3_add {
    Type: ADD;
    Dimensions { C: 1024, Y: TargetLength }
  }

  Layer dec4 {
    Type: LSTM;
    Dimensions { T: TargetLength, C: 2048, K: 1024 }
  }

  Layer dec4_add {
    Type: ADD;
    Dimensions { C: 1024, Y: TargetLength }
  }

  Layer dec5 {
    Type: LSTM;
    Dimensions { T: TargetLength, C: 2048, K: 1024 }
  }

  Layer dec5_add {
    Type: ADD;
    Dimensions { C: 1024, Y: TargetLength }
  }

  Layer dec6 {
    Type: LSTM;
    Dimensions { T: TargetLength, C: 2048, K: 1024 }
  }

  Layer dec6_add {
    Type: ADD;
    Dimensions { C: 1024, Y: TargetLength }
  }

  Layer dec7 {
    Type: LSTM;
    Dimensions { T: TargetLength, C: 2048, K: 1024 }
  }

  Layer dec7_add {
    Type: ADD;
    Dimensions { C: 1024, Y: TargetLength }
  }

  // classifier
  Layer classifier {
    Type: GEMM;
    Dimensions { M: TargetLength, N: 32000, K: 1024 }
  }
}

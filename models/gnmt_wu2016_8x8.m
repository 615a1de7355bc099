// Title: GNMT: 8 encoder and 8 decoder LSTM layers of 1024, sentences of 25 words
// Source: Y. Wu et al., Google's neural machine translation system, arXiv:1609.08144, 2016, Section
//   3
// Note: Batch 1. Layer names: _input is the product of a layer's inputs with the weights of all
//   gates, over all steps at once; _recurrent that of its state, once per step (Repeat) with the
//   same weights; fwd and bwd the two directions of a layer; att the additive attention:
//   projections of keys and queries (k, q), scores (v^T tanh of a sum per pair, counted as a
//   product of queries and keys) and context (ctx). All target words are known, as in training: the
//   decoder's lowest layer, which reads the context of the step before, and its attention go step
//   by step, what is above over all steps at once. Embeddings, gates, softmax, biases and residual
//   additions are not costed.

Constant SourceLength 25; // words
Constant TargetLength 25; // words

Network gnmt_wu2016_8x8 {
  // encoder
  Layer enc0_fwd_input {
    Type: GEMM;
    Dimensions { M: SourceLength, N: 4096, K: 1024 }
  }

  Layer enc0_fwd_recurrent {
    Type: GEMM;
    Repeat: SourceLength;
    Dimensions { M: 1, N: 4096, K: 1024 }
  }

  Layer enc0_bwd_input {
    Type: GEMM;
    Dimensions { M: SourceLength, N: 4096, K: 1024 }
  }

  Layer enc0_bwd_recurrent {
    Type: GEMM;
    Repeat: SourceLength;
    Dimensions { M: 1, N: 4096, K: 1024 }
  }

  Layer enc1_input {
    Type: GEMM;
    Dimensions { M: SourceLength, N: 4096, K: 2048 }
  }

  Layer enc1_recurrent {
    Type: GEMM;
    Repeat: SourceLength;
    Dimensions { M: 1, N: 4096, K: 1024 }
  }

  Layer enc2_input {
    Type: GEMM;
    Dimensions { M: SourceLength, N: 4096, K: 1024 }
  }

  Layer enc2_recurrent {
    Type: GEMM;
    Repeat: SourceLength;
    Dimensions { M: 1, N: 4096, K: 1024 }
  }

  Layer enc3_input {
    Type: GEMM;
    Dimensions { M: SourceLength, N: 4096, K: 1024 }
  }

  Layer enc3_recurrent {
    Type: GEMM;
    Repeat: SourceLength;
    Dimensions { M: 1, N: 4096, K: 1024 }
  }

  Layer enc4_input {
    Type: GEMM;
    Dimensions { M: SourceLength, N: 4096, K: 1024 }
  }

  Layer enc4_recurrent {
    Type: GEMM;
    Repeat: SourceLength;
    Dimensions { M: 1, N: 4096, K: 1024 }
  }

  Layer enc5_input {
    Type: GEMM;
    Dimensions { M: SourceLength, N: 4096, K: 1024 }
  }

  Layer enc5_recurrent {
    Type: GEMM;
    Repeat: SourceLength;
    Dimensions { M: 1, N: 4096, K: 1024 }
  }

  Layer enc6_input {
    Type: GEMM;
    Dimensions { M: SourceLength, N: 4096, K: 1024 }
  }

  Layer enc6_recurrent {
    Type: GEMM;
    Repeat: SourceLength;
    Dimensions { M: 1, N: 4096, K: 1024 }
  }

  Layer enc7_input {
    Type: GEMM;
    Dimensions { M: SourceLength, N: 4096, K: 1024 }
  }

  Layer enc7_recurrent {
    Type: GEMM;
    Repeat: SourceLength;
    Dimensions { M: 1, N: 4096, K: 1024 }
  }

  // decoder
  Layer dec0_input {
    Type: GEMM;
    Dimensions { M: TargetLength, N: 4096, K: 1024 }
  }

  Layer dec0_recurrent {
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

  Layer dec1_input {
    Type: GEMM;
    Dimensions { M: TargetLength, N: 4096, K: 2048 }
  }

  Layer dec1_recurrent {
    Type: GEMM;
    Repeat: TargetLength;
    Dimensions { M: 1, N: 4096, K: 1024 }
  }

  Layer dec2_input {
    Type: GEMM;
    Dimensions { M: TargetLength, N: 4096, K: 2048 }
  }

  Layer dec2_recurrent {
    Type: GEMM;
    Repeat: TargetLength;
    Dimensions { M: 1, N: 4096, K: 1024 }
  }

  Layer dec3_input {
    Type: GEMM;
    Dimensions { M: TargetLength, N: 4096, K: 2048 }
  }

  Layer dec3_recurrent {
    Type: GEMM;
    Repeat: TargetLength;
    Dimensions { M: 1, N: 4096, K: 1024 }
  }

  Layer dec4_input {
    Type: GEMM;
    Dimensions { M: TargetLength, N: 4096, K: 2048 }
  }

  Layer dec4_recurrent {
    Type: GEMM;
    Repeat: TargetLength;
    Dimensions { M: 1, N: 4096, K: 1024 }
  }

  Layer dec5_input {
    Type: GEMM;
    Dimensions { M: TargetLength, N: 4096, K: 2048 }
  }

  Layer dec5_recurrent {
    Type: GEMM;
    Repeat: TargetLength;
    Dimensions { M: 1, N: 4096, K: 1024 }
  }

  Layer dec6_input {
    Type: GEMM;
    Dimensions { M: TargetLength, N: 4096, K: 2048 }
  }

  Layer dec6_recurrent {
    Type: GEMM;
    Repeat: TargetLength;
    Dimensions { M: 1, N: 4096, K: 1024 }
  }

  Layer dec7_input {
    Type: GEMM;
    Dimensions { M: TargetLength, N: 4096, K: 2048 }
  }

  Layer dec7_recurrent {
    Type: GEMM;
    Repeat: TargetLength;
    Dimensions { M: 1, N: 4096, K: 1024 }
  }

  // classifier
  Layer classifier {
    Type: GEMM;
    Dimensions { M: TargetLength, N: 32000, K: 1024 }
  }
}

// Title: Transformer base model: 6 encoder and 6 decoder layers, width 512, 8 heads, feed-forward
//   2048, sequences of 128 tokens
// Source: A. Vaswani et al., Attention is all you need, NIPS 2017, Table 3 (base)
// Note: Batch 1. All target tokens are known, as in training. Layer names: enc and dec with the
//   number of the layer; self and cross, the two attentions of a decoder layer; q, k, v
//   projections; att.qk scores and att.av context, one product per head (G); o output projection;
//   up and down the feed-forward pair. Scores that the causal mask discards are counted. The output
//   projection, which shares the embedding's weights, is left out. add* are the residual additions
//   behind each attention and feed-forward block: a row (Y) per token, a channel (C) per element of
//   it. Embeddings, softmax, activations, biases and normalisation are not costed.

Constant SourceLength 128; // tokens
Constant TargetLength 128; // tokens

Network transformer_base {
  // encoder layer 0
  Layer enc0_q {
    Type: GEMM;
    Dimensions { M: SourceLength, N: 512, K: 512 }
  }

  Layer enc0_k {
    Type: GEMM;
    Dimensions { M: SourceLength, N: 512, K: 512 }
  }

  Layer enc0_v {
    Type: GEMM;
    Dimensions { M: SourceLength, N: 512, K: 512 }
  }

  Layer enc0_att {
    Type: ATTENTION;
    Dimensions { G: 8, M: SourceLength, T: SourceLength, K: 64 }
  }

  Layer enc0_o {
    Type: GEMM;
    Dimensions { M: SourceLength, N: 512, K: 512 }
  }

  Layer enc0_add1 {
    Type: ADD;
    Dimensions { C: 512, Y: SourceLength }
  }

  Layer enc0_up {
    Type: GEMM;
    Dimensions { M: SourceLength, N: 2048, K: 512 }
  }

  Layer enc0_down {
    Type: GEMM;
    Dimensions { M: SourceLength, N: 512, K: 2048 }
  }

  Layer enc0_add2 {
    Type: ADD;
    Dimensions { C: 512, Y: SourceLength }
  }

  // encoder layer 1
  Layer enc1_q {
    Type: GEMM;
    Dimensions { M: SourceLength, N: 512, K: 512 }
  }

  Layer enc1_k {
    Type: GEMM;
    Dimensions { M: SourceLength, N: 512, K: 512 }
  }

  Layer enc1_v {
    Type: GEMM;
    Dimensions { M: SourceLength, N: 512, K: 512 }
  }

  Layer enc1_att {
    Type: ATTENTION;
    Dimensions { G: 8, M: SourceLength, T: SourceLength, K: 64 }
  }

  Layer enc1_o {
    Type: GEMM;
    Dimensions { M: SourceLength, N: 512, K: 512 }
  }

  Layer enc1_add1 {
    Type: ADD;
    Dimensions { C: 512, Y: SourceLength }
  }

  Layer enc1_up {
    Type: GEMM;
    Dimensions { M: SourceLength, N: 2048, K: 512 }
  }

  Layer enc1_down {
    Type: GEMM;
    Dimensions { M: SourceLength, N: 512, K: 2048 }
  }

  Layer enc1_add2 {
    Type: ADD;
    Dimensions { C: 512, Y: SourceLength }
  }

  // encoder layer 2
  Layer enc2_q {
    Type: GEMM;
    Dimensions { M: SourceLength, N: 512, K: 512 }
  }

  Layer enc2_k {
    Type: GEMM;
    Dimensions { M: SourceLength, N: 512, K: 512 }
  }

  Layer enc2_v {
    Type: GEMM;
    Dimensions { M: SourceLength, N: 512, K: 512 }
  }

  Layer enc2_att {
    Type: ATTENTION;
    Dimensions { G: 8, M: SourceLength, T: SourceLength, K: 64 }
  }

  Layer enc2_o {
    Type: GEMM;
    Dimensions { M: SourceLength, N: 512, K: 512 }
  }

  Layer enc2_add1 {
    Type: ADD;
    Dimensions { C: 512, Y: SourceLength }
  }

  Layer enc2_up {
    Type: GEMM;
    Dimensions { M: SourceLength, N: 2048, K: 512 }
  }

  Layer enc2_down {
    Type: GEMM;
    Dimensions { M: SourceLength, N: 512, K: 2048 }
  }

  Layer enc2_add2 {
    Type: ADD;
    Dimensions { C: 512, Y: SourceLength }
  }

  // encoder layer 3
  Layer enc3_q {
    Type: GEMM;
    Dimensions { M: SourceLength, N: 512, K: 512 }
  }

  Layer enc3_k {
    Type: GEMM;
    Dimensions { M: SourceLength, N: 512, K: 512 }
  }

  Layer enc3_v {
    Type: GEMM;
    Dimensions { M: SourceLength, N: 512, K: 512 }
  }

  Layer enc3_att {
    Type: ATTENTION;
    Dimensions { G: 8, M: SourceLength, T: SourceLength, K: 64 }
  }

  Layer enc3_o {
    Type: GEMM;
    Dimensions { M: SourceLength, N: 512, K: 512 }
  }

  Layer enc3_add1 {
    Type: ADD;
    Dimensions { C: 512, Y: SourceLength }
  }

  Layer enc3_up {
    Type: GEMM;
    Dimensions { M: SourceLength, N: 2048, K: 512 }
  }

  Layer enc3_down {
    Type: GEMM;
    Dimensions { M: SourceLength, N: 512, K: 2048 }
  }

  Layer enc3_add2 {
    Type: ADD;
    Dimensions { C: 512, Y: SourceLength }
  }

  // encoder layer 4
  Layer enc4_q {
    Type: GEMM;
    Dimensions { M: SourceLength, N: 512, K: 512 }
  }

  Layer enc4_k {
    Type: GEMM;
    Dimensions { M: SourceLength, N: 512, K: 512 }
  }

  Layer enc4_v {
    Type: GEMM;
    Dimensions { M: SourceLength, N: 512, K: 512 }
  }

  Layer enc4_att {
    Type: ATTENTION;
    Dimensions { G: 8, M: SourceLength, T: SourceLength, K: 64 }
  }

  Layer enc4_o {
    Type: GEMM;
    Dimensions { M: SourceLength, N: 512, K: 512 }
  }

  Layer enc4_add1 {
    Type: ADD;
    Dimensions { C: 512, Y: SourceLength }
  }

  Layer enc4_up {
    Type: GEMM;
    Dimensions { M: SourceLength, N: 2048, K: 512 }
  }

  Layer enc4_down {
    Type: GEMM;
    Dimensions { M: SourceLength, N: 512, K: 2048 }
  }

  Layer enc4_add2 {
    Type: ADD;
    Dimensions { C: 512, Y: SourceLength }
  }

  // encoder layer 5
  Layer enc5_q {
    Type: GEMM;
    Dimensions { M: SourceLength, N: 512, K: 512 }
  }

  Layer enc5_k {
    Type: GEMM;
    Dimensions { M: SourceLength, N: 512, K: 512 }
  }

  Layer enc5_v {
    Type: GEMM;
    Dimensions { M: SourceLength, N: 512, K: 512 }
  }

  Layer enc5_att {
    Type: ATTENTION;
    Dimensions { G: 8, M: SourceLength, T: SourceLength, K: 64 }
  }

  Layer enc5_o {
    Type: GEMM;
    Dimensions { M: SourceLength, N: 512, K: 512 }
  }

  Layer enc5_add1 {
    Type: ADD;
    Dimensions { C: 512, Y: SourceLength }
  }

  Layer enc5_up {
    Type: GEMM;
    Dimensions { M: SourceLength, N: 2048, K: 512 }
  }

  Layer enc5_down {
    Type: GEMM;
    Dimensions { M: SourceLength, N: 512, K: 2048 }
  }

  Layer enc5_add2 {
    Type: ADD;
    Dimensions { C: 512, Y: SourceLength }
  }

  // decoder layer 0
  Layer dec0_self_q {
    Type: GEMM;
    Dimensions { M: TargetLength, N: 512, K: 512 }
  }

  Layer dec0_self_k {
    Type: GEMM;
    Dimensions { M: TargetLength, N: 512, K: 512 }
  }

  Layer dec0_self_v {
    Type: GEMM;
    Dimensions { M: TargetLength, N: 512, K: 512 }
  }

  Layer dec0_self_att {
    Type: ATTENTION;
    Dimensions { G: 8, M: TargetLength, T: TargetLength, K: 64 }
  }

  Layer dec0_self_o {
    Type: GEMM;
    Dimensions { M: TargetLength, N: 512, K: 512 }
  }

  Layer dec0_add1 {
    Type: ADD;
    Dimensions { C: 512, Y: TargetLength }
  }

  Layer dec0_cross_q {
    Type: GEMM;
    Dimensions { M: TargetLength, N: 512, K: 512 }
  }

  Layer dec0_cross_k {
    Type: GEMM;
    Dimensions { M: SourceLength, N: 512, K: 512 }
  }

  Layer dec0_cross_v {
    Type: GEMM;
    Dimensions { M: SourceLength, N: 512, K: 512 }
  }

  Layer dec0_cross_att {
    Type: ATTENTION;
    Dimensions { G: 8, M: TargetLength, T: SourceLength, K: 64 }
  }

  Layer dec0_cross_o {
    Type: GEMM;
    Dimensions { M: TargetLength, N: 512, K: 512 }
  }

  Layer dec0_add2 {
    Type: ADD;
    Dimensions { C: 512, Y: TargetLength }
  }

  Layer dec0_up {
    Type: GEMM;
    Dimensions { M: TargetLength, N: 2048, K: 512 }
  }

  Layer dec0_down {
    Type: GEMM;
    Dimensions { M: TargetLength, N: 512, K: 2048 }
  }

  Layer dec0_add3 {
    Type: ADD;
    Dimensions { C: 512, Y: TargetLength }
  }

  // decoder layer 1
  Layer dec1_self_q {
    Type: GEMM;
    Dimensions { M: TargetLength, N: 512, K: 512 }
  }

  Layer dec1_self_k {
    Type: GEMM;
    Dimensions { M: TargetLength, N: 512, K: 512 }
  }

  Layer dec1_self_v {
    Type: GEMM;
    Dimensions { M: TargetLength, N: 512, K: 512 }
  }

  Layer dec1_self_att {
    Type: ATTENTION;
    Dimensions { G: 8, M: TargetLength, T: TargetLength, K: 64 }
  }

  Layer dec1_self_o {
    Type: GEMM;
    Dimensions { M: TargetLength, N: 512, K: 512 }
  }

  Layer dec1_add1 {
    Type: ADD;
    Dimensions { C: 512, Y: TargetLength }
  }

  Layer dec1_cross_q {
    Type: GEMM;
    Dimensions { M: TargetLength, N: 512, K: 512 }
  }

  Layer dec1_cross_k {
    Type: GEMM;
    Dimensions { M: SourceLength, N: 512, K: 512 }
  }

  Layer dec1_cross_v {
    Type: GEMM;
    Dimensions { M: SourceLength, N: 512, K: 512 }
  }

  Layer dec1_cross_att {
    Type: ATTENTION;
    Dimensions { G: 8, M: TargetLength, T: SourceLength, K: 64 }
  }

  Layer dec1_cross_o {
    Type: GEMM;
    Dimensions { M: TargetLength, N: 512, K: 512 }
  }

  Layer dec1_add2 {
    Type: ADD;
    Dimensions { C: 512, Y: TargetLength }
  }

  Layer dec1_up {
    Type: GEMM;
    Dimensions { M: TargetLength, N: 2048, K: 512 }
  }

  Layer dec1_down {
    Type: GEMM;
    Dimensions { M: TargetLength, N: 512, K: 2048 }
  }

  Layer dec1_add3 {
    Type: ADD;
    Dimensions { C: 512, Y: TargetLength }
  }

  // decoder layer 2
  Layer dec2_self_q {
    Type: GEMM;
    Dimensions { M: TargetLength, N: 512, K: 512 }
  }

  Layer dec2_self_k {
    Type: GEMM;
    Dimensions { M: TargetLength, N: 512, K: 512 }
  }

  Layer dec2_self_v {
    Type: GEMM;
    Dimensions { M: TargetLength, N: 512, K: 512 }
  }

  Layer dec2_self_att {
    Type: ATTENTION;
    Dimensions { G: 8, M: TargetLength, T: TargetLength, K: 64 }
  }

  Layer dec2_self_o {
    Type: GEMM;
    Dimensions { M: TargetLength, N: 512, K: 512 }
  }

  Layer dec2_add1 {
    Type: ADD;
    Dimensions { C: 512, Y: TargetLength }
  }

  Layer dec2_cross_q {
    Type: GEMM;
    Dimensions { M: TargetLength, N: 512, K: 512 }
  }

  Layer dec2_cross_k {
    Type: GEMM;
    Dimensions { M: SourceLength, N: 512, K: 512 }
  }

  Layer dec2_cross_v {
    Type: GEMM;
    Dimensions { M: SourceLength, N: 512, K: 512 }
  }

  Layer dec2_cross_att {
    Type: ATTENTION;
    Dimensions { G: 8, M: TargetLength, T: SourceLength, K: 64 }
  }

  Layer dec2_cross_o {
    Type: GEMM;
    Dimensions { M: TargetLength, N: 512, K: 512 }
  }

  Layer dec2_add2 {
    Type: ADD;
    Dimensions { C: 512, Y: TargetLength }
  }

  Layer dec2_up {
    Type: GEMM;
    Dimensions { M: TargetLength, N: 2048, K: 512 }
  }

  Layer dec2_down {
    Type: GEMM;
    Dimensions { M: TargetLength, N: 512, K: 2048 }
  }

  Layer dec2_add3 {
    Type: ADD;
    Dimensions { C: 512, Y: TargetLength }
  }

  // decoder layer 3
  Layer dec3_self_q {
    Type: GEMM;
    Dimensions { M: TargetLength, N: 512, K: 512 }
  }

  Layer dec3_self_k {
    Type: GEMM;
    Dimensions { M: TargetLength, N: 512, K: 512 }
  }

  Layer dec3_self_v {
    Type: GEMM;
    Dimensions { M: TargetLength, N: 512, K: 512 }
  }

  Layer dec3_self_att {
    Type: ATTENTION;
    Dimensions { G: 8, M: TargetLength, T: TargetLength, K: 64 }
  }

  Layer dec3_self_o {
    Type: GEMM;
    Dimensions { M: TargetLength, N: 512, K: 512 }
  }

  Layer dec3_add1 {
    Type: ADD;
    Dimensions { C: 512, Y: TargetLength }
  }

  Layer dec3_cross_q {
    Type: GEMM;
    Dimensions { M: TargetLength, N: 512, K: 512 }
  }

  Layer dec3_cross_k {
    Type: GEMM;
    Dimensions { M: SourceLength, N: 512, K: 512 }
  }

  Layer dec3_cross_v {
    Type: GEMM;
    Dimensions { M: SourceLength, N: 512, K: 512 }
  }

  Layer dec3_cross_att {
    Type: ATTENTION;
    Dimensions { G: 8, M: TargetLength, T: SourceLength, K: 64 }
  }

  Layer dec3_cross_o {
    Type: GEMM;
    Dimensions { M: TargetLength, N: 512, K: 512 }
  }

  Layer dec3_add2 {
    Type: ADD;
    Dimensions { C: 512, Y: TargetLength }
  }

  Layer dec3_up {
    Type: GEMM;
    Dimensions { M: TargetLength, N: 2048, K: 512 }
  }

  Layer dec3_down {
    Type: GEMM;
    Dimensions { M: TargetLength, N: 512, K: 2048 }
  }

  Layer dec3_add3 {
    Type: ADD;
    Dimensions { C: 512, Y: TargetLength }
  }

  // decoder layer 4
  Layer dec4_self_q {
    Type: GEMM;
    Dimensions { M: TargetLength, N: 512, K: 512 }
  }

  Layer dec4_self_k {
    Type: GEMM;
    Dimensions { M: TargetLength, N: 512, K: 512 }
  }

  Layer dec4_self_v {
    Type: GEMM;
    Dimensions { M: TargetLength, N: 512, K: 512 }
  }

  Layer dec4_self_att {
    Type: ATTENTION;
    Dimensions { G: 8, M: TargetLength, T: TargetLength, K: 64 }
  }

  Layer dec4_self_o {
    Type: GEMM;
    Dimensions { M: TargetLength, N: 512, K: 512 }
  }

  Layer dec4_add1 {
    Type: ADD;
    Dimensions { C: 512, Y: TargetLength }
  }

  Layer dec4_cross_q {
    Type: GEMM;
    Dimensions { M: TargetLength, N: 512, K: 512 }
  }

  Layer dec4_cross_k {
    Type: GEMM;
    Dimensions { M: SourceLength, N: 512, K: 512 }
  }

  Layer dec4_cross_v {
    Type: GEMM;
    Dimensions { M: SourceLength, N: 512, K: 512 }
  }

  Layer dec4_cross_att {
    Type: ATTENTION;
    Dimensions { G: 8, M: TargetLength, T: SourceLength, K: 64 }
  }

  Layer dec4_cross_o {
    Type: GEMM;
    Dimensions { M: TargetLength, N: 512, K: 512 }
  }

  Layer dec4_add2 {
    Type: ADD;
    Dimensions { C: 512, Y: TargetLength }
  }

  Layer dec4_up {
    Type: GEMM;
    Dimensions { M: TargetLength, N: 2048, K: 512 }
  }

  Layer dec4_down {
    Type: GEMM;
    Dimensions { M: TargetLength, N: 512, K: 2048 }
  }

  Layer dec4_add3 {
    Type: ADD;
    Dimensions { C: 512, Y: TargetLength }
  }

  // decoder layer 5
  Layer dec5_self_q {
    Type: GEMM;
    Dimensions { M: TargetLength, N: 512, K: 512 }
  }

  Layer dec5_self_k {
    Type: GEMM;
    Dimensions { M: TargetLength, N: 512, K: 512 }
  }

  Layer dec5_self_v {
    Type: GEMM;
    Dimensions { M: TargetLength, N: 512, K: 512 }
  }

  Layer dec5_self_att {
    Type: ATTENTION;
    Dimensions { G: 8, M: TargetLength, T: TargetLength, K: 64 }
  }

  Layer dec5_self_o {
    Type: GEMM;
    Dimensions { M: TargetLength, N: 512, K: 512 }
  }

  Layer dec5_add1 {
    Type: ADD;
    Dimensions { C: 512, Y: TargetLength }
  }

  Layer dec5_cross_q {
    Type: GEMM;
    Dimensions { M: TargetLength, N: 512, K: 512 }
  }

  Layer dec5_cross_k {
    Type: GEMM;
    Dimensions { M: SourceLength, N: 512, K: 512 }
  }

  Layer dec5_cross_v {
    Type: GEMM;
    Dimensions { M: SourceLength, N: 512, K: 512 }
  }

  Layer dec5_cross_att {
    Type: ATTENTION;
    Dimensions { G: 8, M: TargetLength, T: SourceLength, K: 64 }
  }

  Layer dec5_cross_o {
    Type: GEMM;
    Dimensions { M: TargetLength, N: 512, K: 512 }
  }

  Layer dec5_add2 {
    Type: ADD;
    Dimensions { C: 512, Y: TargetLength }
  }

  Layer dec5_up {
    Type: GEMM;
    Dimensions { M: TargetLength, N: 2048, K: 512 }
  }

  Layer dec5_down {
    Type: GEMM;
    Dimensions { M: TargetLength, N: 512, K: 2048 }
  }

  Layer dec5_add3 {
    Type: ADD;
    Dimensions { C: 512, Y: TargetLength }
  }
}

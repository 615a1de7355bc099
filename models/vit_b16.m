// Title: ViT-B/16: 12 layers, width 768, 12 heads, 224 x 224 input in patches of 16 x 16
// Source: A. Dosovitskiy et al., An image is worth 16x16 words, ICLR 2021, Table 1 (ViT-Base)
// Note: Batch 1. 197 tokens: 14 x 14 patches and the class token. Layer names: q, k, v projections;
//   att.qk scores and att.av context, one product per head (G); o output projection; up and down
//   the feed-forward pair; head the classifier, of the class token. add* are the residual additions
//   behind each attention and feed-forward block: a row (Y) per token, a channel (C) per element of
//   it. Embeddings, softmax, activations, biases and normalisation are not costed.

Network vit_b16 {
  Layer patch_embed {
    Type: CONV;
    Stride { Y: 16, X: 16 }
    Dimensions { K: 768, C: 3, R: 16, S: 16, Y: 224, X: 224 }
  }

  // encoder layer 0
  Layer l0_q {
    Type: GEMM;
    Dimensions { M: 197, N: 768, K: 768 }
  }

  Layer l0_k {
    Type: GEMM;
    Dimensions { M: 197, N: 768, K: 768 }
  }

  Layer l0_v {
    Type: GEMM;
    Dimensions { M: 197, N: 768, K: 768 }
  }

  Layer l0_att {
    Type: ATTENTION;
    Dimensions { G: 12, M: 197, T: 197, K: 64 }
  }

  Layer l0_o {
    Type: GEMM;
    Dimensions { M: 197, N: 768, K: 768 }
  }

  Layer l0_add1 {
    Type: ADD;
    Dimensions { C: 768, Y: 197 }
  }

  Layer l0_up {
    Type: GEMM;
    Dimensions { M: 197, N: 3072, K: 768 }
  }

  Layer l0_down {
    Type: GEMM;
    Dimensions { M: 197, N: 768, K: 3072 }
  }

  Layer l0_add2 {
    Type: ADD;
    Dimensions { C: 768, Y: 197 }
  }

  // encoder layer 1
  Layer l1_q {
    Type: GEMM;
    Dimensions { M: 197, N: 768, K: 768 }
  }

  Layer l1_k {
    Type: GEMM;
    Dimensions { M: 197, N: 768, K: 768 }
  }

  Layer l1_v {
    Type: GEMM;
    Dimensions { M: 197, N: 768, K: 768 }
  }

  Layer l1_att {
    Type: ATTENTION;
    Dimensions { G: 12, M: 197, T: 197, K: 64 }
  }

  Layer l1_o {
    Type: GEMM;
    Dimensions { M: 197, N: 768, K: 768 }
  }

  Layer l1_add1 {
    Type: ADD;
    Dimensions { C: 768, Y: 197 }
  }

  Layer l1_up {
    Type: GEMM;
    Dimensions { M: 197, N: 3072, K: 768 }
  }

  Layer l1_down {
    Type: GEMM;
    Dimensions { M: 197, N: 768, K: 3072 }
  }

  Layer l1_add2 {
    Type: ADD;
    Dimensions { C: 768, Y: 197 }
  }

  // encoder layer 2
  Layer l2_q {
    Type: GEMM;
    Dimensions { M: 197, N: 768, K: 768 }
  }

  Layer l2_k {
    Type: GEMM;
    Dimensions { M: 197, N: 768, K: 768 }
  }

  Layer l2_v {
    Type: GEMM;
    Dimensions { M: 197, N: 768, K: 768 }
  }

  Layer l2_att {
    Type: ATTENTION;
    Dimensions { G: 12, M: 197, T: 197, K: 64 }
  }

  Layer l2_o {
    Type: GEMM;
    Dimensions { M: 197, N: 768, K: 768 }
  }

  Layer l2_add1 {
    Type: ADD;
    Dimensions { C: 768, Y: 197 }
  }

  Layer l2_up {
    Type: GEMM;
    Dimensions { M: 197, N: 3072, K: 768 }
  }

  Layer l2_down {
    Type: GEMM;
    Dimensions { M: 197, N: 768, K: 3072 }
  }

  Layer l2_add2 {
    Type: ADD;
    Dimensions { C: 768, Y: 197 }
  }

  // encoder layer 3
  Layer l3_q {
    Type: GEMM;
    Dimensions { M: 197, N: 768, K: 768 }
  }

  Layer l3_k {
    Type: GEMM;
    Dimensions { M: 197, N: 768, K: 768 }
  }

  Layer l3_v {
    Type: GEMM;
    Dimensions { M: 197, N: 768, K: 768 }
  }

  Layer l3_att {
    Type: ATTENTION;
    Dimensions { G: 12, M: 197, T: 197, K: 64 }
  }

  Layer l3_o {
    Type: GEMM;
    Dimensions { M: 197, N: 768, K: 768 }
  }

  Layer l3_add1 {
    Type: ADD;
    Dimensions { C: 768, Y: 197 }
  }

  Layer l3_up {
    Type: GEMM;
    Dimensions { M: 197, N: 3072, K: 768 }
  }

  Layer l3_down {
    Type: GEMM;
    Dimensions { M: 197, N: 768, K: 3072 }
  }

  Layer l3_add2 {
    Type: ADD;
    Dimensions { C: 768, Y: 197 }
  }

  // encoder layer 4
  Layer l4_q {
    Type: GEMM;
    Dimensions { M: 197, N: 768, K: 768 }
  }

  Layer l4_k {
    Type: GEMM;
    Dimensions { M: 197, N: 768, K: 768 }
  }

  Layer l4_v {
    Type: GEMM;
    Dimensions { M: 197, N: 768, K: 768 }
  }

  Layer l4_att {
    Type: ATTENTION;
    Dimensions { G: 12, M: 197, T: 197, K: 64 }
  }

  Layer l4_o {
    Type: GEMM;
    Dimensions { M: 197, N: 768, K: 768 }
  }

  Layer l4_add1 {
    Type: ADD;
    Dimensions { C: 768, Y: 197 }
  }

  Layer l4_up {
    Type: GEMM;
    Dimensions { M: 197, N: 3072, K: 768 }
  }

  Layer l4_down {
    Type: GEMM;
    Dimensions { M: 197, N: 768, K: 3072 }
  }

  Layer l4_add2 {
    Type: ADD;
    Dimensions { C: 768, Y: 197 }
  }

  // encoder layer 5
  Layer l5_q {
    Type: GEMM;
    Dimensions { M: 197, N: 768, K: 768 }
  }

  Layer l5_k {
    Type: GEMM;
    Dimensions { M: 197, N: 768, K: 768 }
  }

  Layer l5_v {
    Type: GEMM;
    Dimensions { M: 197, N: 768, K: 768 }
  }

  Layer l5_att {
    Type: ATTENTION;
    Dimensions { G: 12, M: 197, T: 197, K: 64 }
  }

  Layer l5_o {
    Type: GEMM;
    Dimensions { M: 197, N: 768, K: 768 }
  }

  Layer l5_add1 {
    Type: ADD;
    Dimensions { C: 768, Y: 197 }
  }

  Layer l5_up {
    Type: GEMM;
    Dimensions { M: 197, N: 3072, K: 768 }
  }

  Layer l5_down {
    Type: GEMM;
    Dimensions { M: 197, N: 768, K: 3072 }
  }

  Layer l5_add2 {
    Type: ADD;
    Dimensions { C: 768, Y: 197 }
  }

  // encoder layer 6
  Layer l6_q {
    Type: GEMM;
    Dimensions { M: 197, N: 768, K: 768 }
  }

  Layer l6_k {
    Type: GEMM;
    Dimensions { M: 197, N: 768, K: 768 }
  }

  Layer l6_v {
    Type: GEMM;
    Dimensions { M: 197, N: 768, K: 768 }
  }

  Layer l6_att {
    Type: ATTENTION;
    Dimensions { G: 12, M: 197, T: 197, K: 64 }
  }

  Layer l6_o {
    Type: GEMM;
    Dimensions { M: 197, N: 768, K: 768 }
  }

  Layer l6_add1 {
    Type: ADD;
    Dimensions { C: 768, Y: 197 }
  }

  Layer l6_up {
    Type: GEMM;
    Dimensions { M: 197, N: 3072, K: 768 }
  }

  Layer l6_down {
    Type: GEMM;
    Dimensions { M: 197, N: 768, K: 3072 }
  }

  Layer l6_add2 {
    Type: ADD;
    Dimensions { C: 768, Y: 197 }
  }

  // encoder layer 7
  Layer l7_q {
    Type: GEMM;
    Dimensions { M: 197, N: 768, K: 768 }
  }

  Layer l7_k {
    Type: GEMM;
    Dimensions { M: 197, N: 768, K: 768 }
  }

  Layer l7_v {
    Type: GEMM;
    Dimensions { M: 197, N: 768, K: 768 }
  }

  Layer l7_att {
    Type: ATTENTION;
    Dimensions { G: 12, M: 197, T: 197, K: 64 }
  }

  Layer l7_o {
    Type: GEMM;
    Dimensions { M: 197, N: 768, K: 768 }
  }

  Layer l7_add1 {
    Type: ADD;
    Dimensions { C: 768, Y: 197 }
  }

  Layer l7_up {
    Type: GEMM;
    Dimensions { M: 197, N: 3072, K: 768 }
  }

  Layer l7_down {
    Type: GEMM;
    Dimensions { M: 197, N: 768, K: 3072 }
  }

  Layer l7_add2 {
    Type: ADD;
    Dimensions { C: 768, Y: 197 }
  }

  // encoder layer 8
  Layer l8_q {
    Type: GEMM;
    Dimensions { M: 197, N: 768, K: 768 }
  }

  Layer l8_k {
    Type: GEMM;
    Dimensions { M: 197, N: 768, K: 768 }
  }

  Layer l8_v {
    Type: GEMM;
    Dimensions { M: 197, N: 768, K: 768 }
  }

  Layer l8_att {
    Type: ATTENTION;
    Dimensions { G: 12, M: 197, T: 197, K: 64 }
  }

  Layer l8_o {
    Type: GEMM;
    Dimensions { M: 197, N: 768, K: 768 }
  }

  Layer l8_add1 {
    Type: ADD;
    Dimensions { C: 768, Y: 197 }
  }

  Layer l8_up {
    Type: GEMM;
    Dimensions { M: 197, N: 3072, K: 768 }
  }

  Layer l8_down {
    Type: GEMM;
    Dimensions { M: 197, N: 768, K: 3072 }
  }

  Layer l8_add2 {
    Type: ADD;
    Dimensions { C: 768, Y: 197 }
  }

  // encoder layer 9
  Layer l9_q {
    Type: GEMM;
    Dimensions { M: 197, N: 768, K: 768 }
  }

  Layer l9_k {
    Type: GEMM;
    Dimensions { M: 197, N: 768, K: 768 }
  }

  Layer l9_v {
    Type: GEMM;
    Dimensions { M: 197, N: 768, K: 768 }
  }

  Layer l9_att {
    Type: ATTENTION;
    Dimensions { G: 12, M: 197, T: 197, K: 64 }
  }

  Layer l9_o {
    Type: GEMM;
    Dimensions { M: 197, N: 768, K: 768 }
  }

  Layer l9_add1 {
    Type: ADD;
    Dimensions { C: 768, Y: 197 }
  }

  Layer l9_up {
    Type: GEMM;
    Dimensions { M: 197, N: 3072, K: 768 }
  }

  Layer l9_down {
    Type: GEMM;
    Dimensions { M: 197, N: 768, K: 3072 }
  }

  Layer l9_add2 {
    Type: ADD;
    Dimensions { C: 768, Y: 197 }
  }

  // encoder layer 10
  Layer l10_q {
    Type: GEMM;
    Dimensions { M: 197, N: 768, K: 768 }
  }

  Layer l10_k {
    Type: GEMM;
    Dimensions { M: 197, N: 768, K: 768 }
  }

  Layer l10_v {
    Type: GEMM;
    Dimensions { M: 197, N: 768, K: 768 }
  }

  Layer l10_att {
    Type: ATTENTION;
    Dimensions { G: 12, M: 197, T: 197, K: 64 }
  }

  Layer l10_o {
    Type: GEMM;
    Dimensions { M: 197, N: 768, K: 768 }
  }

  Layer l10_add1 {
    Type: ADD;
    Dimensions { C: 768, Y: 197 }
  }

  Layer l10_up {
    Type: GEMM;
    Dimensions { M: 197, N: 3072, K: 768 }
  }

  Layer l10_down {
    Type: GEMM;
    Dimensions { M: 197, N: 768, K: 3072 }
  }

  Layer l10_add2 {
    Type: ADD;
    Dimensions { C: 768, Y: 197 }
  }

  // encoder layer 11
  Layer l11_q {
    Type: GEMM;
    Dimensions { M: 197, N: 768, K: 768 }
  }

  Layer l11_k {
    Type: GEMM;
    Dimensions { M: 197, N: 768, K: 768 }
  }

  Layer l11_v {
    Type: GEMM;
    Dimensions { M: 197, N: 768, K: 768 }
  }

  Layer l11_att {
    Type: ATTENTION;
    Dimensions { G: 12, M: 197, T: 197, K: 64 }
  }

  Layer l11_o {
    Type: GEMM;
    Dimensions { M: 197, N: 768, K: 768 }
  }

  Layer l11_add1 {
    Type: ADD;
    Dimensions { C: 768, Y: 197 }
  }

  Layer l11_up {
    Type: GEMM;
    Dimensions { M: 197, N: 3072, K: 768 }
  }

  Layer l11_down {
    Type: GEMM;
    Dimensions { M: 197, N: 768, K: 3072 }
  }

  Layer l11_add2 {
    Type: ADD;
    Dimensions { C: 768, Y: 197 }
  }

  // classifier
  Layer head {
    Type: GEMM;
    Dimensions { M: 1, N: 1000, K: 768 }
  }
}

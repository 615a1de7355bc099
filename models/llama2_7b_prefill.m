// Title: Llama 2 7B, prefill of 2048 tokens: 32 layers, width 4096, 32 heads, feed-forward 11008
// Source: H. Touvron et al., Llama 2: open foundation and fine-tuned chat models, arXiv:2307.09288,
//   2023
// Note: Batch 1. Layer names: q, k, v projections; att.qk scores and att.av context; o output
//   projection; gate, up and down the feed-forward layers; lm_head the classifier. Scores that the
//   causal mask discards are counted; so is lm_head for every token. add* are the residual
//   additions behind each attention and feed-forward block: a row (Y) per token, a channel (C) per
//   element of it. Embeddings, softmax, activations, biases and normalisation are not costed.

Constant SequenceLength 2048; // tokens

Network llama2_7b_prefill {
  // decoder layer 0
  Layer l0_q {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l0_k {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l0_v {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l0_att {
    Type: ATTENTION;
    Dimensions { G: 32, M: SequenceLength, T: SequenceLength, K: 128 }
  }

  Layer l0_o {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l0_add1 {
    Type: ADD;
    Dimensions { C: 4096, Y: SequenceLength }
  }

  Layer l0_gate {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 11008, K: 4096 }
  }

  Layer l0_up {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 11008, K: 4096 }
  }

  Layer l0_down {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 11008 }
  }

  Layer l0_add2 {
    Type: ADD;
    Dimensions { C: 4096, Y: SequenceLength }
  }

  // decoder layer 1
  Layer l1_q {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l1_k {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l1_v {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l1_att {
    Type: ATTENTION;
    Dimensions { G: 32, M: SequenceLength, T: SequenceLength, K: 128 }
  }

  Layer l1_o {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l1_add1 {
    Type: ADD;
    Dimensions { C: 4096, Y: SequenceLength }
  }

  Layer l1_gate {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 11008, K: 4096 }
  }

  Layer l1_up {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 11008, K: 4096 }
  }

  Layer l1_down {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 11008 }
  }

  Layer l1_add2 {
    Type: ADD;
    Dimensions { C: 4096, Y: SequenceLength }
  }

  // decoder layer 2
  Layer l2_q {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l2_k {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l2_v {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l2_att {
    Type: ATTENTION;
    Dimensions { G: 32, M: SequenceLength, T: SequenceLength, K: 128 }
  }

  Layer l2_o {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l2_add1 {
    Type: ADD;
    Dimensions { C: 4096, Y: SequenceLength }
  }

  Layer l2_gate {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 11008, K: 4096 }
  }

  Layer l2_up {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 11008, K: 4096 }
  }

  Layer l2_down {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 11008 }
  }

  Layer l2_add2 {
    Type: ADD;
    Dimensions { C: 4096, Y: SequenceLength }
  }

  // decoder layer 3
  Layer l3_q {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l3_k {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l3_v {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l3_att {
    Type: ATTENTION;
    Dimensions { G: 32, M: SequenceLength, T: SequenceLength, K: 128 }
  }

  Layer l3_o {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l3_add1 {
    Type: ADD;
    Dimensions { C: 4096, Y: SequenceLength }
  }

  Layer l3_gate {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 11008, K: 4096 }
  }

  Layer l3_up {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 11008, K: 4096 }
  }

  Layer l3_down {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 11008 }
  }

  Layer l3_add2 {
    Type: ADD;
    Dimensions { C: 4096, Y: SequenceLength }
  }

  // decoder layer 4
  Layer l4_q {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l4_k {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l4_v {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l4_att {
    Type: ATTENTION;
    Dimensions { G: 32, M: SequenceLength, T: SequenceLength, K: 128 }
  }

  Layer l4_o {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l4_add1 {
    Type: ADD;
    Dimensions { C: 4096, Y: SequenceLength }
  }

  Layer l4_gate {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 11008, K: 4096 }
  }

  Layer l4_up {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 11008, K: 4096 }
  }

  Layer l4_down {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 11008 }
  }

  Layer l4_add2 {
    Type: ADD;
    Dimensions { C: 4096, Y: SequenceLength }
  }

  // decoder layer 5
  Layer l5_q {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l5_k {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l5_v {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l5_att {
    Type: ATTENTION;
    Dimensions { G: 32, M: SequenceLength, T: SequenceLength, K: 128 }
  }

  Layer l5_o {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l5_add1 {
    Type: ADD;
    Dimensions { C: 4096, Y: SequenceLength }
  }

  Layer l5_gate {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 11008, K: 4096 }
  }

  Layer l5_up {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 11008, K: 4096 }
  }

  Layer l5_down {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 11008 }
  }

  Layer l5_add2 {
    Type: ADD;
    Dimensions { C: 4096, Y: SequenceLength }
  }

  // decoder layer 6
  Layer l6_q {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l6_k {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l6_v {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l6_att {
    Type: ATTENTION;
    Dimensions { G: 32, M: SequenceLength, T: SequenceLength, K: 128 }
  }

  Layer l6_o {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l6_add1 {
    Type: ADD;
    Dimensions { C: 4096, Y: SequenceLength }
  }

  Layer l6_gate {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 11008, K: 4096 }
  }

  Layer l6_up {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 11008, K: 4096 }
  }

  Layer l6_down {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 11008 }
  }

  Layer l6_add2 {
    Type: ADD;
    Dimensions { C: 4096, Y: SequenceLength }
  }

  // decoder layer 7
  Layer l7_q {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l7_k {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l7_v {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l7_att {
    Type: ATTENTION;
    Dimensions { G: 32, M: SequenceLength, T: SequenceLength, K: 128 }
  }

  Layer l7_o {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l7_add1 {
    Type: ADD;
    Dimensions { C: 4096, Y: SequenceLength }
  }

  Layer l7_gate {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 11008, K: 4096 }
  }

  Layer l7_up {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 11008, K: 4096 }
  }

  Layer l7_down {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 11008 }
  }

  Layer l7_add2 {
    Type: ADD;
    Dimensions { C: 4096, Y: SequenceLength }
  }

  // decoder layer 8
  Layer l8_q {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l8_k {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l8_v {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l8_att {
    Type: ATTENTION;
    Dimensions { G: 32, M: SequenceLength, T: SequenceLength, K: 128 }
  }

  Layer l8_o {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l8_add1 {
    Type: ADD;
    Dimensions { C: 4096, Y: SequenceLength }
  }

  Layer l8_gate {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 11008, K: 4096 }
  }

  Layer l8_up {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 11008, K: 4096 }
  }

  Layer l8_down {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 11008 }
  }

  Layer l8_add2 {
    Type: ADD;
    Dimensions { C: 4096, Y: SequenceLength }
  }

  // decoder layer 9
  Layer l9_q {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l9_k {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l9_v {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l9_att {
    Type: ATTENTION;
    Dimensions { G: 32, M: SequenceLength, T: SequenceLength, K: 128 }
  }

  Layer l9_o {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l9_add1 {
    Type: ADD;
    Dimensions { C: 4096, Y: SequenceLength }
  }

  Layer l9_gate {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 11008, K: 4096 }
  }

  Layer l9_up {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 11008, K: 4096 }
  }

  Layer l9_down {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 11008 }
  }

  Layer l9_add2 {
    Type: ADD;
    Dimensions { C: 4096, Y: SequenceLength }
  }

  // decoder layer 10
  Layer l10_q {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l10_k {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l10_v {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l10_att {
    Type: ATTENTION;
    Dimensions { G: 32, M: SequenceLength, T: SequenceLength, K: 128 }
  }

  Layer l10_o {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l10_add1 {
    Type: ADD;
    Dimensions { C: 4096, Y: SequenceLength }
  }

  Layer l10_gate {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 11008, K: 4096 }
  }

  Layer l10_up {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 11008, K: 4096 }
  }

  Layer l10_down {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 11008 }
  }

  Layer l10_add2 {
    Type: ADD;
    Dimensions { C: 4096, Y: SequenceLength }
  }

  // decoder layer 11
  Layer l11_q {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l11_k {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l11_v {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l11_att {
    Type: ATTENTION;
    Dimensions { G: 32, M: SequenceLength, T: SequenceLength, K: 128 }
  }

  Layer l11_o {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l11_add1 {
    Type: ADD;
    Dimensions { C: 4096, Y: SequenceLength }
  }

  Layer l11_gate {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 11008, K: 4096 }
  }

  Layer l11_up {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 11008, K: 4096 }
  }

  Layer l11_down {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 11008 }
  }

  Layer l11_add2 {
    Type: ADD;
    Dimensions { C: 4096, Y: SequenceLength }
  }

  // decoder layer 12
  Layer l12_q {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l12_k {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l12_v {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l12_att {
    Type: ATTENTION;
    Dimensions { G: 32, M: SequenceLength, T: SequenceLength, K: 128 }
  }

  Layer l12_o {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l12_add1 {
    Type: ADD;
    Dimensions { C: 4096, Y: SequenceLength }
  }

  Layer l12_gate {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 11008, K: 4096 }
  }

  Layer l12_up {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 11008, K: 4096 }
  }

  Layer l12_down {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 11008 }
  }

  Layer l12_add2 {
    Type: ADD;
    Dimensions { C: 4096, Y: SequenceLength }
  }

  // decoder layer 13
  Layer l13_q {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l13_k {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l13_v {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l13_att {
    Type: ATTENTION;
    Dimensions { G: 32, M: SequenceLength, T: SequenceLength, K: 128 }
  }

  Layer l13_o {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l13_add1 {
    Type: ADD;
    Dimensions { C: 4096, Y: SequenceLength }
  }

  Layer l13_gate {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 11008, K: 4096 }
  }

  Layer l13_up {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 11008, K: 4096 }
  }

  Layer l13_down {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 11008 }
  }

  Layer l13_add2 {
    Type: ADD;
    Dimensions { C: 4096, Y: SequenceLength }
  }

  // decoder layer 14
  Layer l14_q {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l14_k {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l14_v {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l14_att {
    Type: ATTENTION;
    Dimensions { G: 32, M: SequenceLength, T: SequenceLength, K: 128 }
  }

  Layer l14_o {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l14_add1 {
    Type: ADD;
    Dimensions { C: 4096, Y: SequenceLength }
  }

  Layer l14_gate {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 11008, K: 4096 }
  }

  Layer l14_up {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 11008, K: 4096 }
  }

  Layer l14_down {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 11008 }
  }

  Layer l14_add2 {
    Type: ADD;
    Dimensions { C: 4096, Y: SequenceLength }
  }

  // decoder layer 15
  Layer l15_q {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l15_k {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l15_v {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l15_att {
    Type: ATTENTION;
    Dimensions { G: 32, M: SequenceLength, T: SequenceLength, K: 128 }
  }

  Layer l15_o {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l15_add1 {
    Type: ADD;
    Dimensions { C: 4096, Y: SequenceLength }
  }

  Layer l15_gate {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 11008, K: 4096 }
  }

  Layer l15_up {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 11008, K: 4096 }
  }

  Layer l15_down {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 11008 }
  }

  Layer l15_add2 {
    Type: ADD;
    Dimensions { C: 4096, Y: SequenceLength }
  }

  // decoder layer 16
  Layer l16_q {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l16_k {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l16_v {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l16_att {
    Type: ATTENTION;
    Dimensions { G: 32, M: SequenceLength, T: SequenceLength, K: 128 }
  }

  Layer l16_o {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l16_add1 {
    Type: ADD;
    Dimensions { C: 4096, Y: SequenceLength }
  }

  Layer l16_gate {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 11008, K: 4096 }
  }

  Layer l16_up {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 11008, K: 4096 }
  }

  Layer l16_down {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 11008 }
  }

  Layer l16_add2 {
    Type: ADD;
    Dimensions { C: 4096, Y: SequenceLength }
  }

  // decoder layer 17
  Layer l17_q {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l17_k {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l17_v {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l17_att {
    Type: ATTENTION;
    Dimensions { G: 32, M: SequenceLength, T: SequenceLength, K: 128 }
  }

  Layer l17_o {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l17_add1 {
    Type: ADD;
    Dimensions { C: 4096, Y: SequenceLength }
  }

  Layer l17_gate {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 11008, K: 4096 }
  }

  Layer l17_up {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 11008, K: 4096 }
  }

  Layer l17_down {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 11008 }
  }

  Layer l17_add2 {
    Type: ADD;
    Dimensions { C: 4096, Y: SequenceLength }
  }

  // decoder layer 18
  Layer l18_q {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l18_k {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l18_v {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l18_att {
    Type: ATTENTION;
    Dimensions { G: 32, M: SequenceLength, T: SequenceLength, K: 128 }
  }

  Layer l18_o {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l18_add1 {
    Type: ADD;
    Dimensions { C: 4096, Y: SequenceLength }
  }

  Layer l18_gate {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 11008, K: 4096 }
  }

  Layer l18_up {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 11008, K: 4096 }
  }

  Layer l18_down {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 11008 }
  }

  Layer l18_add2 {
    Type: ADD;
    Dimensions { C: 4096, Y: SequenceLength }
  }

  // decoder layer 19
  Layer l19_q {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l19_k {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l19_v {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l19_att {
    Type: ATTENTION;
    Dimensions { G: 32, M: SequenceLength, T: SequenceLength, K: 128 }
  }

  Layer l19_o {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l19_add1 {
    Type: ADD;
    Dimensions { C: 4096, Y: SequenceLength }
  }

  Layer l19_gate {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 11008, K: 4096 }
  }

  Layer l19_up {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 11008, K: 4096 }
  }

  Layer l19_down {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 11008 }
  }

  Layer l19_add2 {
    Type: ADD;
    Dimensions { C: 4096, Y: SequenceLength }
  }

  // decoder layer 20
  Layer l20_q {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l20_k {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l20_v {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l20_att {
    Type: ATTENTION;
    Dimensions { G: 32, M: SequenceLength, T: SequenceLength, K: 128 }
  }

  Layer l20_o {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l20_add1 {
    Type: ADD;
    Dimensions { C: 4096, Y: SequenceLength }
  }

  Layer l20_gate {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 11008, K: 4096 }
  }

  Layer l20_up {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 11008, K: 4096 }
  }

  Layer l20_down {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 11008 }
  }

  Layer l20_add2 {
    Type: ADD;
    Dimensions { C: 4096, Y: SequenceLength }
  }

  // decoder layer 21
  Layer l21_q {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l21_k {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l21_v {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l21_att {
    Type: ATTENTION;
    Dimensions { G: 32, M: SequenceLength, T: SequenceLength, K: 128 }
  }

  Layer l21_o {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l21_add1 {
    Type: ADD;
    Dimensions { C: 4096, Y: SequenceLength }
  }

  Layer l21_gate {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 11008, K: 4096 }
  }

  Layer l21_up {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 11008, K: 4096 }
  }

  Layer l21_down {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 11008 }
  }

  Layer l21_add2 {
    Type: ADD;
    Dimensions { C: 4096, Y: SequenceLength }
  }

  // decoder layer 22
  Layer l22_q {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l22_k {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l22_v {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l22_att {
    Type: ATTENTION;
    Dimensions { G: 32, M: SequenceLength, T: SequenceLength, K: 128 }
  }

  Layer l22_o {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l22_add1 {
    Type: ADD;
    Dimensions { C: 4096, Y: SequenceLength }
  }

  Layer l22_gate {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 11008, K: 4096 }
  }

  Layer l22_up {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 11008, K: 4096 }
  }

  Layer l22_down {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 11008 }
  }

  Layer l22_add2 {
    Type: ADD;
    Dimensions { C: 4096, Y: SequenceLength }
  }

  // decoder layer 23
  Layer l23_q {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l23_k {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l23_v {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l23_att {
    Type: ATTENTION;
    Dimensions { G: 32, M: SequenceLength, T: SequenceLength, K: 128 }
  }

  Layer l23_o {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l23_add1 {
    Type: ADD;
    Dimensions { C: 4096, Y: SequenceLength }
  }

  Layer l23_gate {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 11008, K: 4096 }
  }

  Layer l23_up {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 11008, K: 4096 }
  }

  Layer l23_down {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 11008 }
  }

  Layer l23_add2 {
    Type: ADD;
    Dimensions { C: 4096, Y: SequenceLength }
  }

  // decoder layer 24
  Layer l24_q {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l24_k {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l24_v {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l24_att {
    Type: ATTENTION;
    Dimensions { G: 32, M: SequenceLength, T: SequenceLength, K: 128 }
  }

  Layer l24_o {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l24_add1 {
    Type: ADD;
    Dimensions { C: 4096, Y: SequenceLength }
  }

  Layer l24_gate {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 11008, K: 4096 }
  }

  Layer l24_up {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 11008, K: 4096 }
  }

  Layer l24_down {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 11008 }
  }

  Layer l24_add2 {
    Type: ADD;
    Dimensions { C: 4096, Y: SequenceLength }
  }

  // decoder layer 25
  Layer l25_q {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l25_k {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l25_v {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l25_att {
    Type: ATTENTION;
    Dimensions { G: 32, M: SequenceLength, T: SequenceLength, K: 128 }
  }

  Layer l25_o {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l25_add1 {
    Type: ADD;
    Dimensions { C: 4096, Y: SequenceLength }
  }

  Layer l25_gate {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 11008, K: 4096 }
  }

  Layer l25_up {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 11008, K: 4096 }
  }

  Layer l25_down {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 11008 }
  }

  Layer l25_add2 {
    Type: ADD;
    Dimensions { C: 4096, Y: SequenceLength }
  }

  // decoder layer 26
  Layer l26_q {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l26_k {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l26_v {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l26_att {
    Type: ATTENTION;
    Dimensions { G: 32, M: SequenceLength, T: SequenceLength, K: 128 }
  }

  Layer l26_o {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l26_add1 {
    Type: ADD;
    Dimensions { C: 4096, Y: SequenceLength }
  }

  Layer l26_gate {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 11008, K: 4096 }
  }

  Layer l26_up {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 11008, K: 4096 }
  }

  Layer l26_down {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 11008 }
  }

  Layer l26_add2 {
    Type: ADD;
    Dimensions { C: 4096, Y: SequenceLength }
  }

  // decoder layer 27
  Layer l27_q {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l27_k {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l27_v {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l27_att {
    Type: ATTENTION;
    Dimensions { G: 32, M: SequenceLength, T: SequenceLength, K: 128 }
  }

  Layer l27_o {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l27_add1 {
    Type: ADD;
    Dimensions { C: 4096, Y: SequenceLength }
  }

  Layer l27_gate {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 11008, K: 4096 }
  }

  Layer l27_up {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 11008, K: 4096 }
  }

  Layer l27_down {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 11008 }
  }

  Layer l27_add2 {
    Type: ADD;
    Dimensions { C: 4096, Y: SequenceLength }
  }

  // decoder layer 28
  Layer l28_q {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l28_k {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l28_v {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l28_att {
    Type: ATTENTION;
    Dimensions { G: 32, M: SequenceLength, T: SequenceLength, K: 128 }
  }

  Layer l28_o {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l28_add1 {
    Type: ADD;
    Dimensions { C: 4096, Y: SequenceLength }
  }

  Layer l28_gate {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 11008, K: 4096 }
  }

  Layer l28_up {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 11008, K: 4096 }
  }

  Layer l28_down {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 11008 }
  }

  Layer l28_add2 {
    Type: ADD;
    Dimensions { C: 4096, Y: SequenceLength }
  }

  // decoder layer 29
  Layer l29_q {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l29_k {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l29_v {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l29_att {
    Type: ATTENTION;
    Dimensions { G: 32, M: SequenceLength, T: SequenceLength, K: 128 }
  }

  Layer l29_o {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l29_add1 {
    Type: ADD;
    Dimensions { C: 4096, Y: SequenceLength }
  }

  Layer l29_gate {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 11008, K: 4096 }
  }

  Layer l29_up {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 11008, K: 4096 }
  }

  Layer l29_down {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 11008 }
  }

  Layer l29_add2 {
    Type: ADD;
    Dimensions { C: 4096, Y: SequenceLength }
  }

  // decoder layer 30
  Layer l30_q {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l30_k {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l30_v {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l30_att {
    Type: ATTENTION;
    Dimensions { G: 32, M: SequenceLength, T: SequenceLength, K: 128 }
  }

  Layer l30_o {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l30_add1 {
    Type: ADD;
    Dimensions { C: 4096, Y: SequenceLength }
  }

  Layer l30_gate {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 11008, K: 4096 }
  }

  Layer l30_up {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 11008, K: 4096 }
  }

  Layer l30_down {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 11008 }
  }

  Layer l30_add2 {
    Type: ADD;
    Dimensions { C: 4096, Y: SequenceLength }
  }

  // decoder layer 31
  Layer l31_q {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l31_k {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l31_v {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l31_att {
    Type: ATTENTION;
    Dimensions { G: 32, M: SequenceLength, T: SequenceLength, K: 128 }
  }

  Layer l31_o {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 4096 }
  }

  Layer l31_add1 {
    Type: ADD;
    Dimensions { C: 4096, Y: SequenceLength }
  }

  Layer l31_gate {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 11008, K: 4096 }
  }

  Layer l31_up {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 11008, K: 4096 }
  }

  Layer l31_down {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 4096, K: 11008 }
  }

  Layer l31_add2 {
    Type: ADD;
    Dimensions { C: 4096, Y: SequenceLength }
  }

  // classifier
  Layer lm_head {
    Type: GEMM;
    Dimensions { M: SequenceLength, N: 32000, K: 4096 }
  }
}

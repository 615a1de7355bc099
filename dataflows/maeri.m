// Title: MAERI-like: a virtual neuron of Sz(R) x Sz(S) PEs per output channel, weights stay
// Layers: CONV NGCONV PWCONV TRCONV DSCONV POOL ADD FC GEMM BMM
// Stationary: weights
// Parallel: K R S
// Needs: Sz(R) * Sz(S) PEs (largest filter), VirtualNeuronSize PEs for FC and GEMM
// Source: maestro-project/maestro, commit 4eb08d1, tools template maeri and validation/vgg16_maeri;
//   MAERI (Kwon et al., ASPLOS 2018)
// Differs: inside a virtual neuron a PE takes one filter tap; its input (SpatialMap(1,1) Y and X in
//   the original) follows from it and is left out: the same tiles, and legal with any stride and
//   dilation. N and G advance one at a time. The DSCONV, POOL, FC and GEMM templates are ours.

Constant VirtualNeuronSize 16; // PEs that reduce one output of FC, GEMM and BMM

Dataflow maeri (CONV, NGCONV, PWCONV, TRCONV) {
  TemporalMap(1,1) G;
  TemporalMap(1,1) C;
  SpatialMap(1,1) K;
  TemporalMap(1,1) N;
  TemporalMap(1,1) Y';
  TemporalMap(1,1) X';
  TemporalMap(Sz(R),Sz(R)) R;
  TemporalMap(Sz(S),Sz(S)) S;
  Cluster(Sz(R), P);
  SpatialMap(1,1) R;
  Cluster(Sz(S), P);
  SpatialMap(1,1) S;
}

Dataflow maeri_dsconv (DSCONV) {
  TemporalMap(1,1) K;
  SpatialMap(1,1) C;
  TemporalMap(1,1) N;
  TemporalMap(1,1) Y';
  TemporalMap(1,1) X';
  TemporalMap(Sz(R),Sz(R)) R;
  TemporalMap(Sz(S),Sz(S)) S;
  Cluster(Sz(R), P);
  SpatialMap(1,1) R;
  Cluster(Sz(S), P);
  SpatialMap(1,1) S;
}

Dataflow maeri_pool (POOL, ADD) {
  SpatialMap(1,1) C;
  TemporalMap(1,1) N;
  TemporalMap(1,1) Y';
  TemporalMap(1,1) X';
  TemporalMap(Sz(R),Sz(R)) R;
  TemporalMap(Sz(S),Sz(S)) S;
  Cluster(Sz(R), P);
  SpatialMap(1,1) R;
  Cluster(Sz(S), P);
  SpatialMap(1,1) S;
}

// A virtual neuron reduces a run of inputs.
Dataflow maeri_fc (FC) {
  TemporalMap(VirtualNeuronSize,VirtualNeuronSize) C;
  SpatialMap(1,1) K;
  TemporalMap(1,1) N;
  Cluster(VirtualNeuronSize, P);
  SpatialMap(1,1) C;
}

Dataflow maeri_gemm (GEMM, BMM) {
  TemporalMap(1,1) G;
  TemporalMap(VirtualNeuronSize,VirtualNeuronSize) K;
  SpatialMap(1,1) N;
  TemporalMap(1,1) M;
  Cluster(VirtualNeuronSize, P);
  SpatialMap(1,1) K;
}

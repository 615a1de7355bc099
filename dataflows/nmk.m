// Title: Matrix product: a cluster per row of the output reduces KTileSz products, partial sums
//   stay
// Layers: GEMM BMM FC ADD
// Stationary: outputs
// Parallel: M K
// Needs: KTileSz PEs
// Source: maestro-project/maestro, commit 4eb08d1, mappings GEMM_Example, gnmt_nmk and ncf_nmk
// Differs: KTileSz is 64 instead of 100 so that machines of 64 PEs can run it. Inner maps that
//   repeat the outer ones are left out. G advances one at a time. The FC template (N samples are
//   the rows) and the ADD template are ours.

Constant MTileSz 1; // rows of a PE
Constant NTileSz 1; // columns of a PE
Constant KTileSz 64; // PEs of a cluster: products summed in parallel

Dataflow nmk (GEMM, BMM) {
  TemporalMap(1,1) G;
  TemporalMap(NTileSz,NTileSz) N;
  SpatialMap(MTileSz,MTileSz) M;
  TemporalMap(KTileSz,KTileSz) K;
  Cluster(KTileSz, P);
  SpatialMap(1,1) K;
}

// K and C of FC are the columns and the reduction.
Dataflow nmk_fc (FC) {
  TemporalMap(NTileSz,NTileSz) K;
  SpatialMap(MTileSz,MTileSz) N;
  TemporalMap(KTileSz,KTileSz) C;
  Cluster(KTileSz, P);
  SpatialMap(1,1) C;
}

// Rows and channels of tokens are those of the product before; nothing is summed, so a cluster takes
// KTileSz channels.
Dataflow nmk_add (ADD) {
  TemporalMap(1,1) N;
  TemporalMap(1,1) X';
  SpatialMap(MTileSz,MTileSz) Y';
  TemporalMap(KTileSz,KTileSz) C;
  Cluster(KTileSz, P);
  SpatialMap(1,1) C;
}

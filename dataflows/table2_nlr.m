// Title: No local reuse: one MAC per PE and step, neighbouring output columns in parallel
// Layers: CONV NGCONV PWCONV TRCONV DSCONV POOL ADD FC GEMM BMM
// Stationary: none
// Parallel: X'
// Needs: 1 PE
// Source: MAESTRO (Kwon et al., MICRO 2019), Table 2, row 'No Local Reuse'
// Differs: the print lists K twice and no N: read as K, C, Y, R, S temporal and X spatial. Y and X
//   are input rows and columns there, which wastes all but one step in stride x stride on a strided
//   layer; here they are Y' and X', so that a PE sums one output over R and S where the print keeps
//   one input. N and G advance one at a time.

Dataflow table2_nlr (CONV, NGCONV, PWCONV, TRCONV) {
  TemporalMap(1,1) G;
  TemporalMap(1,1) K;
  TemporalMap(1,1) C;
  TemporalMap(1,1) N;
  TemporalMap(1,1) Y';
  TemporalMap(1,1) R;
  TemporalMap(1,1) S;
  SpatialMap(1,1) X';
}

Dataflow table2_nlr_dsconv (DSCONV) {
  TemporalMap(1,1) K;
  TemporalMap(1,1) C;
  TemporalMap(1,1) N;
  TemporalMap(1,1) Y';
  TemporalMap(1,1) R;
  TemporalMap(1,1) S;
  SpatialMap(1,1) X';
}

Dataflow table2_nlr_pool (POOL, ADD) {
  TemporalMap(1,1) C;
  TemporalMap(1,1) N;
  TemporalMap(1,1) Y';
  TemporalMap(1,1) R;
  TemporalMap(1,1) S;
  SpatialMap(1,1) X';
}

// One output per PE: a matrix-vector product has no rows or columns to spread.
Dataflow table2_nlr_fc (FC) {
  TemporalMap(1,1) N;
  TemporalMap(1,1) C;
  SpatialMap(1,1) K;
}

// M takes the place of the columns.
Dataflow table2_nlr_gemm (GEMM, BMM) {
  TemporalMap(1,1) G;
  TemporalMap(1,1) N;
  TemporalMap(1,1) K;
  SpatialMap(1,1) M;
}

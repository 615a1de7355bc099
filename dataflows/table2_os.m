// Title: ShiDianNao-like output stationary: a PE per output column, partial sums stay until
//   complete
// Layers: CONV NGCONV PWCONV TRCONV DSCONV POOL ADD FC GEMM BMM
// Stationary: outputs
// Parallel: X'
// Needs: 1 PE
// Source: MAESTRO (Kwon et al., MICRO 2019), Table 2, row 'ShiDiannao'; FC after the classifier
//   layers of ShiDianNao (Du et al., ISCA 2015)
// Differs: the print has C outside Y and X, so partial sums leave and come back for every input
//   channel; the stationary form has C inside. Y and X by one filter window become Y' and X' (the
//   same tiles, legal with any stride and dilation). N and G advance one at a time.

Dataflow table2_os (CONV, NGCONV, PWCONV, TRCONV) {
  TemporalMap(1,1) G;
  TemporalMap(1,1) K;
  TemporalMap(1,1) N;
  TemporalMap(1,1) Y';
  SpatialMap(1,1) X';
  TemporalMap(1,1) C;
  TemporalMap(Sz(R),Sz(R)) R;
  TemporalMap(Sz(S),Sz(S)) S;
}

Dataflow table2_os_dsconv (DSCONV) {
  TemporalMap(1,1) K;
  TemporalMap(1,1) C;
  TemporalMap(1,1) N;
  TemporalMap(1,1) Y';
  SpatialMap(1,1) X';
  TemporalMap(Sz(R),Sz(R)) R;
  TemporalMap(Sz(S),Sz(S)) S;
}

Dataflow table2_os_pool (POOL, ADD) {
  TemporalMap(1,1) C;
  TemporalMap(1,1) N;
  TemporalMap(1,1) Y';
  SpatialMap(1,1) X';
  TemporalMap(Sz(R),Sz(R)) R;
  TemporalMap(Sz(S),Sz(S)) S;
}

// A PE per output, inputs broadcast.
Dataflow table2_os_fc (FC) {
  TemporalMap(1,1) N;
  SpatialMap(1,1) K;
  TemporalMap(1,1) C;
}

// M takes the place of the columns.
Dataflow table2_os_gemm (GEMM, BMM) {
  TemporalMap(1,1) G;
  TemporalMap(1,1) N;
  SpatialMap(1,1) M;
  TemporalMap(1,1) K;
}

// The largest extent that a dimension has in any cluster that exists: what a loop below must cover.
// Zero if no cluster exists. Combinational.
`default_nettype none

module extent_maximum #(
    // Bits of a coordinate or an extent.
    parameter int COORDINATE_BITS = 8,
    // Number of clusters.
    parameter int CLUSTERS = 1
) (
    input wire [CLUSTERS*COORDINATE_BITS-1:0] low,
    input wire [CLUSTERS*COORDINATE_BITS-1:0] high,
    input wire [CLUSTERS-1:0] exists,
    output logic [COORDINATE_BITS-1:0] extent
);

  localparam int CW = COORDINATE_BITS;

  logic [CW-1:0] cluster_low, cluster_high;

  always_comb begin
    extent = '0;
    cluster_low = '0;
    cluster_high = '0;
    for (int q = 0; q < CLUSTERS; q++) begin
      cluster_low  = low[q*CW+:CW];
      cluster_high = high[q*CW+:CW];
      if (exists[q] && cluster_high > cluster_low && cluster_high - cluster_low > extent) begin
        extent = cluster_high - cluster_low;
      end
    end
  end

endmodule

`default_nettype wire

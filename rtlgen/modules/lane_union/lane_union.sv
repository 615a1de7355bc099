// Number of lanes of a beat that at least one PE takes, for the performance counters. Combinational.
`default_nettype none

module lane_union #(
    // PEs that take part.
    parameter int PES = 1,
    // Lanes of a beat.
    parameter int LANES = 1,
    // Bits of the number.
    parameter int SUM_BITS = 16
) (
    // The number is 0 in a cycle without.
    input  wire                  enable,
    input  wire  [PES*LANES-1:0] lanes,
    output logic [ SUM_BITS-1:0] sum
);

  logic [LANES-1:0] used;

  always_comb begin
    used = '0;
    sum  = '0;
    if (enable) begin
      for (int p = 0; p < PES; p++) used = used | lanes[p*LANES+:LANES];
      for (int j = 0; j < LANES; j++) sum = sum + SUM_BITS'(used[j]);
    end
  end

endmodule

`default_nettype wire

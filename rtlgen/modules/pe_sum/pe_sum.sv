// Sum of one number per PE, for the performance counters. Combinational.
`default_nettype none

module pe_sum #(
    // PEs that take part.
    parameter int PES = 1,
    // Bits of a PE's number.
    parameter int WIDTH = 8,
    // Bits of the sum.
    parameter int SUM_BITS = 16
) (
    // The sum is 0 in a cycle without.
    input  wire                  enable,
    input  wire  [PES*WIDTH-1:0] values,
    output logic [ SUM_BITS-1:0] sum
);

  always_comb begin
    sum = '0;
    if (enable) begin
      for (int p = 0; p < PES; p++) sum = sum + SUM_BITS'(values[p*WIDTH+:WIDTH]);
    end
  end

endmodule

`default_nettype wire

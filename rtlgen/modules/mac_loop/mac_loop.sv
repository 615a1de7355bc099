// The loop of one PE over the MACs of its box, a vector of them per cycle.
//
// Counters run over the box in strides of the lanes, the last dimension innermost; a box takes the
// product over dimensions of ceil(extent / lanes) cycles. All PEs step together: the step ends when
// every PE is in its last cycle, has finished, or idles.
//
// Latency: the counters belong to the present cycle. Throughput: no cycle lost between steps.
`default_nettype none

module mac_loop #(
    // Loop dimensions.
    parameter int DIMENSIONS = 1,
    // Bits of an extent.
    parameter int COORDINATE_BITS = 8,
    // Lanes along each dimension: 8 bits each, dimension 0 in the lowest bits.
    parameter logic [DIMENSIONS*8-1:0] LANES = {DIMENSIONS{8'd1}}
) (
    input wire clk,
    input wire rst,
    // The step's data is there and its outputs have room.
    input wire run,
    // The PE has a box at this step.
    input wire active,
    input wire [DIMENSIONS*COORDINATE_BITS-1:0] extents,
    input wire step_end,
    output logic working,
    output logic last,
    output logic [DIMENSIONS*COORDINATE_BITS-1:0] counters
);

  localparam int CW = COORDINATE_BITS;

  logic finished, carry;
  logic [DIMENSIONS*CW-1:0] next_counters;
  logic [CW:0] following;

  always_comb begin
    carry = 1'b1;
    following = '0;
    next_counters = counters;
    for (int d = DIMENSIONS - 1; d >= 0; d--) begin
      if (carry) begin
        following = {1'b0, counters[d*CW+:CW]} + (CW + 1)'(LANES[d*8+:8]);
        if (following >= {1'b0, extents[d*CW+:CW]}) begin
          next_counters[d*CW+:CW] = '0;
        end else begin
          next_counters[d*CW+:CW] = following[CW-1:0];
          carry = 1'b0;
        end
      end
    end
    working = run && active && !finished;
    last = !active || finished || carry;
  end

  always_ff @(posedge clk) begin
    if (rst || step_end) begin
      finished <= 1'b0;
      counters <= '0;
    end else if (working) begin
      finished <= carry;
      counters <= next_counters;
    end
  end

endmodule

`default_nettype wire

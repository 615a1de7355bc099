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
    // Nothing is left to do after this cycle; 0 unless `run`.
    output logic last,
    output logic [DIMENSIONS*COORDINATE_BITS-1:0] counters
);

  localparam int CW = COORDINATE_BITS;

  logic finished;
  logic [CW:0] reached;

  // Counters one vector on, the last dimension innermost.
  function automatic logic [DIMENSIONS*CW-1:0] following(input logic [DIMENSIONS*CW-1:0] now,
                                                         input logic [DIMENSIONS*CW-1:0] ends);
    logic carry;
    logic [CW:0] next;
    carry = 1'b1;
    following = now;
    for (int d = DIMENSIONS - 1; d >= 0; d--) begin
      if (carry) begin
        next = {1'b0, now[d*CW+:CW]} + (CW + 1)'(LANES[d*8+:8]);
        carry = next >= {1'b0, ends[d*CW+:CW]};
        following[d*CW+:CW] = carry ? '0 : next[CW-1:0];
      end
    end
  endfunction

  always_comb begin
    reached = '0;
    working = 1'b0;
    last = 1'b0;
    if (run) begin
      working = active && !finished;
      last = 1'b1;
      if (working) begin
        for (int d = 0; d < DIMENSIONS; d++) begin
          reached = {1'b0, counters[d*CW+:CW]} + (CW + 1)'(LANES[d*8+:8]);
          if (reached < {1'b0, extents[d*CW+:CW]}) last = 1'b0;
        end
      end
    end
  end

  always_ff @(posedge clk) begin
    if (rst || step_end) begin
      finished <= 1'b0;
      counters <= '0;
    end else if (run) begin
      finished <= last;
      if (working) counters <= following(counters, extents);
    end
  end

endmodule

`default_nettype wire

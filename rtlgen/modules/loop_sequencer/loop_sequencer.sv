// The global loop nest: one step after the other, as fast as they are taken.
//
// Every map has a position, the distance it has advanced from the start of its parent's range. A loop
// moves all its maps together (the fold loop of a level moves every SpatialMap) and is at its end when
// every one of them has reached the end of the largest parent range. Extents arrive combinationally
// from the tiles at the present positions, so counts may differ from one outer iteration to the next.
//
// Latency: the first step is valid the cycle after `start`. Throughput: one step per cycle.
`default_nettype none

module loop_sequencer #(
    // Maps of all levels, outermost first.
    parameter int MAPS = 1,
    // Loops, outermost first.
    parameter int LOOPS = 1,
    // Loop that moves each map: 8 bits a map, map 0 in the lowest bits.
    parameter logic [MAPS*8-1:0] MAP_LOOP = '0,
    // Bits of a position.
    parameter int POSITION_BITS = 12
) (
    input wire clk,
    input wire rst,
    input wire start,
    // How far one iteration moves each map.
    input wire [MAPS*POSITION_BITS-1:0] advance,
    // How much one iteration covers of the parent's range, from the position on.
    input wire [MAPS*POSITION_BITS-1:0] reach,
    // Largest parent extent of each map's dimension.
    input wire [MAPS*POSITION_BITS-1:0] extent,
    output logic [MAPS*POSITION_BITS-1:0] positions,
    output logic step_valid,
    output logic step_final,
    input wire step_ready
);

  localparam int PW = POSITION_BITS;
  localparam int LB = (LOOPS > 1) ? $clog2(LOOPS) : 1;

  logic [LOOPS-1:0] at_end, moves, returns;

  always_comb begin
    at_end = '1;
    for (int m = 0; m < MAPS; m++) begin
      if ({1'b0, positions[m*PW+:PW]} + {1'b0, reach[m*PW+:PW]} < {1'b0, extent[m*PW+:PW]}) begin
        at_end[MAP_LOOP[m*8+:LB]] = 1'b0;
      end
    end
    // A loop moves when all loops inside it are at their ends; it returns if it is at its own.
    moves = '0;
    moves[LOOPS-1] = 1'b1;
    for (int j = LOOPS - 2; j >= 0; j--) moves[j] = moves[j+1] && at_end[j+1];
    returns = moves & at_end;
    step_final = &at_end;
  end

  always_ff @(posedge clk) begin
    if (rst) begin
      step_valid <= 1'b0;
    end else if (start) begin
      step_valid <= 1'b1;
      positions  <= '0;
    end else if (step_valid && step_ready) begin
      if (step_final) step_valid <= 1'b0;
      for (int m = 0; m < MAPS; m++) begin
        if (returns[MAP_LOOP[m*8+:LB]]) positions[m*PW+:PW] <= '0;
        else if (moves[MAP_LOOP[m*8+:LB]]) begin
          positions[m*PW+:PW] <= positions[m*PW+:PW] + advance[m*PW+:PW];
        end
      end
    end
  end

endmodule

`default_nettype wire

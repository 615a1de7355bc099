// The window of steps in flight: takes steps from the sequencer, writes their rows, counts them.
//
// A step passes a register (its tiles) and is then written to slot `written` modulo the number of slots,
// as long as no stage still reads that slot. Writing a step also completes what leaves the step before
// it; behind the last step an empty one is written for that purpose.
//
// Latency: one cycle from the sequencer to the write. Throughput: one step per cycle.
`default_nettype none

module step_window #(
    // Bits of a slot number; a pointer has one more.
    parameter int SLOT_BITS = 3
) (
    input wire clk,
    input wire rst,
    input wire start,
    // Test hook: takes no step.
    input wire pause,
    input wire step_valid,
    input wire step_final,
    output logic step_take,
    // Steps that the slowest readers work on.
    input wire [SLOT_BITS:0] egress_pointer,
    input wire [SLOT_BITS:0] w_land_pointer,
    input wire [SLOT_BITS:0] i_land_pointer,
    output logic write,
    output logic write_step,
    output logic [SLOT_BITS-1:0] write_slot,
    // Rows written; rows whose leaving part is known.
    output logic [SLOT_BITS:0] written,
    output logic [SLOT_BITS:0] completed,
    output logic total_known
);

  localparam int PB = SLOT_BITS + 1;
  localparam logic [PB-1:0] Slots = PB'((1 << SLOT_BITS) - 1);

  logic tile_valid, tile_final, closing, room;
  logic [PB-1:0] behind_egress, behind_weights, behind_inputs;

  always_comb begin
    behind_egress = written - egress_pointer;
    behind_weights = written - w_land_pointer;
    behind_inputs = written - i_land_pointer;
    room = behind_egress < Slots && behind_weights < Slots && behind_inputs < Slots;
    write = (tile_valid || closing) && room;
    write_step = tile_valid && room;
    write_slot = written[SLOT_BITS-1:0];
    step_take = step_valid && (!tile_valid || write) && !pause;
  end

  always_ff @(posedge clk) begin
    if (rst || start) begin
      tile_valid <= 1'b0;
      closing <= 1'b0;
      written <= '0;
      completed <= '0;
      total_known <= 1'b0;
    end else begin
      if (step_take) begin
        tile_valid <= 1'b1;
        tile_final <= step_final;
      end else if (write) begin
        tile_valid <= 1'b0;
      end
      if (write) completed <= written;
      if (write_step) begin
        written <= written + PB'(1'b1);
        if (tile_final) begin
          closing <= 1'b1;
          total_known <= 1'b1;
        end
      end else if (write) begin
        closing <= 1'b0;
      end
    end
  end

endmodule

`default_nettype wire

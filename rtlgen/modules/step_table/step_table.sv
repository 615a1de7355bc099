// One row per step in flight: written by the sequencer, read by every stage at its own step.
//
// Latency: a row written in one cycle can be read in the next. Reads are combinational, so a stage
// sees its step's row for as long as its slot does not move. Throughput: one row per cycle.
`default_nettype none

module step_table #(
    // Bits of a row.
    parameter int WIDTH = 8,
    // Bits of a slot number; the table has 2**SLOT_BITS rows.
    parameter int SLOT_BITS = 3,
    // Number of readers.
    parameter int PORTS = 1
) (
    input wire clk,
    input wire write,
    input wire [SLOT_BITS-1:0] write_slot,
    input wire [WIDTH-1:0] write_row,
    input wire [PORTS*SLOT_BITS-1:0] read_slots,
    output logic [PORTS*WIDTH-1:0] read_rows
);

  logic [WIDTH-1:0] rows[1<<SLOT_BITS];

  always_ff @(posedge clk) begin
    if (write) rows[write_slot] <= write_row;
  end

  always_comb begin
    for (int p = 0; p < PORTS; p++) begin
      read_rows[p*WIDTH+:WIDTH] = rows[read_slots[p*SLOT_BITS+:SLOT_BITS]];
    end
  end

endmodule

`default_nettype wire

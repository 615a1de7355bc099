// First-in first-out queue of DEPTH items whose head is shown as soon as it is there.
// Latency: an item taken in a cycle is shown in the next one. Throughput: one item a cycle in and
// out at once, also when the queue is neither full nor empty. in_ready and out_valid come from
// registers: no combinational path leads from one side to the other.
`default_nettype none

module fifo #(
    // Bits of an item.
    parameter int WIDTH = 8,
    // Items held: a power of two, at least 2.
    parameter int DEPTH = 4
) (
    input  wire             clk,
    input  wire             rst,
    input  wire             in_valid,
    output wire             in_ready,
    input  wire [WIDTH-1:0] in_data,
    output wire             out_valid,
    input  wire             out_ready,
    output wire [WIDTH-1:0] out_data
);

  localparam int PointerBits = $clog2(DEPTH);

  logic [WIDTH-1:0] storage[DEPTH];
  // One bit more than an index: equal pointers are an empty queue, pointers that differ in that bit
  // alone are a full one.
  logic [PointerBits:0] write_pointer;
  logic [PointerBits:0] read_pointer;

  wire same_index = write_pointer[PointerBits-1:0] == read_pointer[PointerBits-1:0];
  wire same_lap = write_pointer[PointerBits] == read_pointer[PointerBits];

  assign in_ready  = !(same_index && !same_lap);
  assign out_valid = !(same_index && same_lap);
  assign out_data  = storage[read_pointer[PointerBits-1:0]];

  always_ff @(posedge clk) begin
    if (in_valid && in_ready) storage[write_pointer[PointerBits-1:0]] <= in_data;
  end

  always_ff @(posedge clk) begin
    if (rst) begin
      write_pointer <= '0;
      read_pointer  <= '0;
    end else begin
      if (in_valid && in_ready) write_pointer <= write_pointer + 1'b1;
      if (out_valid && out_ready) read_pointer <= read_pointer + 1'b1;
    end
  end

`ifndef SYNTHESIS
  initial begin
    if (WIDTH < 1) $fatal(1, "fifo: WIDTH must be at least 1");
    if (DEPTH < 2 || (DEPTH & (DEPTH - 1)) != 0) $fatal(1, "fifo: DEPTH must be a power of two");
  end
`endif

endmodule

`default_nettype wire

// Memory of ROWS words with one port that writes and one that reads; maps to block RAM.
// Latency: a word is there the cycle after read_enable and stays until the next read. A read of the
// row that is written in the same cycle gives the old word. Throughput: one read and one write a
// cycle.
`default_nettype none

module memory_bank #(
    // Bits of a word.
    parameter int WIDTH = 8,
    // Words.
    parameter int ROWS  = 16
) (
    input  wire                                    clk,
    input  wire                                    write_enable,
    input  wire  [$clog2(ROWS > 1 ? ROWS : 2)-1:0] write_row,
    input  wire  [                      WIDTH-1:0] write_data,
    input  wire                                    read_enable,
    input  wire  [$clog2(ROWS > 1 ? ROWS : 2)-1:0] read_row,
    output logic [                      WIDTH-1:0] read_data
);

  logic [WIDTH-1:0] mem[ROWS];

  always_ff @(posedge clk) begin
    if (write_enable) mem[write_row] <= write_data;
    if (read_enable) read_data <= mem[read_row];
  end

`ifndef SYNTHESIS
  initial begin
    if (WIDTH < 1) $fatal(1, "memory_bank: WIDTH must be at least 1");
    if (ROWS < 1) $fatal(1, "memory_bank: ROWS must be at least 1");
  end
`endif

endmodule

`default_nettype wire

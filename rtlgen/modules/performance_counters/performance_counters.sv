// 64-bit counters, each of which adds its increment in every cycle, and a port that reads them as
// 32-bit words.
// Latency: read_data is there the cycle after read_index; it shows the sums of all increments up to
// the cycle before read_index. Throughput: one increment of each counter and one word a cycle.
`default_nettype none

module performance_counters #(
    // Counters.
    parameter int COUNTERS       = 18,
    // Bits of an unsigned increment, at most 32.
    parameter int INCREMENT_BITS = 8
) (
    input  wire                                clk,
    input  wire                                rst,
    // Sets all counters to 0; increments of the same cycle are forgotten.
    input  wire                                clear,
    // Counter 0 is the least significant field.
    input  wire  [COUNTERS*INCREMENT_BITS-1:0] increments,
    // 2i is the low and 2i + 1 the high word of counter i; words past the last counter read 0.
    input  wire  [   $clog2(2 * COUNTERS)-1:0] read_index,
    output logic [                       31:0] read_data
);

  localparam int IndexBits = $clog2(2 * COUNTERS);
  localparam int AllBits = 32 * 2 ** IndexBits;

  logic [64*COUNTERS-1:0] counts;
  wire [AllBits-1:0] words;

  assign words[64*COUNTERS-1:0] = counts;

  if (AllBits > 64 * COUNTERS) begin : gen_no_word
    assign words[AllBits-1:64*COUNTERS] = '0;
  end

  for (genvar i = 0; i < COUNTERS; i++) begin : gen_counter
    always_ff @(posedge clk) begin
      if (rst || clear) counts[64*i+:64] <= '0;
      else counts[64*i+:64] <= counts[64*i+:64] + 64'(increments[INCREMENT_BITS*i+:INCREMENT_BITS]);
    end
  end

  always_ff @(posedge clk) read_data <= words[32*int'(read_index)+:32];

`ifndef SYNTHESIS
  initial begin
    if (COUNTERS < 1) $fatal(1, "performance_counters: COUNTERS must be at least 1");
    if (INCREMENT_BITS < 1 || INCREMENT_BITS > 32) begin
      $fatal(1, "performance_counters: INCREMENT_BITS must be 1 to 32");
    end
  end
`endif

endmodule

`default_nettype wire

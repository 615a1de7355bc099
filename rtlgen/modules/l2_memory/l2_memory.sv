// Memory of one tensor, interleaved over BANKS banks along the innermost axis, so that WINDOW
// elements from any coordinate on are read at once. A host port loads it and reads it back.
// Latency: read_data and host_read_data are there the cycle after their enable and stay until the
// next read. Throughput: one beat a cycle. The two ports share the banks: the host must not read
// while a beat is read.
`default_nettype none

module l2_memory #(
    // Bits of a signed element, at most 32.
    parameter int ELEMENT_BITS = 8,
    // Elements read at once.
    parameter int WINDOW       = 4,
    // Banks: a power of two, at least WINDOW.
    parameter int BANKS        = 4,
    // Rows of a bank.
    parameter int ROWS         = 16
) (
    input  wire                                     clk,
    input  wire                                     read_enable,
    // Row of the window's first element.
    input  wire [  $clog2(ROWS > 1 ? ROWS : 2)-1:0] read_row,
    // Bank of the window's first element.
    input  wire [$clog2(BANKS > 1 ? BANKS : 2)-1:0] read_offset,
    // Lane j holds the element j after the first; lane 0 is the least significant field.
    output wire [          WINDOW*ELEMENT_BITS-1:0] read_data,
    input  wire                                     host_write,
    input  wire                                     host_read,
    input  wire [  $clog2(ROWS > 1 ? ROWS : 2)-1:0] host_row,
    input  wire [$clog2(BANKS > 1 ? BANKS : 2)-1:0] host_bank,
    input  wire [                             31:0] host_write_data,
    // Sign-extended.
    output wire [                             31:0] host_read_data
);

  localparam int RowBits = $clog2(ROWS > 1 ? ROWS : 2);
  localparam int OffsetBits = $clog2(BANKS > 1 ? BANKS : 2);

  // Lanes that an offset can name, and which of them the window has.
  localparam int Lanes = 2 ** OffsetBits;
  localparam logic [Lanes-1:0] InWindow = {Lanes{1'b1}} >> (Lanes - WINDOW);

  // Of the last read, beat or host: its first bank.
  logic [OffsetBits-1:0] first_bank;
  wire [BANKS*ELEMENT_BITS-1:0] bank_data;

  always_ff @(posedge clk) begin
    if (read_enable) first_bank <= read_offset;
    else if (host_read) first_bank <= host_bank;
  end

  for (genvar b = 0; b < BANKS; b++) begin : gen_bank
    localparam logic [OffsetBits-1:0] Bank = OffsetBits'(b);

    wire host_selects = host_bank == Bank;
    wire write_enable = host_write && host_selects;
    // The lane that meets this bank; the borrow marks the banks below the offset, which hold the
    // part of the window that is in the line's next row.
    wire [OffsetBits:0] lane = {1'b0, Bank} - {1'b0, read_offset};
    wire beat_selects = InWindow[lane[OffsetBits-1:0]];
    wire bank_read = read_enable ? beat_selects : host_read && host_selects;
    wire [RowBits-1:0] beat_row = lane[OffsetBits] ? read_row + 1'b1 : read_row;
    wire [RowBits-1:0] bank_row = read_enable ? beat_row : host_row;

    memory_bank #(
        .WIDTH(ELEMENT_BITS),
        .ROWS (ROWS)
    ) u_bank (
        .clk         (clk),
        .write_enable(write_enable),
        .write_row   (host_row),
        .write_data  (host_write_data[ELEMENT_BITS-1:0]),
        .read_enable (bank_read),
        .read_row    (bank_row),
        .read_data   (bank_data[b*ELEMENT_BITS+:ELEMENT_BITS])
    );
  end

  for (genvar lane = 0; lane < WINDOW; lane++) begin : gen_lane
    // Wraps, as BANKS is a power of two.
    localparam logic [OffsetBits-1:0] Lane = OffsetBits'(lane);
    wire [  OffsetBits-1:0] bank = first_bank + Lane;

    wire [ELEMENT_BITS-1:0] element = bank_data[int'(bank)*ELEMENT_BITS+:ELEMENT_BITS];

    assign read_data[lane*ELEMENT_BITS+:ELEMENT_BITS] = element;
  end

  // A host read is the window of one element at its bank.
  wire signed [ELEMENT_BITS-1:0] host_element = $signed(read_data[0+:ELEMENT_BITS]);
  wire signed [32:0] host_word = 33'(host_element);

  assign host_read_data = host_word[31:0];

  (* maybe_unused *) wire unused_bits = &{1'b0, host_write_data, host_word};

`ifndef SYNTHESIS
  initial begin
    if (ELEMENT_BITS < 1 || ELEMENT_BITS > 32) $fatal(1, "l2_memory: ELEMENT_BITS must be 1 to 32");
    if (WINDOW < 1 || WINDOW > BANKS) $fatal(1, "l2_memory: WINDOW must be 1 to BANKS");
    if ((BANKS & (BANKS - 1)) != 0) $fatal(1, "l2_memory: BANKS must be a power of two");
    if (ROWS < 1) $fatal(1, "l2_memory: ROWS must be at least 1");
  end
`endif

endmodule

`default_nettype wire

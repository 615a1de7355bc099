// Turns the items of a tensor's stream into beats with data: reckons the address of each item, reads
// an l2_memory beside it and hands on the item with the window that was read.
// Latency: 4 cycles from in to out (products, sum, read, queue). Throughput: one item a cycle while
// DEPTH is at least 8. An item is only taken when the output queue has a free place for it, so the
// stages between never wait and nothing is dropped under back-pressure.
`default_nettype none

module l2_fetch #(
    // Axes of the tensor with the innermost one.
    parameter int AXES            = 2,
    // Bits of an unsigned coordinate.
    parameter int COORDINATE_BITS = 8,
    // Bits of a signed element.
    parameter int ELEMENT_BITS    = 8,
    // Elements of a beat.
    parameter int WINDOW          = 4,
    // Banks of the memory: a power of two, at least WINDOW.
    parameter int BANKS           = 4,
    // Rows of a bank.
    parameter int ROWS            = 16,
    // Bits of the target that goes along with an item.
    parameter int TARGET_BITS     = 8,
    // Items between in and out at most: a power of two, at least 2.
    parameter int DEPTH           = 8
) (
    input  wire                                        clk,
    input  wire                                        rst,
    input  wire                                        in_valid,
    output wire                                        in_ready,
    // Of the window's first element; axis 0 is the most significant field, the innermost axis the
    // least significant.
    input  wire [            AXES*COORDINATE_BITS-1:0] in_coordinates,
    // A step without elements: nothing is read and out_data means nothing.
    input  wire                                        in_empty,
    // The step's last item.
    input  wire                                        in_last,
    input  wire [                     TARGET_BITS-1:0] in_target,
    // Program registers: steady while items are under way. Axis 0 is the most significant stride.
    input  wire [                                31:0] base_row,
    input  wire [(AXES > 1 ? (AXES - 1) * 32 : 1)-1:0] row_stride,
    // Read port of the l2_memory.
    output wire                                        read_enable,
    output wire [     $clog2(ROWS > 1 ? ROWS : 2)-1:0] read_row,
    output wire [   $clog2(BANKS > 1 ? BANKS : 2)-1:0] read_offset,
    input  wire [             WINDOW*ELEMENT_BITS-1:0] read_data,
    output wire                                        out_valid,
    input  wire                                        out_ready,
    output wire [            AXES*COORDINATE_BITS-1:0] out_coordinates,
    output wire [             WINDOW*ELEMENT_BITS-1:0] out_data,
    output wire                                        out_empty,
    output wire                                        out_last,
    output wire [                     TARGET_BITS-1:0] out_target
);

  localparam int ItemBits = AXES * COORDINATE_BITS + 2 + TARGET_BITS;
  localparam int BeatBits = ItemBits + WINDOW * ELEMENT_BITS;
  localparam int CountBits = $clog2(DEPTH + 1);
  localparam logic [CountBits-1:0] Full = CountBits'(DEPTH);

  // Items taken and not yet handed on.
  logic [CountBits-1:0] count;

  wire take = in_valid && in_ready;
  wire give = out_valid && out_ready;

  assign in_ready = count != Full;

  always_ff @(posedge clk) begin
    if (rst) count <= '0;
    else if (take && !give) count <= count + 1'b1;
    else if (give && !take) count <= count - 1'b1;
  end

  // Two cycles: the item waits for its address.
  wire [ItemBits-1:0] in_item = {in_target, in_last, in_empty, in_coordinates};
  wire addressed_valid;
  wire [ItemBits-1:0] addressed_item;
  (* maybe_unused *) wire unused_addressing;

  row_address #(
      .AXES           (AXES),
      .COORDINATE_BITS(COORDINATE_BITS),
      .BANKS          (BANKS),
      .ROWS           (ROWS)
  ) u_row_address (
      .clk        (clk),
      .coordinates(in_coordinates),
      .base_row   (base_row),
      .row_stride (row_stride),
      .row        (read_row),
      .offset     (read_offset)
  );

  delay_line #(
      .WIDTH  (ItemBits),
      .LATENCY(2)
  ) u_address_stages (
      .clk      (clk),
      .rst      (rst),
      .in_valid (take),
      .in_data  (in_item),
      .out_valid(addressed_valid),
      .out_data (addressed_item),
      .in_flight(unused_addressing)
  );

  assign read_enable = addressed_valid && !addressed_item[AXES*COORDINATE_BITS];

  // One cycle: the item waits for its data.
  wire read_valid;
  wire [ItemBits-1:0] read_item;
  (* maybe_unused *) wire unused_reading;

  delay_line #(
      .WIDTH  (ItemBits),
      .LATENCY(1)
  ) u_read_stage (
      .clk      (clk),
      .rst      (rst),
      .in_valid (addressed_valid),
      .in_data  (addressed_item),
      .out_valid(read_valid),
      .out_data (read_item),
      .in_flight(unused_reading)
  );

  wire [BeatBits-1:0] queue_in = {read_item, read_data};
  wire [BeatBits-1:0] queue_out;
  (* maybe_unused *) wire unused_ready;

  fifo #(
      .WIDTH(BeatBits),
      .DEPTH(DEPTH)
  ) u_queue (
      .clk      (clk),
      .rst      (rst),
      .in_valid (read_valid),
      .in_ready (unused_ready),
      .in_data  (queue_in),
      .out_valid(out_valid),
      .out_ready(out_ready),
      .out_data (queue_out)
  );

  assign {out_target, out_last, out_empty, out_coordinates, out_data} = queue_out;

`ifndef SYNTHESIS
  initial begin
    if (WINDOW < 1 || WINDOW > BANKS) $fatal(1, "l2_fetch: WINDOW must be 1 to BANKS");
    if (ELEMENT_BITS < 1) $fatal(1, "l2_fetch: ELEMENT_BITS must be at least 1");
    if (TARGET_BITS < 1) $fatal(1, "l2_fetch: TARGET_BITS must be at least 1");
  end
`endif

endmodule

`default_nettype wire

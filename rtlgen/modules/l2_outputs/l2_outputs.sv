// Memory of the outputs, interleaved like l2_memory, that accumulates: an element that was not written
// since the last clear is stored, else the sum with the earlier value is stored modulo
// 2**ELEMENT_BITS. A host port reads it back, requantised where asked.
// Latency: a beat is written 3 cycles after it came and counted in reads 4 cycles after; host_read_data
// is there the cycle after host_read. Throughput: one beat a cycle, always taken, also when beats
// touch the same elements back to back. clear takes ROWS cycles.
// The memories are not reset: clear before the first beat. Clear and host reads only while pending
// and clearing are low.
`default_nettype none

module l2_outputs #(
    // Axes of the tensor with the innermost one.
    parameter int AXES            = 2,
    // Bits of an unsigned coordinate.
    parameter int COORDINATE_BITS = 8,
    // Bits of a signed element, at most 32.
    parameter int ELEMENT_BITS    = 32,
    // Bits of a requantised element, 2 to 32.
    parameter int READBACK_BITS   = 8,
    // Elements of a beat.
    parameter int WINDOW          = 4,
    // Banks: a power of two, at least WINDOW.
    parameter int BANKS           = 4,
    // Rows of a bank.
    parameter int ROWS            = 16
) (
    input  wire                                         clk,
    input  wire                                         rst,
    // Forgets all elements: they read as 0 and the next beat on each is stored.
    input  wire                                         clear,
    output logic                                        clearing,
    input  wire                                         beat_valid,
    // Of the window's first element; axis 0 is the most significant field, the innermost axis the
    // least significant.
    input  wire  [            AXES*COORDINATE_BITS-1:0] beat_coordinates,
    // Lanes that carry an element; lane 0 is the least significant.
    input  wire  [                          WINDOW-1:0] beat_mask,
    input  wire  [             WINDOW*ELEMENT_BITS-1:0] beat_data,
    // Program registers: steady while pending. Axis 0 is the most significant stride.
    input  wire  [                                31:0] base_row,
    input  wire  [(AXES > 1 ? (AXES - 1) * 32 : 1)-1:0] row_stride,
    // A beat is under way.
    output wire                                         pending,
    // Lanes of a beat that found an earlier value.
    output wire                                         reads_valid,
    output logic [              $clog2(WINDOW + 1)-1:0] reads,
    input  wire                                         host_read,
    input  wire  [     $clog2(ROWS > 1 ? ROWS : 2)-1:0] host_row,
    input  wire  [   $clog2(BANKS > 1 ? BANKS : 2)-1:0] host_bank,
    // Sign-extended.
    output wire  [                                31:0] host_read_data,
    // Registers of the read-back: steady from host_read to the cycle after.
    input  wire                                         readback_requantise,
    input  wire  [                                 5:0] readback_shift,
    input  wire                                         readback_relu
);

  localparam int RowBits = $clog2(ROWS > 1 ? ROWS : 2);
  localparam int OffsetBits = $clog2(BANKS > 1 ? BANKS : 2);
  // A beat padded to every lane that an offset can name.
  localparam int Lanes = 2 ** OffsetBits;
  localparam int BeatBits = WINDOW + WINDOW * ELEMENT_BITS;
  localparam logic [RowBits-1:0] LastRow = RowBits'(ROWS - 1);

  // Wipes the flags, one row of all banks a cycle.
  logic [RowBits-1:0] clear_row;

  always_ff @(posedge clk) begin
    if (rst) clearing <= 1'b0;
    else if (clear) clearing <= 1'b1;
    else if (clear_row == LastRow) clearing <= 1'b0;
    clear_row <= (clearing && !clear) ? clear_row + 1'b1 : '0;
  end

  // Two cycles: the beat waits for its address.
  wire [BeatBits-1:0] beat = {beat_mask, beat_data};
  wire [BeatBits-1:0] addressed_beat;
  wire addressed_valid;
  wire addressing;
  wire [RowBits-1:0] row;
  wire [OffsetBits-1:0] offset;

  row_address #(
      .AXES           (AXES),
      .COORDINATE_BITS(COORDINATE_BITS),
      .BANKS          (BANKS),
      .ROWS           (ROWS)
  ) u_row_address (
      .clk        (clk),
      .coordinates(beat_coordinates),
      .base_row   (base_row),
      .row_stride (row_stride),
      .row        (row),
      .offset     (offset)
  );

  delay_line #(
      .WIDTH  (BeatBits),
      .LATENCY(2)
  ) u_address_stages (
      .clk      (clk),
      .rst      (rst),
      .in_valid (beat_valid),
      .in_data  (beat),
      .out_valid(addressed_valid),
      .out_data (addressed_beat),
      .in_flight(addressing)
  );

  wire [Lanes-1:0] mask;
  wire [Lanes*ELEMENT_BITS-1:0] data;

  assign {mask[WINDOW-1:0], data[WINDOW*ELEMENT_BITS-1:0]} = addressed_beat;

  if (Lanes > WINDOW) begin : gen_no_lane
    assign mask[Lanes-1:WINDOW] = '0;
    assign data[Lanes*ELEMENT_BITS-1:WINDOW*ELEMENT_BITS] = '0;
  end

  // Two more: the cycle that reads, the cycle that adds and writes. The second is the one of reads.
  logic [1:0] stage_valid;
  logic [BANKS-1:0] found;
  wire [BANKS-1:0] finds;
  wire [Lanes*ELEMENT_BITS-1:0] bank_data;
  wire [Lanes-1:0] bank_written;

  always_ff @(posedge clk) begin
    stage_valid <= rst ? 2'b00 : {stage_valid[0], addressed_valid};
    found       <= finds;
  end

  assign pending = addressing || (|stage_valid);
  assign reads_valid = stage_valid[1];

  always_comb begin
    reads = '0;
    for (int b = 0; b < BANKS; b++) begin
      if (found[b]) reads = reads + 1'b1;
    end
  end

  for (genvar b = 0; b < BANKS; b++) begin : gen_bank
    localparam logic [OffsetBits-1:0] Bank = OffsetBits'(b);

    // Reading. The lane that meets this bank; lanes past the window are not in the mask. The borrow
    // marks the banks below the offset, which hold the part in the line's next row.
    wire [OffsetBits:0] difference = {1'b0, Bank} - {1'b0, offset};
    wire [OffsetBits-1:0] lane = difference[OffsetBits-1:0];
    wire selected = addressed_valid && mask[lane];
    wire [RowBits-1:0] beat_row = difference[OffsetBits] ? row + 1'b1 : row;
    wire bank_read = selected || (host_read && host_bank == Bank);
    wire [RowBits-1:0] bank_row = addressed_valid ? beat_row : host_row;

    // Adding.
    logic update;
    logic [RowBits-1:0] update_row;
    logic [ELEMENT_BITS-1:0] addend;
    // What was written in the cycle before: too late for the read that now arrives.
    logic updated;
    logic [RowBits-1:0] updated_row;
    logic [ELEMENT_BITS-1:0] updated_value;

    wire forwards = updated && updated_row == update_row;
    wire [ELEMENT_BITS-1:0] stored = bank_data[b*ELEMENT_BITS+:ELEMENT_BITS];
    wire [ELEMENT_BITS-1:0] earlier = forwards ? updated_value : stored;
    wire has_earlier = forwards || bank_written[b];
    wire [ELEMENT_BITS-1:0] value = has_earlier ? earlier + addend : addend;

    assign finds[b] = update && has_earlier;

    always_ff @(posedge clk) begin
      update        <= selected && !rst;
      update_row    <= beat_row;
      addend        <= data[int'(lane)*ELEMENT_BITS+:ELEMENT_BITS];
      updated       <= update && !rst;
      updated_row   <= update_row;
      updated_value <= value;
    end

    memory_bank #(
        .WIDTH(ELEMENT_BITS),
        .ROWS (ROWS)
    ) u_bank (
        .clk         (clk),
        .write_enable(update),
        .write_row   (update_row),
        .write_data  (value),
        .read_enable (bank_read),
        .read_row    (bank_row),
        .read_data   (bank_data[b*ELEMENT_BITS+:ELEMENT_BITS])
    );

    wire flag_write = update || clearing;
    wire [RowBits-1:0] flag_row = clearing ? clear_row : update_row;
    wire flag = !clearing;

    memory_bank #(
        .WIDTH(1),
        .ROWS (ROWS)
    ) u_written (
        .clk         (clk),
        .write_enable(flag_write),
        .write_row   (flag_row),
        .write_data  (flag),
        .read_enable (bank_read),
        .read_row    (bank_row),
        .read_data   (bank_written[b])
    );
  end

  if (Lanes > BANKS) begin : gen_no_bank
    assign bank_data[BANKS*ELEMENT_BITS+:(Lanes-BANKS)*ELEMENT_BITS] = '0;
    assign bank_written[BANKS+:Lanes-BANKS] = '0;
  end

  // The host's element.
  logic [OffsetBits-1:0] host_bank_q;
  wire [ELEMENT_BITS-1:0] host_stored = bank_data[int'(host_bank_q)*ELEMENT_BITS+:ELEMENT_BITS];
  wire [ELEMENT_BITS-1:0] host_value = bank_written[host_bank_q] ? host_stored : '0;
  wire signed [ELEMENT_BITS-1:0] host_element = $signed(host_value);
  wire signed [READBACK_BITS-1:0] requantised;

  always_ff @(posedge clk) begin
    if (host_read) host_bank_q <= host_bank;
  end

  requantise #(
      .IN_BITS (ELEMENT_BITS),
      .OUT_BITS(READBACK_BITS)
  ) u_requantise (
      .in_value (host_element),
      .shift    (readback_shift),
      .relu     (readback_relu),
      .enable   (1'b1),
      .out_value(requantised)
  );

  wire signed [32:0] host_word = readback_requantise ? 33'(requantised) : 33'(host_element);

  assign host_read_data = host_word[31:0];

  (* maybe_unused *) wire unused_sign = host_word[32];

`ifndef SYNTHESIS
  initial begin
    if (ELEMENT_BITS < 2 || ELEMENT_BITS > 32) begin
      $fatal(1, "l2_outputs: ELEMENT_BITS must be 2 to 32");
    end
    if (READBACK_BITS > 32) $fatal(1, "l2_outputs: READBACK_BITS must be at most 32");
    if (WINDOW < 1 || WINDOW > BANKS) $fatal(1, "l2_outputs: WINDOW must be 1 to BANKS");
  end
`endif

endmodule

`default_nettype wire

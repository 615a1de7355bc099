// The beats that move a tensor's elements, step by step, ahead of the data.
//
// Every PE walks what it has to move at the present step; the smallest position of all PEs is the base
// of the next beat, so every line of the union is covered from its lowest element by windows. Without
// sharing (no multicast, no reduction) the PE's number leads the comparison and a beat serves that PE
// alone. A step without elements yields one empty item.
//
// Latency: combinational up to the item. Throughput: one item per cycle, also across steps.
`default_nettype none

module stream_walker #(
    // PEs that take part.
    parameter int PES = 1,
    // Whether one beat serves all PEs.
    parameter int SHARED = 1,
    // Bits of a PE number.
    parameter int TARGET_BITS = 1,
    // Axes of the tensor, the innermost of the layout last.
    parameter int AXES = 1,
    // Bits of a coordinate.
    parameter int COORDINATE_BITS = 8,
    // Bits of the distance between elements of an axis.
    parameter int STEP_BITS = 4,
    // Positions that a beat covers.
    parameter int WINDOW = 1,
    // Largest number of elements that a PE takes from a beat.
    parameter int PICKS = 1,
    // Number of the axis that tiles slide along, the innermost being 0.
    parameter int SLIDE_AXIS = 0,
    // Axes whose elements may lie more than 1 apart, a bit each.
    parameter logic [AXES-1:0] STRIDED = '0
) (
    input wire clk,
    input wire rst,
    input wire [PES*2-1:0] mode,
    input wire [PES*AXES*COORDINATE_BITS-1:0] start,
    input wire [PES*AXES*COORDINATE_BITS-1:0] count,
    input wire [PES*AXES*STEP_BITS-1:0] step,
    input wire [PES*COORDINATE_BITS-1:0] part_low,
    input wire [PES*COORDINATE_BITS-1:0] part_high,
    // The rows of the present step are there.
    input wire available,
    output logic step_end,
    output logic item_valid,
    input wire item_ready,
    output logic item_empty,
    output logic item_last,
    output logic [TARGET_BITS-1:0] item_target,
    output logic [AXES*COORDINATE_BITS-1:0] item_coordinates
);

  localparam int LINE = AXES * COORDINATE_BITS;
  localparam int KEY = 1 + ((SHARED != 0) ? 0 : TARGET_BITS) + LINE;
  localparam int LEAVES = (PES > 1) ? 1 << $clog2(PES) : 1;

  wire item_fires;
  wire [PES-1:0] wanted, wanted_after;
  wire [PES*KEY-1:0] keys;
  logic [KEY-1:0] node[2*LEAVES];
  logic [KEY-1:0] left, right;

  // A tournament: node n is the smaller of nodes 2n and 2n+1; leaves hold {idle, PE, position}. It is
  // only played when its winner is taken, so that a simulator skips it while the stream stands.
  always_comb begin
    left  = '1;
    right = '1;
    for (int n = 0; n < 2 * LEAVES; n++) node[n] = '1;
    if (item_fires) begin
      for (int p = 0; p < PES; p++) node[LEAVES+p] = keys[p*KEY+:KEY];
      for (int n = LEAVES - 1; n >= 1; n--) begin
        left = node[2*n];
        right = node[2*n+1];
        node[n] = (right < left) ? right : left;
      end
    end
    item_coordinates = node[1][LINE-1:0];
    item_empty = node[1][KEY-1];
  end

  generate
    if (SHARED != 0) begin : gen_shared
      assign item_target = '0;
    end else begin : gen_single
      assign item_target = node[1][LINE+:TARGET_BITS];
    end
  endgenerate

  assign item_last  = wanted_after == '0;
  assign item_valid = available;
  assign item_fires = item_valid && item_ready;
  assign step_end   = item_fires && item_last;

  generate
    for (genvar p = 0; p < PES; p++) begin : gen_pe
      localparam logic [TARGET_BITS-1:0] Number = TARGET_BITS'($unsigned(p));
      wire served;
      wire [LINE-1:0] position;
      if (SHARED != 0) begin : gen_line
        assign served = 1'b1;
        assign keys[p*KEY+:KEY] = wanted[p] ? {1'b0, position} : '1;
      end else begin : gen_numbered_line
        assign served = item_target == Number;
        assign keys[p*KEY+:KEY] = wanted[p] ? {1'b0, Number, position} : '1;
      end
      tile_walk #(
          .AXES(AXES),
          .COORDINATE_BITS(COORDINATE_BITS),
          .STEP_BITS(STEP_BITS),
          .WINDOW(WINDOW),
          .PICKS(PICKS),
          .SLIDE_AXIS(SLIDE_AXIS),
          .STRIDED(STRIDED)
      ) u_walk (
          .clk(clk),
          .rst(rst),
          .mode(mode[p*2+:2]),
          .start(start[p*LINE+:LINE]),
          .count(count[p*LINE+:LINE]),
          .step(step[p*AXES*STEP_BITS+:AXES*STEP_BITS]),
          .part_low(part_low[p*COORDINATE_BITS+:COORDINATE_BITS]),
          .part_high(part_high[p*COORDINATE_BITS+:COORDINATE_BITS]),
          .beat(item_fires),
          .served(served),
          .base(item_coordinates),
          .step_end(step_end),
          .wanted(wanted[p]),
          .wanted_after(wanted_after[p]),
          .position(position),
          .index(),
          .taken(),
          .lane()
      );
    end
  endgenerate

`ifndef SYNTHESIS
  initial begin
    if (PES < 1 || PES > 1 << TARGET_BITS)
      $fatal(1, "stream_walker: TARGET_BITS must hold a number of PES");
  end
`endif

endmodule

`default_nettype wire

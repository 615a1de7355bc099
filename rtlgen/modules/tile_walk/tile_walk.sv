// Walks the elements of one tile that are still to be moved, in the order of the coordinates.
//
// The tile is a product of one arithmetic progression per axis. At every moment `position` is the
// smallest element not yet moved. A beat is a base coordinate and up to WINDOW consecutive positions of
// the innermost axis; the tile takes part if its position lies in the beat, and takes its elements in
// order: element k of `taken` is at index `index` + k of the innermost axis, and lane
// `lane` + k*step of the beat. Coordinates are flat, the innermost axis (number 0) in the lowest bits.
//
// Latency: outputs are combinational, and 0 without a beat; the walk moves on at the clock edge.
// Throughput: one beat per cycle, also from one step to the next.
`default_nettype none

module tile_walk #(
    // Axes of the tensor, the innermost of the layout last.
    parameter int AXES = 1,
    // Bits of a coordinate.
    parameter int COORDINATE_BITS = 8,
    // Bits of the distance between elements of an axis.
    parameter int STEP_BITS = 4,
    // Positions that a beat covers.
    parameter int WINDOW = 1,
    // Largest number of elements taken from a beat.
    parameter int PICKS = 1,
    // Number of the axis that the tile slides along, the innermost being 0.
    parameter int SLIDE_AXIS = 0,
    // Axes whose elements may lie more than 1 apart, a bit each.
    parameter logic [AXES-1:0] STRIDED = '0
) (
    input wire clk,
    input wire rst,
    // What is to be moved at this step: 0 nothing, 1 the tile, 2 indices [part_low, part_high) of the
    // axis that it slides along.
    input wire [1:0] mode,
    input wire [AXES*COORDINATE_BITS-1:0] start,
    input wire [AXES*COORDINATE_BITS-1:0] count,
    input wire [AXES*STEP_BITS-1:0] step,
    input wire [COORDINATE_BITS-1:0] part_low,
    input wire [COORDINATE_BITS-1:0] part_high,
    // A beat with this base is under way, and the tile may take from it. Without a beat nothing is said.
    input wire beat,
    input wire served,
    input wire [AXES*COORDINATE_BITS-1:0] base,
    // The step is over: go on with the next one's tile.
    input wire step_end,
    output logic wanted,
    output logic wanted_after,
    output logic [AXES*COORDINATE_BITS-1:0] position,
    output logic [AXES*COORDINATE_BITS-1:0] index,
    output logic [COORDINATE_BITS-1:0] taken,
    output logic [COORDINATE_BITS-1:0] lane
);

  localparam int CW = COORDINATE_BITS;
  localparam logic StridedInner = STRIDED[0];
  localparam logic [CW:0] Window = (CW + 1)'(WINDOW);

  logic fresh, done, carry;
  logic [AXES*CW-1:0] held_position, held_index, next_position, next_index, low, high;
  logic [AXES*CW-1:0] low_position;
  logic [CW:0] behind, left;
  logic [CW-1:0] rest, inner_step;

  function automatic logic [CW-1:0] step_of(input logic [STEP_BITS-1:0] value);
    step_of = {{(CW - STEP_BITS) {1'b0}}, value};
  endfunction

  // Everything below stands behind `beat`, which many walks share: a simulator skips them all at once.
  always_comb begin
    low = '0;
    high = '0;
    low_position = '0;
    index = '0;
    position = '0;
    wanted = 1'b0;
    if (beat) begin
      wanted = mode != 2'd0 && !done && !(mode == 2'd2 && part_low >= part_high);
      high = count;
      low_position = start;
      if (mode == 2'd2) begin
        low[SLIDE_AXIS*CW+:CW] = part_low;
        high[SLIDE_AXIS*CW+:CW] = part_high;
        low_position[SLIDE_AXIS*CW+:CW] = start[SLIDE_AXIS*CW+:CW] +
            part_low * (STRIDED[SLIDE_AXIS] ?
            step_of(step[SLIDE_AXIS*STEP_BITS+:STEP_BITS]) : CW'(1'b1));
      end
      index = fresh ? low : held_index;
      position = fresh ? low_position : held_position;
    end
  end

  // What the beat takes; then the innermost axis is on by that, at its end the next line, like an odometer.
  always_comb begin
    inner_step = '0;
    rest = '0;
    behind = '0;
    left = '0;
    taken = '0;
    lane = '0;
    next_index = '0;
    next_position = '0;
    carry = 1'b0;
    wanted_after = 1'b0;
    if (beat) begin
      wanted_after = wanted;
      if (wanted && served && (AXES == 1 || ((position ^ base) >> CW) == '0)) begin
        inner_step = StridedInner ? step_of(step[STEP_BITS-1:0]) : CW'(1'b1);
        rest = high[CW-1:0] - index[CW-1:0];
        behind = {1'b0, position[CW-1:0]} - {1'b0, base[CW-1:0]};
        left = Window - behind;
        lane = behind[CW-1:0];
        if (!behind[CW] && behind < Window) begin
          if (StridedInner) begin
            for (int k = 0; k < PICKS; k++) begin
              if (CW'($unsigned(k)) < rest && (CW + 1)'($unsigned(k)) * {1'b0, inner_step} < left)
                taken = CW'($unsigned(k + 1));
            end
          end else begin
            taken = ({1'b0, rest} < left) ? rest : left[CW-1:0];
          end
          next_index = index;
          next_position = position;
          carry = taken == rest;
          if (!carry) begin
            next_index[CW-1:0] = index[CW-1:0] + taken;
            next_position[CW-1:0] = position[CW-1:0] + (StridedInner ? taken * inner_step : taken);
          end else begin
            next_index[CW-1:0] = low[CW-1:0];
            next_position[CW-1:0] = low_position[CW-1:0];
          end
          for (int a = 1; a < AXES; a++) begin
            if (carry) begin
              if (index[a*CW+:CW] + CW'(1'b1) >= high[a*CW+:CW]) begin
                next_index[a*CW+:CW] = low[a*CW+:CW];
                next_position[a*CW+:CW] = low_position[a*CW+:CW];
              end else begin
                next_index[a*CW+:CW] = index[a*CW+:CW] + CW'(1'b1);
                next_position[a*CW+:CW] = position[a*CW+:CW] +
                    (STRIDED[a] ? step_of(step[a*STEP_BITS+:STEP_BITS]) : CW'(1'b1));
                carry = 1'b0;
              end
            end
          end
          wanted_after = !carry;
        end
      end
    end
  end

  always_ff @(posedge clk) begin
    if (rst || step_end) begin
      fresh <= 1'b1;
      done  <= 1'b0;
    end else if (beat) begin
      done <= done || carry;
      if (taken != '0) begin
        fresh <= 1'b0;
        held_index <= next_index;
        held_position <= next_position;
      end
    end
  end

`ifndef SYNTHESIS
  initial begin
    if (AXES < 1) $fatal(1, "tile_walk: AXES must be at least 1");
    if (STEP_BITS < 1 || STEP_BITS >= COORDINATE_BITS)
      $fatal(1, "tile_walk: STEP_BITS must be below COORDINATE_BITS");
    if (WINDOW < 1 || WINDOW >= 1 << COORDINATE_BITS)
      $fatal(1, "tile_walk: a coordinate must hold WINDOW");
    if (PICKS < 1 || PICKS > WINDOW) $fatal(1, "tile_walk: PICKS must be 1 to WINDOW");
    if (SLIDE_AXIS < 0 || SLIDE_AXIS >= AXES)
      $fatal(1, "tile_walk: there must be an axis SLIDE_AXIS");
  end
`endif

endmodule

`default_nettype wire

// One processing element: two operand buffers, a vector MAC and an output buffer around the loop over
// the box that the PE holds at a step.
//
// Lanes run along loop dimensions: lane v stands (v / LANE_DIVISOR[d]) % LANES[d] behind the counter of
// dimension d. A tensor has one read port per combination of the lanes of its own dimensions. An input
// that lies in the padding, or between real rows, counts as zero and is multiplied like any other.
//
// Latency: a MAC reads, multiplies and accumulates in one cycle. Throughput: all lanes every cycle.
`default_nettype none

module pe #(
    // Bits of a PE number.
    parameter int TARGET_BITS = 1,
    // Whether one beat of weights and inputs serves all PEs.
    parameter int MULTICAST = 1,
    // Whether one beat of outputs collects from all PEs.
    parameter int REDUCTION = 1,
    // Bits of a coordinate or an extent.
    parameter int COORDINATE_BITS = 8,
    // Bits of the distance between elements of an axis.
    parameter int STEP_BITS = 4,
    // Bits of a partial sum.
    parameter int ACCUMULATOR_BITS = 24,
    // Loop dimensions.
    parameter int DIMENSIONS = 1,
    // Lanes along each dimension: 8 bits each, dimension 0 lowest.
    parameter logic [DIMENSIONS*8-1:0] LANES = {DIMENSIONS{8'd1}},
    // Place value of each dimension in a lane number: 16 bits each.
    parameter logic [DIMENSIONS*16-1:0] LANE_DIVISOR = {DIMENSIONS{16'd1}},
    // All lanes together.
    parameter int VECTOR = 1,
    // Sliding windows of the input.
    parameter int WINDOWS = 1,
    // Whether zeros may be inserted between real rows.
    parameter int INSERTED = 0,
    // Axes of the weights.
    parameter int W_AXES = 1,
    // Dimension of each axis: 8 bits an axis, innermost lowest.
    parameter logic [W_AXES*8-1:0] W_DIMENSION = '0,
    // Place value of each dimension in a lane of the weights: 16 bits each, 0 if they lack it.
    parameter logic [DIMENSIONS*16-1:0] W_DIVISOR = '0,
    // Lanes of the weights.
    parameter int W_LANES = 1,
    // Indices that the lanes of the weights make do with: on every axis one for each place of a lane.
    parameter int W_READS = W_AXES,
    // Axis of each of them: 8 bits each.
    parameter logic [W_READS*8-1:0] W_READ_AXIS = '0,
    // How far each stands behind the counter of its axis's dimension: 8 bits each.
    parameter logic [W_READS*8-1:0] W_READ_OFFSET = '0,
    // Which of them a lane uses on each axis: 16 bits each.
    parameter logic [W_LANES*W_AXES*16-1:0] W_LANE_READS = '0,
    // Bits of an element.
    parameter int W_BITS = 8,
    // Elements of a beat.
    parameter int W_WINDOW = 1,
    // Largest number of elements taken from a beat.
    parameter int W_PICKS = 1,
    // Number of the axis that tiles slide along, the innermost being 0.
    parameter int W_SLIDE_AXIS = 0,
    // Largest extent of a tile along that axis.
    parameter int W_RING_EXTENT = 1,
    // Banks of the buffer.
    parameter int W_BANKS = 1,
    // Bits of an address in the buffer.
    parameter int W_ADDRESS_BITS = 4,
    // Address distance of neighbours: 16 bits an axis, innermost lowest.
    parameter logic [W_AXES*16-1:0] W_MULTIPLIERS = {W_AXES{16'd1}},
    // The same of the inputs; on the axis of a window the dimension is that of its outputs.
    parameter int I_AXES = 1,
    parameter logic [I_AXES*8-1:0] I_DIMENSION = '0,
    // Dimension of the taps on the axis of a window; 255 on a plain axis.
    parameter logic [I_AXES*8-1:0] I_TAP = '1,
    // Number of the window.
    parameter logic [I_AXES*8-1:0] I_WINDOW_NUMBER = '0,
    parameter logic [DIMENSIONS*16-1:0] I_DIVISOR = '0,
    parameter int I_LANES = 1,
    // As of the weights.
    parameter int I_READS = I_AXES,
    // Axis of each of them: 8 bits each.
    parameter logic [I_READS*8-1:0] I_READ_AXIS = '0,
    // How far each stands behind the counter of its axis's dimension: 8 bits each.
    parameter logic [I_READS*8-1:0] I_READ_OFFSET = '0,
    // The same behind the counter of the taps.
    parameter logic [I_READS*8-1:0] I_READ_TAP_OFFSET = '0,
    // Which of them a lane uses on each axis: 16 bits each.
    parameter logic [I_LANES*I_AXES*16-1:0] I_LANE_READS = '0,
    parameter int I_BITS = 8,
    parameter int I_WINDOW = 1,
    parameter int I_PICKS = 1,
    parameter int I_SLIDE_AXIS = 0,
    parameter int I_RING_EXTENT = 1,
    parameter int I_BANKS = 1,
    parameter int I_ADDRESS_BITS = 4,
    parameter logic [I_AXES*16-1:0] I_MULTIPLIERS = {I_AXES{16'd1}},
    // Axes whose elements may lie more than 1 apart, a bit each.
    parameter logic [I_AXES-1:0] I_STRIDED = '0,
    // The same of the outputs.
    parameter int O_AXES = 1,
    parameter logic [O_AXES*8-1:0] O_DIMENSION = '0,
    parameter logic [DIMENSIONS*16-1:0] O_DIVISOR = '0,
    parameter int O_LANES = 1,
    // As of the weights.
    parameter int O_READS = O_AXES,
    // Axis of each of them: 8 bits each.
    parameter logic [O_READS*8-1:0] O_READ_AXIS = '0,
    // How far each stands behind the counter of its axis's dimension: 8 bits each.
    parameter logic [O_READS*8-1:0] O_READ_OFFSET = '0,
    // Which of them a lane uses on each axis: 16 bits each.
    parameter logic [O_LANES*O_AXES*16-1:0] O_LANE_READS = '0,
    parameter int O_WINDOW = 1,
    parameter int O_PICKS = 1,
    parameter int O_SLIDE_AXIS = 0,
    parameter int O_RING_EXTENT = 1,
    parameter int O_ADDRESS_BITS = 4,
    parameter logic [O_AXES*16-1:0] O_MULTIPLIERS = {O_AXES{16'd1}}
) (
    input wire clk,
    input wire rst,
    // Number of this PE, which a beat without multicast (reduction) names; constant.
    input wire [TARGET_BITS-1:0] number,
    // Program: which axes the layer has, whether it has weights, which dimensions are summed over.
    input wire weights_present,
    input wire [W_AXES-1:0] w_present,
    input wire [I_AXES-1:0] i_present,
    input wire [O_AXES-1:0] o_present,
    input wire [DIMENSIONS-1:0] summed,
    input wire [WINDOWS*STEP_BITS-1:0] insertion,
    input wire [WINDOWS*21-1:0] insertion_reciprocal,
    // Weights landing, at their step.
    input wire [1:0] w_land_mode,
    input wire [W_AXES*COORDINATE_BITS-1:0] w_land_start,
    input wire [W_AXES*COORDINATE_BITS-1:0] w_land_count,
    input wire [COORDINATE_BITS-1:0] w_land_part_low,
    input wire [COORDINATE_BITS-1:0] w_land_part_high,
    input wire signed [COORDINATE_BITS:0] w_land_shift,
    input wire w_land_step_end,
    input wire w_beat,
    input wire [W_AXES*COORDINATE_BITS-1:0] w_base,
    input wire [W_WINDOW*W_BITS-1:0] w_data,
    // Inputs landing, at their step.
    input wire [1:0] i_land_mode,
    input wire [I_AXES*COORDINATE_BITS-1:0] i_land_start,
    input wire [I_AXES*COORDINATE_BITS-1:0] i_land_count,
    input wire [I_AXES*STEP_BITS-1:0] i_land_step,
    input wire [COORDINATE_BITS-1:0] i_land_part_low,
    input wire [COORDINATE_BITS-1:0] i_land_part_high,
    input wire signed [COORDINATE_BITS:0] i_land_shift,
    input wire i_land_step_end,
    input wire i_beat,
    input wire [I_AXES*COORDINATE_BITS-1:0] i_base,
    input wire [I_WINDOW*I_BITS-1:0] i_data,
    input wire [TARGET_BITS-1:0] beat_target,
    output wire [COORDINATE_BITS-1:0] w_taken,
    output wire [W_WINDOW-1:0] w_taken_lanes,
    output wire [COORDINATE_BITS-1:0] i_taken,
    output wire [I_WINDOW-1:0] i_taken_lanes,
    // Compute, at its step.
    input wire run,
    input wire active,
    input wire compute_step_end,
    input wire [DIMENSIONS*COORDINATE_BITS-1:0] extents,
    input wire [WINDOWS*(COORDINATE_BITS+2)-1:0] window_first,
    input wire [WINDOWS*STEP_BITS-1:0] window_output_step,
    input wire [WINDOWS*STEP_BITS-1:0] window_tap_step,
    input wire [WINDOWS*COORDINATE_BITS-1:0] window_count,
    input wire [1:0] w_compute_mode,
    input wire signed [COORDINATE_BITS:0] w_compute_shift,
    input wire [1:0] i_compute_mode,
    input wire signed [COORDINATE_BITS:0] i_compute_shift,
    input wire [1:0] o_compute_mode,
    input wire signed [COORDINATE_BITS:0] o_compute_shift,
    input wire [COORDINATE_BITS-1:0] o_compute_part_low,
    input wire [COORDINATE_BITS-1:0] o_compute_part_high,
    output wire compute_last,
    output logic [15:0] macs,
    // Collection, at its step.
    input wire [1:0] o_egress_mode,
    input wire signed [COORDINATE_BITS:0] o_egress_shift,
    input wire [1:0] o_leave_mode,
    input wire [O_AXES*COORDINATE_BITS-1:0] o_leave_start,
    input wire [O_AXES*COORDINATE_BITS-1:0] o_leave_count,
    input wire [COORDINATE_BITS-1:0] o_leave_part_low,
    input wire [COORDINATE_BITS-1:0] o_leave_part_high,
    input wire egress_step_end,
    input wire o_beat,
    input wire [O_AXES*COORDINATE_BITS-1:0] o_base,
    input wire [TARGET_BITS-1:0] o_target,
    output wire [COORDINATE_BITS-1:0] o_taken,
    output wire [O_WINDOW-1:0] o_taken_lanes,
    output wire [O_WINDOW*ACCUMULATOR_BITS-1:0] o_taken_sums
);

  localparam int CW = COORDINATE_BITS;
  localparam int ACC = ACCUMULATOR_BITS;
  localparam int SB = STEP_BITS;
  localparam int ZW = CW + STEP_BITS + 3;
  // A product is kept as far as it reaches into a sum, which counts modulo its width.
  localparam int ProductBits = (W_BITS + I_BITS > ACC) ? ACC : W_BITS + I_BITS;

  // How far every lane stands behind the counter of every dimension, for lanes that run along the
  // dimensions with a divisor.
  function automatic logic [VECTOR*DIMENSIONS*8-1:0] lane_offsets(
      input logic [DIMENSIONS*16-1:0] divisors);
    lane_offsets = '0;
    for (int v = 0; v < VECTOR; v++) begin
      for (int d = 0; d < DIMENSIONS; d++) begin
        if (divisors[d*16+:16] != 16'd0) begin
          lane_offsets[(v*DIMENSIONS+d)*8+:8] =
              8'($unsigned((v / int'(divisors[d*16+:16])) % int'(LANES[d*8+:8])));
        end
      end
    end
  endfunction

  // Lane of a tensor that every lane of the vector MAC uses.
  function automatic logic [VECTOR*16-1:0] tensor_lanes(input logic [DIMENSIONS*16-1:0] divisors,
                                                        input logic [VECTOR*DIMENSIONS*8-1:0] own);
    tensor_lanes = '0;
    for (int v = 0; v < VECTOR; v++) begin
      for (int d = 0; d < DIMENSIONS; d++) begin
        tensor_lanes[v*16+:16] = tensor_lanes[v*16+:16] +
            16'(own[(v*DIMENSIONS+d)*8+:8]) * divisors[d*16+:16];
      end
    end
  endfunction

  localparam logic [VECTOR*DIMENSIONS*8-1:0] Offsets = lane_offsets(LANE_DIVISOR);
  // Window of every index of an input.
  function automatic logic [I_READS*8-1:0] read_windows();
    read_windows = '0;
    for (int r = 0; r < I_READS; r++)
    read_windows[r*8+:8] = I_WINDOW_NUMBER[int'(I_READ_AXIS[r*8+:8])*8+:8];
  endfunction

  localparam logic [I_READS*8-1:0] ReadWindow = read_windows();
  localparam logic [VECTOR*16-1:0] WLanes = tensor_lanes(W_DIVISOR, Offsets);
  localparam logic [VECTOR*16-1:0] ILanes = tensor_lanes(I_DIVISOR, Offsets);
  localparam logic [VECTOR*16-1:0] OLanes = tensor_lanes(O_DIVISOR, Offsets);

  wire working;
  wire [DIMENSIONS*CW-1:0] counters;
  logic w_served, i_served, o_served;

  assign w_served = MULTICAST != 0 || beat_target == number;
  assign i_served = w_served;
  assign o_served = REDUCTION != 0 || o_target == number;

  mac_loop #(
      .DIMENSIONS(DIMENSIONS),
      .COORDINATE_BITS(CW),
      .LANES(LANES)
  ) u_loop (
      .clk(clk),
      .rst(rst),
      .run(run),
      .active(active),
      .extents(extents),
      .step_end(compute_step_end),
      .working(working),
      .last(compute_last),
      .counters(counters)
  );

  // Indices of the operands that the lanes read.
  logic [W_READS*CW-1:0] w_indices;
  logic [I_READS*CW-1:0] i_indices;
  logic [O_READS*CW-1:0] o_indices;
  logic [I_READS-1:0] row_real;
  logic [I_LANES-1:0] i_real;
  wire [W_LANES*W_BITS-1:0] w_values;
  wire [I_LANES*I_BITS-1:0] i_values;

  always_comb begin
    w_indices = '0;
    if (run) begin
      for (int r = 0; r < W_READS; r++) begin
        if (w_present[int'(W_READ_AXIS[r*8+:8])]) begin
          w_indices[r*CW+:CW] = CW'(W_READ_OFFSET[r*8+:8]) +
              counters[int'(W_DIMENSION[int'(W_READ_AXIS[r*8+:8])*8+:8])*CW+:CW];
        end
      end
    end
  end

  logic signed [ZW-1:0] row, quotient, output_step, tap_step, gap, rows;
  logic [CW-1:0] output_index, tap_index;
  logic [ZW+20:0] product;

  function automatic logic signed [ZW-1:0] widened(input logic [CW-1:0] value);
    widened = $signed({{(ZW - CW) {1'b0}}, value});
  endfunction

  function automatic logic signed [ZW-1:0] widened_step(input logic [STEP_BITS-1:0] value);
    widened_step = $signed({{(ZW - STEP_BITS) {1'b0}}, value});
  endfunction

  always_comb begin
    i_indices = '0;
    i_real = '0;
    row_real = '0;
    row = '0;
    quotient = '0;
    output_step = '0;
    tap_step = '0;
    gap = '0;
    rows = '0;
    output_index = '0;
    tap_index = '0;
    product = '0;
    if (run) begin
      i_real   = '1;
      row_real = '1;
      for (int r = 0; r < I_READS; r++) begin
        output_index = CW'(I_READ_OFFSET[r*8+:8]) +
            counters[int'(I_DIMENSION[int'(I_READ_AXIS[r*8+:8])*8+:8])*CW+:CW];
        if (I_TAP[int'(I_READ_AXIS[r*8+:8])*8+:8] == 8'hff) begin
          if (i_present[int'(I_READ_AXIS[r*8+:8])]) i_indices[r*CW+:CW] = output_index;
        end else begin
          tap_index = CW'(I_READ_TAP_OFFSET[r*8+:8]) +
              counters[int'(I_TAP[int'(I_READ_AXIS[r*8+:8])*8+:8])*CW+:CW];
          output_step = widened_step(window_output_step[int'(ReadWindow[r*8+:8])*SB+:SB]);
          tap_step = widened_step(window_tap_step[int'(ReadWindow[r*8+:8])*SB+:SB]);
          row = ZW'($signed(window_first[int'(ReadWindow[r*8+:8])*(CW+2)+:CW+2])) +
              output_step * widened(output_index) + tap_step * widened(tap_index);
          quotient = row;
          if (INSERTED != 0) begin
            gap = widened_step(insertion[int'(ReadWindow[r*8+:8])*SB+:SB]);
            product = (ZW + 21)'($unsigned(row)) *
                (ZW + 21)'(insertion_reciprocal[int'(ReadWindow[r*8+:8])*21+:21]);
            quotient = $signed({1'b0, (ZW - 1)'(product >> 20)});
            if (row >= 0 && quotient * gap != row) row_real[r] = 1'b0;
          end
          rows = widened(window_count[int'(ReadWindow[r*8+:8])*CW+:CW]);
          if (row < 0 || quotient >= rows) row_real[r] = 1'b0;
          i_indices[r*CW+:CW] = quotient[CW-1:0];
        end
      end
      for (int v = 0; v < I_LANES; v++) begin
        for (int a = 0; a < I_AXES; a++) begin
          if (!row_real[int'(I_LANE_READS[(v*I_AXES+a)*16+:16])]) i_real[v] = 1'b0;
        end
      end
    end
  end

  always_comb begin
    o_indices = '0;
    if (run) begin
      for (int r = 0; r < O_READS; r++) begin
        if (o_present[int'(O_READ_AXIS[r*8+:8])]) begin
          o_indices[r*CW+:CW] = CW'(O_READ_OFFSET[r*8+:8]) +
              counters[int'(O_DIMENSION[int'(O_READ_AXIS[r*8+:8])*8+:8])*CW+:CW];
        end
      end
    end
  end

  // The vector MAC.
  logic [VECTOR-1:0] lane_valid;
  logic [O_LANES-1:0] sum_valid;
  logic [O_LANES*ACC-1:0] sums;
  logic first_sums;
  logic [CW:0] place;
  logic signed [W_BITS-1:0] weight;
  logic signed [I_BITS-1:0] element;
  logic signed [ProductBits-1:0] contribution;

  always_comb begin
    lane_valid = '0;
    sum_valid = '0;
    sums = '0;
    macs = '0;
    place = '0;
    weight = '0;
    element = '0;
    contribution = '0;
    first_sums = 1'b0;
    if (run) begin
      first_sums = 1'b1;
      if (working) begin
        lane_valid = '1;
        for (int d = 0; d < DIMENSIONS; d++) begin
          if (summed[d] && counters[d*CW+:CW] != '0) first_sums = 1'b0;
        end
        for (int v = 0; v < VECTOR; v++) begin
          for (int d = 0; d < DIMENSIONS; d++) begin
            if (LANES[d*8+:8] != 8'd1) begin
              place = {1'b0, counters[d*CW+:CW]} + (CW + 1)'(Offsets[(v*DIMENSIONS+d)*8+:8]);
              if (place >= {1'b0, extents[d*CW+:CW]}) lane_valid[v] = 1'b0;
            end
          end
          if (lane_valid[v]) begin
            weight = $signed(w_values[int'(WLanes[v*16+:16])*W_BITS+:W_BITS]);
            if (!weights_present) weight = $signed(W_BITS'(1'b1));
            element = $signed(i_values[int'(ILanes[v*16+:16])*I_BITS+:I_BITS]);
            if (!i_real[int'(ILanes[v*16+:16])]) element = '0;
            contribution = ProductBits'(weight) * ProductBits'(element);
            sum_valid[int'(OLanes[v*16+:16])] = 1'b1;
            sums[int'(OLanes[v*16+:16])*ACC+:ACC] = sums[int'(OLanes[v*16+:16])*ACC+:ACC] +
                $unsigned(ACC'(contribution));
            macs = macs + 16'd1;
          end
        end
      end
    end
  end

  operand_buffer #(
      .AXES(W_AXES),
      .COORDINATE_BITS(CW),
      .STEP_BITS(1),
      .ELEMENT_BITS(W_BITS),
      .WINDOW(W_WINDOW),
      .PICKS(W_PICKS),
      .SLIDE_AXIS(W_SLIDE_AXIS),
      .BANKS(W_BANKS),
      .MULTIPLIERS(W_MULTIPLIERS),
      .RING_EXTENT(W_RING_EXTENT),
      .ADDRESS_BITS(W_ADDRESS_BITS),
      .LANES(W_LANES),
      .READS(W_READS),
      .READ_AXIS(W_READ_AXIS),
      .LANE_READS(W_LANE_READS)
  ) u_weights (
      .clk(clk),
      .rst(rst),
      .land_mode(w_land_mode),
      .land_start(w_land_start),
      .land_count(w_land_count),
      .land_step({W_AXES{1'b1}}),
      .land_part_low(w_land_part_low),
      .land_part_high(w_land_part_high),
      .land_shift(w_land_shift),
      .land_step_end(w_land_step_end),
      .beat(w_beat),
      .served(w_served),
      .beat_base(w_base),
      .beat_data(w_data),
      .taken(w_taken),
      .taken_lanes(w_taken_lanes),
      .compute_mode(w_compute_mode),
      .compute_shift(w_compute_shift),
      .compute_step_end(compute_step_end),
      .read(run),
      .read_indices(w_indices),
      .read_data(w_values)
  );

  operand_buffer #(
      .AXES(I_AXES),
      .COORDINATE_BITS(CW),
      .STEP_BITS(STEP_BITS),
      .ELEMENT_BITS(I_BITS),
      .WINDOW(I_WINDOW),
      .PICKS(I_PICKS),
      .SLIDE_AXIS(I_SLIDE_AXIS),
      .STRIDED(I_STRIDED),
      .BANKS(I_BANKS),
      .MULTIPLIERS(I_MULTIPLIERS),
      .RING_EXTENT(I_RING_EXTENT),
      .ADDRESS_BITS(I_ADDRESS_BITS),
      .LANES(I_LANES),
      .READS(I_READS),
      .READ_AXIS(I_READ_AXIS),
      .LANE_READS(I_LANE_READS)
  ) u_inputs (
      .clk(clk),
      .rst(rst),
      .land_mode(i_land_mode),
      .land_start(i_land_start),
      .land_count(i_land_count),
      .land_step(i_land_step),
      .land_part_low(i_land_part_low),
      .land_part_high(i_land_part_high),
      .land_shift(i_land_shift),
      .land_step_end(i_land_step_end),
      .beat(i_beat),
      .served(i_served),
      .beat_base(i_base),
      .beat_data(i_data),
      .taken(i_taken),
      .taken_lanes(i_taken_lanes),
      .compute_mode(i_compute_mode),
      .compute_shift(i_compute_shift),
      .compute_step_end(compute_step_end),
      .read(run),
      .read_indices(i_indices),
      .read_data(i_values)
  );

  output_buffer #(
      .AXES(O_AXES),
      .COORDINATE_BITS(CW),
      .ACCUMULATOR_BITS(ACC),
      .WINDOW(O_WINDOW),
      .PICKS(O_PICKS),
      .SLIDE_AXIS(O_SLIDE_AXIS),
      .MULTIPLIERS(O_MULTIPLIERS),
      .RING_EXTENT(O_RING_EXTENT),
      .ADDRESS_BITS(O_ADDRESS_BITS),
      .LANES(O_LANES),
      .READS(O_READS),
      .READ_AXIS(O_READ_AXIS),
      .LANE_READS(O_LANE_READS)
  ) u_outputs (
      .clk(clk),
      .rst(rst),
      .compute_mode(o_compute_mode),
      .compute_shift(o_compute_shift),
      .compute_part_low(o_compute_part_low),
      .compute_part_high(o_compute_part_high),
      .compute_step_end(compute_step_end),
      .run(run),
      .first_sums(first_sums),
      .sum_valid(sum_valid),
      .sum_indices(o_indices),
      .sums(sums),
      .egress_mode(o_egress_mode),
      .egress_shift(o_egress_shift),
      .leave_mode(o_leave_mode),
      .leave_start(o_leave_start),
      .leave_count(o_leave_count),
      .leave_part_low(o_leave_part_low),
      .leave_part_high(o_leave_part_high),
      .egress_step_end(egress_step_end),
      .beat(o_beat),
      .served(o_served),
      .beat_base(o_base),
      .taken(o_taken),
      .taken_lanes(o_taken_lanes),
      .taken_sums(o_taken_sums)
  );

endmodule

`default_nettype wire

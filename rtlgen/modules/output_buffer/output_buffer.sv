// Partial sums of one PE: accumulates what the vector MAC yields and hands out what leaves the tile.
//
// Two stages look at it, each at its own step: compute adds to the tile of a step while the network
// collects what the tile of the step before does not keep. An output starts every residency at zero:
// its first sum in a step where it is new is stored instead of added. Addresses are as in
// `operand_buffer`, without banks.
//
// Latency: a sum stored in one cycle can be collected in the next. Collection is combinational.
`default_nettype none

module output_buffer #(
    // Axes of the tensor, the innermost of the layout last.
    parameter int AXES = 1,
    // Bits of a coordinate.
    parameter int COORDINATE_BITS = 8,
    // Bits of a partial sum.
    parameter int ACCUMULATOR_BITS = 24,
    // Elements of a beat.
    parameter int WINDOW = 1,
    // Largest number of elements given to a beat.
    parameter int PICKS = 1,
    // Number of the axis that the tile slides along, the innermost being 0.
    parameter int SLIDE_AXIS = 0,
    // Address distance of neighbours: 16 bits an axis, innermost lowest.
    parameter logic [AXES*16-1:0] MULTIPLIERS = {AXES{16'd1}},
    // Largest extent of a tile along the axis that it slides along.
    parameter int RING_EXTENT = 1,
    // Bits of an address.
    parameter int ADDRESS_BITS = 4,
    // Outputs that receive a sum per cycle.
    parameter int LANES = 1,
    // Indices that the lanes make do with: on every axis one for each place of the lanes along it.
    parameter int READS = AXES,
    // Axis of each of them: 8 bits each, the innermost axis's first.
    parameter logic [READS*8-1:0] READ_AXIS = '0,
    // Which of them a lane uses on each axis: 16 bits each, lane 0 and its innermost axis lowest.
    parameter logic [LANES*AXES*16-1:0] LANE_READS = '0
) (
    input wire clk,
    input wire rst,
    // Compute, at its step.
    input wire [1:0] compute_mode,
    input wire signed [COORDINATE_BITS:0] compute_shift,
    input wire [COORDINATE_BITS-1:0] compute_part_low,
    input wire [COORDINATE_BITS-1:0] compute_part_high,
    input wire compute_step_end,
    // There may be sums; they are the first of this step for their outputs.
    input wire run,
    input wire first_sums,
    input wire [LANES-1:0] sum_valid,
    input wire [READS*COORDINATE_BITS-1:0] sum_indices,
    input wire [LANES*ACCUMULATOR_BITS-1:0] sums,
    // Collection, at its step.
    input wire [1:0] egress_mode,
    input wire signed [COORDINATE_BITS:0] egress_shift,
    input wire [1:0] leave_mode,
    input wire [AXES*COORDINATE_BITS-1:0] leave_start,
    input wire [AXES*COORDINATE_BITS-1:0] leave_count,
    input wire [COORDINATE_BITS-1:0] leave_part_low,
    input wire [COORDINATE_BITS-1:0] leave_part_high,
    input wire egress_step_end,
    // A beat is there, and may serve this PE.
    input wire beat,
    input wire served,
    input wire [AXES*COORDINATE_BITS-1:0] beat_base,
    output logic [COORDINATE_BITS-1:0] taken,
    output logic [WINDOW-1:0] taken_lanes,
    output logic [WINDOW*ACCUMULATOR_BITS-1:0] taken_sums
);

  localparam int CW = COORDINATE_BITS;
  localparam int AB = ADDRESS_BITS;
  localparam int ACC = ACCUMULATOR_BITS;
  localparam int RingBits = $clog2(2 * RING_EXTENT + 1);
  localparam int RING = SLIDE_AXIS;
  localparam logic [CW:0] Places = (CW + 1)'($unsigned(2 * RING_EXTENT));
  localparam int LaneBits = (WINDOW > 1) ? $clog2(WINDOW) : 1;
  localparam logic [31:0] SumBits = $unsigned(ACC);

  logic [ACC-1:0] mem[1<<ADDRESS_BITS];

  wire [AXES*CW-1:0] index;
  wire [CW-1:0] lane;
  wire [RingBits-1:0] compute_tile_start, egress_tile_start;
  logic [CW:0] leave_place, inner;
  logic [AB-1:0] common, sum_address, line, leave_address;
  // What every index adds to an address, and whether it is new if it is one of the ring axis.
  logic [AB-1:0] part[READS];
  logic [READS-1:0] slid_in;
  logic [LANES*AB-1:0] sum_addresses;
  logic [LANES-1:0] is_new;
  logic [LaneBits-1:0] from_lane;

  function automatic logic [CW:0] ring_place(input logic [CW-1:0] tile_index,
                                             input logic [RingBits-1:0] tile_start);
    logic [CW:0] sum;
    sum = {1'b0, tile_index} + (CW + 1)'(tile_start);
    ring_place = (sum >= Places) ? sum - Places : sum;
  endfunction

  tile_walk #(
      .AXES(AXES),
      .COORDINATE_BITS(CW),
      .STEP_BITS(1),
      .WINDOW(WINDOW),
      .PICKS(PICKS),
      .SLIDE_AXIS(SLIDE_AXIS)
  ) u_walk (
      .clk(clk),
      .rst(rst),
      .mode(leave_mode),
      .start(leave_start),
      .count(leave_count),
      .step({AXES{1'b1}}),
      .part_low(leave_part_low),
      .part_high(leave_part_high),
      .beat(beat),
      .served(served),
      .base(beat_base),
      .step_end(egress_step_end),
      .wanted(),
      .wanted_after(),
      .position(),
      .index(index),
      .taken(taken),
      .lane(lane)
  );

  ring_pointer #(
      .COORDINATE_BITS(CW),
      .RING_BITS(RingBits),
      .EXTENT(RING_EXTENT)
  ) u_compute_ring (
      .clk(clk),
      .rst(rst),
      .new_mode(compute_mode),
      .shift(compute_shift),
      .step_end(compute_step_end),
      .used(run),
      .tile_start(compute_tile_start)
  );

  ring_pointer #(
      .COORDINATE_BITS(CW),
      .RING_BITS(RingBits),
      .EXTENT(RING_EXTENT)
  ) u_egress_ring (
      .clk(clk),
      .rst(rst),
      .new_mode(egress_mode),
      .shift(egress_shift),
      .step_end(egress_step_end),
      .used(beat),
      .tile_start(egress_tile_start)
  );

  // Axes along which all lanes stand at the same place.
  function automatic logic [AXES-1:0] axes_shared();
    axes_shared = '1;
    for (int v = 0; v < LANES; v++) begin
      for (int a = 0; a < AXES; a++) begin
        if (LANE_READS[(v*AXES+a)*16+:16] != LANE_READS[a*16+:16]) axes_shared[a] = 1'b0;
      end
    end
  endfunction

  localparam logic [AXES-1:0] Shared = axes_shared();

  always_comb begin
    common = '0;
    sum_address = '0;
    sum_addresses = '0;
    slid_in = '0;
    is_new = '0;
    for (int r = 0; r < READS; r++) part[r] = '0;
    if (run) begin
      for (int r = 0; r < READS; r++) begin
        part[r] = MULTIPLIERS[int'(READ_AXIS[r*8+:8])*16+:AB] *
            AB'((int'(READ_AXIS[r*8+:8]) == RING) ?
                ring_place(sum_indices[r*CW+:CW], compute_tile_start) : {1'b0,
                                                                         sum_indices[r*CW+:CW]});
        slid_in[r] = compute_mode == 2'd1 || (compute_mode == 2'd2 &&
            sum_indices[r*CW+:CW] >= compute_part_low && sum_indices[r*CW+:CW] < compute_part_high);
      end
      for (int a = 0; a < AXES; a++) begin
        if (Shared[a]) common = common + part[int'(LANE_READS[a*16+:16])];
      end
      for (int v = 0; v < LANES; v++) begin
        sum_address = common;
        for (int a = 0; a < AXES; a++) begin
          if (!Shared[a]) sum_address = sum_address + part[int'(LANE_READS[(v*AXES+a)*16+:16])];
        end
        sum_addresses[v*AB+:AB] = sum_address;
        is_new[v] = slid_in[int'(LANE_READS[(v*AXES+RING)*16+:16])];
      end
    end
  end

  always_ff @(posedge clk) begin
    if (run) begin
      for (int v = 0; v < LANES; v++) begin
        if (sum_valid[v]) begin
          if (first_sums && is_new[v]) mem[sum_addresses[v*AB+:AB]] <= sums[v*ACC+:ACC];
          else mem[sum_addresses[v*AB+:AB]] <= mem[sum_addresses[v*AB+:AB]] + sums[v*ACC+:ACC];
        end
      end
    end
  end

  always_comb begin
    line = '0;
    leave_place = '0;
    inner = '0;
    leave_address = '0;
    from_lane = '0;
    taken_lanes = '0;
    taken_sums = '0;
    if (beat) begin
      for (int a = 1; a < AXES; a++) begin
        leave_place = {1'b0, index[a*CW+:CW]};
        if (a == RING) leave_place = ring_place(index[a*CW+:CW], egress_tile_start);
        line = line + AB'(leave_place) * MULTIPLIERS[a*16+:AB];
      end
      inner = (RING == 0) ? ring_place(index[CW-1:0], egress_tile_start) : {1'b0, index[CW-1:0]};
      for (int k = 0; k < PICKS; k++) begin
        leave_place = inner + (CW + 1)'($unsigned(k));
        if (RING == 0 && leave_place >= Places) leave_place = leave_place - Places;
        leave_address = line + AB'(leave_place);
        from_lane = LaneBits'(lane + CW'($unsigned(k)));
        if (CW'($unsigned(k)) < taken) begin
          taken_lanes[from_lane] = 1'b1;
          taken_sums[32'(from_lane)*SumBits+:ACC] = mem[leave_address];
        end
      end
    end
  end

`ifndef SYNTHESIS
  initial begin
    if (ADDRESS_BITS < 1 || ADDRESS_BITS > 16)
      $fatal(1, "output_buffer: ADDRESS_BITS must be 1 to 16");
    if (SLIDE_AXIS < 0 || SLIDE_AXIS >= AXES)
      $fatal(1, "output_buffer: there must be an axis SLIDE_AXIS");
  end
`endif

endmodule

`default_nettype wire

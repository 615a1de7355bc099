// One operand (weights or inputs) of one PE: takes its elements out of the beats of the network, keeps
// two tiles in a scratchpad that slides along one axis, and gives the vector MAC what it asks for.
//
// Two stages look at it, each at its own step: landing fills the tile of a step while compute reads the
// tile of the one before. An element of index i on each axis lies at the sum of i * multiplier; on the
// axis that the tile slides along the index counts from the tile's start in a ring.
//
// Latency: an element that lands in one cycle can be read in the next.
`default_nettype none

module operand_buffer #(
    // Axes of the tensor, the innermost of the layout last.
    parameter int AXES = 1,
    // Bits of a coordinate.
    parameter int COORDINATE_BITS = 8,
    // Bits of the distance between elements of an axis.
    parameter int STEP_BITS = 4,
    // Bits of an element.
    parameter int ELEMENT_BITS = 8,
    // Elements of a beat.
    parameter int WINDOW = 1,
    // Largest number of elements taken from a beat.
    parameter int PICKS = 1,
    // Number of the axis that the tile slides along, the innermost being 0.
    parameter int SLIDE_AXIS = 0,
    // Axes whose elements may lie more than 1 apart, a bit each, innermost lowest.
    parameter logic [AXES-1:0] STRIDED = '0,
    // Banks, a power of two of at least PICKS.
    parameter int BANKS = 1,
    // Address distance of neighbours: 16 bits an axis, innermost lowest.
    parameter logic [AXES*16-1:0] MULTIPLIERS = {AXES{16'd1}},
    // Largest extent of a tile along the axis that it slides along.
    parameter int RING_EXTENT = 1,
    // Bits of an address.
    parameter int ADDRESS_BITS = 4,
    // Elements read per cycle.
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
    // Landing, at its step.
    input wire [1:0] land_mode,
    input wire [AXES*COORDINATE_BITS-1:0] land_start,
    input wire [AXES*COORDINATE_BITS-1:0] land_count,
    input wire [AXES*STEP_BITS-1:0] land_step,
    input wire [COORDINATE_BITS-1:0] land_part_low,
    input wire [COORDINATE_BITS-1:0] land_part_high,
    input wire signed [COORDINATE_BITS:0] land_shift,
    input wire land_step_end,
    // A beat is there, and may serve this PE.
    input wire beat,
    input wire served,
    input wire [AXES*COORDINATE_BITS-1:0] beat_base,
    input wire [WINDOW*ELEMENT_BITS-1:0] beat_data,
    output logic [COORDINATE_BITS-1:0] taken,
    output logic [WINDOW-1:0] taken_lanes,
    // Compute, at its step.
    input wire [1:0] compute_mode,
    input wire signed [COORDINATE_BITS:0] compute_shift,
    input wire compute_step_end,
    input wire read,
    input wire [READS*COORDINATE_BITS-1:0] read_indices,
    output wire [LANES*ELEMENT_BITS-1:0] read_data
);

  localparam int CW = COORDINATE_BITS;
  localparam int AB = ADDRESS_BITS;
  localparam int EB = ELEMENT_BITS;
  localparam int BankBits = $clog2(BANKS);
  localparam int RowBits = AB - BankBits;
  localparam int RingBits = $clog2(2 * RING_EXTENT + 1);
  localparam int RING = SLIDE_AXIS;
  localparam logic [CW:0] Places = (CW + 1)'($unsigned(2 * RING_EXTENT));
  // Selects the bank of an address.
  localparam logic [AB-1:0] BankMask = AB'($unsigned(BANKS - 1));
  localparam int LaneBits = (WINDOW > 1) ? $clog2(WINDOW) : 1;
  localparam logic [31:0] ElementBits = $unsigned(ELEMENT_BITS);

  wire [AXES*CW-1:0] index;
  wire [CW-1:0] lane;
  wire [RingBits-1:0] land_tile_start, compute_tile_start;
  logic [AB-1:0] line, address;
  logic [CW:0] inner, place;
  logic [BankBits:0] first_bank, ahead;
  logic [BANKS-1:0] write_enable;
  logic [BANKS*RowBits-1:0] write_rows;
  logic [BANKS*ELEMENT_BITS-1:0] write_data;
  logic [LaneBits-1:0] from_lane;
  logic [LANES*AB-1:0] read_addresses;

  function automatic logic [CW:0] ring_place(input logic [CW-1:0] tile_index,
                                             input logic [RingBits-1:0] tile_start);
    logic [CW:0] sum;
    sum = {1'b0, tile_index} + (CW + 1)'(tile_start);
    ring_place = (sum >= Places) ? sum - Places : sum;
  endfunction

  tile_walk #(
      .AXES(AXES),
      .COORDINATE_BITS(CW),
      .STEP_BITS(STEP_BITS),
      .WINDOW(WINDOW),
      .PICKS(PICKS),
      .SLIDE_AXIS(SLIDE_AXIS),
      .STRIDED(STRIDED)
  ) u_walk (
      .clk(clk),
      .rst(rst),
      .mode(land_mode),
      .start(land_start),
      .count(land_count),
      .step(land_step),
      .part_low(land_part_low),
      .part_high(land_part_high),
      .beat(beat),
      .served(served),
      .base(beat_base),
      .step_end(land_step_end),
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
  ) u_land_ring (
      .clk(clk),
      .rst(rst),
      .new_mode(land_mode),
      .shift(land_shift),
      .step_end(land_step_end),
      .used(beat),
      .tile_start(land_tile_start)
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
      .used(read),
      .tile_start(compute_tile_start)
  );

  // Element k of the beat goes to bank (first + k) mod BANKS; seen from a bank, k is its distance.
  always_comb begin
    line = '0;
    inner = '0;
    address = '0;
    first_bank = '0;
    write_enable = '0;
    write_rows = '0;
    write_data = '0;
    ahead = '0;
    place = '0;
    from_lane = '0;
    taken_lanes = '0;
    if (beat) begin
      for (int a = 1; a < AXES; a++) begin
        place = {1'b0, index[a*CW+:CW]};
        if (a == RING) place = ring_place(index[a*CW+:CW], land_tile_start);
        line = line + AB'(place) * MULTIPLIERS[a*16+:AB];
      end
      inner = (RING == 0) ? ring_place(index[CW-1:0], land_tile_start) : {1'b0, index[CW-1:0]};
      address = line + AB'(inner);
      first_bank = (BankBits + 1)'(address & BankMask);
      for (int b = 0; b < BANKS; b++) begin
        ahead = ((BankBits + 1)'($unsigned(b)) - first_bank) & (BankBits + 1)'(BankMask);
        place = inner + (CW + 1)'(ahead);
        if (RING == 0 && place >= Places) place = place - Places;
        address = line + AB'(place);
        from_lane = LaneBits'(lane + CW'(ahead) *
            (STRIDED[0] ? CW'(land_step[STEP_BITS-1:0]) : CW'(1'b1)));
        if (CW'(ahead) < taken) begin
          write_enable[b] = 1'b1;
          write_rows[b*RowBits+:RowBits] = address[AB-1:BankBits];
          write_data[b*EB+:EB] = beat_data[32'(from_lane)*ElementBits+:EB];
          taken_lanes[from_lane] = 1'b1;
        end
      end
    end
  end

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

  // Every index adds its part to the address; what all lanes share is added once.
  logic [AB-1:0] part[READS];
  logic [AB-1:0] common, read_address;

  always_comb begin
    common = '0;
    read_address = '0;
    read_addresses = '0;
    for (int r = 0; r < READS; r++) part[r] = '0;
    if (read) begin
      for (int r = 0; r < READS; r++) begin
        part[r] = MULTIPLIERS[int'(READ_AXIS[r*8+:8])*16+:AB] *
            AB'((int'(READ_AXIS[r*8+:8]) == RING) ?
                ring_place(read_indices[r*CW+:CW], compute_tile_start) : {1'b0,
                                                                          read_indices[r*CW+:CW]});
      end
      for (int a = 0; a < AXES; a++) begin
        if (Shared[a]) common = common + part[int'(LANE_READS[a*16+:16])];
      end
      for (int v = 0; v < LANES; v++) begin
        read_address = common;
        for (int a = 0; a < AXES; a++) begin
          if (!Shared[a]) read_address = read_address + part[int'(LANE_READS[(v*AXES+a)*16+:16])];
        end
        read_addresses[v*AB+:AB] = read_address;
      end
    end
  end

  scratchpad #(
      .WIDTH(ELEMENT_BITS),
      .BANKS(BANKS),
      .ROW_BITS(RowBits),
      .LANES(LANES),
      .ADDRESS_BITS(AB)
  ) u_scratchpad (
      .clk(clk),
      .write(beat),
      .write_enable(write_enable),
      .write_rows(write_rows),
      .write_data(write_data),
      .read(read),
      .read_addresses(read_addresses),
      .read_data(read_data)
  );

`ifndef SYNTHESIS
  initial begin
    if (BANKS != 1 << $clog2(BANKS) || BANKS < PICKS)
      $fatal(1, "operand_buffer: BANKS must be a power of two, at least PICKS");
    if ((SLIDE_AXIS == 0) && (2 * RING_EXTENT) % BANKS != 0)
      $fatal(1, "operand_buffer: the ring must be whole rows");
    if (ADDRESS_BITS <= $clog2(BANKS) || ADDRESS_BITS > 16)
      $fatal(1, "operand_buffer: ADDRESS_BITS must be 1 to 16 and hold a row");
  end
`endif

endmodule

`default_nettype wire

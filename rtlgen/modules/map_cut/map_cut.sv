// One map of a dataflow at one unit: cuts the sub-range that the unit holds out of its parent's range.
//
// The unit stands `position + UNIT * offset` behind the start of the parent's range, where `position`
// is what the loop has advanced. A position exists if it is the first, or if the one before it left
// something of the range uncovered. Combinational.
`default_nettype none

module map_cut #(
    // Bits of a coordinate or an extent.
    parameter int COORDINATE_BITS = 8,
    // Bits of a distance from the start of a range; larger than COORDINATE_BITS.
    parameter int POSITION_BITS = 12,
    // Unit number along the level; 0 for a TemporalMap.
    parameter int UNIT = 0
) (
    input wire [COORDINATE_BITS-1:0] parent_low,
    input wire [COORDINATE_BITS-1:0] parent_high,
    input wire parent_exists,
    input wire [POSITION_BITS-1:0] position,
    input wire [COORDINATE_BITS-1:0] size,
    input wire [COORDINATE_BITS-1:0] offset,
    output logic [COORDINATE_BITS-1:0] low,
    output logic [COORDINATE_BITS-1:0] high,
    output logic exists
);

  localparam int P = POSITION_BITS + 1;
  localparam logic [POSITION_BITS-1:0] UnitNumber = UNIT[POSITION_BITS-1:0];

  logic [P-1:0] start, extent, rest, wide_size, wide_offset;

  always_comb begin
    wide_size = P'(size);
    wide_offset = P'(offset);
    start = P'(position) + P'(UnitNumber * POSITION_BITS'(offset));
    extent = (parent_high > parent_low) ? P'(parent_high - parent_low) : '0;
    exists = parent_exists && (start == '0 || start + wide_size < extent + wide_offset);
    rest = (start < extent) ? extent - start : '0;
    low = (start < extent) ? parent_low + start[COORDINATE_BITS-1:0] : parent_high;
    high = (rest < wide_size) ? low + rest[COORDINATE_BITS-1:0] : low + size;
  end

endmodule

`default_nettype wire

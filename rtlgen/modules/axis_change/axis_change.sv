// How what one axis holds differs from the step before, for one class of PEs.
//
// A set is the arithmetic progression start, start + spacing, ... of `count` elements. On each write it is
// compared with the previous one: `same`, and `overlaps` (they share elements, so a buffer that slides
// along this axis keeps them; sets of several elements with different spacings never count as
// overlapping). Rows are what `axis_history` keeps: of this set its elements, the part that is new
// (indices [new_low, new_high), all of it without overlap) and the shift of its start, in elements; of
// the set before the part that leaves.
//
// Combinational but for the memory of the set before. In a cycle without a write all outputs are 0 but
// for the start and count that the own row passes on.
`default_nettype none

module axis_change #(
    // Bits of a coordinate or a count.
    parameter int COORDINATE_BITS = 8,
    // Whether a buffer slides along this axis; if not, the own row is {count, start}.
    parameter int SLIDES = 1,
    // Bits of a spacing.
    parameter int STEP_BITS = 4,
    // Whether elements may lie more than 1 apart.
    parameter int SPACED = 0,
    // Bits of the own row.
    parameter int OWN_BITS = (SLIDES != 0) ? 5 * COORDINATE_BITS + 1 : 2 * COORDINATE_BITS
) (
    input wire clk,
    input wire write,
    input wire [COORDINATE_BITS-1:0] start,
    input wire [COORDINATE_BITS-1:0] count,
    // Distance of neighbouring elements, and ceil(2**20 / it).
    input wire [STEP_BITS-1:0] spacing,
    input wire [20:0] reciprocal,
    output logic same,
    output logic overlaps,
    // {shift, new_high, new_low, count, start}
    output logic [OWN_BITS-1:0] own_row,
    // {leave_high, leave_low}
    output logic [2*COORDINATE_BITS-1:0] leave_row
);

  localparam int CW = COORDINATE_BITS;

  logic [CW-1:0] old_start, old_count;
  logic [STEP_BITS-1:0] old_spacing, common_spacing;
  logic [20:0] old_reciprocal, common_reciprocal;
  logic [CW-1:0] distance, elements;
  logic behind, aligned;

  always_comb begin
    same = 1'b0;
    behind = 1'b0;
    distance = '0;
    elements = '0;
    aligned = 1'b0;
    common_spacing = '0;
    common_reciprocal = '0;
    overlaps = 1'b0;
    if (write) begin
      same = start == old_start && count == old_count &&
          (SPACED == 0 || count == CW'(1'b1) || spacing == old_spacing);
      behind = start < old_start;
      distance = behind ? old_start - start : start - old_start;
      elements = distance;
      aligned = 1'b1;
      common_spacing = (count == CW'(1'b1)) ? old_spacing : spacing;
      common_reciprocal = (count == CW'(1'b1)) ? old_reciprocal : reciprocal;
      if (SPACED != 0) begin
        elements = CW'(((CW + 21)'(distance) * (CW + 21)'(common_reciprocal)) >> 20);
        aligned = elements * CW'(common_spacing) == distance &&
            (count == CW'(1'b1) || old_count == CW'(1'b1) || spacing == old_spacing);
      end
      overlaps = aligned && (behind ? elements < count : elements < old_count);
    end
  end

  always_ff @(posedge clk) begin
    if (write) begin
      old_start <= start;
      old_count <= count;
      old_spacing <= spacing;
      old_reciprocal <= reciprocal;
    end
  end

  generate
    if (SLIDES != 0) begin : gen_slides
      logic [CW-1:0] old_end, end_index, new_low, new_high, leave_low, leave_high;
      // Index of this set's start in the progression of the old one.
      logic signed [CW:0] shift;

      always_comb begin
        shift = '0;
        end_index = '0;
        old_end = '0;
        new_low = '0;
        new_high = '0;
        leave_low = '0;
        leave_high = '0;
        if (write) begin
          shift = behind ? -$signed({1'b0, elements}) : $signed({1'b0, elements});
          // Ends of both sets, counted from the lower start.
          end_index = behind ? count : count + elements;
          old_end = behind ? old_count + elements : old_count;
          new_high = count;
          leave_high = old_count;
          if (overlaps) begin
            if (behind) begin
              new_high  = elements;
              leave_low = (end_index < old_end) ? end_index - elements : old_count;
            end else begin
              new_low = (old_end < end_index) ? old_end - elements : count;
              if (elements != '0) leave_high = elements;
              else leave_low = (end_index < old_end) ? end_index : old_count;
            end
          end
        end
        own_row   = {shift, new_high, new_low, count, start};
        leave_row = {leave_high, leave_low};
      end
    end else begin : gen_stands
      assign own_row   = {count, start};
      assign leave_row = '0;
    end
  endgenerate

endmodule

`default_nettype wire

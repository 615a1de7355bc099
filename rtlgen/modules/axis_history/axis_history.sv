// What one axis holds at every step in flight, and how that differs from the step before.
//
// A set is the arithmetic progression start, start + spacing, ... of `count` elements. On each write the
// set is compared with the previous one: `same`, and `overlaps` (they share elements, so a buffer that
// slides along this axis keeps them; sets of several elements with different spacings never count as
// overlapping). Stored beside the set are the part that is new (indices [new_low, new_high) of this
// set; all of it without overlap) and the shift of its start, in elements; and, in the row of the step
// before, the part of that step's set that leaves.
//
// Row, from the lowest bits: start, count, new_low, new_high, leave_low, leave_high, shift (signed).
// Latency: a row can be read the cycle after it was written, its leaving part a write later.
// Throughput: one step per cycle.
`default_nettype none

module axis_history #(
    // Bits of a coordinate or a count.
    parameter int COORDINATE_BITS = 8,
    // Bits of a slot number.
    parameter int SLOT_BITS = 3,
    // Number of readers.
    parameter int PORTS = 1,
    // Whether a buffer slides along this axis; if not, only start and count are kept.
    parameter int SLIDES = 1,
    // Bits of a spacing.
    parameter int STEP_BITS = 4,
    // Whether elements may lie more than 1 apart.
    parameter int SPACED = 0,
    // Bits of a row.
    parameter int ROW_BITS = (SLIDES != 0) ? 7 * COORDINATE_BITS + 1 : 2 * COORDINATE_BITS
) (
    input wire clk,
    input wire write,
    input wire [SLOT_BITS-1:0] write_slot,
    input wire [COORDINATE_BITS-1:0] start,
    input wire [COORDINATE_BITS-1:0] count,
    // Distance of neighbouring elements, and ceil(2**20 / it).
    input wire [STEP_BITS-1:0] spacing,
    input wire [20:0] reciprocal,
    output logic same,
    output logic overlaps,
    input wire [PORTS*SLOT_BITS-1:0] read_slots,
    output wire [PORTS*ROW_BITS-1:0] read_rows
);

  localparam int CW = COORDINATE_BITS;

  logic [CW-1:0] old_start, old_count;
  logic [STEP_BITS-1:0] old_spacing, common_spacing;
  logic [20:0] old_reciprocal, common_reciprocal;
  logic [CW-1:0] distance, elements;
  logic behind, aligned;

  always_comb begin
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
      logic [SLOT_BITS-1:0] old_slot;
      wire [PORTS*(5*CW+1)-1:0] own_rows;
      wire [PORTS*2*CW-1:0] leave_rows;

      assign old_slot = write_slot - SLOT_BITS'(1'b1);

      always_comb begin
        shift = behind ? -$signed({1'b0, elements}) : $signed({1'b0, elements});
        // Ends of both sets, counted from the lower start.
        end_index = behind ? count : count + elements;
        old_end = behind ? old_count + elements : old_count;
        new_low = '0;
        new_high = count;
        leave_low = '0;
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

      step_table #(
          .WIDTH(5 * CW + 1),
          .SLOT_BITS(SLOT_BITS),
          .PORTS(PORTS)
      ) u_own (
          .clk(clk),
          .write(write),
          .write_slot(write_slot),
          .write_row({shift, new_high, new_low, count, start}),
          .read_slots(read_slots),
          .read_rows(own_rows)
      );

      step_table #(
          .WIDTH(2 * CW),
          .SLOT_BITS(SLOT_BITS),
          .PORTS(PORTS)
      ) u_leave (
          .clk(clk),
          .write(write),
          .write_slot(old_slot),
          .write_row({leave_high, leave_low}),
          .read_slots(read_slots),
          .read_rows(leave_rows)
      );

      for (genvar p = 0; p < PORTS; p++) begin : gen_port
        assign read_rows[p*ROW_BITS+:ROW_BITS] = {
          own_rows[p*(5*CW+1)+4*CW+:CW+1], leave_rows[p*2*CW+:2*CW], own_rows[p*(5*CW+1)+:4*CW]
        };
      end
    end else begin : gen_stands
      step_table #(
          .WIDTH(2 * CW),
          .SLOT_BITS(SLOT_BITS),
          .PORTS(PORTS)
      ) u_own (
          .clk(clk),
          .write(write),
          .write_slot(write_slot),
          .write_row({count, start}),
          .read_slots(read_slots),
          .read_rows(read_rows)
      );
    end
  endgenerate

endmodule

`default_nettype wire

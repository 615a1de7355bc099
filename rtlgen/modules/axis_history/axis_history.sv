// What one axis holds at every step in flight, and how that differs from the step before.
//
// A set is the arithmetic progression start, start + spacing, ... of `count` elements. On each write the
// set is compared with the previous one: `same`, and `overlaps` (they share elements, so a buffer that
// slides along this axis keeps them; sets of several elements with different spacings never count as
// overlapping). Stored beside the set are the part that is new (indices [new_low, new_high) of this
// set; all of it without overlap) and the shift of its start, in elements; and, in the row of the step
// before, the part of that step's set that leaves. All classes of PEs are written together.
//
// Row, from the lowest bits: start, count, new_low, new_high, leave_low, leave_high, shift (signed).
// A reader's rows lie together, class 0 lowest. `same` and `overlaps` are 0 in a cycle without a write.
// Latency: a row can be read the cycle after it was written, its leaving part a write later.
// Throughput: one step per cycle.
`default_nettype none

module axis_history #(
    // Classes of PEs, each with a set of its own.
    parameter int CLASSES = 1,
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
    input wire [CLASSES*COORDINATE_BITS-1:0] start,
    input wire [CLASSES*COORDINATE_BITS-1:0] count,
    // Distance of neighbouring elements, and ceil(2**20 / it).
    input wire [CLASSES*STEP_BITS-1:0] spacing,
    input wire [CLASSES*21-1:0] reciprocal,
    output wire [CLASSES-1:0] same,
    output wire [CLASSES-1:0] overlaps,
    input wire [PORTS*SLOT_BITS-1:0] read_slots,
    output wire [PORTS*CLASSES*ROW_BITS-1:0] read_rows
);

  localparam int CW = COORDINATE_BITS;
  localparam int OwnBits = (SLIDES != 0) ? 5 * CW + 1 : 2 * CW;

  wire [CLASSES*OwnBits-1:0] own_row;
  wire [PORTS*CLASSES*OwnBits-1:0] own_rows;
  wire [CLASSES*2*CW-1:0] leave_row;

  generate
    for (genvar i = 0; i < CLASSES; i++) begin : gen_class
      axis_change #(
          .COORDINATE_BITS(CW),
          .SLIDES(SLIDES),
          .STEP_BITS(STEP_BITS),
          .SPACED(SPACED)
      ) u_change (
          .clk(clk),
          .write(write),
          .start(start[i*CW+:CW]),
          .count(count[i*CW+:CW]),
          .spacing(spacing[i*STEP_BITS+:STEP_BITS]),
          .reciprocal(reciprocal[i*21+:21]),
          .same(same[i]),
          .overlaps(overlaps[i]),
          .own_row(own_row[i*OwnBits+:OwnBits]),
          .leave_row(leave_row[i*2*CW+:2*CW])
      );
    end
  endgenerate

  step_table #(
      .WIDTH(CLASSES * OwnBits),
      .SLOT_BITS(SLOT_BITS),
      .PORTS(PORTS)
  ) u_own (
      .clk(clk),
      .write(write),
      .write_slot(write_slot),
      .write_row(own_row),
      .read_slots(read_slots),
      .read_rows(own_rows)
  );

  generate
    if (SLIDES != 0) begin : gen_slides
      logic [SLOT_BITS-1:0] old_slot;
      wire [PORTS*CLASSES*2*CW-1:0] leave_rows;

      assign old_slot = write_slot - SLOT_BITS'(1'b1);

      step_table #(
          .WIDTH(CLASSES * 2 * CW),
          .SLOT_BITS(SLOT_BITS),
          .PORTS(PORTS)
      ) u_leave (
          .clk(clk),
          .write(write),
          .write_slot(old_slot),
          .write_row(leave_row),
          .read_slots(read_slots),
          .read_rows(leave_rows)
      );

      for (genvar n = 0; n < PORTS * CLASSES; n++) begin : gen_row
        assign read_rows[n*ROW_BITS+:ROW_BITS] = {
          own_rows[n*OwnBits+4*CW+:CW+1], leave_rows[n*2*CW+:2*CW], own_rows[n*OwnBits+:4*CW]
        };
      end
    end else begin : gen_stands
      assign read_rows = own_rows;
      (* maybe_unused *) wire unused_row = &{1'b0, leave_row};
    end
  endgenerate

endmodule

`default_nettype wire

// What one axis holds at every step in flight, and how that differs from the step before.
//
// A set is the arithmetic progression start, start + step, ... of `count` elements. On each write the
// set is compared with the previous one: `same`, and `overlaps` (two intervals share elements, so a
// buffer that slides along this axis keeps them). Stored beside the set are the part that is new
// (indices [new_low, new_high) of this set; all of it without overlap) and the shift of its start; and,
// in the row of the step before, the part of that step's set that leaves.
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
    // Bits of a row.
    parameter int ROW_BITS = (SLIDES != 0) ? 7 * COORDINATE_BITS + 1 : 2 * COORDINATE_BITS
) (
    input wire clk,
    input wire write,
    input wire [SLOT_BITS-1:0] write_slot,
    input wire [COORDINATE_BITS-1:0] start,
    input wire [COORDINATE_BITS-1:0] count,
    // More than 1 apart: nothing is kept unless all is.
    input wire spaced,
    output logic same,
    output logic overlaps,
    input wire [PORTS*SLOT_BITS-1:0] read_slots,
    output wire [PORTS*ROW_BITS-1:0] read_rows
);

  localparam int CW = COORDINATE_BITS;

  logic [CW-1:0] held_start, held_count, old_start, old_count;
  logic old_spaced, held_spaced;

  always_comb begin
    held_start  = start;
    held_count  = count;
    held_spaced = spaced;
    same = held_start == old_start && held_count == old_count && held_spaced == old_spaced;
    overlaps = !held_spaced && !old_spaced &&
        {1'b0, held_start} < {1'b0, old_start} + {1'b0, old_count} &&
        {1'b0, old_start} < {1'b0, held_start} + {1'b0, held_count};
  end

  always_ff @(posedge clk) begin
    if (write) begin
      old_start  <= held_start;
      old_count  <= held_count;
      old_spaced <= held_spaced;
    end
  end

  generate
    if (SLIDES != 0) begin : gen_slides
      logic [CW-1:0] new_low, new_high, leave_low, leave_high;
      logic [CW-1:0] held_end, old_end;
      logic signed [CW:0] shift;
      logic [SLOT_BITS-1:0] old_slot;
      wire [PORTS*(5*CW+1)-1:0] own_rows;
      wire [PORTS*2*CW-1:0] leave_rows;

      assign old_slot = write_slot - SLOT_BITS'(1);

      always_comb begin
        held_end = held_start + held_count;
        old_end = old_start + old_count;
        shift = $signed({1'b0, held_start}) - $signed({1'b0, old_start});
        new_low = '0;
        new_high = held_count;
        leave_low = '0;
        leave_high = old_count;
        if (overlaps) begin
          if (held_start < old_start) begin
            new_high  = old_start - held_start;
            leave_low = (held_end < old_end) ? held_end - old_start : old_count;
          end else begin
            new_low = (old_end < held_end) ? old_end - held_start : held_count;
            if (held_start > old_start) leave_high = held_start - old_start;
            else leave_low = (held_end < old_end) ? held_end - old_start : old_count;
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
          .write_row({shift, new_high, new_low, held_count, held_start}),
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
          own_rows[p*(5*CW+1)+4*CW+:CW+1],
          leave_rows[p*2*CW+:2*CW],
          own_rows[p*(5*CW+1)+:4*CW]
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
          .write_row({held_count, held_start}),
          .read_slots(read_slots),
          .read_rows(read_rows)
      );
    end
  endgenerate

endmodule

`default_nettype wire

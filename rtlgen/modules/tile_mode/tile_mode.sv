// The reuse rule for one tensor of one PE: what a step adds to the tile, and what of it leaves.
//
// No axis changed: nothing. Only the axis changed that the buffer slides along, and the two sets
// overlap: a part. Anything else, or a step without a tile before (after): all.
// Modes: 0 nothing, 1 all, 2 the part that `axis_history` names.
//
// `new_mode` belongs to the step being written, `leave_mode` to the step before it; both are 0 in a
// cycle without a write. Combinational but for the memory of whether the step before had a tile.
`default_nettype none

module tile_mode #(
    // Axes of the tensor.
    parameter int AXES = 1,
    // Number of the axis that the buffer slides along, the innermost being 0; AXES if none.
    parameter int SLIDE_AXIS = 0
) (
    input wire clk,
    input wire rst,
    // A layer starts: there is no step before.
    input wire start,
    input wire write,
    // The PE has a tile of the tensor at this step.
    input wire active,
    input wire [AXES-1:0] same,
    input wire overlaps,
    output logic [1:0] new_mode,
    output logic [1:0] leave_mode
);

  localparam logic [1:0] Nothing = 2'd0;
  localparam logic [1:0] All = 2'd1;
  localparam logic [1:0] Part = 2'd2;

  // One bit more than there are axes, so that a number beyond them is never met.
  localparam logic [AXES:0] OnlySlide = {{AXES{1'b0}}, 1'b1} << SLIDE_AXIS;

  logic was_active;
  logic [AXES-1:0] changed;
  logic [1:0] difference;

  always_comb begin
    changed = '0;
    difference = Nothing;
    new_mode = Nothing;
    leave_mode = Nothing;
    if (write) begin
      changed = ~same;
      difference = All;
      if (changed == '0) difference = Nothing;
      else if ({1'b0, changed} == OnlySlide && overlaps) difference = Part;
      new_mode   = !active ? Nothing : !was_active ? All : difference;
      leave_mode = !was_active ? Nothing : !active ? All : difference;
    end
  end

  always_ff @(posedge clk) begin
    if (rst || start) was_active <= 1'b0;
    else if (write) was_active <= active;
  end

endmodule

`default_nettype wire

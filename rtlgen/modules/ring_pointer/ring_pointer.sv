// Where a tile starts in a buffer that slides along one axis.
//
// The slid axis is a ring of twice the largest extent. A tile that is all new starts one largest extent
// behind the old one, so it cannot meet it; a tile that keeps a part moves its start by the shift.
// `tile_start` is the start at the present step, combinational; `step_end` makes it the old one.
`default_nettype none

module ring_pointer #(
    // Bits of a coordinate.
    parameter int COORDINATE_BITS = 8,
    // Bits of a ring position.
    parameter int RING_BITS = 4,
    // Largest extent of a tile along the axis; the ring has twice as many places.
    parameter int EXTENT = 4
) (
    input wire clk,
    input wire rst,
    // Mode of the step (0 nothing, 1 all, 2 a part is new) and the shift of its start.
    input wire [1:0] new_mode,
    input wire signed [COORDINATE_BITS:0] shift,
    input wire step_end,
    // Somebody looks at `tile_start`; it is 0 in a cycle without that or the end of a step.
    input wire used,
    output logic [RING_BITS-1:0] tile_start
);

  localparam int W = ((RING_BITS > COORDINATE_BITS) ? RING_BITS : COORDINATE_BITS) + 2;
  localparam logic signed [W-1:0] Extent = W'(EXTENT);
  localparam logic signed [W-1:0] Places = W'(2 * EXTENT);

  logic [RING_BITS-1:0] old_start;
  logic signed [W-1:0] moved;

  always_comb begin
    moved = '0;
    if (used || step_end) begin
      moved = $signed({{(W - RING_BITS) {1'b0}}, old_start});
      if (new_mode != 2'd0) begin
        moved = moved + ((new_mode == 2'd1) ? Extent : W'(shift));
        if (moved < 0) moved = moved + Places;
        else if (moved >= Places) moved = moved - Places;
      end
    end
    tile_start = moved[RING_BITS-1:0];
  end

  always_ff @(posedge clk) begin
    if (rst) old_start <= '0;
    else if (step_end) old_start <= tile_start;
  end

endmodule

`default_nettype wire

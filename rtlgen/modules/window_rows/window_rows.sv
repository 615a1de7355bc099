// Padded input rows that a range of outputs and a range of taps span. Columns alike. Combinational.
`default_nettype none

module window_rows #(
    // Bits of a coordinate or an extent.
    parameter int COORDINATE_BITS = 8,
    // Bits of stride and dilation.
    parameter int STEP_BITS = 4
) (
    input wire [COORDINATE_BITS-1:0] outputs_low,
    input wire [COORDINATE_BITS-1:0] outputs_high,
    input wire [COORDINATE_BITS-1:0] taps_low,
    input wire [COORDINATE_BITS-1:0] taps_high,
    input wire [STEP_BITS-1:0] stride,
    input wire [STEP_BITS-1:0] dilation,
    output logic [COORDINATE_BITS-1:0] low,
    output logic [COORDINATE_BITS-1:0] high
);

  localparam int CW = COORDINATE_BITS;
  localparam int W = COORDINATE_BITS + STEP_BITS + 2;

  // Rows between the first and the last output, and between the first and the last tap. Without
  // outputs (or taps) that distance is negative, and the other may still span rows.
  logic signed [W-1:0] between_outputs, between_taps, extent;

  function automatic logic signed [W-1:0] distance(input logic [CW-1:0] count,
                                                   input logic [STEP_BITS-1:0] step);
    distance = ($signed(W'(count)) - W'(1)) * $signed(W'(step));
  endfunction

  always_comb begin
    between_outputs = distance(outputs_high - outputs_low, stride);
    between_taps = distance(taps_high - taps_low, dilation);
    extent = between_outputs + between_taps + W'(1);
    low = CW'(stride) * outputs_low + CW'(dilation) * taps_low;
    high = (extent < 0) ? low : low + extent[CW-1:0];
  end

endmodule

`default_nettype wire

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

  always_comb begin
    low  = CW'(stride) * outputs_low + CW'(dilation) * taps_low;
    high = low;
    if (outputs_high > outputs_low && taps_high > taps_low) begin
      high = CW'(stride) * (outputs_high - CW'(1'b1)) +
          CW'(dilation) * (taps_high - CW'(1'b1)) + CW'(1'b1);
    end
  end

endmodule

`default_nettype wire

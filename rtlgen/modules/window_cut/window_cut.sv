// Outputs of a sliding window that a range of input rows completes: those p of the parent's outputs for
// which stride*p + dilation*r lies in the rows for every tap r. Columns alike. Combinational.
`default_nettype none

module window_cut #(
    // Bits of a coordinate or an extent.
    parameter int COORDINATE_BITS = 8,
    // Bits of stride and dilation.
    parameter int STEP_BITS = 4,
    // Whether a stride above 1 can occur; without it there is no division.
    parameter int STRIDED = 1
) (
    input wire [COORDINATE_BITS-1:0] outputs_low,
    input wire [COORDINATE_BITS-1:0] outputs_high,
    input wire [COORDINATE_BITS-1:0] taps_low,
    input wire [COORDINATE_BITS-1:0] taps_high,
    input wire [COORDINATE_BITS-1:0] rows_low,
    input wire [COORDINATE_BITS-1:0] rows_high,
    input wire [STEP_BITS-1:0] stride,
    input wire [STEP_BITS-1:0] dilation,
    // ceil(2**20 / stride)
    input wire [20:0] stride_reciprocal,
    output logic [COORDINATE_BITS-1:0] low,
    output logic [COORDINATE_BITS-1:0] high
);

  localparam int W = COORDINATE_BITS + STEP_BITS + 2;

  logic signed [W-1:0] first_row, last_row, first, last, parent_low, parent_high;
  logic signed [W-1:0] taps_first, taps_last, wide_dilation, wide_stride;

  // floor(value / stride) for value >= 0
  function automatic logic signed [W-1:0] divided(input logic signed [W-1:0] value,
                                                  input logic [20:0] inverse);
    divided = $signed(W'(((W + 21)'($unsigned(value)) * (W + 21)'(inverse)) >> 20));
  endfunction

  always_comb begin
    wide_dilation = $signed({{(W - STEP_BITS) {1'b0}}, dilation});
    wide_stride = $signed({{(W - STEP_BITS) {1'b0}}, stride});
    taps_first = $signed({{(W - COORDINATE_BITS) {1'b0}}, taps_low});
    taps_last = $signed({{(W - COORDINATE_BITS) {1'b0}}, taps_high}) - W'(1);
    parent_low = $signed({{(W - COORDINATE_BITS) {1'b0}}, outputs_low});
    parent_high = $signed({{(W - COORDINATE_BITS) {1'b0}}, outputs_high});
    first_row = $signed({{(W - COORDINATE_BITS) {1'b0}}, rows_low}) - wide_dilation * taps_first;
    last_row = $signed({{(W - COORDINATE_BITS) {1'b0}}, rows_high}) - W'(1) -
        wide_dilation * taps_last;
    if (first_row <= 0) first = W'(0);
    else if (STRIDED == 0) first = first_row;
    else first = divided(first_row + wide_stride - W'(1), stride_reciprocal);
    if (last_row < 0) last = -W'(1);
    else if (STRIDED == 0) last = last_row;
    else last = divided(last_row, stride_reciprocal);
    if (first < parent_low) first = parent_low;
    last = last + W'(1);
    if (last > parent_high) last = parent_high;
    if (last < first) last = first;
    low  = first[COORDINATE_BITS-1:0];
    high = last[COORDINATE_BITS-1:0];
  end

endmodule

`default_nettype wire

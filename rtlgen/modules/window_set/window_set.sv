// Real input rows that a box of outputs and taps touches, as an arithmetic progression.
//
// Row z = stride*p + dilation*r - padding is real if it is a multiple of `insertion` and z / insertion
// lies in [0, real_size). With one tap the rows are `stride` apart, with one output `dilation`, with
// several of both `both_step`. Columns alike. Combinational.
//
// `first` is where the box's first (output, tap) stands in the set, in elements (in rows between real
// elements if insertion > 1): negative where padding was cut off. The element of output i and tap j of
// the box is (first + i*output_step + j*tap_step) / insertion.
`default_nettype none

module window_set #(
    // Bits of a coordinate or an extent.
    parameter int COORDINATE_BITS = 8,
    // Bits of stride, dilation, insertion and steps.
    parameter int STEP_BITS = 4,
    // Whether rows of a set may lie more than 1 apart.
    parameter int STRIDED = 1,
    // Whether zeros may be inserted between real rows.
    parameter int INSERTED = 1
) (
    // Nothing is asked in a cycle without; outputs are 0 then.
    input wire enable,
    input wire [COORDINATE_BITS-1:0] outputs_low,
    input wire [COORDINATE_BITS-1:0] outputs_high,
    input wire [COORDINATE_BITS-1:0] taps_low,
    input wire [COORDINATE_BITS-1:0] taps_high,
    input wire [STEP_BITS-1:0] stride,
    input wire [STEP_BITS-1:0] dilation,
    input wire [STEP_BITS-1:0] both_step,
    input wire [STEP_BITS-1:0] both_output_step,
    input wire [STEP_BITS-1:0] both_tap_step,
    input wire [STEP_BITS-1:0] insertion,
    // ceil(2**20 / x) of stride, dilation, both_step and insertion
    input wire [20:0] stride_reciprocal,
    input wire [20:0] dilation_reciprocal,
    input wire [20:0] both_reciprocal,
    input wire [20:0] insertion_reciprocal,
    input wire signed [COORDINATE_BITS:0] padding,
    input wire [COORDINATE_BITS-1:0] real_size,
    output logic [COORDINATE_BITS-1:0] start,
    output logic [COORDINATE_BITS-1:0] count,
    output logic [STEP_BITS-1:0] step,
    // ceil(2**20 / step)
    output logic [20:0] reciprocal,
    // Signed.
    output logic [COORDINATE_BITS+1:0] first,
    output logic [STEP_BITS-1:0] output_step,
    output logic [STEP_BITS-1:0] tap_step
);

  localparam int CW = COORDINATE_BITS;
  localparam int W = COORDINATE_BITS + STEP_BITS + 3;

  function automatic logic signed [W-1:0] widened(input logic [CW-1:0] value);
    widened = $signed({{(W - CW) {1'b0}}, value});
  endfunction

  function automatic logic signed [W-1:0] widened_step(input logic [STEP_BITS-1:0] value);
    widened_step = $signed({{(W - STEP_BITS) {1'b0}}, value});
  endfunction

  // floor(value / x) for value >= 0, given ceil(2**20 / x)
  function automatic logic signed [W-1:0] divided(input logic signed [W-1:0] value,
                                                  input logic [20:0] inverse);
    divided = $signed(W'(((W + 21)'($unsigned(value)) * (W + 21)'(inverse)) >> 20));
  endfunction

  logic several_outputs, several_taps, spaced;
  logic signed [W-1:0] lowest, highest, limit, cut, begins, wide_step, wide_insertion, elements;

  always_comb begin
    several_outputs = 1'b0;
    several_taps = 1'b0;
    spaced = 1'b0;
    step = '0;
    output_step = '0;
    tap_step = '0;
    reciprocal = '0;
    lowest = '0;
    highest = '0;
    wide_step = '0;
    wide_insertion = '0;
    limit = '0;
    cut = '0;
    begins = '0;
    elements = '0;
    first = '0;
    start = '0;
    count = '0;
    if (enable) begin
      several_outputs = outputs_high - outputs_low > CW'(1'b1);
      several_taps = taps_high - taps_low > CW'(1'b1);
      spaced = (INSERTED != 0) && insertion > STEP_BITS'(1'b1);
      step = STEP_BITS'(1'b1);
      output_step = stride;
      tap_step = dilation;
      reciprocal = 21'h100000;
      if (STRIDED != 0 && !spaced) begin
        if (several_outputs && several_taps) begin
          step = both_step;
          reciprocal = both_reciprocal;
          output_step = both_output_step;
          tap_step = both_tap_step;
        end else if (several_outputs) begin
          step = stride;
          reciprocal = stride_reciprocal;
          output_step = STEP_BITS'(1'b1);
        end else if (several_taps) begin
          step = dilation;
          reciprocal = dilation_reciprocal;
          tap_step = STEP_BITS'(1'b1);
        end
      end
      lowest = widened_step(stride) * widened(outputs_low) +
          widened_step(dilation) * widened(taps_low) - W'(padding);
      highest = widened_step(stride) * (widened(outputs_high) - W'(1)) +
          widened_step(dilation) * (widened(taps_high) - W'(1)) - W'(padding);
      wide_step = widened_step(step);
      wide_insertion = widened_step(insertion);
      limit = widened(real_size) - W'(1);
      if (spaced) begin
        begins = (lowest > 0) ? divided(lowest + wide_insertion - W'(1), insertion_reciprocal) :
            W'(0);
        highest = (highest < 0) ? -W'(1) : divided(highest, insertion_reciprocal);
        first = $unsigned((CW + 2)'(lowest - begins * wide_insertion));
      end else begin
        if (lowest < 0) begin
          cut = (STRIDED != 0) ? divided(wide_step - W'(1) - lowest, reciprocal) : -lowest;
        end
        begins = (STRIDED != 0) ? lowest + cut * wide_step : lowest + cut;
        first  = $unsigned((CW + 2)'(-cut));
      end
      if (highest < limit) limit = highest;
      elements = limit - begins;
      if (STRIDED != 0) elements = divided(elements, spaced ? 21'h100000 : reciprocal);
      start = begins[CW-1:0];
      count = (limit < begins) ? '0 : elements[CW-1:0] + CW'(1'b1);
    end
  end

endmodule

`default_nettype wire

// Brings a signed value to OUT_BITS. With enable: shift right with rounding half up, then ReLU where
// asked, then saturation. Without: the low OUT_BITS bits, or the sign-extended value where OUT_BITS is
// wider.
// Latency: 0 (combinational). Throughput: one value a cycle.
`default_nettype none

module requantise #(
    // Bits of the value that comes in.
    parameter int IN_BITS  = 32,
    // Bits of the value that goes out, at least 2.
    parameter int OUT_BITS = 8
) (
    input  wire signed [ IN_BITS-1:0] in_value,
    input  wire        [         5:0] shift,
    input  wire                       relu,
    input  wire                       enable,
    output wire signed [OUT_BITS-1:0] out_value
);

  // Holds both values and one bit more, so that the bits above the result are at least two.
  localparam int WideBits = (IN_BITS > OUT_BITS ? IN_BITS : OUT_BITS) + 1;

  // Twice the value shifted right leaves the half as its lowest bit; adding 1 there rounds half up
  // for every shift, 0 and those beyond IN_BITS included.
  wire signed [IN_BITS:0] doubled = $signed({in_value, 1'b0});
  wire signed [IN_BITS:0] shifted = doubled >>> shift;
  wire signed [IN_BITS:0] rounded_doubled = shifted + $signed({{IN_BITS{1'b0}}, 1'b1});
  wire signed [IN_BITS-1:0] rounded = $signed(rounded_doubled[IN_BITS:1]);

  wire rectifies = relu && rounded[IN_BITS-1];
  wire signed [WideBits-1:0] wide = WideBits'(rounded);
  wire signed [WideBits-1:0] rectified = rectifies ? $signed({WideBits{1'b0}}) : wide;

  // In range exactly when the bits from the result's sign on are alike.
  wire [WideBits-OUT_BITS:0] upper = rectified[WideBits-1:OUT_BITS-1];
  wire fits = (&upper) || !(|upper);
  wire negative = rectified[WideBits-1];
  wire [OUT_BITS-1:0] limit = {negative, {(OUT_BITS - 1) {!negative}}};
  wire [OUT_BITS-1:0] saturated = fits ? rectified[OUT_BITS-1:0] : limit;

  wire signed [WideBits-1:0] extended = WideBits'(in_value);
  wire [OUT_BITS-1:0] truncated = extended[OUT_BITS-1:0];

  assign out_value = $signed(enable ? saturated : truncated);

  (* maybe_unused *) wire unused_bits = &{1'b0, rounded_doubled[0], extended};

`ifndef SYNTHESIS
  initial begin
    if (IN_BITS < 2) $fatal(1, "requantise: IN_BITS must be at least 2");
    if (OUT_BITS < 2) $fatal(1, "requantise: OUT_BITS must be at least 2");
  end
`endif

endmodule

`default_nettype wire

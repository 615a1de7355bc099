// Collection network: adds what the PEs give to a beat, lane by lane, as a balanced tree.
//
// A PE that takes no part gives zeros. The sum is requantised to the width of an output and leaves with
// the mask of lanes that carry an element. Combinational.
`default_nettype none

module collector #(
    // PEs that take part.
    parameter int PES = 1,
    // Elements of a beat.
    parameter int WINDOW = 1,
    // Bits of a partial sum.
    parameter int ACCUMULATOR_BITS = 24,
    // Bits of an output element.
    parameter int ELEMENT_BITS = 8
) (
    // Program: how sums become outputs.
    input wire requantise_enable,
    input wire [5:0] shift,
    input wire relu,
    // A beat is collected; without one, nothing leaves.
    input wire beat,
    input wire [PES*WINDOW-1:0] pe_lanes,
    input wire [PES*WINDOW*ACCUMULATOR_BITS-1:0] pe_sums,
    output logic [WINDOW-1:0] lanes,
    output wire [WINDOW*ELEMENT_BITS-1:0] elements
);

  localparam int LINE = WINDOW * ACCUMULATOR_BITS;
  localparam int LEAVES = (PES > 1) ? 1 << $clog2(PES) : 1;

  logic [LINE-1:0] node[2*LEAVES];
  logic [LINE-1:0] left, right, sum;

  always_comb begin
    left  = '0;
    right = '0;
    sum   = '0;
    lanes = '0;
    for (int n = 0; n < 2 * LEAVES; n++) node[n] = '0;
    if (beat) begin
      for (int p = 0; p < PES; p++) begin
        node[LEAVES+p] = pe_sums[p*LINE+:LINE];
        lanes = lanes | pe_lanes[p*WINDOW+:WINDOW];
      end
      for (int n = LEAVES - 1; n >= 1; n--) begin
        left  = node[2*n];
        right = node[2*n+1];
        for (int j = 0; j < WINDOW; j++) begin
          sum[j*ACCUMULATOR_BITS+:ACCUMULATOR_BITS] = left[j*ACCUMULATOR_BITS+:ACCUMULATOR_BITS] +
              right[j*ACCUMULATOR_BITS+:ACCUMULATOR_BITS];
        end
        node[n] = sum;
      end
    end
  end

  wire [LINE-1:0] root;
  assign root = node[1];

  generate
    for (genvar j = 0; j < WINDOW; j++) begin : gen_lane
      wire signed [ACCUMULATOR_BITS-1:0] value;
      wire signed [ELEMENT_BITS-1:0] element;
      assign value = $signed(root[j*ACCUMULATOR_BITS+:ACCUMULATOR_BITS]);
      assign elements[j*ELEMENT_BITS+:ELEMENT_BITS] = $unsigned(element);
      requantise #(
          .IN_BITS (ACCUMULATOR_BITS),
          .OUT_BITS(ELEMENT_BITS)
      ) u_requantise (
          .in_value(value),
          .shift(shift),
          .relu(relu),
          .enable(requantise_enable),
          .out_value(element)
      );
    end
  endgenerate

endmodule

`default_nettype wire

// Where an element lies in an interleaved memory: coordinates (a_0 .. a_{n-2}, c) lie in bank
// c % BANKS of row base_row + sum(a_i * row_stride_i) + c / BANKS.
// Latency: 2 cycles (products, sum). Throughput: one address a cycle. Rows are reckoned modulo the
// power of two that holds ROWS, which is exact for every row that the memory has.
`default_nettype none

module row_address #(
    // Axes of the tensor with the innermost one, c.
    parameter int AXES            = 2,
    // Bits of an unsigned coordinate.
    parameter int COORDINATE_BITS = 8,
    // Banks of the memory: a power of two.
    parameter int BANKS           = 4,
    // Rows of the memory.
    parameter int ROWS            = 16
) (
    input  wire                                         clk,
    // Axis 0 is the most significant field, the innermost axis the least significant.
    input  wire  [            AXES*COORDINATE_BITS-1:0] coordinates,
    input  wire  [                                31:0] base_row,
    // One stride for each axis but the innermost; axis 0 is the most significant field.
    input  wire  [(AXES > 1 ? (AXES - 1) * 32 : 1)-1:0] row_stride,
    output logic [     $clog2(ROWS > 1 ? ROWS : 2)-1:0] row,
    // The element's bank.
    output logic [   $clog2(BANKS > 1 ? BANKS : 2)-1:0] offset
);

  localparam int RowBits = $clog2(ROWS > 1 ? ROWS : 2);
  localparam int OffsetBits = $clog2(BANKS > 1 ? BANKS : 2);
  // Terms of the sum: one product for each outer axis, then the row within the line.
  localparam int Terms = AXES;

  // Wide enough for every row width.
  wire [63:0] inner = 64'(coordinates[COORDINATE_BITS-1:0]);
  wire [63:0] inner_row = inner >> $clog2(BANKS);
  wire [Terms*RowBits-1:0] terms;
  logic [Terms*RowBits-1:0] terms_q;
  logic [OffsetBits-1:0] offset_q;
  logic [RowBits-1:0] sum;

  assign terms[0+:RowBits] = inner_row[RowBits-1:0];

  // Field f of the coordinates belongs to field f - 1 of the strides.
  for (genvar field = 1; field < AXES; field++) begin : gen_product
    wire [63:0] coordinate = 64'(coordinates[field*COORDINATE_BITS+:COORDINATE_BITS]);
    wire [31:0] stride = row_stride[(field-1)*32+:32];

    assign terms[field*RowBits+:RowBits] = coordinate[RowBits-1:0] * stride[RowBits-1:0];

    (* maybe_unused *) wire unused_product_bits = &{1'b0, coordinate, stride};
  end

  always_comb begin
    sum = base_row[RowBits-1:0];
    for (int term = 0; term < Terms; term++) begin
      sum = sum + terms_q[term*RowBits+:RowBits];
    end
  end

  always_ff @(posedge clk) begin
    terms_q  <= terms;
    offset_q <= BANKS > 1 ? inner[OffsetBits-1:0] : '0;
    row      <= sum;
    offset   <= offset_q;
  end

  // Bits past the last row.
  (* maybe_unused *) wire unused_bits = &{1'b0, base_row, inner_row, row_stride};

`ifndef SYNTHESIS
  initial begin
    if (AXES < 1) $fatal(1, "row_address: AXES must be at least 1");
    if (COORDINATE_BITS < 1 || COORDINATE_BITS > 32) begin
      $fatal(1, "row_address: COORDINATE_BITS must be 1 to 32");
    end
    if (BANKS < 1 || (BANKS & (BANKS - 1)) != 0) begin
      $fatal(1, "row_address: BANKS must be a power of two");
    end
    if (ROWS < 1) $fatal(1, "row_address: ROWS must be at least 1");
  end
`endif

endmodule

`default_nettype wire

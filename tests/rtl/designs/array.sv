// A ring of cells, so much code that Verilator splits it; the clock is its own. Ends with a checksum.
`default_nettype none
module array_cell #(
    // start of the sum
    parameter int SEED = 1
) (
    input wire clk,
    input wire rst,
    input wire signed [15:0] left,
    output logic signed [15:0] right
);
  logic signed [31:0] sum;
  logic signed [15:0] history[4];
  always_ff @(posedge clk) begin
    if (rst) begin
      sum <= SEED;
      right <= 16'sd1;
      for (int i = 0; i < 4; i++) history[i] <= 16'(SEED + i);
    end else begin
      history[0] <= left ^ sum[15:0];
      for (int i = 1; i < 4; i++) history[i] <= history[i-1] + 16'sd3;
      sum <= sum + history[3] * left;
      right <= sum[19:4];
    end
  end
endmodule

module array #(
    // number of cells
    parameter int CELLS = 256,
    // cycles until `done`
    parameter int CYCLES = 1000
);
  logic clk = 1'b0;
  logic done = 1'b0;
  logic [31:0] checksum = '0;
  int cycles = 0;
  wire rst = cycles < 2;
  wire signed [15:0] link[CELLS+1];
  always #5 clk = !clk;
  assign link[0] = link[CELLS];
  for (genvar i = 0; i < CELLS; i++) begin : gen_cell
    array_cell #(
        .SEED(i)
    ) u_cell (
        .clk(clk),
        .rst(rst),
        .left(link[i]),
        .right(link[i+1])
    );
  end
  always_ff @(posedge clk) begin
    cycles <= cycles + 1;
    if (!rst && !done) checksum <= {checksum[30:0], checksum[31]} ^ 32'($unsigned(link[0]));
    if (cycles == CYCLES) done <= 1'b1;
  end
endmodule
`default_nettype wire

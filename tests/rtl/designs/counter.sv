// Counts cycles; `forgotten` is a register that nothing initialises.
`default_nettype none
module counter #(
    // width of the count
    parameter int WIDTH = 8
) (
    input wire clk,
    input wire rst,
    output logic [WIDTH-1:0] count,
    output logic [31:0] forgotten
);
  always_ff @(posedge clk) begin
    if (rst) begin
      count <= '0;
    end else begin
      count <= count + 1'b1;
    end
  end
  always_ff @(posedge clk) begin
    if (&count) forgotten <= 32'd0;
  end
endmodule
`default_nettype wire

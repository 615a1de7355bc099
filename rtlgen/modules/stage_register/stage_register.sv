// A pipeline register that loads when told to.
`default_nettype none

module stage_register #(
    // Bits held.
    parameter int WIDTH = 8
) (
    input wire clk,
    input wire load,
    input wire [WIDTH-1:0] next_value,
    output logic [WIDTH-1:0] value
);

  always_ff @(posedge clk) begin
    if (load) value <= next_value;
  end

endmodule

`default_nettype wire

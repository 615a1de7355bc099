// The step that a stage works on, counted modulo 2**POINTER_BITS from the start of a layer.
`default_nettype none

module step_pointer #(
    // Bits of the pointer.
    parameter int POINTER_BITS = 4
) (
    input wire clk,
    input wire rst,
    input wire start,
    input wire step_end,
    output logic [POINTER_BITS-1:0] pointer
);

  always_ff @(posedge clk) begin
    if (rst || start) pointer <= '0;
    else if (step_end) pointer <= pointer + POINTER_BITS'(1'b1);
  end

endmodule

`default_nettype wire

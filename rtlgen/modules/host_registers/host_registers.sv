// Program registers: words that the host writes and the machine reads all at once.
//
// Latency: a written word is seen in the next cycle.
`default_nettype none

module host_registers #(
    // Number of 32-bit registers.
    parameter int REGISTERS = 1
) (
    input wire clk,
    input wire write,
    input wire [31:0] index,
    input wire [31:0] data,
    output logic [REGISTERS*32-1:0] values
);

  always_ff @(posedge clk) begin
    for (int r = 0; r < REGISTERS; r++) begin
      if (write && index == $unsigned(r)) values[r*32+:32] <= data;
    end
  end

endmodule

`default_nettype wire

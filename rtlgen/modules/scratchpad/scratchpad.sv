// Register file of one operand in one PE: one write port per bank, one read port per lane.
//
// Neighbours on the innermost axis lie in neighbouring banks, so the elements of a beat never meet in a
// bank. Reads are combinational; a word written in one cycle can be read in the next.
`default_nettype none

module scratchpad #(
    // Bits of a word.
    parameter int WIDTH = 8,
    // Banks, a power of two.
    parameter int BANKS = 1,
    // Bits of a row number in a bank.
    parameter int ROW_BITS = 3,
    // Read ports.
    parameter int LANES = 1,
    // Bits of an address {row, bank}.
    parameter int ADDRESS_BITS = ROW_BITS + $clog2(BANKS)
) (
    input wire clk,
    // Something may be written, to the banks with `write_enable`.
    input wire write,
    input wire [BANKS-1:0] write_enable,
    input wire [BANKS*ROW_BITS-1:0] write_rows,
    input wire [BANKS*WIDTH-1:0] write_data,
    // `read_data` is 0 in a cycle without `read`.
    input wire read,
    input wire [LANES*ADDRESS_BITS-1:0] read_addresses,
    output logic [LANES*WIDTH-1:0] read_data
);

  localparam int BankBits = $clog2(BANKS);

  logic [WIDTH-1:0] mem[1<<ADDRESS_BITS];

  function automatic logic [ADDRESS_BITS-1:0] address_of(input logic [ROW_BITS-1:0] bank_row,
                                                         input logic [ADDRESS_BITS-1:0] bank);
    address_of = (ADDRESS_BITS'(bank_row) << BankBits) | bank;
  endfunction

  always_ff @(posedge clk) begin
    if (write) begin
      // One queue of writes, not one flag per bank that a simulator looks at in every cycle.
      // verilator unroll_disable
      for (int b = 0; b < BANKS; b++) begin
        if (write_enable[b]) begin
          mem[address_of(write_rows[b*ROW_BITS+:ROW_BITS], ADDRESS_BITS'($unsigned(b)))] <=
              write_data[b*WIDTH+:WIDTH];
        end
      end
    end
  end

  always_comb begin
    read_data = '0;
    if (read) begin
      for (int v = 0; v < LANES; v++) begin
        read_data[v*WIDTH+:WIDTH] = mem[read_addresses[v*ADDRESS_BITS+:ADDRESS_BITS]];
      end
    end
  end

`ifndef SYNTHESIS
  initial begin
    if (BANKS != 1 << $clog2(BANKS)) $fatal(1, "scratchpad: BANKS must be a power of two");
    if (ADDRESS_BITS != ROW_BITS + $clog2(BANKS))
      $fatal(1, "scratchpad: an address must hold a row and a bank");
  end
`endif

endmodule

`default_nettype wire

// Stands in for a generated accelerator in the tests of its bench: outputs are weights plus inputs
// plus register 0, one row of all banks in every cycle that is not paused. Register 1 makes trouble:
// 1 the layer does not end, 2 one output is wrong, 3 one counter is, 4 no output is written.
`default_nettype none

module standin_bank #(
    // Bits of a word.
    parameter int WIDTH = 8,
    // Words.
    parameter int ROWS  = 4
) (
    input wire clk,
    input wire write,
    input wire [31:0] write_row,
    input wire [WIDTH-1:0] write_data,
    input wire [31:0] row,
    output wire [WIDTH-1:0] data,
    input wire [31:0] host_row,
    output wire [WIDTH-1:0] host_data
);
  logic [WIDTH-1:0] mem[ROWS];
  assign data = mem[row];
  assign host_data = mem[host_row];
  always_ff @(posedge clk) if (write) mem[write_row] <= write_data;
endmodule

module standin_memory #(
    // Bits of an element.
    parameter int WIDTH = 8,
    // Elements of a row.
    parameter int BANKS = 2,
    // Rows.
    parameter int ROWS  = 4
) (
    input wire clk,
    input wire write_all,
    input wire [31:0] row,
    input wire [BANKS*WIDTH-1:0] write_data,
    output wire [BANKS*WIDTH-1:0] data,
    input wire host_write,
    input wire [31:0] host_address,
    input wire [31:0] host_write_data,
    output logic [31:0] host_read_data
);
  wire [31:0] host_row = host_address / BANKS;
  wire [31:0] host_bank = host_address % BANKS;
  wire [31:0] chosen_row = write_all ? row : host_row;
  wire [BANKS*WIDTH-1:0] host_data;
  for (genvar b = 0; b < BANKS; b++) begin : gen_bank
    wire selected = write_all || (host_write && host_bank == b);
    wire [WIDTH-1:0] word = write_all ? write_data[b*WIDTH+:WIDTH] : host_write_data[WIDTH-1:0];
    standin_bank #(
        .WIDTH(WIDTH),
        .ROWS (ROWS)
    ) u_bank (
        .clk       (clk),
        .write     (selected),
        .write_row (chosen_row),
        .write_data(word),
        .row       (row),
        .data      (data[b*WIDTH+:WIDTH]),
        .host_row  (host_row),
        .host_data (host_data[b*WIDTH+:WIDTH])
    );
  end
  always_ff @(posedge clk) host_read_data <= 32'($signed(host_data[host_bank*WIDTH+:WIDTH]));
endmodule

module accelerator (
    input wire clk,
    input wire rst,
    input wire host_write,
    input wire host_read,
    input wire [1:0] host_space,
    input wire [31:0] host_address,
    input wire [31:0] host_write_data,
    output wire [31:0] host_read_data,
    input wire clear_outputs,
    output logic clearing,
    input wire start,
    output logic busy,
    output logic done,
    input wire [15:0] pause
);
  localparam int Banks = 2;
  localparam int Rows = 5;
  logic [31:0] registers[2];
  logic [31:0] row;
  logic [63:0] cycles;
  logic [31:0] counter_word;
  logic [1:0] space;
  logic cleared;
  wire works = busy && !pause[0] && cleared;
  wire writes = works && registers[1] != 4;
  wire [Banks*8-1:0] weights;
  wire [Banks*8-1:0] inputs;
  wire [Banks*16-1:0] sums;
  wire [Banks*16-1:0] outputs;
  wire [31:0] weights_word;
  wire [31:0] inputs_word;
  wire [31:0] outputs_word;
  wire weights_write = host_write && host_space == 2'd1;
  wire inputs_write = host_write && host_space == 2'd2;

  standin_memory #(
      .WIDTH(8),
      .BANKS(Banks),
      .ROWS (Rows)
  ) u_l2_weights (
      .clk            (clk),
      .write_all      (1'b0),
      .row            (row),
      .write_data     (16'd0),
      .data           (weights),
      .host_write     (weights_write),
      .host_address   (host_address),
      .host_write_data(host_write_data),
      .host_read_data (weights_word)
  );
  standin_memory #(
      .WIDTH(8),
      .BANKS(Banks),
      .ROWS (Rows)
  ) u_l2_inputs (
      .clk            (clk),
      .write_all      (1'b0),
      .row            (row),
      .write_data     (16'd0),
      .data           (inputs),
      .host_write     (inputs_write),
      .host_address   (host_address),
      .host_write_data(host_write_data),
      .host_read_data (inputs_word)
  );
  standin_memory #(
      .WIDTH(16),
      .BANKS(Banks),
      .ROWS (Rows)
  ) u_l2_outputs (
      .clk            (clk),
      .write_all      (writes),
      .row            (row),
      .write_data     (sums),
      .data           (outputs),
      .host_write     (1'b0),
      .host_address   (host_address),
      .host_write_data(host_write_data),
      .host_read_data (outputs_word)
  );
  for (genvar b = 0; b < Banks; b++) begin : gen_sum
    wire signed [15:0] sum = $signed(weights[b*8+:8]) + $signed(inputs[b*8+:8]);
    wire trouble = registers[1] == 2 && b == 1 && row == 3;
    assign sums[b*16+:16] = sum + registers[0][15:0] + {15'd0, trouble};
  end

  always_ff @(posedge clk) begin
    if (host_write && host_space == 2'd0) registers[host_address[0]] <= host_write_data;
    space <= host_space;
    case (host_address)
      32'd0:   counter_word <= cycles[31:0];
      32'd1:   counter_word <= cycles[63:32];
      32'd2:   counter_word <= registers[1] == 3 ? 32'd11 : 32'd10;
      32'd3:   counter_word <= 32'd1;
      default: counter_word <= 32'd0;
    endcase
    clearing <= clear_outputs;
    if (rst) begin
      busy <= 1'b0;
      done <= 1'b0;
      cleared <= 1'b0;
    end else if (clear_outputs) begin
      cleared <= 1'b1;
    end else if (start) begin
      busy <= 1'b1;
      done <= 1'b0;
      row <= '0;
      cycles <= '0;
    end else begin
      if (busy) cycles <= cycles + 1;
      if (works && row < Rows - 1) begin
        row <= row + 1;
      end else if (works && registers[1] != 1) begin
        busy <= 1'b0;
        done <= 1'b1;
        cleared <= 1'b0;
      end
    end
  end

  assign host_read_data = space == 2'd0 ? counter_word : space == 2'd1 ? weights_word
      : space == 2'd2 ? inputs_word : outputs_word;
endmodule
`default_nettype wire

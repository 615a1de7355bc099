// Pipeline of LATENCY registers for items that are never held up.
// Latency: LATENCY cycles; 0 makes it wires. Throughput: one item a cycle.
`default_nettype none

module delay_line #(
    // Bits of an item.
    parameter int WIDTH   = 8,
    // Registers between input and output; 0 for none.
    parameter int LATENCY = 1
) (
    input  wire             clk,
    input  wire             rst,
    input  wire             in_valid,
    input  wire [WIDTH-1:0] in_data,
    output wire             out_valid,
    output wire [WIDTH-1:0] out_data,
    output wire             in_flight
);

  if (LATENCY == 0) begin : gen_wires
    (* maybe_unused *) wire unused_clock = &{1'b0, clk, rst};

    assign out_valid = in_valid;
    assign out_data  = in_data;
    assign in_flight = 1'b0;
  end else begin : gen_registers
    // Stage 0 is the youngest.
    logic [LATENCY-1:0] valid;
    logic [LATENCY*WIDTH-1:0] data;

    assign out_valid = valid[LATENCY-1];
    assign out_data  = data[(LATENCY-1)*WIDTH+:WIDTH];
    assign in_flight = |valid;

    for (genvar stage = 0; stage < LATENCY; stage++) begin : gen_stage
      if (stage == 0) begin : gen_first
        always_ff @(posedge clk) begin
          valid[0] <= in_valid && !rst;
          if (in_valid) data[0+:WIDTH] <= in_data;
        end
      end else begin : gen_later
        always_ff @(posedge clk) begin
          valid[stage] <= valid[stage-1] && !rst;
          if (valid[stage-1]) data[stage*WIDTH+:WIDTH] <= data[(stage-1)*WIDTH+:WIDTH];
        end
      end
    end
  end

`ifndef SYNTHESIS
  initial begin
    if (WIDTH < 1) $fatal(1, "delay_line: WIDTH must be at least 1");
    if (LATENCY < 0) $fatal(1, "delay_line: LATENCY must not be negative");
  end
`endif

endmodule

`default_nettype wire

// Test bench of the accelerator: clock, reset, pauses, and everything that a layer needs from its
// files to its results. Python sets layer_index, pause_seed and pulses request; complete tells that
// the results are there, timed_out that they are not.
//
// Plusargs: +layers=DIR holds a folder layer_<index> for each layer, with program.hex and
// weights_bank<b>.hex, inputs_bank<b>.hex; into +results=DIR go counters_<index>.hex (two 32-bit
// words for each counter, low first) and outputs_<index>_bank<b>.hex. +timeout=N ends a layer after
// N cycles. Memory contents go straight into and out of the arrays; +host=1 loads them through the
// host port, word by word, and +readback=1 reads outputs there, where they may be requantised.
`default_nettype none

module tb_top #(
    // Program registers.
    parameter int REGISTERS     = 1,
    // Performance counters.
    parameter int COUNTERS      = 18,
    // Bits of a weight.
    parameter int WEIGHTS_BITS  = 8,
    // Banks of the weights' memory.
    parameter int WEIGHTS_BANKS = 1,
    // Rows of each of them.
    parameter int WEIGHTS_ROWS  = 1,
    // Bits of an input.
    parameter int INPUTS_BITS   = 8,
    // Banks of the inputs' memory.
    parameter int INPUTS_BANKS  = 1,
    // Rows of each of them.
    parameter int INPUTS_ROWS   = 1,
    // Bits of an output.
    parameter int OUTPUTS_BITS  = 32,
    // Banks of the outputs' memory.
    parameter int OUTPUTS_BANKS = 1,
    // Rows of each of them.
    parameter int OUTPUTS_ROWS  = 1
);

  // Python's side.
  int layer_index = 0;
  int pause_seed = 0;
  logic request = 1'b0;
  logic complete = 1'b0;
  logic timed_out = 1'b0;

  // The accelerator, and its inputs as the tasks set them.
  logic clk = 1'b0;
  logic rst = 1'b1;
  logic host_write = 1'b0;
  logic host_read = 1'b0;
  logic [1:0] host_space = '0;
  logic [31:0] host_address = '0;
  logic [31:0] host_write_data = '0;
  wire [31:0] host_read_data;
  logic clear_outputs = 1'b0;
  wire clearing;
  logic start = 1'b0;
  wire busy;
  wire done;
  logic [15:0] pause = '0;

  always #5 clk = !clk;

  // The tasks below act at the falling edge; the accelerator sees their signals from the next rising edge
  // on. With everything it reads changing at one edge, a simulator works once per cycle, not twice.
  logic rst_now = 1'b1;
  logic host_write_now = 1'b0;
  logic host_read_now = 1'b0;
  logic [1:0] host_space_now = 2'd0;
  logic [31:0] host_address_now = 32'd0;
  logic [31:0] host_write_data_now = 32'd0;
  logic clear_outputs_now = 1'b0;
  logic start_now = 1'b0;

  always_ff @(posedge clk) begin
    rst_now <= rst;
    host_write_now <= host_write;
    host_read_now <= host_read;
    host_space_now <= host_space;
    host_address_now <= host_address;
    host_write_data_now <= host_write_data;
    clear_outputs_now <= clear_outputs;
    start_now <= start;
  end

  accelerator dut (
      .clk            (clk),
      .rst            (rst_now),
      .host_write     (host_write_now),
      .host_read      (host_read_now),
      .host_space     (host_space_now),
      .host_address   (host_address_now),
      .host_write_data(host_write_data_now),
      .host_read_data (host_read_data),
      .clear_outputs  (clear_outputs_now),
      .clearing       (clearing),
      .start          (start_now),
      .busy           (busy),
      .done           (done),
      .pause          (pause)
  );

  logic running = 1'b0;

  // Pauses: a linear-feedback shift register; how dense they are follows from the seed.
  logic [63:0] noise = 64'd1;

  always_ff @(posedge clk)
    noise <= {
      noise[47:0], noise[63:48] ^ noise[62:47] ^ noise[60:45] ^ noise[59:44]
    };

  wire [1:0] density = 2'(pause_seed % 3);

  always_ff @(posedge clk) begin
    if (pause_seed == 0 || !running) pause <= '0;
    else if (density == 2'd1) pause <= noise[15:0] & noise[39:24];
    else if (density == 2'd2) pause <= noise[15:0];
    else pause <= noise[15:0] | noise[39:24];
  end

  // A layer that does not end.
  int  timeout_cycles = 0;
  int  running_cycles = 0;
  wire expired = timeout_cycles != 0 && running_cycles >= timeout_cycles;

  always_ff @(posedge clk) running_cycles <= running ? running_cycles + 1 : 0;

  // Straight access to the arrays.
  string layer_folder;
  string results_folder;
  logic  through_host = 1'b0;
  logic  readback = 1'b0;
  logic  load_arrays = 1'b0;
  logic  dump_arrays = 1'b0;

  for (genvar b = 0; b < WEIGHTS_BANKS; b++) begin : gen_weights
    always @(posedge load_arrays) begin
      if (!through_host) begin
        $readmemh($sformatf("%0s/weights_bank%0d.hex", layer_folder, b),
                  dut.u_l2_weights.gen_bank[b].u_bank.mem);
      end
    end
  end

  for (genvar b = 0; b < INPUTS_BANKS; b++) begin : gen_inputs
    always @(posedge load_arrays) begin
      if (!through_host) begin
        $readmemh($sformatf("%0s/inputs_bank%0d.hex", layer_folder, b),
                  dut.u_l2_inputs.gen_bank[b].u_bank.mem);
      end
    end
  end

  for (genvar b = 0; b < OUTPUTS_BANKS; b++) begin : gen_outputs
    // What an earlier layer left must not pass for a result.
    always @(posedge load_arrays) begin
      for (int row = 0; row < OUTPUTS_ROWS; row++) begin
        dut.u_l2_outputs.gen_bank[b].u_bank.mem[row] = {OUTPUTS_BITS{1'b1}};
      end
    end
    always @(posedge dump_arrays) begin
      $writememh($sformatf("%0s/outputs_%0d_bank%0d.hex", results_folder, layer_index, b),
                 dut.u_l2_outputs.gen_bank[b].u_bank.mem);
    end
  end

  // The same through the host port.
  logic [31:0] program_words[REGISTERS];
  logic [31:0] counter_words[2*COUNTERS];
  logic [WEIGHTS_BITS-1:0] weights_bank[WEIGHTS_ROWS];
  logic [INPUTS_BITS-1:0] inputs_bank[INPUTS_ROWS];
  logic [31:0] outputs_bank[OUTPUTS_ROWS];

  task automatic write_word(input logic [1:0] space, input int address, input logic [31:0] word);
    host_write = 1'b1;
    host_space = space;
    host_address = address;
    host_write_data = word;
    @(negedge clk);
    host_write = 1'b0;
  endtask

  // The word is on host_read_data when this ends.
  task automatic read_word(input logic [1:0] space, input int address);
    host_read = 1'b1;
    host_space = space;
    host_address = address;
    @(negedge clk);
    host_read = 1'b0;
    @(negedge clk);
  endtask

  task automatic load_through_host;
    for (int b = 0; b < WEIGHTS_BANKS; b++) begin
      for (int row = 0; row < WEIGHTS_ROWS; row++) weights_bank[row] = '0;
      $readmemh($sformatf("%0s/weights_bank%0d.hex", layer_folder, b), weights_bank);
      for (int row = 0; row < WEIGHTS_ROWS; row++) begin
        write_word(2'd1, row * WEIGHTS_BANKS + b, 32'(weights_bank[row]));
      end
    end
    for (int b = 0; b < INPUTS_BANKS; b++) begin
      for (int row = 0; row < INPUTS_ROWS; row++) inputs_bank[row] = '0;
      $readmemh($sformatf("%0s/inputs_bank%0d.hex", layer_folder, b), inputs_bank);
      for (int row = 0; row < INPUTS_ROWS; row++) begin
        write_word(2'd2, row * INPUTS_BANKS + b, 32'(inputs_bank[row]));
      end
    end
  endtask

  task automatic dump_through_host;
    for (int b = 0; b < OUTPUTS_BANKS; b++) begin
      for (int row = 0; row < OUTPUTS_ROWS; row++) begin
        read_word(2'd3, row * OUTPUTS_BANKS + b);
        outputs_bank[row] = host_read_data;
      end
      $writememh($sformatf("%0s/outputs_%0d_bank%0d.hex", results_folder, layer_index, b),
                 outputs_bank);
    end
  endtask

  task automatic run_layer;
    string layers_folder;
    if (!$value$plusargs("layers=%s", layers_folder)) layers_folder = ".";
    layer_folder = $sformatf("%0s/layer_%0d", layers_folder, layer_index);
    $readmemh($sformatf("%0s/program.hex", layer_folder), program_words);
    for (int i = 0; i < REGISTERS; i++) write_word(2'd0, i, program_words[i]);
    load_arrays = 1'b1;
    @(negedge clk);
    load_arrays = 1'b0;
    if (through_host) load_through_host();
    clear_outputs = 1'b1;
    @(negedge clk);
    clear_outputs = 1'b0;
    @(negedge clk);
    wait (!clearing);
    @(negedge clk);
    noise   = {pause_seed, ~pause_seed} ^ 64'h9e3779b97f4a7c15;
    running = 1'b1;
    start   = 1'b1;
    @(negedge clk);
    start = 1'b0;
    @(negedge clk);
    wait (done || expired);
    @(negedge clk);
    running   = 1'b0;
    timed_out = !done;
    if (timed_out) begin
      $display("layer %0d: no done after %0d cycles; busy is %0d", layer_index, running_cycles,
               busy);
    end else begin
      @(negedge clk);
      for (int i = 0; i < 2 * COUNTERS; i++) begin
        read_word(2'd0, i);
        counter_words[i] = host_read_data;
      end
      $writememh($sformatf("%0s/counters_%0d.hex", results_folder, layer_index), counter_words);
      if (readback) begin
        dump_through_host();
      end else begin
        dump_arrays = 1'b1;
        @(negedge clk);
        dump_arrays = 1'b0;
      end
    end
  endtask

  initial begin
    if (!$value$plusargs("results=%s", results_folder)) results_folder = ".";
    if (!$value$plusargs("timeout=%d", timeout_cycles)) timeout_cycles = 0;
    if (!$value$plusargs("host=%d", through_host)) through_host = 1'b0;
    if (!$value$plusargs("readback=%d", readback)) readback = 1'b0;
    repeat (4) @(negedge clk);
    rst = 1'b0;
    forever begin
      wait (request);
      complete = 1'b0;
      @(negedge clk);
      run_layer();
      complete = 1'b1;
      wait (!request);
    end
  end

endmodule

`default_nettype wire

// Moves the steps of a layer through the three stages: ingress, compute, egress.
//
// Every stage works on one step at a time, in order. The first beat of a step is sent when the step two
// before it has been computed; a step is computed when its beats have landed and the outputs of the step
// two before it have left; its outputs leave when it has been computed. A step without beats passes a
// stage without holding the next one up. Weights and inputs share the ingress channel, weights first. An
// element wider than the channel takes several beats.
//
// Cycles are counted from a fixed number of cycles after `start` (PROLOGUE: the streams in front of the
// stages have filled by then, whatever the layer) to the arrival of the last output.
`default_nettype none

module step_control #(
    // Bits of a step pointer; pointers count modulo 2**POINTER_BITS.
    parameter int POINTER_BITS = 4,
    // Beats of one element of the weights.
    parameter int W_PARTS = 1,
    parameter int I_PARTS = 1,
    parameter int O_PARTS = 1,
    // Cycles from `start` to the first cycle that counts.
    parameter int PROLOGUE = 32,
    // Bits that hold the number of beats in flight.
    parameter int FLIGHT_BITS = 4
) (
    input wire clk,
    input wire rst,
    input wire start,
    // Test hooks: hold ingress, compute, egress.
    input wire [2:0] pause,
    // Number of steps, once the sequencer knows it.
    input wire total_known,
    input wire [POINTER_BITS-1:0] total,
    // Heads of the streams of weights and inputs.
    input wire w_valid,
    input wire w_empty,
    input wire w_last,
    output logic w_take,
    input wire i_valid,
    input wire i_empty,
    input wire i_last,
    output logic i_take,
    // What enters the network: a beat, its completion (all parts sent), the end of a tensor's step.
    output logic ingress_beat,
    output logic w_sent,
    output logic i_sent,
    output logic w_step_sent,
    output logic i_step_sent,
    output logic ingress_slot,
    // A beat has landed, of the step with this lowest pointer bit.
    input wire landed,
    input wire landed_slot,
    // Compute.
    output logic run,
    input wire all_last,
    output logic compute_step_end,
    output logic [POINTER_BITS-1:0] compute_pointer,
    // Head of the stream of outputs.
    input wire o_valid,
    input wire o_empty,
    input wire o_last,
    output logic o_take,
    output logic egress_beat,
    output logic o_sent,
    output logic egress_step_end,
    output logic [POINTER_BITS-1:0] egress_pointer,
    // A beat of outputs is on its way to L2.
    input wire egress_in_flight,
    output logic counting,
    output logic busy,
    // A layer has been run since the last `start`.
    output logic done,
    output logic stall_ingress,
    output logic stall_compute_data,
    output logic stall_compute_output,
    output logic stall_egress
);

  localparam int PB = POINTER_BITS;
  // Steps that a stage may be ahead of the next one: buffers hold two tiles.
  localparam logic [PB-1:0] Depth = PB'(2'd2);
  localparam int OperandParts = (W_PARTS > I_PARTS) ? W_PARTS : I_PARTS;
  localparam int Parts = (OperandParts > O_PARTS) ? OperandParts : O_PARTS;
  localparam int PartBits = $clog2(Parts + 1);
  localparam logic [PartBits-1:0] WLastPart = PartBits'($unsigned(W_PARTS - 1));
  localparam logic [PartBits-1:0] ILastPart = PartBits'($unsigned(I_PARTS - 1));
  localparam logic [PartBits-1:0] OLastPart = PartBits'($unsigned(O_PARTS - 1));
  localparam int PrologueBits = $clog2(PROLOGUE + 1);
  localparam logic [PrologueBits-1:0] Prologue = PrologueBits'($unsigned(PROLOGUE));

  logic [PB-1:0] ingress_pointer;
  logic [PrologueBits-1:0] waited;
  logic [PartBits-1:0] ingress_part, egress_part;
  // Beats on their way, of steps with an even and an odd pointer.
  logic [2*FLIGHT_BITS-1:0] in_flight;
  logic [1:0] landed_all;
  logic w_done, go, w_turn, i_turn, room, ready, complete, finished, step_sent;
  logic w_whole, i_whole, o_whole, egress_due, egress_allowed;
  logic [PB-1:0] ahead, behind;

  assign go = busy && waited == Prologue;
  assign ingress_slot = ingress_pointer[0];

  // Ingress.
  always_comb begin
    ahead = ingress_pointer - compute_pointer;
    room = ahead < Depth && !pause[0];
    w_turn = w_valid && !w_empty && !w_done;
    i_turn = i_valid && !i_empty && (w_done || (w_valid && w_empty));
    w_whole = ingress_part == WLastPart;
    i_whole = ingress_part == ILastPart;
    ingress_beat = go && room && (w_turn || i_turn);
    w_sent = ingress_beat && w_turn && w_whole;
    i_sent = ingress_beat && i_turn && i_whole;
    // Without elements left of either tensor the step is through.
    step_sent = (i_sent && i_last) || (w_sent && w_last && i_valid && i_empty) ||
        (busy && room && i_valid && i_empty && (w_done || (w_valid && w_empty)));
    i_take = i_sent || (step_sent && i_empty);
    w_take = w_sent || (w_valid && w_empty && !w_done && (step_sent || i_sent));
    w_step_sent = (w_sent && w_last) || (w_take && w_empty);
    i_step_sent = step_sent;
  end

  // Compute.
  always_comb begin
    for (int s = 0; s < 2; s++) landed_all[s] = in_flight[s*FLIGHT_BITS+:FLIGHT_BITS] == '0;
    ready = ingress_pointer != compute_pointer && landed_all[compute_pointer[0]];
    behind = compute_pointer - egress_pointer;
    run = go && ready && behind < Depth && !pause[1] && !complete;
    compute_step_end = run && all_last;
  end

  // Egress.
  always_comb begin
    egress_due = egress_pointer != compute_pointer;
    egress_allowed = go && egress_due && o_valid && !pause[2];
    o_whole = egress_part == OLastPart;
    egress_beat = egress_allowed && !o_empty;
    o_sent = egress_beat && o_whole;
    o_take = o_sent || (egress_allowed && o_empty);
    egress_step_end = o_take && o_last;
  end

  always_comb begin
    complete = total_known && compute_pointer == total;
    finished = complete && !egress_in_flight && (egress_pointer == total ||
        (egress_pointer + PB'(1'b1) == total && o_valid && o_empty));
    counting = go && !finished;
    stall_ingress = counting && (w_turn || i_turn) && !ingress_beat;
    stall_compute_data = counting && !complete && !ready;
    stall_compute_output = counting && !complete && ready && behind >= Depth;
    stall_egress = counting && !egress_due && !complete;
  end

  always_ff @(posedge clk) begin
    if (rst) begin
      busy <= 1'b0;
      done <= 1'b0;
    end else if (start) begin
      busy <= 1'b1;
      done <= 1'b0;
      waited <= '0;
      ingress_pointer <= '0;
      compute_pointer <= '0;
      egress_pointer <= '0;
      ingress_part <= '0;
      egress_part <= '0;
      in_flight <= '0;
      w_done <= 1'b0;
    end else if (busy) begin
      if (!go) waited <= waited + PrologueBits'(1'b1);
      if (go && finished) begin
        busy <= 1'b0;
        done <= 1'b1;
      end
      if (ingress_beat) ingress_part <= (w_sent || i_sent) ? '0 : ingress_part + PartBits'(1'b1);
      if (step_sent) begin
        ingress_pointer <= ingress_pointer + PB'(1'b1);
        w_done <= 1'b0;
      end else if (w_step_sent) begin
        w_done <= 1'b1;
      end
      for (int s = 0; s < 2; s++) begin
        if ((w_sent || i_sent) && ingress_slot == s[0] && !(landed && landed_slot == s[0])) begin
          in_flight[s*FLIGHT_BITS+:FLIGHT_BITS] <= in_flight[s*FLIGHT_BITS+:FLIGHT_BITS] +
              FLIGHT_BITS'(1'b1);
        end else if (landed && landed_slot == s[0] &&
            !((w_sent || i_sent) && ingress_slot == s[0])) begin
          in_flight[s*FLIGHT_BITS+:FLIGHT_BITS] <= in_flight[s*FLIGHT_BITS+:FLIGHT_BITS] -
              FLIGHT_BITS'(1'b1);
        end
      end
      if (compute_step_end) compute_pointer <= compute_pointer + PB'(1'b1);
      if (egress_beat) egress_part <= o_sent ? '0 : egress_part + PartBits'(1'b1);
      if (egress_step_end) egress_pointer <= egress_pointer + PB'(1'b1);
    end
  end

`ifndef SYNTHESIS
  initial begin
    if (W_PARTS < 1 || I_PARTS < 1 || O_PARTS < 1)
      $fatal(1, "step_control: an element takes at least one beat");
    if (POINTER_BITS < 3) $fatal(1, "step_control: POINTER_BITS must be at least 3");
  end
`endif

endmodule

`default_nettype wire

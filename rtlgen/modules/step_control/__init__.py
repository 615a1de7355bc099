"""Moves the steps of a layer through ingress, compute and egress, and counts no cycle too many.

The stages work on one step at a time, in order, under the recurrences of the elastic pipeline:

* the first beat of a step is sent when the step two before it has been computed;
* a step is computed when the step before it has been, its own beats have landed and the outputs of the step
  two before it have left;
* its outputs leave when it has been computed and those of the step before it have left.

A step without beats takes a cycle of its stage, but one that no other step needs: the next step cannot use
the stage before the cycle after, as every step computes for a cycle at least.

Parameters
----------
POINTER_BITS
    Bits of a step pointer. Steps count modulo ``2**POINTER_BITS``; no more than ``2**POINTER_BITS - 1`` may
    be between the step that is computed and the last one that ``total`` speaks of.
W_PARTS, I_PARTS, O_PARTS
    Beats of an element, at least 1.
PROLOGUE
    Cycles between ``start`` and the first cycle that counts.
FLIGHT_BITS
    Bits that hold the number of beats in the distribution network, at least its latency.

Ports
-----
clk, rst : input
    Clock; synchronous reset: not busy, not done.
start : input
    Begins a layer.
pause[3] : input
    Holds ingress, compute, egress, from the lowest bit on.
total_known, total[POINTER_BITS] : input
    ``total`` is the number of steps of the layer, from the cycle on in which ``total_known`` is high.
w_valid, w_empty, w_last : input; w_take : output
    Head of the stream of weights: an element's beat; the last one of its step; or, ``empty`` and ``last``,
    a step without any. ``w_take`` asks for the next item.
i_valid, i_empty, i_last : input; i_take : output
    The same of the inputs, which follow the weights of their step.
ingress_beat, w_sent, i_sent : output
    A beat enters the distribution network; it is the last (the only one, with one part) of an element.
w_step_sent, i_step_sent : output
    The step's last element of a tensor enters, or the step has none: go on with the next step's tile.
ingress_slot : output
    Lowest pointer bit of the step whose beats enter.
landed, landed_slot : input
    An element leaves the network, of the step with this lowest pointer bit; with latency 0 in the cycle in
    which it was sent.
run : output; all_last : input; compute_step_end : output; compute_pointer[POINTER_BITS] : output
    The PEs work on the step; every PE is in its last cycle; both: the step is computed.
o_valid, o_empty, o_last : input; o_take : output
    Head of the stream of outputs.
egress_beat, o_sent, egress_step_end, egress_pointer[POINTER_BITS] : output
    As of ingress. The step ends with its last element, or its empty item.
egress_in_flight : input
    An element is in the collection network.
counting, busy, done : output
    The cycle counts; from ``start`` on until the last output has arrived; from then on until the next
    ``start``.
stall_ingress, stall_compute_data, stall_compute_output, stall_egress : output
    The cycle counts and a stage waits: ingress with a beat at hand for a free buffer, compute for data or for
    room for its outputs, egress for a step to be computed.

Latency: a stage sees at once that a pointer moved at the last clock edge. Throughput: a beat a cycle into
the network and out of it, also from one step to the next. With streams that always have a head, ``counting``
is high for exactly :func:`model` cycles.
"""

from __future__ import annotations

from collections.abc import Sequence

from maestro_py.reference import StepCost, TileCost, fine_cycles


def model(steps: Sequence[StepCost], latency_cycles: int) -> int:
    """Cycles that count.

    Examples
    --------
    >>> model([StepCost(4, 2, 0), StepCost(4, 2, 3)], latency_cycles=1)
    15
    """
    return fine_cycles(steps, [TileCost(0, 0, len(steps))], latency_cycles, 0)

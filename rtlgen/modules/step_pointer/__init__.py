"""The step that a stage works on, counted from the start of a layer modulo a power of two.

Parameters
----------
POINTER_BITS
    Bits of the pointer.

Ports
-----
clk, rst : input
    Clock; synchronous reset to 0.
start : input
    A layer starts: back to 0.
step_end : input
    The stage is done with its step in this cycle.
pointer[POINTER_BITS] : output
    Number of the step.

Latency: 1 cycle. Throughput: one step a cycle.
"""

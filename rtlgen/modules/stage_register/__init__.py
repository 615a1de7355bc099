"""A pipeline register that loads when told to.

Parameters
----------
WIDTH
    Bits held.

Ports
-----
clk, load, next_value[WIDTH] : input
    Clock; whether to load, and what.
value[WIDTH] : output
    What was loaded last; nothing before that. There is no reset.

Latency: 1 cycle. Throughput: one value a cycle.
"""

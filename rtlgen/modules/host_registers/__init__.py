"""Program registers: words that the host writes one by one and the machine reads all at once.

Parameters
----------
REGISTERS
    Number of registers of 32 bits.

Ports
-----
clk : input
    Clock.
write, index[32], data[32] : input
    Writes a register; an index beyond the last is ignored.
values[REGISTERS*32] : output
    All registers, register 0 in the least significant word. They hold nothing before they are written;
    there is no reset.

Latency: a word is seen from the cycle after it was written. Throughput: one word a cycle.
"""

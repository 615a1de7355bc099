"""Text of the generated top: :func:`generate_top` turns a design into module ``accelerator``.

One module per part of the machine, in the order of the text: loop nest, steps in flight, streams, memories,
network, PEs, counters; ``accelerator`` puts them together, ``text`` and ``rows`` serve all of them.

Non-goals: the instantiated modules (``rtlgen.modules``), files (``rtlgen.emit``).
"""

from rtlgen.top.accelerator import generate_top
from rtlgen.top.counters import COUNTERS
from rtlgen.top.network import PROLOGUE_CYCLES

__all__ = ["COUNTERS", "PROLOGUE_CYCLES", "generate_top"]

"""From the language to hardware and back: plan an accelerator, write it, run it, compare it.

Turns a network, its dataflows and a machine (named or as objects, as in :func:`maestro_py.analyze`) into a
:class:`Plan`; :func:`write` makes an emitted tree of it, :func:`verify` simulates that and sets what the
hardware measured beside what the core predicted, :func:`run_network` chains layers, so that what one computes
is what the next one reads.

The parts: ``plan`` (layers, data, predictions), ``check`` (runs and comparisons), ``chain`` (whole networks).

Codes: M510 what the hardware cannot be built for, M511 a folder that cannot be written, M512 data of a layer
that is missing or does not fit, M513 a tool that is missing or failed, M514 a design that Yosys refuses.

Non-goals: hardware itself (``rtlgen``), tables (``maestro_py.cli``).
"""

from __future__ import annotations

from maestro_py.rtl.chain import NetworkRun, chain, connect, run_network
from maestro_py.rtl.check import LayerCheck, check_tree, verify
from maestro_py.rtl.plan import Data, Plan, make_plan, plan, write

__all__ = [
    "Data",
    "LayerCheck",
    "NetworkRun",
    "Plan",
    "chain",
    "check_tree",
    "connect",
    "make_plan",
    "plan",
    "run_network",
    "verify",
    "write",
]

"""Machines to text and back."""

import pytest

from maestro_py.ir.accelerator import Accelerator
from maestro_py.ir.lower import lower
from maestro_py.ir.write_machine import accelerator_text
from maestro_py.syntax.parser import parse


@pytest.mark.parametrize(
    "machine",
    [
        Accelerator(),
        Accelerator("skips", zero_skip=True),
        Accelerator("lanes", lanes={"C": 8, "Q": 2}, zero_skip=True, layout=("C", "C", "Q")),
        Accelerator("sizes", vector_width=4, bits=(8, 8, 24), l1_bytes=512, l2_bytes=2**17),
        Accelerator("noc", multicast=False, reduction=False, noc="mesh", noc_latency_cycles=0),
    ],
    ids=lambda machine: machine.name,
)
def test_a_machine_survives_writing(machine):
    (found,) = lower(parse(accelerator_text(machine))).accelerators
    assert found == machine

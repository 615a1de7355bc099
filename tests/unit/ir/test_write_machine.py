"""Machines as text: what is read back is the machine that was written."""

import random

import pytest

from maestro_py.hardware import templates
from maestro_py.hardware.load import load_accelerator
from maestro_py.ir.accelerator import Accelerator
from maestro_py.ir.lower import lower
from maestro_py.ir.write_machine import accelerator_text
from maestro_py.syntax.parser import parse
from maestro_py.syntax.printer import format_document


def random_machine(rng: random.Random) -> Accelerator:
    lanes = {
        name: rng.randrange(1, 9) for name in rng.sample(["K", "C", "P", "Q", "R", "M"], rng.randrange(1, 4))
    }
    return Accelerator(
        name=rng.choice(["design-7", "a b", "x"]),
        num_pes=rng.randrange(1, 10**6),
        lanes=rng.choice([None, lanes]),
        vector_width=1,
        bits=(rng.randrange(1, 64), rng.randrange(1, 64), rng.randrange(1, 64)),
        l1_bytes=rng.choice([None, rng.randrange(1, 2**40)]),
        l2_bytes=rng.choice([None, rng.randrange(1, 2**40)]),
        noc_bandwidth_bytes_per_cycle=rng.randrange(1, 999),
        noc_latency_cycles=rng.randrange(9),
        dram_bandwidth_bytes_per_cycle=rng.randrange(1, 999),
        dram_latency_cycles=rng.randrange(999),
        multicast=rng.random() < 0.5,
        reduction=rng.random() < 0.5,
        zero_skip=rng.random() < 0.5,
        layout=rng.choice([None, ("C", "X", "Q"), ("K", "Y", "P")]),
        noc=rng.choice(["bus", "mesh"]),
        technology=rng.choice(["cacti-28nm-lop", "my tables/a.yaml"]),
        frequency_mhz=rng.choice([200.0, rng.uniform(1e-3, 1e4), 1e-7]),
    )


@pytest.mark.parametrize("seed", range(100))
def test_random_machines_are_read_back(seed):
    machine = random_machine(random.Random(seed))
    text = accelerator_text(machine)
    assert lower(parse(text)).accelerators == (machine,)
    assert format_document(parse(text)) == text


@pytest.mark.parametrize("name", templates.names())
def test_templates_are_read_back(name):
    machine = load_accelerator(name)
    assert lower(parse(accelerator_text(machine))).accelerators == (machine,)


def test_every_number_of_a_machine_is_written():
    fields = {name for name in Accelerator.__dataclass_fields__ if name not in ("span", "vector_width")}
    base, rng = Accelerator(), random.Random(1)
    machines = [random_machine(rng) for _ in range(50)]
    assert {
        name for name in fields if any(getattr(m, name) != getattr(base, name) for m in machines)
    } == fields

"""Random sets of one axis, step after step, for the benches of the modules that compare them."""

import random

from rtlgen.modules import axis_change, pack


def random_set(before, parameters):
    """A set like those of a machine: near the one before or anywhere, some empty."""
    largest = (1 << parameters["COORDINATE_BITS"]) - 1
    spacing = random.randint(1, (1 << parameters["STEP_BITS"]) - 1) if parameters["SPACED"] else 1
    count = random.choice([1, random.randint(1, 5), random.randint(0, 12)])
    start = random.choice([random.randint(0, largest), random.randint(0, min(largest, 20))])
    if before and random.random() < 0.8:
        spacing = random.choice([spacing, before.step, before.step])
        count = random.choice([count, len(before), len(before)])
        start = before.start + random.randint(-4, 4) * random.choice([1, before.step, spacing])
    start = min(max(0, start), largest)
    count = min(count, (largest - start) // spacing + 1, largest)
    return axis_change.progression(start, count, spacing)


def next_set(before, parameters):
    """The set of the next step, never one that is refused when the machine is designed."""
    while True:
        now = random_set(before, parameters)
        if not before or not now or axis_change.model(now, before) is not None:
            return now


def drive_sets(dut, sets, parameters):
    """Show sets, one a class, on the ports of a module. Without gaps nobody looks at the spacing."""
    bits, step_bits = parameters["COORDINATE_BITS"], parameters["STEP_BITS"]
    spacings = [each.step for each in sets]
    if not parameters["SPACED"]:
        spacings = [random.randint(1, (1 << step_bits) - 1) for _ in sets]
    dut.start.value = pack((each.start for each in sets), bits)
    dut.count.value = pack((len(each) for each in sets), bits)
    dut.spacing.value = pack(spacings, step_bits)
    dut.reciprocal.value = pack((-(-(1 << 20) // spacing) for spacing in spacings), 21)

"""THE table of result columns: name, unit, meaning, formula, source, and how a network's total is made.

Every table, file, data frame and ``explain`` is written from :data:`COLUMNS`. Base columns are the engine's
counts (SEMANTICS sections 2 to 4) and the energies of ``maestro_py.hardware.energy``; the others are derived
from those by the function beside their formula. A total is derived again from the summed base columns, so
it is no average of averages.

Non-goals: no counting (``engine``), no file formats (``maestro_py.exporters``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, cast

from maestro_py.errors import InputError, did_you_mean
from maestro_py.ir.accelerator import Accelerator
from maestro_py.syntax.codes import diagnostic

if TYPE_CHECKING:
    from maestro_py.hardware.tech.base import StaticPowerKind

Value = str | int | float | bool | None
"""What a cell holds; None where there is nothing to say."""

Total = Literal["sum", "max", "all", "derived", "runs", "none"]
"""Total over layers: their sum, each as often as it runs, the largest, whether all are true, the formula over
totals, the number of runs, or nothing."""


@dataclass(frozen=True, slots=True)
class Machine:
    """What columns need of the machine besides a layer's counts.

    ``accelerator`` as given, except that open buffer sizes stay open; area and static power are for buffers
    as large as the most demanding layer needs where a size is open.
    """

    accelerator: Accelerator
    area_um2: float | None
    static_power_mw: float
    static_power_kind: StaticPowerKind


Derive = Callable[[Mapping[str, Any], Machine], Any]


@dataclass(frozen=True, slots=True)
class Column:
    """One result column.

    Attributes
    ----------
    name
        Key in ``LayerResult.values`` and header of every file; the unit comes last.
    unit
        Unit, or the empty string.
    meaning
        One sentence.
    formula
        In terms of other columns and the fields of :class:`~maestro_py.ir.accelerator.Accelerator`.
    source
        Where the definition stands.
    total
        How the total of a network is made.
    derive
        The formula as a function; None for a base column.
    """

    name: str
    unit: str
    meaning: str
    formula: str
    source: str
    total: Total = "sum"
    derive: Derive | None = None

    @property
    def kind(self) -> Literal["text", "truth", "whole", "real"]:
        """Type of the values; counts are whole.

        >>> COLUMNS["macs"].kind, COLUMNS["energy_pj"].kind
        ('whole', 'real')
        """
        if self.name == "legal":
            return "truth"
        if not self.unit:
            return "text"
        return "whole" if self.unit in COUNTED_UNITS else "real"


EXPECTED_MACS, EXPECTED_BYTES = EXPECTED_UNITS = ("expected MACs", "expected bytes")
"""Units of base columns that are expectations over zeros, and need not be whole."""

COUNTED_UNITS = ("runs", "MACs", "elements", "steps", "PE steps", "cycles", "beats", "bytes", "tiles")

Bound = Literal["compute", "noc_in", "noc_out", "dram_in", "dram_out"]

CHANNELS: Mapping[Bound, str] = {
    "compute": "compute_cycles",
    "noc_in": "ingress_beats",
    "noc_out": "egress_beats",
    "dram_in": "dram_in_beats",
    "dram_out": "dram_out_beats",
}
"""What can bound a layer, and the column that says how long it is busy; the first wins a tie."""


def ratio(numerator: Any, denominator: Any) -> Any:
    """Quotient, 0 where there is nothing to divide by; of numbers, or of arrays elementwise.

    >>> ratio(3, 4), ratio(3, 0)
    (0.75, 0.0)
    """
    if hasattr(denominator, "shape") or hasattr(numerator, "shape"):
        import numpy as np

        above, below = np.broadcast_arrays(np.asarray(numerator, float), np.asarray(denominator, float))
        return np.divide(above, below, out=np.zeros(above.shape), where=below != 0)
    return numerator / denominator if denominator else 0.0


def bound(values: Mapping[str, Any]) -> Bound:
    """Return the channel that is busy longest; the PEs win a tie. Of arrays: an array of names.

    >>> busy = {"compute_cycles": 9, "ingress_beats": 12, "egress_beats": 3, "dram_in_beats": 12}
    >>> bound({**busy, "dram_out_beats": 0})
    'noc_in'
    """
    if hasattr(values["compute_cycles"], "shape"):
        import numpy as np

        busy = np.broadcast_arrays(*(values[column] for column in CHANNELS.values()))
        names: Any = np.array(list(CHANNELS))[np.argmax(np.stack(busy), axis=0)]
        return cast(Bound, names)
    return max(CHANNELS, key=lambda channel: values[CHANNELS[channel]])


def _power(v: Mapping[str, Any], machine: Machine) -> Any:
    per_pj = ratio(machine.accelerator.frequency_mhz / 1000, v["runtime_cycles"])
    spent = v["energy_dram_pj" if machine.static_power_kind == "total" else "energy_pj"]
    return machine.static_power_mw + spent * per_pj


def _power_onchip(v: Mapping[str, Any], machine: Machine) -> Any:
    per_pj = ratio(machine.accelerator.frequency_mhz / 1000, v["runtime_cycles"])
    spent = 0.0 if machine.static_power_kind == "total" else v["energy_onchip_pj"]
    return machine.static_power_mw + spent * per_pj


def _count(name: str, unit: str, meaning: str, section: str, total: Total = "sum") -> Column:
    return Column(name, unit, meaning, "counted by the engine", f"SEMANTICS section {section}", total)


def _density(tensor: str, words: str) -> Column:
    meaning = f"Part of the {words} that is not zero, as given; each element by itself has this probability."
    return Column(f"density_{tensor}", "fraction", meaning, "as written", "SEMANTICS section 7", "none")


_EXPECTED = "Expected if the layer has a Density, else exact."


def _energy(name: str, meaning: str, formula: str) -> Column:
    return Column(name, "pJ", f"{meaning} {_EXPECTED}", formula, "maestro_py.hardware.energy")


_IDENTITY = (
    Column("layer", "", "Name of the layer.", "as written", "the network", "none"),
    Column("operator", "", "Layer type.", "as written", "SEMANTICS section 1", "none"),
    Column("dataflow", "", "Name of the dataflow that the layer runs with.", "as chosen", "", "none"),
    Column(
        "repeat",
        "runs",
        "How often the layer runs, one run after the other; its other columns are those of one run.",
        "as written",
        "the network",
        "runs",
    ),
    Column(
        "legal",
        "",
        "Whether every MAC of the layer is computed exactly once.",
        "missing_macs = 0 and redundant_macs = 0",
        "SEMANTICS section 2",
        "all",
    ),
)

_WORK = (
    _count("macs", "MACs", "MACs that the PEs execute; in POOL and ADD comparisons or additions.", "2"),
    Column(
        "missing_macs",
        "MACs",
        "MACs of the layer that no PE computes.",
        "total - covered",
        "SEMANTICS section 2",
    ),
    Column(
        "redundant_macs",
        "MACs",
        "Executions of a MAC beyond the first.",
        "redundant",
        "SEMANTICS section 2",
    ),
    Column(
        "effective_macs",
        EXPECTED_MACS,
        "MACs with two nonzero operands, by expectation: all where nothing is zero or nothing is multiplied.",
        "macs * density_W * density_I",
        "SEMANTICS section 7",
    ),
    *(_density(tensor, words) for tensor, words in zip("WIO", ("weights", "inputs", "outputs"), strict=True)),
    _count("elements_W", "elements", "Weights of the layer.", "1"),
    _count("elements_I", "elements", "Inputs of the layer, without padding.", "1"),
    _count("elements_O", "elements", "Outputs of the layer.", "1"),
    _count("steps", "steps", "Steps of the loop nest, the PEs in lockstep.", "2"),
    _count("pe_steps", "PE steps", "Steps in which a PE has work, summed over PEs.", "2"),
)

_TIME = (
    Column(
        "runtime_cycles",
        "cycles",
        "Fine time: the elastic pipeline with DRAM, L2, NoC and PEs; what hardware takes. With zero_skip "
        "and a Density: that of the expected work, up to rounding a lower bound of the expected time.",
        "we[last] + (dram_latency if DO[last])",
        "SEMANTICS section 4, fine time",
    ),
    Column(
        "runtime_onchip_cycles",
        "cycles",
        "Fine time with everything in L2 from the start.",
        "as runtime_cycles with one L2 tile and no DRAM beats",
        "SEMANTICS section 4, fine time",
    ),
    Column(
        "runtime_coarse_cycles",
        "cycles",
        "Coarse time: stages of one step overlap, steps do not; never below runtime_cycles.",
        "DI0' + sum_u max(on[u], DI'[u+1], DO'[u-1]) + DO'[last]",
        "SEMANTICS section 4, coarse time",
    ),
    Column(
        "runtime_us",
        "us",
        "Fine time at the machine's clock.",
        "runtime_cycles / frequency_mhz",
        "",
        "derived",
        lambda v, m: v["runtime_cycles"] / m.accelerator.frequency_mhz,
    ),
    Column(
        "utilization_fraction",
        "fraction",
        "Part of the machine's MAC slots that do a MAC; of machines that skip zeros: expected.",
        "macs / (runtime_cycles * num_pes * lanes_per_pe), effective_macs for macs with zero_skip",
        "SEMANTICS sections 4 and 7",
        "derived",
        lambda v, m: ratio(
            v["effective_macs" if m.accelerator.zero_skip else "macs"],
            1.0 * v["runtime_cycles"] * m.accelerator.num_pes * m.accelerator.lanes_per_pe,
        ),
    ),
    Column(
        "active_pes_fraction",
        "fraction",
        "Part of the PEs that have work, averaged over steps.",
        "pe_steps / (steps * num_pes)",
        "SEMANTICS section 2",
        "derived",
        lambda v, m: ratio(v["pe_steps"], 1.0 * v["steps"] * m.accelerator.num_pes),
    ),
    Column(
        "bound",
        "",
        "What is busy longest: the PEs, or a channel of the NoC or of DRAM.",
        "largest of compute_cycles, ingress_beats (noc_in), egress_beats (noc_out), dram_in_beats, "
        "dram_out_beats",
        "SEMANTICS section 4",
        "derived",
        lambda v, m: bound(v),
    ),
    Column(
        "compute_cycles",
        "cycles",
        "Cycles that the slowest PE of each step computes, summed over steps; the expected part of them with "
        "zero_skip and a Density.",
        "sum_t C[t]",
        "SEMANTICS section 4",
    ),
    Column("ingress_beats", "beats", "Beats from L2 to the PEs.", "sum_t I[t]", "SEMANTICS section 4"),
    Column("egress_beats", "beats", "Beats from the PEs to L2.", "sum_t E[t]", "SEMANTICS section 4"),
    Column("dram_in_beats", "beats", "Beats from DRAM to L2.", "sum_u DI[u]", "SEMANTICS section 4"),
    Column("dram_out_beats", "beats", "Beats from L2 to DRAM.", "sum_u DO[u]", "SEMANTICS section 4"),
)

_TRAFFIC = (
    _count("l1_fill_W", "elements", "Weights that enter L1, over all PEs.", "3"),
    _count("l1_fill_I", "elements", "Inputs that enter L1, over all PEs.", "3"),
    _count("l1_drain_O", "elements", "Outputs that leave L1, over all PEs.", "3"),
    _count("l2_read_W", "elements", "Weights read from L2; once for all PEs with multicast.", "3"),
    _count("l2_read_I", "elements", "Inputs read from L2; once for all PEs with multicast.", "3"),
    _count("l2_read_O", "elements", "Partial sums that L2 reads to add to them.", "3"),
    _count("l2_write_O", "elements", "Outputs and partial sums written to L2.", "3"),
    _count("dram_read_W", "elements", "Weights read from DRAM.", "3"),
    _count("dram_read_I", "elements", "Inputs read from DRAM.", "3"),
    _count("dram_read_O", "elements", "Partial sums read back from DRAM.", "3"),
    _count("dram_write_O", "elements", "Outputs and partial sums written to DRAM.", "3"),
)

_BUFFERS = (
    _count("l1_tile_W", "elements", "Largest weight tile of a PE.", "3", "max"),
    _count("l1_tile_I", "elements", "Largest input tile of a PE.", "3", "max"),
    _count("l1_tile_O", "elements", "Largest output tile of a PE.", "3", "max"),
    Column(
        "l1_bytes_required",
        "bytes",
        "Scratchpad that a PE needs, ping-pong.",
        "sum over W, I, O of 2 * ceil(l1_tile_T * bits_T / 8)",
        "SEMANTICS section 3",
        "max",
    ),
    Column(
        "l1_bytes_available",
        "bytes",
        "Scratchpad that a PE has; empty where the machine leaves it open.",
        "l1_bytes",
        "the machine",
        "derived",
        lambda v, m: m.accelerator.l1_bytes,
    ),
    _count("l2_tiles", "tiles", "Tiles that pass through L2 one after another.", "3"),
    _count("l2_tile_W", "elements", "Largest weight tile in L2.", "3", "max"),
    _count("l2_tile_I", "elements", "Largest input tile in L2.", "3", "max"),
    _count("l2_tile_O", "elements", "Largest output tile in L2.", "3", "max"),
    Column(
        "l2_bytes_required",
        "bytes",
        "Shared buffer that the chosen cut of the loop nest needs, ping-pong unless there is one tile.",
        "sum over W, I, O of (1 if l2_tiles = 1 else 2) * ceil(l2_tile_T * bits_T / 8)",
        "SEMANTICS section 3",
        "max",
    ),
    Column(
        "l2_bytes_available",
        "bytes",
        "Shared buffer of the machine; empty where it is left open.",
        "l2_bytes",
        "the machine",
        "derived",
        lambda v, m: m.accelerator.l2_bytes,
    ),
)


def _bytes(name: str, words: str, formula: str) -> Column:
    meaning = f"Bytes that travel from {words}; expected where compressed, else exact."
    return Column(f"{name}_bytes", EXPECTED_BYTES, meaning, formula, "SEMANTICS sections 3 and 7")


_MOVED = (
    _bytes("noc_in", "L2 to the PEs", "(l2_read_W * moved_W + l2_read_I * moved_I) / 8"),
    _bytes("noc_out", "the PEs to L2", "l2_write_O * bits_O / 8"),
    _bytes(
        "dram_in", "DRAM to L2, without partial sums", "(dram_read_W * moved_W + dram_read_I * moved_I) / 8"
    ),
    _bytes("dram_out", "L2 to DRAM", "dram_write_O * (moved_O if dram_read_O = 0 else bits_O) / 8"),
)
"""``moved_T`` is ``min(density_T * bits_T + 1, bits_T)`` on machines that skip zeros, else ``bits_T``."""

_BANDWIDTH_PARTS = (
    ("noc_in", "L2 to the PEs", "compute_cycles"),
    ("noc_out", "the PEs to L2", "compute_cycles"),
    ("dram_in", "DRAM to L2", "runtime_onchip_cycles"),
    ("dram_out", "L2 to DRAM", "runtime_onchip_cycles"),
)
"""Channel, direction in words, and the time that it must not exceed."""


def _bandwidth(name: str, words: str, busy: str) -> tuple[Column, Column]:
    def over(time: str) -> Derive:
        return lambda v, m: ratio(v[f"{name}_bytes"], v[time])

    goal = "the PEs" if busy == "compute_cycles" else "the chip"
    return (
        Column(
            f"{name}_average_bytes_per_cycle",
            "bytes/cycle",
            f"Bandwidth from {words} that the layer uses on average.",
            f"{name}_bytes / runtime_cycles",
            "SEMANTICS sections 3 and 4",
            "derived",
            over("runtime_cycles"),
        ),
        Column(
            f"{name}_peak_bytes_per_cycle",
            "bytes/cycle",
            f"Bandwidth from {words} at which fully packed beats take as long as {goal}; with less, the "
            "channel holds the layer up.",
            f"{name}_bytes / {busy}",
            "SEMANTICS sections 3 and 4",
            "derived",
            over(busy),
        ),
    )


_BANDWIDTH = tuple(column for parts in _BANDWIDTH_PARTS for column in _bandwidth(*parts))

_ENERGY = (
    _energy("energy_mac_pj", "Energy of the MACs.", "macs * energy of a MAC"),
    _energy("energy_l1_pj", "Energy of L1 reads and writes.", "sum of accesses * energy of an access"),
    _energy("energy_l2_pj", "Energy of L2 reads and writes.", "sum of accesses * energy of an access"),
    _energy("energy_noc_pj", "Energy of the NoC.", "sum of hops * energy of a hop"),
    _energy("energy_dram_pj", "Energy of DRAM accesses.", "sum of accesses * energy of an access"),
    Column(
        "energy_onchip_pj",
        "pJ",
        f"Dynamic energy on chip. {_EXPECTED}",
        "energy_mac_pj + energy_l1_pj + energy_l2_pj + energy_noc_pj",
        "maestro_py.hardware.energy",
        "derived",
        lambda v, m: v["energy_mac_pj"] + v["energy_l1_pj"] + v["energy_l2_pj"] + v["energy_noc_pj"],
    ),
    Column(
        "energy_pj",
        "pJ",
        f"Dynamic energy with DRAM; leakage is in power_mw only. {_EXPECTED}",
        "energy_onchip_pj + energy_dram_pj",
        "maestro_py.hardware.energy",
        "derived",
        lambda v, m: v["energy_onchip_pj"] + v["energy_dram_pj"],
    ),
    Column(
        "power_mw",
        "mW",
        "Average power of the chip and its DRAM accesses while the layer runs.",
        "leakage + energy_pj * frequency_mhz / runtime_cycles / 1000; a technology that only knows total "
        "chip power replaces all but DRAM",
        "maestro_py.hardware.energy",
        "derived",
        _power,
    ),
    Column(
        "power_onchip_mw",
        "mW",
        "Average power of the chip while the layer runs, without its DRAM accesses.",
        "leakage + energy_onchip_pj * frequency_mhz / runtime_cycles / 1000; or what the technology knows as "
        "total chip power",
        "maestro_py.hardware.energy",
        "derived",
        _power_onchip,
    ),
    Column(
        "area_um2",
        "um2",
        "Area of the machine, for the largest layer where a buffer size is left open; empty where the "
        "technology has no figures.",
        "sum over the parts that the technology has figures for",
        "maestro_py.hardware.energy",
        "derived",
        lambda v, m: m.area_um2,
    ),
    Column(
        "edp_pj_us",
        "pJ us",
        "Energy-delay product.",
        "energy_pj * runtime_us",
        "",
        "derived",
        lambda v, m: v["energy_pj"] * v["runtime_us"],
    ),
    Column(
        "throughput_gmacs_per_s",
        "GMACs/s",
        "MACs of the layer per time.",
        "macs / runtime_us / 1000",
        "",
        "derived",
        lambda v, m: ratio(v["macs"], v["runtime_us"]) / 1000,
    ),
    Column(
        "throughput_per_watt_gmacs_per_j",
        "GMACs/J",
        "Throughput per power, DRAM included: GMACs per second and watt.",
        "throughput_gmacs_per_s * 1000 / power_mw",
        "",
        "derived",
        lambda v, m: ratio(v["throughput_gmacs_per_s"] * 1000, v["power_mw"]),
    ),
)

COLUMNS: Mapping[str, Column] = {
    column.name: column
    for column in (*_IDENTITY, *_WORK, *_TIME, *_TRAFFIC, *_MOVED, *_BUFFERS, *_BANDWIDTH, *_ENERGY)
}
"""Every column by name, in the order of files and tables."""

ENGINE_NAMES: Mapping[str, str] = {
    "runtime_cycles": "cycles",
    "runtime_onchip_cycles": "cycles_onchip",
    "runtime_coarse_cycles": "cycles_coarse",
    "redundant_macs": "redundant",
}
"""Columns that the engine calls otherwise."""


def complete(base: Mapping[str, Any], machine: Machine) -> dict[str, Value]:
    """Return all columns, in order, from the base columns.

    Parameters
    ----------
    base
        Base columns; those that are missing are left out.
    machine
        The machine of the formulas.
    """
    values: dict[str, Any] = dict(base)
    waiting = [column for column in COLUMNS.values() if column.derive is not None]
    for column in waiting:  # base columns first: a formula may name a later one
        assert column.derive is not None
        values[column.name] = column.derive(values, machine)
    return {name: values[name] for name in COLUMNS if name in values}


def totals(rows: Iterable[Mapping[str, Any]], machine: Machine) -> dict[str, Value]:
    """Return the totals of a network: layers run one after another.

    Sums over runs and largest values of base columns, and the formulas over those.
    """
    layers = list(rows)
    runs = [row["repeat"] for row in layers]
    base: dict[str, Any] = {}
    for column in COLUMNS.values():
        if column.derive is not None or column.total == "none":
            continue
        cells = [row[column.name] for row in layers]
        match column.total:
            case "max":
                base[column.name] = max(cells, default=0)
            case "all":
                base[column.name] = all(cells)
            case "runs":
                base[column.name] = sum(cells)
            case _:
                base[column.name] = sum(cell * times for cell, times in zip(cells, runs, strict=True))
    return complete(base, machine)


def explain(name: str) -> str:
    """Return what a column means, with unit, formula and source.

    Raises
    ------
    InputError
        M321 if there is no such column.

    Examples
    --------
    >>> print(explain("runtime_us"))
    runtime_us [us]
      Fine time at the machine's clock.
      formula: runtime_cycles / frequency_mhz
      total of a network: the formula over the totals
    """
    column = COLUMNS.get(name)
    if column is None:
        hint = did_you_mean(name, COLUMNS, "columns")
        raise InputError([diagnostic("M321", f"no column is called {name!r}", None, hint)])
    lines = [f"{column.name} [{column.unit}]" if column.unit else column.name]
    lines += [f"  {column.meaning}", f"  formula: {column.formula}"]
    if column.source:
        lines.append(f"  source: {column.source}")
    words = {
        "sum": "the sum over layers, each as often as it runs",
        "runs": "the sum over layers",
        "max": "the largest of any layer",
        "all": "whether all layers are",
        "derived": "the formula over the totals",
        "none": "none",
    }
    lines.append(f"  total of a network: {words[column.total]}")
    return "\n".join(lines)

"""A machine as an ``Accelerator`` block: the inverse of ``machine``.

``lower(parse(accelerator_text(a)))`` gives ``a`` again, down to the last digit of the frequency.

Non-goals: no key-value hardware files, no layout of the text (``maestro_py.syntax.printer``).
"""

from __future__ import annotations

from maestro_py.ir.accelerator import Accelerator
from maestro_py.ir.machine import LANES, SETTINGS
from maestro_py.ir.nest import OUTPUT_NAMES
from maestro_py.ir.operators import TENSORS
from maestro_py.syntax import ast
from maestro_py.syntax.printer import format_document

_FILE = "<accelerator>"
_PATHS: dict[str, tuple[str, ...]] = {}
for _path, _rule in SETTINGS.items():
    _PATHS.setdefault(_rule.target, _path)
_PATHS |= {f"bits {tensor}": ("PE", "Precision", tensor) for tensor in TENSORS}
_NUMBERS = (
    *("num_pes", "l1_bytes", "l2_bytes", "noc_bandwidth_bytes_per_cycle", "noc_latency_cycles"),
    *("dram_bandwidth_bytes_per_cycle", "dram_latency_cycles"),
)


def accelerator_text(machine: Accelerator) -> str:
    """Return a machine as text.

    Examples
    --------
    >>> print(accelerator_text(Accelerator("small", num_pes=16, l1_bytes=512)), end="")
    Accelerator small {
      PE {
        NumPEs: 16;
        VectorWidth: 1;
        Precision {
          W: 8;
          I: 8;
          O: 8;
        }
      }
      Buffer {
        LocalL1: 512;
      }
      NoC {
        Bandwidth: 64;
        AvgLatency: 1;
        Topology: bus;
        Multicast: true;
        Reduction: true;
      }
      OffChip {
        Bandwidth: 16;
        Latency: 100;
      }
      Frequency: 1000 MHz;
      Technology: maestro-28nm;
    }
    """
    items: list[ast.AcceleratorItem] = list(_sections(_settings(machine), ()))
    items.append(ast.Technology(ast.Name(machine.technology)))
    return format_document(ast.Document((ast.Accelerator(ast.Name(machine.name), tuple(items)),), _FILE))


def _settings(machine: Accelerator) -> dict[tuple[str, ...], ast.Expression | ast.Quantity]:
    """Return what is set, by the path of its sections, those of a section one after another."""
    numbers = {name: getattr(machine, name) for name in _NUMBERS}
    found: dict[tuple[str, ...], ast.Expression | ast.Quantity] = {
        _PATHS["num_pes"]: ast.Number(numbers.pop("num_pes"))
    }
    written = {internal: name for name, internal in OUTPUT_NAMES.items()}
    if machine.lanes is None:
        found[_PATHS["vector_width"]] = ast.Number(machine.vector_width)
    for dimension, lanes in (machine.lanes or {}).items():
        found[(*LANES, written.get(dimension, dimension))] = ast.Number(lanes)
    if machine.zero_skip:
        found[_PATHS["zero_skip"]] = ast.Reference("true")
    for tensor, width in zip(TENSORS, machine.bits, strict=True):
        found[_PATHS[f"bits {tensor}"]] = ast.Number(width)
    found |= {_PATHS[name]: ast.Number(value) for name, value in numbers.items() if value is not None}
    found[_PATHS["noc"]] = ast.Reference(machine.noc)
    for name in ("multicast", "reduction"):
        found[_PATHS[name]] = ast.Reference("true" if getattr(machine, name) else "false")
    for tensor, axis in zip(TENSORS, machine.layout or (), strict=machine.layout is not None):
        found[_PATHS[f"layout {tensor}"]] = ast.Reference(written.get(axis, axis))
    found[_PATHS["frequency_mhz"]] = ast.Quantity(float(machine.frequency_mhz), "MHz")
    return found


def _sections(
    settings: dict[tuple[str, ...], ast.Expression | ast.Quantity], outer: tuple[str, ...]
) -> list[ast.Section | ast.Setting]:
    """Return settings and sections below ``outer``, in the order of their first setting."""
    depth = len(outer)
    found: list[ast.Section | ast.Setting] = []
    names = dict.fromkeys(path[depth] for path in settings if path[:depth] == outer)
    for name in names:
        path = (*outer, name)
        if path in settings:
            found.append(ast.Setting(ast.Name(name), settings[path]))
        else:
            found.append(ast.Section(ast.Name(name), tuple(_sections(settings, path))))
    return found

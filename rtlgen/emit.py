"""Writes an accelerator and the layers it is to run into a folder.

Turns a :class:`~rtlgen.design.Design`, data and predictions into the emitted tree: ``rtl/`` (hand-written
modules and the generated top), ``layers/`` (per layer the program, memory images, expected outputs and
prediction), ``bench/`` and ``params.json``. Everything is written beside the target first and put in place
in one move, so nothing half-written is left. Same input, same bytes.

Non-goals: what the numbers are (``rtlgen.designer``, ``rtlgen.program``), running it (``rtlgen.bench``).
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from maestro_py.errors import Diagnostic, InputError
from maestro_py.ir.operators import TENSORS, Tensor
from rtlgen import bench, golden, images
from rtlgen.design import TENSOR_NAMES, Design
from rtlgen.program import OutputMode, program, registers, words
from rtlgen.refusals import refused
from rtlgen.simulate import module_files
from rtlgen.top import COUNTERS, PROLOGUE_CYCLES, generate_top

Array = NDArray[np.int64]
#: Counters that the analysis predicts, and its name of each.
PREDICTED: Mapping[str, str] = {
    name: "cycles_onchip" if name == "cycles" else name for name in COUNTERS if not name.startswith("stall")
}


@dataclass(frozen=True, slots=True)
class LayerData:
    """What one layer runs on: its tensors, how sums become outputs, and what is predicted."""

    tensors: Mapping[Tensor, Array]
    mode: OutputMode
    prediction: Mapping[str, int]


def choose_mode(
    design: Design, number: int, prediction: Mapping[str, int], shift: int, relu: bool
) -> OutputMode:
    """Return how a layer's sums become outputs.

    Sums that fit an output are kept as they are. Otherwise they are requantised where they are complete:
    at collection if every output leaves the PEs once and summed up.

    Raises
    ------
    HardwareError
        If partial sums would travel in fewer bits than they need.
    """
    layer, bits = design.layers[number], design.accelerator.bits
    need = golden.worst_case_bits(layer.problem, bits)
    if need > design.accumulator_bits:
        raise refused(
            f"layer {layer.name}: sums need up to {need} bits, the accumulators have "
            f"{design.accumulator_bits}",
            hint="give operands fewer bits: --bits 8,8,24",
        )
    if need <= bits[2]:
        return OutputMode("readback" if relu or shift else None, shift, relu)
    if prediction["l2_read_O"] == 0:
        return OutputMode("collection", shift, relu)
    raise refused(
        f"layer {layer.name}: sums need up to {need} bits and leave the PEs before they are complete "
        f"({prediction['l2_read_O']} of {prediction['l2_write_O']} are added to in L2), outputs have "
        f"{bits[2]} bits",
        hint=f"give outputs room for sums (--bits {bits[0]},{bits[1]},{design.accumulator_bits}), or use a "
        "dataflow that completes them in the PEs",
    )


def expected_outputs(design: Design, number: int, data: LayerData) -> Array:
    """Return what the host reads from L2 after the layer, in the order of the problem's axes.

    Read back through the requantiser where the mode says so; otherwise modulo the width of an output.
    """
    sums = golden.outputs(design.layers[number].problem, data.tensors)
    sums = golden.wrap(sums, design.accumulator_bits)
    bits = design.accelerator.bits[2]
    if data.mode.requantise == "collection":
        return golden.requantise(sums, data.mode.shift, data.mode.relu, bits)
    return golden.wrap(sums, bits)


def emit(design: Design, data: Sequence[LayerData], out: Path, replace: bool = False) -> None:
    """Write the accelerator, its layers and its bench to ``out``.

    Raises
    ------
    InputError
        If ``out`` exists and is not an emitted tree that may be replaced, or cannot be written.
    """
    _check_free(out, replace)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as scratch:
            tree = Path(scratch) / "tree"
            _write(design, data, tree)
            if out.exists():
                shutil.rmtree(out)
            tree.rename(out)
    except OSError as error:
        message = f"cannot write {out}: {error.strerror}"
        raise InputError(
            [Diagnostic("M511", message, None, "choose a folder that can be written")]
        ) from error


def _check_free(out: Path, replace: bool) -> None:
    """Refuse to write over anything but, where asked to, an accelerator."""
    hint = "choose another folder"
    try:
        if not out.exists() or (out.is_dir() and not any(out.iterdir())):
            return
        is_tree = (out / "params.json").exists()
    except OSError as error:
        message = f"cannot look into {out}: {error.strerror}"
        raise InputError([Diagnostic("M511", message, None, hint)]) from error
    if is_tree and replace:
        return
    if is_tree:
        hint = "choose another folder, or replace the accelerator there with --force"
    message = f"{out} {'exists and is not empty' if out.is_dir() else 'is a file'}"
    raise InputError([Diagnostic("M511", message, None, hint)])


def layer_folder(number: int, name: str) -> str:
    """Name of a layer's folder.

    >>> layer_folder(3, "conv2/3x3")
    '03_conv2_3x3'
    """
    return f"{number:02d}_{re.sub(r'[^A-Za-z0-9_.-]', '_', name)}"


def _write(design: Design, data: Sequence[LayerData], tree: Path) -> None:
    rtl = tree / "rtl"
    rtl.mkdir(parents=True)
    top = generate_top(design)
    (rtl / "accelerator.sv").write_text(top, encoding="utf-8")
    used = sorted(set(re.findall(r"^ *([a-z0-9_]+) #\(", top, re.MULTILINE)))
    files = module_files(*used)
    for file in files:
        shutil.copyfile(file, rtl / file.name)
    names = [*sorted({file.name for file in files}), "accelerator.sv"]
    (rtl / "files.f").write_text("".join(f"{name}\n" for name in names), encoding="utf-8")
    for number, layer_data in enumerate(data):
        _write_layer(design, number, layer_data, tree / "layers")
    (tree / "params.json").write_text(json.dumps(parameters(design), indent=1) + "\n", encoding="utf-8")
    bench.write(tree, design)


def _write_layer(design: Design, number: int, data: LayerData, layers: Path) -> None:
    layer = design.layers[number]
    folder = layers / layer_folder(number, layer.name)
    folder.mkdir(parents=True)
    values = program(design, number, data.mode)
    (folder / "program.hex").write_text(
        "".join(f"{word:08x}\n" for word in words(design, values)), encoding="ascii"
    )
    (folder / "program.json").write_text(json.dumps(values, indent=1) + "\n", encoding="utf-8")
    for tensor in ("W", "I"):
        placement = design.placement(tensor, layer.problem)
        axes = layer.problem.axes[tensor]
        if axes is None:
            banks = [np.zeros(1, dtype=np.int64)] * placement.banks
        else:
            held = [axis for axis in axes if axis in placement.axes]
            shape = [n for axis, n in zip(axes, data.tensors[tensor].shape, strict=True) if axis in held]
            banks = placement.pack(data.tensors[tensor].reshape(shape), held)
        images.write_hex(folder / f"{TENSOR_NAMES[tensor]}_bank", banks, placement.element_bits)
    np.save(folder / "expected.npy", expected_outputs(design, number, data))
    prediction = {name: int(data.prediction[source]) for name, source in PREDICTED.items()}
    (folder / "prediction.json").write_text(json.dumps(prediction, indent=1) + "\n", encoding="utf-8")


def parameters(design: Design) -> dict[str, object]:
    """Return every number of the machine and where each layer's tensors lie, for ``params.json``."""
    accelerator = design.accelerator
    return {
        "accelerator": accelerator.name,
        "pes": design.pes,
        "units": list(design.units),
        "lanes": dict(design.lanes),
        "bits": dict(zip(TENSORS, accelerator.bits, strict=True)),
        "accumulator_bits": design.accumulator_bits,
        "noc_bandwidth_bytes_per_cycle": accelerator.noc_bandwidth_bytes_per_cycle,
        "noc_latency_cycles": accelerator.noc_latency_cycles,
        "multicast": accelerator.multicast,
        "reduction": accelerator.reduction,
        "prologue_cycles": PROLOGUE_CYCLES,
        "tensors": {
            TENSOR_NAMES[t]: {
                "axes": list(d.axes),
                "elements_per_beat": d.window,
                "beats_per_element": d.parts,
                "l1_places": dict(zip(d.axes, d.places, strict=True)),
                "l1_elements": d.words,
                "l2_banks": d.l2_banks,
                "l2_rows": d.l2_rows,
            }
            for t, d in design.tensors.items()
        },
        "counters": list(COUNTERS),
        "registers": [{"name": r.name, "bits": r.width, "meaning": r.meaning} for r in registers(design)],
        "layers": [
            {
                "folder": layer_folder(number, layer.name),
                "name": layer.name,
                "outputs": {
                    "array_axes": [a for a in layer.problem.axes["O"] or () if a in design.tensors["O"].axes],
                    "axes": list((place := design.placement("O", layer.problem)).axes),
                    "sizes": list(place.sizes),
                    "banks": place.banks,
                    "element_bits": place.element_bits,
                },
            }
            for number, layer in enumerate(design.layers)
        ],
    }

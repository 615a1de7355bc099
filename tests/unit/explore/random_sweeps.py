"""Random spaces with conditions that cut, and what two sweeps of one space have in common."""

import itertools
import json

import numpy as np
import pyarrow.parquet

from maestro_py.errors import SemanticError
from maestro_py.explore.evaluate import Evaluator
from maestro_py.explore.run import sweep

from .conftest import NETWORK, random_space

GOALS = (
    "[runtime, energy]",
    "[edp]",
    "[throughput, throughput_per_watt]",
    "[power, runtime, area]",
    "[{max: macs / energy_pj}, runtime]",
    "[{max: utilization_fraction}, {min: l2_bytes_required + runtime_cycles / 8}]",
    "[{min: 'max(runtime_us, 2) * power_mw - area_um2 / 1e6'}, energy]",
)
CUT = (
    *("runtime_us", "power_mw", "energy_pj", "edp_pj_us", "area_um2", "l1_bytes_required"),
    *("noc_in_average_bytes_per_cycle", "utilization_fraction", "l2_bytes_required"),
)
SIGNS = ("<=", "<", ">", ">=", "==", "!=")
MOST_DESIGNS = 300
_names = itertools.count()


def cut_space(base, seed, keep, goals, cuts, top=3, **keys):
    """A random space that conditions ``(column, sign, quantile)`` cut; None if it is too large."""
    folder = base / f"space-{next(_names)}"
    folder.mkdir()
    (folder / "small.m").write_text(NETWORK)
    keys = {"keep": keep, "goals": goals, "top": str(top), **keys}
    try:
        space = random_space(folder, seed, **keys)
    except SemanticError as error:
        if {entry.code for entry in error.diagnostics} == {"M811"}:  # a technology without areas
            return None
        raise
    if space.size > MOST_DESIGNS:
        return None
    columns = {column for column, _, _ in cuts}
    found = Evaluator(space).evaluate(np.arange(space.size), columns)
    if not found.runs.any():
        return None
    conditions = []
    for column, sign, quantile in cuts:
        values = np.sort(found.columns[column][found.runs])
        value = values[int(quantile * (len(values) - 1))].item()
        if np.isfinite(value):
            conditions.append(f"'{column} {sign} {value!r}'")
    if conditions:
        keys["constraints"] = f"[{', '.join(conditions)}]"
    return random_space(folder, seed, **keys)


def results(space, folder):
    """What a sweep writes: rows of all parts, bytes of the merged files, the summary."""
    summary = sweep(space, folder)
    rows = [
        pyarrow.parquet.read_table(path).replace_schema_metadata()
        for path in sorted((folder / "results").iterdir())
    ]
    merged = {name: (folder / name).read_bytes() for name in ("front.parquet", "top.parquet")}
    return rows, merged, json.loads(json.dumps(summary))

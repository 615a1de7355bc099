"""Where the energy of the best design for each goal goes: MACs, L1, L2, NoC and DRAM, as stacked bars.

Designs that are best for several goals have one bar.

Non-goals: no choice of designs.
"""

from __future__ import annotations

import textwrap
from typing import Any

from maestro_py.viz import canvas
from maestro_py.viz.canvas import Drawn
from maestro_py.viz.kept import Kept
from maestro_py.viz.quantities import best_words, design_text, digits, unit_for

PARTS = (
    ("energy_mac_pj", "MACs"),
    ("energy_l1_pj", "L1"),
    ("energy_l2_pj", "L2"),
    ("energy_noc_pj", "NoC"),
    ("energy_dram_pj", "DRAM"),
)
"""Columns that add up to ``energy_pj``, and what they are called."""

_WIDEST_LABEL = 38


def bars(kept: Kept) -> list[tuple[str, dict[str, Any]]]:
    """Return a label and the row of every design that is best for a goal."""
    goals_of: dict[int, list[str]] = {}
    rows: dict[int, dict[str, Any]] = {}
    for name, row in kept.best_of_goals.items():
        goals_of.setdefault(int(row["design"]), []).append(name)
        rows[int(row["design"])] = row
    found = []
    for number, goals in goals_of.items():
        facts = textwrap.wrap(design_text(kept.space, rows[number]), _WIDEST_LABEL)
        found.append(
            ("\n".join([f"{', '.join(map(best_words, goals))} (design {number:,})", *facts]), rows[number])
        )
    return found


def draw(kept: Kept, ax: Any = None) -> Drawn:
    """Draw the parts of the energy of the best designs, one bar each, the first goal on top.

    Parameters
    ----------
    kept
        A sweep.
    ax
        None for a new figure, or axes.
    """
    shown = bars(kept)
    largest = max(sum(row[column] for column, _ in PARTS) for _, row in shown)
    unit = unit_for("pJ", largest)
    lines = sum(label.count("\n") + 1 for label, _ in shown)
    with canvas.style():
        figure, axes = canvas.panels(ax, 1, 1, (6.4, 0.17 * lines + 0.18 * len(shown) + 1.15))
        panel = axes[0, 0]
        for place, (_, row) in enumerate(shown):
            left = 0.0
            for part, (column, _) in enumerate(PARTS):
                width = row[column] / unit.divisor
                panel.barh(
                    place, width, 0.62, left, color=canvas.PALETTE[part], hatch=canvas.HATCHES[part],
                    edgecolor="white", linewidth=0.6,
                )  # fmt: skip
                left += width
            panel.text(
                left, place, f" {digits(left)} {unit.text}", va="center", fontsize=7.5, color=canvas.INK
            )
        panel.set_yticks(range(len(shown)), [label for label, _ in shown])
        panel.tick_params(axis="y", length=0)
        panel.set_ylim(len(shown) - 0.45, -0.55)
        panel.set_xlim(0, largest / unit.divisor * 1.16)
        panel.grid(visible=False, axis="y")
        panel.set_xlabel(f"Energy with DRAM, without leakage ({unit.text})")
        if ax is None:
            handles = [
                canvas.area(label, canvas.PALETTE[part], canvas.HATCHES[part])
                for part, (_, label) in enumerate(PARTS)
            ]
            canvas.legend_below(figure, handles, len(PARTS))
            canvas.heading(figure, canvas.joined(kept.subject(), kept.so_far()))
    return figure, panel

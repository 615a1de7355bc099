"""Statements of the generated top: the text under way, and how instances and constants are written.

Turns names, parameters and wires into lines of SystemVerilog.

Source: IEEE 1800-2017, the subset that Verilator, Yosys and slang all read.
Non-goals: which instances there are (the other modules of this package), line breaks (``rtlgen.breaks``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rtlgen.design import Design, Group


class Text:
    """Lines of the module so far, and what later sections must know of earlier ones."""

    def __init__(self, design: Design) -> None:
        self.design = design
        self.lines: list[str] = []
        #: Group name -> number of its present stage: ranges after so many levels that cut it.
        self.stage = {group.name: 0 for group in design.groups}
        #: Axis -> stages that read the rows of its history, in the order of the ports.
        self.history_ports: dict[str, list[str]] = {}
        #: Wires of which some bits may lead nowhere.
        self.unused: list[str] = []

    def add(self, *lines: str) -> None:
        """Append lines, indented once; an empty one stays empty."""
        for line in lines:
            self.lines += [f"  {part}" if part else "" for part in line.split("\n")]

    def instance(
        self,
        module: str,
        name: str,
        parameters: Iterable[tuple[str, object]],
        ports: Iterable[tuple[str, str]],
    ) -> None:
        """Append an instance with one parameter and one port a line."""
        self.add(*instance(module, name, parameters, ports))

    def repeat(self, variable: str, count: int | str, name: str, body: Iterable[str]) -> None:
        """Append a generate loop over ``body``, one scope ``name`` for each value below ``count``."""
        self.add(
            "generate", f"  for (genvar {variable} = 0; {variable} < {count}; {variable}++) begin : {name}"
        )
        self.add(*(f"    {line}" for line in body), "  end", "endgenerate")

    def may_be_unused(self, group: Group, dimension: str) -> None:
        """Note the present range of a dimension if levels below may not read it: that of a window's rows."""
        if group.window is not None and dimension == group.window[2]:
            name = f"{dimension.lower()}_{self.stage[group.name]}"
            self.unused += [f"{name}_low", f"{name}_high"]

    def section(self, title: str) -> None:
        """Start a section."""
        self.add("", f"// {title}", "")


def instance(
    module: str, name: str, parameters: Iterable[tuple[str, object]], ports: Iterable[tuple[str, str]]
) -> list[str]:
    """Lines of an instance."""
    values = [f"    .{key}({value})" for key, value in parameters]
    wires = [f"    .{port}({wire})" for port, wire in ports]
    head = [f"{module} #(", *_comma(values), f") {name} ("] if values else [f"{module} {name} ("]
    return [*head, *_comma(wires), ");"]


def _comma(lines: Sequence[str]) -> list[str]:
    """Lines of a list: a comma after each but the last."""
    return [*(f"{line}," for line in lines[:-1]), *lines[-1:]]


def packed(values: Sequence[int], width: int) -> str:
    """Packed constant of equally wide fields, value 0 lowest.

    >>> packed([1, 2], 8)
    "{8'd2, 8'd1}"
    """
    return "{" + ", ".join(f"{width}'d{value}" for value in reversed(values)) + "}"


def joined(wires: Sequence[str]) -> str:
    """Concatenation of wires, wire 0 lowest."""
    return "{" + ", ".join(reversed(wires)) + "}"

"""How hints write a space: as a file does (:data:`IN_FILE`) or as flags do (:data:`IN_FLAGS`).

Non-goals: no messages, which are the same for both.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spelling:
    """Words of hints; ``{}`` stands for what the message is about.

    Attributes
    ----------
    missing
        How a key is given.
    range, factor, ends
        What a range is, one with a factor, and how one that ends before it starts is mended.
    triple
        One triple of element widths.
    least, goal
        A goal's direction for a column, and what a goal is.
    designs, no_designs, no_enumerate
        How a search is told its number of designs, and how not; how it is not told what to enumerate.
    no_sample
        How no sample is asked for.
    """

    missing: str
    range: str
    factor: str
    ends: str
    triple: str
    least: str
    goal: str
    designs: str
    no_designs: str
    no_enumerate: str
    no_sample: str


IN_FILE = Spelling(
    missing="add '{}: ...'",
    range="a range is {from: 16, to: 256, step: 16} or {from: 16, to: 256, factor: 2}",
    factor="as {from: 16, to: 256, factor: 2}",
    ends="let 'to' be at least 'from'",
    triple="[[8, 8, 32]]",
    least="write {{min: {}}} or max",
    goal="{min: COLUMN} or {max: COLUMN}",
    designs="search: {{method: {}, designs: 2000}}",
    no_designs="leave out 'designs'",
    no_enumerate="leave out 'enumerate'",
    no_sample="leave out 'sample'",
)

IN_FLAGS = Spelling(
    missing="add --{} NAME",
    range="a range is 16:256:16 or 16:256:*2",
    factor="as 16:256:*2",
    ends="let the second number be at least the first",
    triple="8/8/32",
    least="write 'min {0}' or 'max {0}'",
    goal="'min COLUMN' or 'max COLUMN'",
    designs="--search {} --designs 2000",
    no_designs="leave out --designs",
    no_enumerate="leave out --enumerate",
    no_sample="leave out --sample",
)

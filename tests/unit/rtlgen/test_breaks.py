"""Statements broken and aligned as the formatter does it, on texts that the formatter was seen to make."""

import pytest

from rtlgen.breaks import LIMIT, formatted

LONG = [f"a_rather_long_name_{number}" for number in range(6)]


def test_a_line_that_fits_stays() -> None:
    line = "  assign " + "a" * (LIMIT - 14) + " = b;"
    assert len(line) <= LIMIT
    assert formatted([line]) == [line]


def test_a_long_concatenation_gets_an_item_a_line() -> None:
    items = ", ".join(LONG)
    assert formatted([f"      .values({{{items}}}),"]) == [
        "      .values({",
        *(f"        {name}," for name in LONG[:-1]),
        f"        {LONG[-1]}",
        "      }),",
    ]


def test_items_that_fit_a_line_of_their_own_share_it() -> None:
    items = ", ".join(LONG[:4])
    assert formatted([f"  assign a_long_enough_name = {{{items}}};"]) == [
        "  assign a_long_enough_name = {",
        f"    {items}",
        "  };",
    ]


def test_commas_inside_an_item_do_not_part_it() -> None:
    items = ["{4{a, b}}", "f(c, d)", "e[1, 2]", *LONG]
    lines = formatted([f"  assign name = {{{', '.join(items)}}};"])
    assert [line.strip().rstrip(",") for line in lines[1:-1]] == items


def test_other_long_values_and_comments_are_filled() -> None:
    text = formatted([f"  assign name = {' && '.join(LONG)};", f"  // {' '.join(LONG)}"])
    assert max(map(len, text)) <= LIMIT
    assert text[0].startswith("  assign name = a_rather")
    assert text[1].startswith("      a_rather")
    assert all(line.startswith("  // ") for line in text[2:])


@pytest.mark.parametrize(
    ("names", "is_aligned"), [(("ab", "c"), True), (("abc", "d"), True), (("abcd", "e"), False)]
)
def test_neighbours_of_nearly_one_length_are_aligned(names: tuple[str, str], is_aligned: bool) -> None:
    long, short = names
    pad = " " * (len(long) - len(short)) if is_aligned else ""
    connections = [f"    .{long}(x),", f"    .{short}(y)"]
    assert formatted(connections) == [f"    .{long}(x),", f"    .{short}{pad}(y)"]
    assignments = [f"assign {long} = x;", "// between", f"assign {short} = y;"]
    expected = [f"  assign {long} = x;", "  // between", f"  assign {short}{pad} = y;"]
    assert formatted([f"  {line}" for line in assignments]) == expected
    nets = [f"  wire [{long}-1:0] x;", f"  wire [{short}-1:0] y;"]
    assert formatted(nets) == [f"  wire [{long}-1:0] x;", f"  wire [{pad}{short}-1:0] y;"]


@pytest.mark.parametrize("between", ["", "  wire x;", "    assign deeper = z;"])
def test_what_stands_between_parts_neighbours(between: str) -> None:
    lines = ["  assign ab = x;", between, "  assign c = y;"]
    assert formatted(lines) == lines

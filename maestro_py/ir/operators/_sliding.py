"""Sliding windows shared by convolutions and pooling (SEMANTICS section 1)."""

from __future__ import annotations

from maestro_py.ir.operators import LayerShape, Window

ROWS_AND_COLUMNS = (("P", "R", "Y"), ("Q", "S", "X"))


def output_extent(layer: LayerShape, axis: int) -> int:
    """Output rows (``axis`` 0) or columns (1): ``(Y + front + behind - (dilation (R-1) + 1)) // stride + 1``.

    May be zero or negative if the filter is larger than the padded input; the caller reports that.
    """
    _, taps, rows = ROWS_AND_COLUMNS[axis]
    filter_extent = layer.dilation[axis] * (layer.sizes.get(taps, 1) - 1) + 1
    padded = layer.sizes.get(rows, 1) + sum(layer.padding[axis])
    return (padded - filter_extent) // layer.stride[axis] + 1


def windows(layer: LayerShape) -> tuple[Window, Window]:
    """Windows of an ordinary convolution or pooling layer."""
    rows, columns = (
        Window(
            output,
            taps,
            rows,
            layer.stride[i],
            layer.dilation[i],
            layer.padding[i][0],
            1,
            layer.sizes.get(rows, 1),
        )
        for i, (output, taps, rows) in enumerate(ROWS_AND_COLUMNS)
    )
    return rows, columns


def transposed_output_extent(layer: LayerShape, axis: int) -> int:
    """Output rows of a transposed convolution: ``(Y-1) u - (front + behind) + dilation (R-1) + 1``."""
    _, taps, rows = ROWS_AND_COLUMNS[axis]
    stretched = (layer.sizes.get(rows, 1) - 1) * layer.stride[axis]
    reach = layer.dilation[axis] * (layer.sizes.get(taps, 1) - 1)
    return stretched - sum(layer.padding[axis]) + reach + 1


def transposed_windows(layer: LayerShape) -> tuple[Window, Window]:
    """Windows of a transposed convolution: stride 1 over an input with inserted zeros."""
    rows, columns = (
        Window(
            output,
            taps,
            rows,
            1,
            layer.dilation[i],
            layer.dilation[i] * (layer.sizes.get(taps, 1) - 1) - layer.padding[i][0],
            layer.stride[i],
            layer.sizes.get(rows, 1),
        )
        for i, (output, taps, rows) in enumerate(ROWS_AND_COLUMNS)
    )
    return rows, columns

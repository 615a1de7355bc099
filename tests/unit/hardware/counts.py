"""Counts of a layer that are small enough for formulas by hand."""

COUNTS = {
    "macs": 10_000,
    "l1_fill_W": 400,
    "l1_fill_I": 900,
    "l2_read_W": 100,
    "l2_read_I": 300,
    "l2_read_O": 50,
    "l1_drain_O": 600,
    "l2_write_O": 150,
    "dram_read_W": 80,
    "dram_read_I": 200,
    "dram_read_O": 7,
    "dram_write_O": 107,
}

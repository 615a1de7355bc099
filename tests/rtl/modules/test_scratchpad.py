"""Random writes of all banks and reads of all lanes against a map of words."""

import random
from pathlib import Path

import cocotb
import pytest
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge, RisingEdge

from rtlgen.modules import pack, scratchpad, unpack
from rtlgen.simulate import bench_parameters, run_bench


@cocotb.test()
async def agrees_with_model(dut):
    p = bench_parameters()
    banks, width, row_bits = p["BANKS"], p["WIDTH"], p["ROW_BITS"]
    address_bits = row_bits + banks.bit_length() - 1
    cocotb.start_soon(Clock(dut.clk, 2, "ns").start())
    model = scratchpad.model(banks)
    found_words = silent = spared = 0
    for _ in range(1500):
        rows = {
            bank: (random.getrandbits(row_bits), random.getrandbits(width))
            for bank in range(banks)
            if random.random() < 0.5
        }
        # On ports that do not write, anything.
        shown = [rows.get(b, (random.getrandbits(row_bits), random.getrandbits(width))) for b in range(banks)]
        addresses = [random.getrandbits(address_bits) for _ in range(p["LANES"])]
        # Banks and lanes ask for what they like in cycles without the shared enables.
        write, read = random.random() < 0.8, random.random() < 0.8
        dut.write.value, dut.read.value = write, read
        dut.write_enable.value = sum(1 << bank for bank in rows)
        dut.write_rows.value = pack((row for row, _ in shown), row_bits)
        dut.write_data.value = pack((word for _, word in shown), width)
        dut.read_addresses.value = pack(addresses, address_bits)
        await FallingEdge(dut.clk)
        found = unpack(int(dut.read_data.value), p["LANES"], width)
        held = model.read(addresses)
        for word, expected in zip(found, held, strict=True):
            if not read:
                assert word == 0
                silent += bool(expected)
            elif expected is not None:
                assert word == expected
                found_words += 1
        await RisingEdge(dut.clk)
        if write:
            model.write(rows)
        else:
            spared += len(rows)
    assert found_words > 900
    assert silent > 50
    assert spared > 50


@pytest.mark.rtl
@pytest.mark.parametrize(
    ("width", "banks", "row_bits", "lanes"), [(8, 1, 3, 1), (1, 2, 1, 2), (16, 4, 4, 3), (40, 8, 2, 1)]
)
def test_scratchpad(width, banks, row_bits, lanes, simulator, build_directory):
    parameters = {"WIDTH": width, "BANKS": banks, "ROW_BITS": row_bits, "LANES": lanes}
    run_bench("scratchpad", Path(__file__), parameters, build_directory, simulator=simulator, seed=1)

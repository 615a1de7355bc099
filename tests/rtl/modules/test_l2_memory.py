"""Windows from every offset, and the host's view of them, against the model."""

import random
from pathlib import Path

import cocotb
import pytest
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge, RisingEdge

from rtlgen.modules import l2_memory, unpack
from rtlgen.simulate import bench_parameters, run_bench


async def filled(dut):
    """Random elements in every row, written by the host; beats and the host's reads are off."""
    p = bench_parameters()
    model = l2_memory.Model(p["ELEMENT_BITS"], p["WINDOW"], p["BANKS"], p["ROWS"])
    dut.read_enable.value = dut.host_read.value = 0
    dut.host_write.value = 1
    cocotb.start_soon(Clock(dut.clk, 2, "ns").start())
    for row in range(p["ROWS"]):
        for bank in range(p["BANKS"]):
            value = random.getrandbits(32)
            dut.host_row.value, dut.host_bank.value, dut.host_write_data.value = row, bank, value
            await RisingEdge(dut.clk)
            model.write(row, bank, value)
    dut.host_write.value = 0
    return model, p


@cocotb.test()
async def host_reads_what_it_wrote(dut):
    model, p = await filled(dut)
    dut.host_read.value = 1
    for bank in range(p["BANKS"]):
        for row in range(p["ROWS"]):
            dut.host_row.value, dut.host_bank.value = row, bank
            await RisingEdge(dut.clk)
            await FallingEdge(dut.clk)
            assert dut.host_read_data.value.to_signed() == model.banks[bank][row]
            assert (
                int(dut.gen_bank[bank].u_bank.mem[row].value)
                == model.banks[bank][row] % 2 ** p["ELEMENT_BITS"]
            )


@cocotb.test()
async def windows_agree_with_model(dut):
    """A window in most cycles; the host writes in some of them, and reads in some of the others."""
    model, p = await filled(dut)
    held = None
    for _ in range(1500):
        row, offset = random.randrange(p["ROWS"]), random.randrange(p["BANKS"])
        host_row, bank, value = (
            random.randrange(p["ROWS"]),
            random.randrange(p["BANKS"]),
            random.getrandbits(32),
        )
        reads, writes, host_reads = random.random() < 0.8, random.random() < 0.5, random.random() < 0.5
        host_reads = host_reads and not reads
        dut.read_enable.value, dut.read_row.value, dut.read_offset.value = reads, row, offset
        dut.host_write.value, dut.host_read.value = writes, host_reads
        dut.host_row.value, dut.host_bank.value, dut.host_write_data.value = host_row, bank, value
        if reads:
            held = model.read(row, offset)
        elif host_reads:
            held = model.banks[bank][host_row]
        await RisingEdge(dut.clk)
        if writes:
            model.write(host_row, bank, value)
        await FallingEdge(dut.clk)
        if isinstance(held, int):
            assert dut.host_read_data.value.to_signed() == held
        elif held is not None:
            for lane, wanted in enumerate(held):
                if wanted is not None:
                    assert lanes(dut, p)[lane] == wanted


def lanes(dut, p):
    vector = dut.read_data.value
    # Lanes past the last row may be unknown where the simulator knows such values.
    text = "".join(bit if bit in "01" else "0" for bit in str(vector))
    return unpack(int(text, 2), p["WINDOW"], p["ELEMENT_BITS"], signed=True)


@pytest.mark.rtl
@pytest.mark.parametrize(
    ("bits", "window", "banks", "rows"),
    [(8, 1, 1, 1), (8, 4, 4, 16), (16, 5, 8, 13), (32, 1, 4, 5), (1, 8, 8, 4)],
)
def test_l2_memory(bits, window, banks, rows, simulator, build_directory):
    parameters = {"ELEMENT_BITS": bits, "WINDOW": window, "BANKS": banks, "ROWS": rows}
    run_bench("l2_memory", Path(__file__), parameters, build_directory, simulator=simulator, seed=1)

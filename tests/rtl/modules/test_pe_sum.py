"""Random numbers of all PEs, the largest among them, against their sum, which is enabled or not."""

import random
from pathlib import Path

import cocotb
import pytest
from cocotb.triggers import Timer

from rtlgen.modules import pack, pe_sum
from rtlgen.simulate import bench_parameters, run_bench


@cocotb.test()
async def agrees_with_model(dut):
    p = bench_parameters()
    largest = (1 << p["WIDTH"]) - 1
    for number in range(200):
        values = [largest if number == 0 else random.randint(0, largest) for _ in range(p["PES"])]
        dut.values.value = pack(values, p["WIDTH"])
        for enable in random.sample([False, True], 2):
            dut.enable.value = enable
            await Timer(1, "ns")
            assert dut.sum.value == (pe_sum.model(values) if enable else 0)


@pytest.mark.rtl
@pytest.mark.parametrize(("pes", "width", "sum_bits"), [(1, 8, 16), (6, 16, 20), (13, 1, 4), (13, 5, 32)])
def test_pe_sum(pes, width, sum_bits, simulator, build_directory):
    parameters = {"PES": pes, "WIDTH": width, "SUM_BITS": sum_bits}
    run_bench("pe_sum", Path(__file__), parameters, build_directory, simulator=simulator, seed=1)

"""Random masks of all PEs against the number of lanes that any of them has, which is enabled or not."""

import random
from pathlib import Path

import cocotb
import pytest
from cocotb.triggers import Timer

from rtlgen.modules import lane_union, pack
from rtlgen.simulate import bench_parameters, run_bench


@cocotb.test()
async def agrees_with_model(dut):
    p = bench_parameters()
    for number in range(200):
        share = number % 5 / 4
        masks = [
            sum((random.random() < share) << lane for lane in range(p["LANES"])) for _ in range(p["PES"])
        ]
        dut.lanes.value = pack(masks, p["LANES"])
        for enable in random.sample([False, True], 2):
            dut.enable.value = enable
            await Timer(1, "ns")
            assert dut.sum.value == (lane_union.model(masks) if enable else 0)


@pytest.mark.rtl
@pytest.mark.parametrize(("pes", "lanes", "sum_bits"), [(1, 1, 1), (1, 5, 16), (6, 8, 4), (11, 3, 2)])
def test_lane_union(pes, lanes, sum_bits, simulator, build_directory):
    parameters = {"PES": pes, "LANES": lanes, "SUM_BITS": sum_bits}
    run_bench("lane_union", Path(__file__), parameters, build_directory, simulator=simulator, seed=1)

"""What pytest leaves out of the packages: modules that a missing optional library keeps from being imported.

All modules are searched for doctests. These two, whose libraries come with an extra, hold none.
"""

from importlib.util import find_spec

collect_ignore = [] if find_spec("cocotb") else ["rtlgen/runner.py", "rtlgen/bench/accelerator_bench.py"]

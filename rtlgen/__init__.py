"""Hardware generator: turns a nest (dataflow, layer and machine) into SystemVerilog that runs it.

The cost engine (``maestro_py._core``) says how many cycles a nest takes; this package is where the
machine that takes them is written down. It will hold the netlist representation and its emitter,
the lowering from ``maestro_py.ir.nest`` to a netlist, one folder per hardware module under
``modules/`` (hand-written ``.sv`` beside its Python specification), the parts of the test bench and
the runner of the simulator. Its oracle is ``maestro_py.reference``.

It depends on ``maestro_py.ir`` and ``maestro_py.reference`` and on nothing else of ``maestro_py``.
Nothing is generated yet, so nothing is exported.
"""

"""Hardware generator: turns nests (dataflow, layer and machine) into SystemVerilog that runs them.

The cost engine (``maestro_py._core``) says how many cycles a nest takes; this package is where the machine
that takes them is written down. From the nests of layers to a folder, and from there to measurements:

* ``survey`` (with ``trajectories``) looks at the tiles of a nest: their extents, spacing, and slides.
* ``design`` makes one machine of the layers that are to share it, every design-time number, or refuses them.
* ``program`` lists the machine's registers, and their values for a layer.
* ``top`` (with ``breaks``) writes the generated top; what it instantiates is hand-written, one folder per
  module under ``modules``, the ``.sv`` beside its Python specification and software model.
* ``images`` and ``golden`` give the contents of L2 and the outputs that numpy computes.
* ``emit`` puts all of it into a folder, with the bench of ``bench``.
* ``builds`` compiles and ``simulate`` runs SystemVerilog under cocotb, on Verilator or Icarus (with
  ``runner``, ``results`` and ``tools``); ``bench`` uses them to run layers and to compare outputs and
  counters.
* ``lint``, ``synthesis``, ``coverage`` and ``doctor`` ask the tools what they make of it.

It depends on ``maestro_py.ir``, ``maestro_py.reference`` and ``maestro_py.errors``, and on nothing else of
``maestro_py``; ``maestro_py.rtl`` is what a user calls. What is predicted comes from there as numbers, so
that hardware and prediction have only the nest in common. Nothing is exported here; use the modules.
"""

"""Sweeps over designs: from a file that describes a space to the best designs in it.

A *design* is one value for each parameter of a :class:`~maestro_py.explore.space.Space`. Searchers ask for
designs, executors have them evaluated, the store keeps what was asked to be kept, so that a sweep that is
killed goes on where it was. docs/sweeps.md is the user's page.

Non-goals: no formulas (``maestro_py.analysis``), no plots (``maestro_py.viz``).
"""

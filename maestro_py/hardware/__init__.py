"""Hardware: energy tables, interconnects, energy/area/power and accelerator templates.

``tech/`` turns a technology name into energy, area and leakage numbers; ``noc/`` holds one interconnect
per file; ``energy`` turns counts into picojoules; ``templates/`` holds one accelerator per file, as the parts
(``topology``) of a networkx graph; ``show`` prints and draws such a graph; ``load`` finds an accelerator by
name.

Non-goals: no dataflow and no network; this package knows :class:`maestro_py.ir.accelerator.Accelerator`
and nothing else of the IR.
"""

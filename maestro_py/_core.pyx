# distutils: language = c++
# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False, auto_pickle=False
"""The core: exact counts and cycles of a nest without enumerating it.

Turns a nest, packed into integers, into a small program, and a program plus arrays of hardware numbers
into SEMANTICS' counts and cycles. No names, units or error texts cross this boundary: integers in,
caller-allocated arrays and a status per point out.

How it is exact (SEMANTICS section 5): dimensions that share a window or a unit index form a *group*;
boxes, and therefore counts, are products over groups (`_core_nest.pxi`). Each group's loops are walked by
runs of equal behaviour (`_core_groups.pxi`), transitions between steps are summarised per tensor
(`_core_summary.pxi`) and shared in a tree (`_core_tree.pxi`). The groups combine into one DAG of loops
(`_core_dag.pxi`), and into what moves at its transitions (`_core_traffic.pxi`), from DRAM too
(`_core_cuts.pxi`); time is found on it by max-plus jumps (`_core_time.pxi`). An axis that is irregular is
enumerated, the nest never. `Program` (`_core_program.pxi`) evaluates hardware points on it
(`_core_evaluate.pxi`).

Many nests of one dataflow on one layer (`Family`, `_core_family.pxi`) share what is found about their groups
(`_core_outline.pxi`, `_core_stock.pxi`): groups of equal structure differ in numbers (`_core_record.pxi`),
and how they combine is drawn once as a plan (`_core_plan*.pxi`, `_core_look_up.pxi`) that is run for many
nests and hardware points at a time (`_core_lanes.pxi`, `_core_points.pxi`, `_core_batch.pxi`).

Non-goals: legality messages, energy, thread policy. A program belongs to one thread at a time.
"""

from libc.stdint cimport int64_t
from libc.string cimport memcmp, memcpy
from libcpp.algorithm cimport sort
from libcpp.deque cimport deque
from libcpp.string cimport string
from libcpp.unordered_map cimport unordered_map
from libcpp.vector cimport vector
from cython.operator cimport dereference

ctypedef long long i64

include "_core_boundary.pxi"
include "_core_sets.pxi"
include "_core_groups.pxi"
include "_core_summary.pxi"
include "_core_tree.pxi"
include "_core_nest.pxi"
include "_core_traffic.pxi"
include "_core_dag.pxi"
include "_core_cuts.pxi"
include "_core_time.pxi"
include "_core_evaluate.pxi"
include "_core_coverage.pxi"
include "_core_program.pxi"
include "_core_record.pxi"
include "_core_lanes.pxi"
include "_core_plan.pxi"
include "_core_plan_traffic.pxi"
include "_core_plan_steps.pxi"
include "_core_points.pxi"
include "_core_outline.pxi"
include "_core_stock.pxi"
include "_core_look_up.pxi"
include "_core_batch.pxi"
include "_core_family.pxi"

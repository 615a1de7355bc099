# distutils: language = c++
# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False, auto_pickle=False
"""The core: exact counts and cycles of a nest without enumerating it.

Turns a nest, packed into integers, into a small program, and a program plus arrays of hardware numbers
into SEMANTICS' counts and cycles. No names, units or error texts cross this boundary: integers in,
caller-allocated arrays and a status per point out.

How it is exact (SEMANTICS section 5): dimensions that share a window or a unit index form a *group*;
boxes, and therefore counts, are products over groups. Each group's loops are walked by runs of equal
behaviour (`_core_groups.pxi`), transitions between steps are summarised per tensor (`_core_summary.pxi`)
and shared in a tree (`_core_tree.pxi`). The groups combine into one DAG of loops (`_core_program.pxi`);
time is found on it by max-plus jumps (`_core_time.pxi`). An axis that is irregular is enumerated, the
nest never.

Many nests of one dataflow on one layer (`Family`) share what is found about their groups: groups of
equal structure differ in numbers (`_core_record.pxi`), and how they combine is drawn once as a plan
(`_core_plan*.pxi`) that is run for many nests and hardware points at a time (`_core_lanes.pxi`).

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

include "_core_sets.pxi"
include "_core_groups.pxi"
include "_core_summary.pxi"
include "_core_tree.pxi"
include "_core_program.pxi"
include "_core_time.pxi"
include "_core_coverage.pxi"
include "_core_record.pxi"
include "_core_lanes.pxi"
include "_core_plan.pxi"
include "_core_plan_traffic.pxi"
include "_core_plan_steps.pxi"

cdef enum:
    STATUS_OK = 0
    STATUS_OVERFLOW = 1
    STATUS_BAD_POINT = 2
    STATUS_REPEATED = 3
    STATUS_MISSING = 4
    STATUS_UNPROVEN = 5

OK = STATUS_OK
OVERFLOW = STATUS_OVERFLOW
BAD_POINT = STATUS_BAD_POINT
REPEATED = STATUS_REPEATED      # of a nest: some MAC is computed more than once
MISSING = STATUS_MISSING        # some MAC is never computed
UNPROVEN = STATUS_UNPROVEN      # its legality is too large to check

#: Columns of the hardware array: one row per point.
POINT_FIELDS = (
    "vector_width", "lane_0", "lane_1", "lane_2", "lane_3", "lane_4", "lane_5", "lane_6", "lane_7",
    "noc_bandwidth_bytes_per_cycle", "dram_bandwidth_bytes_per_cycle", "noc_latency_cycles",
    "dram_latency_cycles", "l2_bytes", "bits_W", "bits_I", "bits_O",
    "work_trillionths", "microbits_W", "microbits_I", "microbits_O",
)

#: Columns of the result array.
RESULT_FIELDS = (
    "steps", "macs", "pe_steps",
    "l1_fill_W", "l1_fill_I", "l1_drain_O", "l2_read_W", "l2_read_I", "l2_write_O", "l2_read_O",
    "l1_tile_W", "l1_tile_I", "l1_tile_O", "l1_bytes_required",
    "l2_tiles", "l2_tile_W", "l2_tile_I", "l2_tile_O", "l2_bytes_required",
    "dram_read_W", "dram_read_I", "dram_write_O", "dram_read_O",
    "compute_cycles", "ingress_beats", "egress_beats", "dram_in_beats", "dram_out_beats",
    "cycles_onchip", "cycles_coarse", "cycles",
)

cdef enum:
    N_POINT = 21
    N_RESULT = 31

cdef i64 FAR = <i64>1 << 40         # behind the end of any layer that can be counted


cdef bint possible(const int64_t* point) noexcept nogil:
    """Whether every hardware number is within its bounds."""
    cdef int i
    for i in range(9, 17):
        if point[i] < (1 if i != 11 and i != 12 and i != 13 else 0 if i != 13 else -1):
            return False
    if point[0] < 0 or not 0 < point[17] <= TRILLION:
        return False
    for i in range(18, 21):
        if point[i] < 0:
            return False
    for i in range(1, 9):
        if point[0] == 0 and point[i] < 1:
            return False
    return True


cdef struct CutTables:
    bint ready
    vector[Traffic] traffic     # 3 per transition that advances a loop outside the cut
    i64 moved[3]
    i64 tiles

cdef struct Channel:
    i64 bandwidth
    i64 bits[3]
    i64 microbits[3]
    int overflow
    vector[i64] inward
    vector[i64] outward
    i64 total_in
    i64 total_out


cdef class Program:
    """A nest compiled for one layout and one kind of network.

    Parameters
    ----------
    packed : int64 memoryview, 1-D
        The nest as :func:`maestro_py.analysis.core.pack` writes it.
    multicast, reduction : bool
        Whether the NoC carries an element once for all PEs, and sums outputs on their way.
    """

    cdef int n_dims, n_windows, n_levels, n_loops, overflow
    cdef i64 sizes[8]
    cdef WindowSpec window_specs[2]
    cdef int n_axes[3]
    cdef int axes[3][8]
    cdef int inner[3]
    cdef bint present[3]
    cdef bint shared[3]
    cdef bint constant[8]       # the dimension belongs to no group: its range is whole everywhere
    cdef i64 constant_macs
    cdef i64 factor[3]          # elements per element of the groups' axes, besides a constant innermost axis
    cdef i64 constant_line[3]   # size of the innermost axis if it is constant, else 0
    cdef vector[i64] units
    cdef vector[vector[MapSpec]] maps
    cdef vector[int] loop_level
    cdef vector[int] loop_group
    cdef vector[int] loop_slot
    cdef vector[Group] groups
    cdef vector[Group*] analysed        # the group of the same shape that was analysed in a group's place
    cdef vector[Node] nodes
    cdef vector[LeafKind] leaves
    cdef vector[Transition] transitions
    cdef unordered_map[string, int] node_ids
    cdef unordered_map[string, int] leaf_ids
    cdef unordered_map[string, int] transition_ids
    cdef vector[i64] node_times
    cdef vector[i64] transition_times
    cdef vector[i64] leaf_times
    cdef vector[int] transition_loops
    cdef int root, initial, final
    cdef i64 output_size
    cdef i64 base[N_RESULT]
    cdef vector[CutTables] cuts
    cdef vector[Memory] memories
    cdef i64 stamp
    cdef bint onchip_known
    cdef i64 onchip
    cdef int64_t onchip_point[N_POINT]
    cdef Channel noc
    cdef vector[Channel] dram
    cdef vector[i64] zeros, compute, late_in, late_out, late_dram_in, late_dram_out

    def __init__(self, const int64_t[::1] packed, bint multicast, bint reduction):
        self.shared[0] = self.shared[1] = multicast
        self.shared[2] = reduction
        with nogil:
            self._read(&packed[0])
            self._compile()

    cdef void _clear(self) noexcept nogil:
        """Forget the nest before."""
        self.overflow = 0
        self.units.clear()
        self.maps.clear()
        self.loop_level.clear()
        self.loop_group.clear()
        self.loop_slot.clear()
        self.groups.clear()
        self.analysed.clear()
        self.nodes.clear()
        self.leaves.clear()
        self.transitions.clear()
        self.node_ids.clear()
        self.leaf_ids.clear()
        self.transition_ids.clear()
        self.cuts.clear()
        self.memories.clear()
        self.dram.clear()

    cdef void _bases(self, int* base_of) noexcept nogil:
        """Number the groups by one of their dimensions: those of a window, and those that share a unit index."""
        cdef int i, k, n, level, g
        for i in range(CODES):
            base_of[i] = i
        for i in range(self.n_windows):
            base_of[self.window_specs[i].output] = base_of[self.window_specs[i].filter] = base_of[INPUT + i] = INPUT + i
        for level in range(self.n_levels):
            g = -1
            for i in range(<int>self.maps[level].size()):
                if self.maps[level][i].spatial:
                    if g < 0:
                        g = base_of[self.maps[level][i].code]
                    elif base_of[self.maps[level][i].code] != g:
                        n = base_of[self.maps[level][i].code]
                        for k in range(CODES):
                            if base_of[k] == n:
                                base_of[k] = g

    cdef void _read(self, const int64_t* packed) noexcept nogil:
        """Take over a packed nest, its groups not yet analysed."""
        cdef size_t at = 0
        cdef int i, t, k, n, level, count, dim, g, n_groups = 0
        cdef int base_of[CODES]
        cdef int group_number[CODES]
        cdef bint moving[CODES]
        cdef MapSpec m
        cdef vector[MapSpec] level_maps
        cdef LevelSpec spec
        self._clear()
        self.n_dims = <int>packed[at]; at += 1
        for i in range(self.n_dims):
            self.sizes[i] = packed[at]; at += 1
        self.n_windows = <int>packed[at]; at += 1
        for i in range(self.n_windows):
            self.window_specs[i].output = <int>packed[at]
            self.window_specs[i].filter = <int>packed[at + 1]
            self.window_specs[i].stride = packed[at + 2]
            self.window_specs[i].dilation = packed[at + 3]
            self.window_specs[i].pad = packed[at + 4]
            self.window_specs[i].insertion = packed[at + 5]
            self.window_specs[i].real_size = packed[at + 6]
            self.window_specs[i].extent = packed[at + 7]
            at += 8
        for t in range(3):
            n = <int>packed[at]; at += 1
            self.present[t] = n > 0
            self.n_axes[t] = n
            for i in range(n):
                self.axes[t][i] = <int>packed[at]; at += 1
            self.inner[t] = <int>packed[at]; at += 1
        self.n_levels = <int>packed[at]; at += 1
        for level in range(self.n_levels):
            self.units.push_back(packed[at])
            n = <int>packed[at + 1]
            at += 2
            level_maps.clear()
            for i in range(n):
                m.spatial = packed[at] != 0
                m.code = <int>packed[at + 1]
                m.size = min(packed[at + 2], <i64>FAR)          # more means the same and might overflow
                m.offset = min(packed[at + 3], <i64>FAR)
                m.slot = -1
                at += 4
                level_maps.push_back(m)
            self.maps.push_back(level_maps)
        self._bases(base_of)
        # a group whose ranges never change and are not spread is a constant factor, not a group
        for i in range(CODES):
            group_number[i] = -1
            moving[i] = False
        for i in range(self.n_windows):
            moving[base_of[INPUT + i]] = True
        for level in range(self.n_levels):
            for i in range(<int>self.maps[level].size()):
                if self.maps[level][i].spatial and self.units[level] > 1:
                    moving[base_of[self.maps[level][i].code]] = True
                if self.maps[level][i].size < self._extent(self.maps[level][i].code):
                    moving[base_of[self.maps[level][i].code]] = True
        for dim in range(self.n_dims):
            if moving[base_of[dim]] and group_number[base_of[dim]] < 0:
                group_number[base_of[dim]] = n_groups
                n_groups += 1
        if n_groups == 0:
            moving[base_of[0]] = True
            group_number[base_of[0]] = 0
            n_groups = 1
        self.groups.resize(n_groups)
        for dim in range(self.n_dims):
            g = group_number[base_of[dim]]
            self.constant[dim] = g < 0
            if g < 0:
                continue
            self.groups[g].dims[self.groups[g].n_dims] = dim
            self.groups[g].n_dims += 1
            self.groups[g].whole.lo[dim] = 0
            self.groups[g].whole.hi[dim] = self.sizes[dim]
        for i in range(self.n_windows):
            g = group_number[base_of[INPUT + i]]
            self.groups[g].windows[self.groups[g].n_windows] = i
            self.groups[g].n_windows += 1
            self.groups[g].whole.lo[INPUT + i] = 0
            self.groups[g].whole.hi[INPUT + i] = self.window_specs[i].extent
        self.constant_macs = 1
        for dim in range(self.n_dims):
            if self.constant[dim]:
                self.constant_macs = checked_multiply(self.constant_macs, self.sizes[dim], &self.overflow)
        for t in range(3):
            self.factor[t] = 1
            self.constant_line[t] = 0
            for i in range(self.n_axes[t]):
                if self.axes[t][i] < INPUT and self.constant[self.axes[t][i]]:
                    if i == self.inner[t]:
                        self.constant_line[t] = self.sizes[self.axes[t][i]]
                    else:
                        self.factor[t] = checked_multiply(self.factor[t], self.sizes[self.axes[t][i]], &self.overflow)
        # loops with more than one iteration
        self.n_loops = 0
        for i in range(<int>packed[at]):
            level = <int>packed[at + 1]
            count = packed[at + 3] > 1
            n = <int>packed[at + 4]
            g = group_number[base_of[self.maps[level][packed[at + 5]].code]]
            if count and g >= 0:
                for k in range(n):
                    self.maps[level][packed[at + 5 + k]].slot = self.groups[g].n_loops
                self.groups[g].loop_level[self.groups[g].n_loops] = level
                self.loop_level.push_back(level)
                self.loop_group.push_back(g)
                self.loop_slot.push_back(self.groups[g].n_loops)
                self.groups[g].n_loops += 1
                self.n_loops += 1
            at += 4 + n
        for g in range(<int>self.groups.size()):
            self.groups[g].whole.alive = True
            self.groups[g].spatial = False
            for level in range(self.n_levels):
                spec.maps.clear()
                spec.units = self.units[level]
                spec.spatial = False
                spec.input_mapped = 0
                for i in range(<int>self.maps[level].size()):
                    m = self.maps[level][i]
                    if group_number[base_of[m.code]] == g:
                        spec.maps.push_back(m)
                        spec.spatial = spec.spatial or m.spatial
                        for k in range(self.n_windows):
                            if m.code == self.window_specs[k].output:
                                spec.input_mapped |= 1 << k
                self.groups[g].levels.push_back(spec)
                self.groups[g].spatial = self.groups[g].spatial or spec.spatial
            for t in range(3):
                self.groups[g].n_axes[t] = 0
                self.groups[g].inner[t] = -1
                for i in range(self.n_axes[t]):
                    if group_number[base_of[self.axes[t][i]]] == g:
                        if self.inner[t] == i:
                            self.groups[g].inner[t] = self.groups[g].n_axes[t]
                        self.groups[g].axes[t][self.groups[g].n_axes[t]] = self.axes[t][i]
                        self.groups[g].n_axes[t] += 1

    cdef i64 _extent(self, int code) noexcept nogil:
        return self.window_specs[code - INPUT].extent if code >= INPUT else self.sizes[code]

    cdef void _compile(self) noexcept nogil:
        cdef size_t g, i
        cdef vector[int] roots, initial, final
        cdef vector[string] shapes
        cdef size_t h
        for g in range(self.groups.size()):
            shapes.push_back(group_shape(self.window_specs, &self.groups[g]))
            h = 0
            while shapes[h] != shapes[g]:
                h += 1
            self.analysed.push_back(&self.groups[h])
            if h == g:
                build_group(self.window_specs, &self.groups[g], self.shared)
            roots.push_back(self.groups[h].root)
            initial.push_back(self.groups[h].initial)
            final.push_back(self.groups[h].final)
        self.root = self._node(0, roots)
        self.initial = self._transition(-1, initial)
        self.final = self._transition(-1, final)
        self._multiply()
        self.cuts.resize(self.n_loops + 1)
        self.dram.resize(self.n_loops + 1)
        for i in range(self.cuts.size()):
            self.cuts[i].ready = False
            self.dram[i].bandwidth = 0
        self.noc.bandwidth = 0
        self.memories.resize(self.nodes.size())
        for i in range(self.memories.size()):
            self.memories[i].stamp = 0
        self.stamp = 0
        self.onchip_known = False
        self.zeros.assign(self.transitions.size(), 0)
        self._count()

    cdef int _leaf(self, const vector[int]& tree, bint idle) noexcept nogil:
        """Node of a single step."""
        cdef LeafKind kind
        cdef Node node
        cdef string key
        cdef size_t g, i, k
        cdef i64 size, largest
        cdef const Leaf* leaf
        cdef unordered_map[string, int].iterator found
        kind.idle = idle
        kind.macs = kind.active = kind.largest_macs = 0
        if not idle:
            kind.active = 1
            kind.macs = kind.largest_macs = self.constant_macs
            for g in range(self.groups.size()):
                leaf = &self.analysed[g].leaves[self.analysed[g].nodes[tree[g]].leaf]
                kind.groups.push_back(self.analysed[g].nodes[tree[g]].leaf)
                kind.macs = checked_multiply(kind.macs, leaf.macs, &self.overflow)
                kind.active = checked_multiply(kind.active, leaf.active, &self.overflow)
                largest = 0
                i = 0
                while i < leaf.extents.size():
                    size = 1
                    for k in range(<size_t>self.groups[g].n_dims):
                        size *= leaf.extents[i + k]
                    largest = max(largest, size)
                    i += self.groups[g].n_dims
                kind.largest_macs = checked_multiply(kind.largest_macs, largest, &self.overflow)
            if kind.active == 0:
                kind.idle = True
                kind.groups.clear()
        key.reserve(8 * (kind.groups.size() + 1))
        append_key(key, kind.idle)
        for g in range(kind.groups.size()):
            append_key(key, kind.groups[g])
        found = self.leaf_ids.find(key)
        if found != self.leaf_ids.end():
            return dereference(found).second
        node.depth = self.n_loops
        node.leaf = <int>self.leaves.size()
        node.driver = -1
        self.leaves.push_back(kind)
        self.nodes.push_back(node)
        self.leaf_ids[key] = <int>self.nodes.size() - 1
        return <int>self.nodes.size() - 1

    cdef int _node(self, int depth, const vector[int]& tree) noexcept nogil:
        """Node of the nest below `depth` loops, given every group's sub-tree."""
        cdef size_t g, i
        cdef string key
        cdef Node node
        cdef Item item
        cdef vector[int] below, moves
        cdef const GroupNode* driver
        cdef int group, number
        cdef unordered_map[string, int].iterator found
        if depth == self.n_loops:
            return self._leaf(tree, False)
        for g in range(tree.size()):
            if self.analysed[g].nodes[tree[g]].dead_level < self.loop_level[depth]:
                return self._leaf(tree, True)
        key.reserve(8 * (tree.size() + 1))
        append_key(key, depth)
        for g in range(tree.size()):
            append_key(key, tree[g])
        found = self.node_ids.find(key)
        if found != self.node_ids.end():
            return dereference(found).second
        group = self.loop_group[depth]
        node.depth = depth
        node.leaf = -1
        node.driver = tree[group]
        below = tree
        for g in range(tree.size()):
            moves.push_back(self.analysed[g].nodes[tree[g]].reset)
        driver = &self.analysed[group].nodes[tree[group]]
        for i in range(driver.items.size()):
            below[group] = driver.items[i].child
            item.child = self._node(depth + 1, below)
            item.count = driver.items[i].count
            item.again = item.following = -1
            if driver.items[i].again >= 0:
                moves[group] = driver.items[i].again
                item.again = self._transition(depth, moves)
            if driver.items[i].following >= 0:
                moves[group] = driver.items[i].following
                item.following = self._transition(depth, moves)
            node.items.push_back(item)
        number = <int>self.nodes.size()
        self.nodes.push_back(node)
        self.node_ids[key] = number
        return number

    cdef int _transition(self, int loop, const vector[int]& moves) noexcept nogil:
        cdef string key
        cdef size_t g
        cdef int t
        cdef Transition transition
        cdef vector[int] numbers
        cdef unordered_map[string, int].iterator found
        key.reserve(8 * (moves.size() + 1))
        append_key(key, loop)
        for g in range(moves.size()):
            append_key(key, moves[g])
        found = self.transition_ids.find(key)
        if found != self.transition_ids.end():
            return dereference(found).second
        transition.loop = loop
        transition.groups = moves
        numbers.resize(moves.size())
        for t in range(3):
            for g in range(moves.size()):
                numbers[g] = self.analysed[g].transitions[moves[g]].held[t]
            self._traffic(t, numbers, self.shared[t], &transition.held[t])
        self.transitions.push_back(transition)
        self.transition_ids[key] = <int>self.transitions.size() - 1
        return <int>self.transitions.size() - 1

    cdef void _traffic(self, int t, const vector[int]& numbers, bint shared, Traffic* out) noexcept nogil:
        """Combine the groups' summaries of one tensor."""
        cdef vector[const Summary*] parts
        cdef size_t g
        cdef int line_group = <int>numbers.size() - 1
        out.moved = out.carried = 0
        out.lines.clear()
        if not self.present[t]:
            return
        for g in range(numbers.size()):
            parts.push_back(&self.analysed[g].summaries[numbers[g]])
            if self.analysed[g].inner[t] >= 0:
                line_group = <int>g
        summed_traffic(parts, out, &self.overflow)
        if shared:
            shared_traffic(parts, line_group, out, &self.overflow)
        else:
            out.carried = out.moved
            if self.inner[t] >= 0 and not self.constant_line[t]:
                own_lines(parts, line_group, out, &self.overflow)
        if self.constant_line[t]:
            whole_lines(out, self.constant_line[t], &self.overflow)
        if self.factor[t] != 1:
            scale(out, self.factor[t], &self.overflow)

    cdef void _multiply(self) noexcept nogil:
        """How often every node, transition and leaf kind occurs."""
        cdef size_t i, n
        cdef i64 times
        cdef const Item* item
        self.node_times.assign(self.nodes.size(), 0)
        self.transition_times.assign(self.transitions.size(), 0)
        self.leaf_times.assign(self.leaves.size(), 0)
        self.node_times[self.root] = 1
        self.transition_times[self.initial] += 1
        self.transition_times[self.final] += 1
        self.transition_loops.clear()
        for i in range(self.transitions.size()):
            self.transition_loops.push_back(self.transitions[i].loop)
        n = self.nodes.size()
        while n > 0:                      # children are numbered before their parents
            n -= 1
            times = self.node_times[n]
            if self.nodes[n].leaf >= 0:
                self.leaf_times[self.nodes[n].leaf] = times
                continue
            for i in range(self.nodes[n].items.size()):
                item = &self.nodes[n].items[i]
                self.node_times[item.child] = checked_add(
                    self.node_times[item.child], checked_multiply(times, item.count, &self.overflow), &self.overflow)
                if item.again >= 0:
                    self.transition_times[item.again] += checked_multiply(times, item.count - 1, &self.overflow)
                if item.following >= 0:
                    self.transition_times[item.following] += times

    cdef void _count(self) noexcept nogil:
        """Counts that depend on no hardware number."""
        cdef size_t i, g
        cdef int t
        cdef i64 tile
        cdef i128 moved[3]
        cdef i128 carried[3]
        cdef i128 steps = 0, macs = 0, active = 0
        for i in range(N_RESULT):
            self.base[i] = 0
        for i in range(self.leaves.size()):
            steps += self.leaf_times[i]
            macs += <i128>self.leaf_times[i] * self.leaves[i].macs
            active += <i128>self.leaf_times[i] * self.leaves[i].active
            if self.leaves[i].idle:
                continue
            for t in range(3):
                tile = self._constant_volume(t)
                for g in range(self.groups.size()):
                    tile = checked_multiply(tile, self.analysed[g].leaves[self.leaves[i].groups[g]].tile[t], &self.overflow)
                self.base[10 + t] = max(self.base[10 + t], tile)
        for t in range(3):
            moved[t] = carried[t] = 0
        for i in range(self.transitions.size()):
            for t in range(3):
                if (<int>i == self.initial and t == 2) or (<int>i == self.final and t != 2):
                    continue
                moved[t] += <i128>self.transition_times[i] * self.transitions[i].held[t].moved
                carried[t] += <i128>self.transition_times[i] * self.transitions[i].held[t].carried
        self.output_size = 1
        for i in range(<size_t>self.n_axes[2]):
            self.output_size = checked_multiply(self.output_size, self.sizes[self.axes[2][i]], &self.overflow)
        self.base[0] = fit(steps, &self.overflow)
        self.base[1] = fit(macs, &self.overflow)
        self.base[2] = fit(active, &self.overflow)
        for t in range(3):
            self.base[3 + t] = fit(moved[t], &self.overflow)
            self.base[6 + t] = fit(carried[t], &self.overflow)
        self.base[9] = self.base[8] - self.output_size

    cdef inline i64 _constant_volume(self, int t) noexcept nogil:
        return self.factor[t] * max(self.constant_line[t], 1) if self.present[t] else 0

    cdef void _fill_cut(self, int cut) noexcept nogil:
        """DRAM traffic of every transition when the first `cut` loops are outside."""
        cdef CutTables* tables = &self.cuts[cut]
        cdef vector[int] numbers, depth_of
        cdef size_t g, i
        cdef int t, j
        cdef i128 moved[3]
        if tables.ready:
            return
        tables.ready = True
        depth_of.assign(self.groups.size(), 0)
        for j in range(cut):
            depth_of[self.loop_group[j]] += 1
        numbers.resize(self.groups.size())
        tables.traffic.resize(3 * self.transitions.size())
        tables.tiles = 1
        for t in range(3):
            moved[t] = 0
        for i in range(self.transitions.size()):
            if self.transitions[i].loop >= cut:
                continue
            if self.transitions[i].loop >= 0:
                tables.tiles += self.transition_times[i]
            for t in range(3):
                if (<int>i == self.initial and t == 2) or (<int>i == self.final and t != 2):
                    continue
                for g in range(self.groups.size()):
                    numbers[g] = self.analysed[g].transitions[self.transitions[i].groups[g]].l2[3 * depth_of[g] + t]
                self._traffic(t, numbers, True, &tables.traffic[3 * i + t])
                moved[t] += <i128>self.transition_times[i] * tables.traffic[3 * i + t].moved
        for t in range(3):
            tables.moved[t] = fit(moved[t], &self.overflow)

    cdef void _l2_tile(self, int cut, i64* tile) noexcept nogil:
        """Largest L2 tile of each tensor, in elements."""
        cdef int t, j
        cdef size_t g
        cdef vector[int] depth_of
        depth_of.assign(self.groups.size(), 0)
        for j in range(cut):
            depth_of[self.loop_group[j]] += 1
        for t in range(3):
            tile[t] = self._constant_volume(t)
            for g in range(self.groups.size()):
                tile[t] = checked_multiply(tile[t], self.analysed[g].l2_largest[depth_of[g]][t], &self.overflow)

    cdef int _choose_cut(self, const int64_t* point, i64* tile, i64* required) noexcept nogil:
        """Outermost cut whose L2 tiles fit, else all loops outside (SEMANTICS 3)."""
        cdef int cut, t
        cdef i64 l2_bytes = point[13], copies
        for cut in range(0 if l2_bytes >= 0 else self.n_loops, self.n_loops + 1):
            self._l2_tile(cut, tile)
            copies = 1 if self._tiles(cut) == 1 else 2
            required[0] = 0
            for t in range(3):
                required[0] += copies * ceil_div(checked_multiply(tile[t], point[14 + t], &self.overflow), 8)
            if cut == self.n_loops or required[0] <= l2_bytes:
                return cut
        return self.n_loops

    cdef i64 _tiles(self, int cut) noexcept nogil:
        cdef i64 tiles = 1
        cdef size_t i
        for i in range(self.transitions.size()):
            if 0 <= self.transitions[i].loop < cut:
                tiles += self.transition_times[i]
        return tiles

    cdef void _beats(self, Channel* channel, i64 bandwidth, const int64_t* bits, const i64* microbits,
                     int cut) noexcept nogil:
        """Fill a channel's beats per transition; `cut` < 0 is the NoC. Kept until a number changes.

        `microbits` of an element that is not compressed are 0.
        """
        cdef size_t i
        cdef int t
        cdef const Traffic* traffic
        cdef i64 beats
        cdef i128 total_in = 0, total_out = 0
        if channel.bandwidth == bandwidth and channel.bits[0] == bits[0] and channel.bits[1] == bits[1] and (
                channel.bits[2] == bits[2]) and (
                memcmp(channel.microbits, microbits, sizeof(channel.microbits)) == 0):
            return
        channel.bandwidth = bandwidth
        channel.overflow = 0
        channel.inward.assign(self.transitions.size(), 0)
        channel.outward.assign(self.transitions.size(), 0)
        for t in range(3):
            channel.bits[t] = bits[t]
            channel.microbits[t] = microbits[t]
        for i in range(self.transitions.size()):
            if cut >= 0 and self.transitions[i].loop >= cut:
                continue
            for t in range(3):
                if (<int>i == self.initial and t == 2) or (<int>i == self.final and t != 2):
                    continue
                traffic = &self.transitions[i].held[t] if cut < 0 else &self.cuts[cut].traffic[3 * i + t]
                if microbits[t] > 0 and self.inner[t] < 0:
                    beats = share_of(traffic.carried, microbits[t], 8 * MILLION, bandwidth, &channel.overflow)
                else:
                    beats = beats_of(traffic, self.inner[t] >= 0, bits[t], bandwidth, &channel.overflow)
                if t == 2:
                    channel.outward[i] += beats
                else:
                    channel.inward[i] += beats
            total_in += <i128>channel.inward[i] * self.transition_times[i]
            total_out += <i128>channel.outward[i] * self.transition_times[i]
        channel.total_in = fit(total_in, &channel.overflow)
        channel.total_out = fit(total_out, &channel.overflow)

    cdef i64 _compute(self, const int64_t* point, int* overflow) noexcept nogil:
        """Cycles of every kind of step; returns their sum over all steps."""
        cdef size_t i, g, e
        cdef int d
        cdef i64 cycles, largest, product
        cdef i128 total = 0
        cdef const Leaf* leaf
        cdef i64 constant = 1
        self.compute.resize(self.leaves.size())
        for d in range(self.n_dims):
            if self.constant[d]:
                constant = checked_multiply(constant, ceil_div(self.sizes[d], point[1 + d]), overflow)
        for i in range(self.leaves.size()):
            cycles = 1
            if self.leaves[i].idle:
                pass
            elif point[0] > 0:
                cycles = self.leaves[i].largest_macs
            else:
                cycles = constant
                for g in range(self.groups.size()):
                    leaf = &self.analysed[g].leaves[self.leaves[i].groups[g]]
                    largest = 0
                    e = 0
                    while e < leaf.extents.size():
                        product = 1
                        for d in range(self.groups[g].n_dims):
                            product *= ceil_div(leaf.extents[e + d], point[1 + self.groups[g].dims[d]])
                        largest = max(largest, product)
                        e += self.groups[g].n_dims
                    cycles = checked_multiply(cycles, largest, overflow)
            if point[17] < TRILLION:
                cycles = share_of(cycles, point[17], TRILLION, max(point[0], 1), overflow)
            elif point[0] > 0 and not self.leaves[i].idle:
                cycles = ceil_div(cycles, point[0])
            self.compute[i] = max(cycles, 1)
            total += <i128>self.compute[i] * self.leaf_times[i]
        return fit(total, overflow)

    cdef void _late(self, const vector[i64]& beats, i64 latency, vector[i64]& out) noexcept nogil:
        cdef size_t i
        out.resize(beats.size())
        for i in range(beats.size()):
            out[i] = beats[i] + latency if beats[i] else 0

    cdef bint _same_onchip(self, const int64_t* point) noexcept nogil:
        """Whether nothing that on-chip time depends on has changed since it was last computed."""
        cdef int i
        if not self.onchip_known:
            return False
        for i in range(N_POINT):
            if point[i] != self.onchip_point[i] and i != 10 and i != 12 and i != 13:
                return False
        return True

    cdef int _evaluate(self, const int64_t* point, int64_t* result, bint fine) noexcept nogil:
        cdef int t, cut, i, overflow = 0
        cdef i64 tile[3]
        cdef i64 required
        cdef i64 moved[3]
        cdef Costs costs
        cdef CoarseCosts coarse
        cdef Chain chain
        if not possible(point):
            return STATUS_BAD_POINT
        for i in range(N_RESULT):
            result[i] = self.base[i]
        for t in range(3):
            result[13] += 2 * ceil_div(checked_multiply(self.base[10 + t], point[14 + t], &overflow), 8)
        cut = self._choose_cut(point, tile, &required)
        self._fill_cut(cut)
        result[14] = self.cuts[cut].tiles
        for t in range(3):
            result[15 + t] = tile[t]
            result[19 + t] = self.cuts[cut].moved[t]
        result[18] = required
        result[22] = result[21] - self.output_size
        moved[0], moved[1], moved[2] = point[18], point[19], 0
        self._beats(&self.noc, point[9], point + 14, moved, -1)
        moved[2] = point[20] if result[22] <= 0 else 0
        self._beats(&self.dram[cut], point[10], point + 14, moved, cut)
        result[23] = self._compute(point, &overflow)
        result[24] = self.noc.total_in
        result[25] = self.noc.total_out
        result[26] = self.dram[cut].total_in
        result[27] = self.dram[cut].total_out
        costs.nodes = self.nodes.data()
        costs.compute = self.compute.data()
        costs.ingress = self.noc.inward.data()
        costs.egress = self.noc.outward.data()
        costs.loops = self.transition_loops.data()
        costs.noc_latency = point[11]
        costs.dram_latency = point[12]
        costs.cut = cut
        self._late(self.noc.inward, point[11], self.late_in)
        self._late(self.noc.outward, point[11], self.late_out)
        self._late(self.dram[cut].inward, point[12], self.late_dram_in)
        self._late(self.dram[cut].outward, point[12], self.late_dram_out)
        coarse.k = &costs
        coarse.ingress = self.late_in.data()
        coarse.egress = self.late_out.data()
        coarse.dram_in = self.late_dram_in.data()
        coarse.dram_out = self.late_dram_out.data()
        chain = chain_of(&coarse, self.root, True)
        result[29] = (self.late_dram_in[self.initial] + close_chain(&coarse, True, &chain, self.initial, self.final)
                      + self.late_dram_out[self.final])
        if fine:
            costs.dram_in = self.dram[cut].inward.data()
            costs.dram_out = self.dram[cut].outward.data()
            costs.memories = self.memories.data()
            self.stamp += 1
            costs.stamp = self.stamp
            result[30] = fine_time(&costs, self.root, self.initial, self.final, &overflow)
            if self._same_onchip(point):
                result[28] = self.onchip
            else:
                costs.cut = 0
                self.stamp += 1
                costs.stamp = self.stamp
                costs.dram_in = self.zeros.data()
                costs.dram_out = self.zeros.data()
                result[28] = fine_time(&costs, self.root, self.initial, self.final, &overflow)
                self.onchip = result[28]
                memcpy(self.onchip_point, point, sizeof(self.onchip_point))
                self.onchip_known = overflow == 0
        if overflow or self.overflow or self.noc.overflow or self.dram[cut].overflow:
            return STATUS_OVERFLOW
        return STATUS_OK

    def evaluate_one(self, const int64_t[::1] point, int64_t[::1] result, bint fine=True):
        """Evaluate one hardware point into ``result``; returns its status. See :meth:`evaluate`.

        Raises
        ------
        ValueError
            If the lengths do not fit.
        """
        if point.shape[0] != N_POINT or result.shape[0] != N_RESULT:
            raise ValueError("point and result have 21 and 31 numbers")
        return self._evaluate(&point[0], &result[0], fine)

    def evaluate(self, const int64_t[:, ::1] points, int64_t[:, ::1] results, int64_t[::1] status, bint fine=True):
        """Evaluate hardware points.

        Parameters
        ----------
        points : (n, len(POINT_FIELDS)) int64, C-contiguous
            Hardware numbers; ``vector_width`` 0 means lanes, ``l2_bytes`` -1 means the smallest.
            ``work_trillionths`` is the part of a box's MACs that takes time; ``microbits_T`` are the millionths
            of a bit that an element of T moves compressed, 0 where it moves as it is.
        results : (n, len(RESULT_FIELDS)) int64, C-contiguous
            Written in place.
        status : (n,) int64
            ``OK``, ``OVERFLOW`` or ``BAD_POINT`` per point; a bad point never stops the others.
        fine : bool
            Whether to compute fine time (``cycles`` and ``cycles_onchip``); they stay 0 without.

        Raises
        ------
        ValueError
            If the shapes do not fit.
        """
        cdef Py_ssize_t i
        cdef Py_ssize_t n = points.shape[0]
        if points.shape[1] != N_POINT or results.shape[1] != N_RESULT or results.shape[0] != n or status.shape[0] != n:
            raise ValueError("points, results and status have shapes (n, 21), (n, 31) and (n,)")
        with nogil:
            for i in range(n):
                status[i] = self._evaluate(&points[i, 0], &results[i, 0], fine)

    def coverage(self):
        """Executions of every group's loop space.

        Returns
        -------
        list of tuple
            Per group: dimensions (numbers), points, points covered, executions, the first missing point
            and the first repeated point (coordinates per dimension, or None). None in place of the list
            if a group is too large to prove.
        """
        cdef size_t g
        cdef Coverage found
        answer = []
        for g in range(self.groups.size()):
            with nogil:
                cover(self.window_specs, &self.groups[g], &found)
            if found.too_large:
                return None
            dims = tuple(self.groups[g].dims[i] for i in range(self.groups[g].n_dims))
            missing = tuple(found.missing[i] for i in range(len(dims))) if found.any_missing else None
            repeated = tuple(found.repeated[i] for i in range(len(dims))) if found.any_repeated else None
            answer.append((dims, found.total, found.covered, found.executed, missing, repeated))
        for dim in range(self.n_dims):
            if self.constant[dim]:
                answer.append(((dim,), self.sizes[dim], self.sizes[dim], self.sizes[dim], None, None))
        return answer


include "_core_points.pxi"
include "_core_family.pxi"

# Families: nests that differ in numbers of units, sizes and offsets, each on the same hardware points.
# Included by _core.pyx.

cdef enum:
    BLOCK = 512                         # nests that are looked up before they are evaluated
    LARGEST_STORE = 1 << 23             # numbers of records that are kept
    LARGEST_PLANS = 1 << 24             # slots of plans, times LANES
    NOT_MOVING = -1                     # in place of a record: the group is a constant factor
    SLOWLY = -1                         # in place of a plan: the nest is compiled by itself
    NOWHERE = -2                        # the nest is not evaluated

cdef struct Base:                       # a group of the family
    int first                           # its lowest dimension
    vector[int] numbers                 # columns of a nest that it depends on as they are
    vector[int] loops                   # columns of the counts of its loops
    vector[int] maps                    # numbers of its maps
    vector[int] spatial_levels
    double size                         # product of its dimensions
    bint window
    vector[int64_t] before              # those columns of the nest before, and what they gave
    int record_before

cdef struct Stored:
    Record record
    i64 serial

cdef struct Found:                      # a nest that was looked up
    i64 row
    int plan
    int records[CODES]

cdef bint same_l2(const int64_t* a, const int64_t* b) noexcept nogil:
    """Whether two points have the L2 and the bits that the cut depends on."""
    cdef int i
    for i in range(13, 17):
        if a[i] != b[i]:
            return False
    return True


cdef class Family:
    """One dataflow on one layer, with any numbers of units, sizes and offsets.

    Groups of dimensions are analysed once for all nests that share them, and combined by plans
    (`_core_plan.pxi`). What plans do not cover (layouts, skipped zeros, fine time, counts beyond 2^50) goes
    nest by nest through a :class:`Program`; the results are the same.

    Parameters
    ----------
    packed : int64 memoryview, 1-D
        Any nest of the family, as :func:`maestro_py.analysis.core.pack` writes it.
    multicast, reduction : bool
        As for :class:`Program`.

    Attributes
    ----------
    columns : int
        Numbers of a nest: units of every level, then size and offset of every map, level by level, then
        the count of every loop.
    analysed, drawn, compiled : int
        Groups analysed so far, plans drawn, and nests that went through a :class:`Program`.
    """

    cdef Program program
    cdef vector[int64_t] packed
    cdef vector[int] places             # of every column among the packed numbers
    cdef int n_units, n_maps
    cdef vector[int] map_level
    cdef vector[int] map_code
    cdef vector[Base] bases
    cdef bint planned
    cdef double whole                   # MACs of the layer
    cdef unordered_map[string, int] record_ids
    cdef vector[Stored] records
    cdef i64 stored
    cdef unordered_map[string, int] skeleton_ids
    cdef vector[Skeleton] skeletons
    cdef unordered_map[string, int] plan_ids
    cdef deque[Plan] plans
    cdef vector[Found] block
    cdef string key
    cdef Scratch scratch
    cdef Points all_points, some_points
    cdef double largest_bits, largest_latency
    cdef bint plain_points
    cdef readonly int columns
    cdef readonly i64 analysed
    cdef readonly i64 drawn
    cdef readonly i64 compiled

    def __init__(self, const int64_t[::1] packed, bint multicast, bint reduction):
        cdef Py_ssize_t i
        self.program = Program.__new__(Program)
        self.program.shared[0] = self.program.shared[1] = multicast
        self.program.shared[2] = reduction
        for i in range(packed.shape[0]):
            self.packed.push_back(packed[i])
        with nogil:
            self._outline()

    cdef void _outline(self) noexcept nogil:
        """Find columns and groups of the family."""
        cdef int base_of[CODES]
        cdef int dim, i, k, t, level, n_loops, base
        cdef size_t at, loops_at
        cdef Base group
        self.program._read(self.packed.data())
        self.program._bases(base_of)
        self.planned = True
        at = 2 + self.program.n_dims + 8 * self.program.n_windows
        for t in range(3):
            self.planned = self.planned and self.program.inner[t] < 0
            at += 2 + self.program.n_axes[t]
        at += 1
        self.whole = 1
        for dim in range(self.program.n_dims):
            self.whole *= <double>self.program.sizes[dim]
        self.n_units = self.program.n_levels
        self.n_maps = 0
        self.places.resize(self.program.n_levels)
        for level in range(self.program.n_levels):
            self.places[level] = <int>at
            at += 2
            for i in range(<int>self.program.maps[level].size()):
                self.places.push_back(<int>at + 2)
                self.places.push_back(<int>at + 3)
                self.map_level.push_back(level)
                self.map_code.push_back(self.program.maps[level][i].code)
                self.n_maps += 1
                at += 4
        n_loops = <int>self.packed[at]
        loops_at = at
        at = loops_at
        for i in range(n_loops):
            self.places.push_back(<int>at + 3)
            at += 4 + <size_t>self.packed[at + 4]
        self.columns = <int>self.places.size()
        for dim in range(self.program.n_dims):
            base = base_of[dim]
            k = 0
            while base_of[k] != base:
                k += 1
            if k < dim:
                continue
            group.first = dim
            group.numbers.clear()
            group.loops.clear()
            group.maps.clear()
            group.spatial_levels.clear()
            group.window = False
            group.size = 1
            for i in range(self.program.n_dims):
                if base_of[i] == base:
                    group.size *= <double>self.program.sizes[i]
            for i in range(self.program.n_windows):
                group.window = group.window or base_of[INPUT + i] == base
            for i in range(self.n_maps):
                if base_of[self.map_code[i]] == base:
                    group.maps.push_back(i)
                    group.numbers.push_back(self.n_units + 2 * i)
                    group.numbers.push_back(self.n_units + 2 * i + 1)
            for level in range(self.program.n_levels):
                for i in range(<int>self.program.maps[level].size()):
                    if self.program.maps[level][i].spatial and base_of[self.program.maps[level][i].code] == base:
                        group.numbers.push_back(level)
                        group.spatial_levels.push_back(level)
                        break
            at = loops_at
            for i in range(n_loops):
                level = <int>self.packed[at + 1]
                if base_of[self.program.maps[level][self.packed[at + 5]].code] == base:
                    group.loops.push_back(self.n_units + 2 * self.n_maps + i)
                at += 4 + <size_t>self.packed[at + 4]
            group.record_before = NOT_MOVING
            self.bases.push_back(group)

    # ---- groups ----------------------------------------------------------------------------------------

    cdef bint _moving(self, const Base* base, const int64_t* nest) noexcept nogil:
        """Whether a group is more than a constant factor, see `Program._read`."""
        cdef size_t i
        cdef int m
        if base.window:
            return True
        for i in range(base.spatial_levels.size()):
            if nest[base.spatial_levels[i]] > 1:
                return True
        for i in range(base.maps.size()):
            m = base.maps[i]
            if nest[self.n_units + 2 * m] < self.program._extent(self.map_code[m]):
                return True
        return False

    cdef bint _as_before(self, Base* base, const int64_t* nest) noexcept nogil:
        """Whether a group is that of the nest looked up before; its columns are remembered."""
        cdef size_t i, n = base.numbers.size()
        cdef bint equal = base.before.size() > 0
        cdef int64_t value
        base.before.resize(n + base.loops.size())
        for i in range(n):
            value = nest[base.numbers[i]]
            equal = equal and base.before[i] == value
            base.before[i] = value
        for i in range(base.loops.size()):
            value = nest[base.loops[i]] > 1
            equal = equal and base.before[n + i] == value
            base.before[n + i] = value
        return equal

    cdef int _record(self, int number, const int64_t* nest, bint* is_read) noexcept nogil:
        """Record of a group in a nest, analysed if it is not stored yet."""
        cdef Base* base = &self.bases[number]
        cdef size_t i
        cdef unordered_map[string, int].iterator found
        if self._as_before(base, nest):
            return base.record_before
        base.record_before = NOT_MOVING
        if not self._moving(base, nest):
            return NOT_MOVING
        self.key.clear()
        append_key(self.key, number)
        for i in range(base.before.size()):
            append_key(self.key, base.before[i])
        found = self.record_ids.find(self.key)
        if found != self.record_ids.end():
            base.record_before = dereference(found).second
            return base.record_before
        if not is_read[0]:
            self._load(nest)
            is_read[0] = True
        base.record_before = self._analyse(base.first)
        self.record_ids[self.key] = base.record_before
        return base.record_before

    cdef void _load(self, const int64_t* nest) noexcept nogil:
        """Read a nest into the program."""
        cdef int i
        for i in range(self.columns):
            self.packed[self.places[i]] = nest[i]
        self.program._read(self.packed.data())

    cdef int _analyse(self, int dim) noexcept nogil:
        """Analyse and store the group of a dimension of the nest that was read."""
        cdef size_t g = 0
        cdef Stored stored
        cdef Skeleton skeleton
        cdef Coverage coverage
        cdef string key
        cdef unordered_map[string, int].iterator found
        while self.program.groups[g].dims[0] != dim:
            g += 1
        cover(self.program.window_specs, &self.program.groups[g], &coverage)
        build_group(self.program.window_specs, &self.program.groups[g], self.program.shared)
        record_of(&self.program.groups[g], &skeleton, &stored.record)
        stored.record.legality = STATUS_OK
        if coverage.too_large:
            stored.record.legality = STATUS_UNPROVEN
        elif coverage.covered < coverage.total:
            stored.record.legality = STATUS_MISSING
        elif coverage.executed > coverage.covered:
            stored.record.legality = STATUS_REPEATED
        key = skeleton_key(&skeleton)
        found = self.skeleton_ids.find(key)
        if found == self.skeleton_ids.end():
            stored.record.skeleton = <int>self.skeletons.size()
            self.skeleton_ids[key] = stored.record.skeleton
            self.skeletons.push_back(skeleton)
        else:
            stored.record.skeleton = dereference(found).second
        stored.serial = self.analysed
        self.analysed += 1
        self.stored += stored.record.numbers.size() + stored.record.extents.size() + 64
        self.records.push_back(stored)
        return <int>self.records.size() - 1

    cdef void _evict(self) noexcept nogil:
        """Forget what is stored if it has grown too large."""
        cdef size_t i, slots = 0
        if self.stored > LARGEST_STORE:
            self.records.clear()
            self.record_ids.clear()
            self.stored = 0
            for i in range(self.bases.size()):
                self.bases[i].before.clear()
        for i in range(self.plans.size()):
            slots += self.plans[i].values.size()
        if slots > LARGEST_PLANS:
            self.plans.clear()
            self.plan_ids.clear()

    # ---- plans -----------------------------------------------------------------------------------------

    cdef int _look_up(self, const int64_t* nest, Found* found, bint legality) noexcept nogil:
        """Find records and plan of a nest; returns a status."""
        cdef bint is_read = False
        cdef size_t b
        cdef int i, n = 0, status = STATUS_OK
        cdef double reach = 64 * self.largest_bits
        cdef const Record* r
        cdef unordered_map[string, int].iterator known
        for b in range(self.bases.size()):
            found.records[b] = self._record(<int>b, nest, &is_read)
        self.key.clear()
        for b in range(self.bases.size()):
            if found.records[b] == NOT_MOVING:
                append_key(self.key, -1)
                reach *= self.bases[b].size
                continue
            r = &self.records[found.records[b]].record
            append_key(self.key, r.skeleton)
            reach *= r.reach
            n += 1
            status = max(status, r.legality)
        if legality and status != STATUS_OK:
            found.plan = NOWHERE
            return status
        if not self.planned or not self.plain_points or n == 0 or max(reach, self.whole) >= EXACT:
            found.plan = SLOWLY
            return STATUS_OK
        for i in range(self.n_units + 2 * self.n_maps, self.columns):
            append_key(self.key, nest[i] > 1)
        known = self.plan_ids.find(self.key)
        if known != self.plan_ids.end():
            found.plan = dereference(known).second
            return STATUS_OK
        if not is_read:
            self._load(nest)
        found.plan = self._draw(found)
        self.plan_ids[self.key] = found.plan
        return STATUS_OK

    cdef int _draw(self, const Found* found) noexcept nogil:
        """Draw the plan of the nest that was read."""
        cdef Plan* plan
        cdef Drawing drawing
        cdef size_t i, b
        cdef int t
        cdef double factor
        self.drawn += 1
        self.program._compile()
        self.plans.resize(self.plans.size() + 1)
        plan = &self.plans.back()
        plan.n_groups = <int>self.program.groups.size()
        plan.n_loops = self.program.n_loops
        for b in range(self.bases.size()):
            if found.records[b] != NOT_MOVING:
                plan.skeletons.push_back(self.records[found.records[b]].record.skeleton)
        plan.loop_group = self.program.loop_group
        plan.nodes = self.program.nodes
        plan.leaves = self.program.leaves
        for i in range(self.program.transitions.size()):
            plan.moves.push_back(self.program.transitions[i].groups)
        plan.loops = self.program.transition_loops
        plan.root = self.program.root
        plan.initial = self.program.initial
        plan.final = self.program.final
        add_slot(plan, 0)
        add_slot(plan, 1)
        add_slot(plan, -1)
        for t in range(3):
            plan.present[t] = self.program.present[t]
            plan.shared[t] = self.program.shared[t]
            factor = <double>self.program.factor[t]
            plan.factor[t] = UNIT if factor == 1 else add_slot(plan, factor)
        plan.constant_macs = add_slot(plan, <double>self.program.constant_macs)
        for t in range(8):
            plan.constant[t] = t < self.program.n_dims and self.program.constant[t]
        drawing.plan = plan
        drawing.skeletons = &self.skeletons
        draw_base(&drawing)
        return <int>self.plans.size() - 1

    cdef void _fill(self, Plan* plan, const Numerics* numerics, Found** nests, size_t n,
                    bint remember) noexcept nogil:
        """Load the groups' numbers of some nests into lanes, and run."""
        cdef size_t lane, b, g, i
        cdef const Stored* stored
        cdef double* v = plan.values.data()
        for lane in range(n):
            g = 0
            for b in range(self.bases.size()):
                if nests[lane].records[b] == NOT_MOVING:
                    continue
                stored = &self.records[nests[lane].records[b]]
                if not remember or plan.loaded[LANES * g + lane] != stored.serial:
                    for i in range(numerics.loads[g].size()):
                        v[LANES * numerics.loads[g][i].slot + lane] = stored.record.numbers[numerics.loads[g][i].number]
                    if remember:
                        plan.loaded[LANES * g + lane] = stored.serial
                g += 1
        run_ops(numerics.ops.data(), numerics.ops.size(), v)

    # ---- evaluation ------------------------------------------------------------------------------------

    cdef int _cut(self, const Plan* plan, const double* v, const int64_t* point, i64* required) noexcept nogil:
        """Outermost cut whose L2 tiles fit, see `Program._choose_cut`."""
        cdef int cut, t
        cdef i64 copies
        for cut in range(0 if point[13] >= 0 else plan.n_loops, plan.n_loops + 1):
            copies = 1 if v[LANES * plan.n_tiles[cut]] == 1 else 2
            required[0] = 0
            for t in range(3):
                required[0] += copies * ceil_div(<i64>v[LANES * plan.l2_tiles[3 * cut + t]] * point[14 + t], 8)
            if cut == plan.n_loops or required[0] <= point[13]:
                return cut
        return plan.n_loops

    cdef void _counts(self, const Plan* plan, const double* v, i64* counts) noexcept nogil:
        """Fields that depend on no hardware number."""
        cdef int t
        cdef size_t i
        cdef double largest
        counts[0] = <i64>v[LANES * plan.steps]
        counts[1] = <i64>v[LANES * plan.macs]
        counts[2] = <i64>v[LANES * plan.pe_steps]
        for t in range(3):
            counts[3 + t] = <i64>v[LANES * plan.moved[t]]
            counts[6 + t] = <i64>v[LANES * plan.carried[t]]
            largest = 0
            for i in range(plan.tiles[t].size()):
                largest = max(largest, v[LANES * plan.tiles[t][i]])
            counts[10 + t] = <i64>largest
        counts[9] = counts[8] - self._output_size()

    cdef double _sum(self, const Plan* plan, int cut, const double* v) noexcept nogil:
        """At least what any sum of the plan comes to, besides those of computing; sums only grow."""
        cdef double total = v[LANES * plan.steps] * (1 + self.largest_latency) + v[LANES * plan.macs]
        cdef int t
        for t in range(3):
            total += v[LANES * plan.moved[t]]
            total += (v[LANES * plan.carried[t]] + v[LANES * plan.cuts[cut].moved[t]]) * self.largest_bits
        return total

    cdef i64 _output_size(self) noexcept nogil:
        cdef i64 size = 1
        cdef int i
        for i in range(self.program.n_axes[2]):
            size *= self.program.sizes[self.program.axes[2][i]]
        return size

    cdef void _field(self, int field, const Plan* plan, int cut, const double* v, const i64* counts,
                     const Points* points, size_t first, size_t n, int64_t* out) noexcept nogil:
        """Write one field of one nest for some points."""
        cdef const CutPlan* tiles = &plan.cuts[cut]
        cdef const double* found
        cdef size_t p
        cdef i64 value = 0, required
        cdef int t
        if field >= 23:
            found = self.scratch.fields[field].data()
            for p in range(first, first + n):
                out[points.index[p]] = <i64>found[p]
            return
        if field == 13 or field == 18:
            for p in range(first, first + n):
                if field == 18:
                    self._cut(plan, v, points.row[p], &value)
                else:
                    value = 0
                    for t in range(3):
                        value += 2 * ceil_div(counts[10 + t] * points.row[p][14 + t], 8)
                out[points.index[p]] = value
            return
        if field < 13:
            value = counts[field]
        elif field == 14:
            value = <i64>v[LANES * plan.n_tiles[cut]]
        elif field < 18:
            value = <i64>v[LANES * plan.l2_tiles[3 * cut + field - 15]]
        elif field < 22:
            value = <i64>v[LANES * tiles.moved[field - 19]]
        else:
            value = <i64>v[LANES * tiles.moved[2]] - self._output_size()
        for p in range(first, first + n):
            out[points.index[p]] = value

    cdef void _plan_batch(self, int number, Found** nests, size_t n, const int64_t* points,
                          const vector[int]& good, const int64_t[::1] nest_fields, const int64_t[::1] point_fields,
                          int64_t[:, ::1] nest_results, int64_t[:, :, ::1] point_results) noexcept nogil:
        """Evaluate up to LANES nests of one plan."""
        cdef Plan* plan = &self.plans[number]
        cdef Drawing drawing
        cdef vector[vector[int]] cuts
        cdef vector[int] which, done
        cdef vector[const Record*] records
        cdef i64 counts[13]
        cdef i64 required
        cdef size_t lane, k, b
        cdef int cut, f
        cdef const double* v
        cdef const Points* selected
        self._fill(plan, &plan.numerics, nests, n, True)
        cuts.resize(n)
        done.assign(plan.n_loops + 1, 0)
        for lane in range(n):
            v = plan.values.data() + lane
            for k in range(good.size()):
                if k == 0 or not same_l2(points + N_POINT * good[k], points + N_POINT * good[k - 1]):
                    cut = self._cut(plan, v, points + N_POINT * good[k], &required)
                cuts[lane].push_back(cut)
                if not done[cut]:
                    done[cut] = 1
                    if not plan.cuts[cut].ready:
                        drawing.plan = plan
                        drawing.skeletons = &self.skeletons
                        draw_cut(&drawing, cut)
                    self._fill(plan, &plan.cuts[cut].numerics, nests, n, False)
                    v = plan.values.data() + lane
        for lane in range(n):
            v = plan.values.data() + lane
            self._counts(plan, v, counts)
            records.clear()
            for b in range(self.bases.size()):
                if nests[lane].records[b] != NOT_MOVING:
                    records.push_back(&self.records[nests[lane].records[b]].record)
            for cut in range(plan.n_loops + 1):
                which.clear()
                for k in range(good.size()):
                    if cuts[lane][k] == cut:
                        which.push_back(good[k])
                if which.size() == 0:
                    continue
                selected = &self.all_points
                if which.size() != good.size():
                    select_points(points, which, &self.some_points)
                    selected = &self.some_points
                if self._sum(plan, cut, v) >= EXACT or not evaluate_points(
                        plan, cut, v, records, self.program.sizes, self.program.n_dims, selected, &self.scratch):
                    nests[lane].plan = SLOWLY
                    break
                for f in range(<int>point_fields.shape[0]):
                    self._field(<int>point_fields[f], plan, cut, v, counts, selected, 0, selected.n,
                                &point_results[nests[lane].row, f, 0])
                if which[0] == good[0]:
                    for f in range(<int>nest_fields.shape[0]):
                        self._first(<int>nest_fields[f], plan, cut, v, counts, selected,
                                    &nest_results[nests[lane].row, f])

    cdef void _first(self, int field, const Plan* plan, int cut, const double* v, const i64* counts,
                     const Points* points, int64_t* out) noexcept nogil:
        """Write one field of one nest for the first point."""
        self._field(field, plan, cut, v, counts, points, 0, 1, out - points.index[0])

    cdef int _compile_one(self, i64 row, const int64_t* nest, const int64_t* points, const vector[int]& good,
                          const int64_t[::1] nest_fields, const int64_t[::1] point_fields, bint fine,
                          int64_t[:, ::1] nest_results, int64_t[:, :, ::1] point_results) noexcept nogil:
        """Evaluate a nest by a program of its own."""
        cdef int64_t result[N_RESULT]
        cdef int status = STATUS_OK
        cdef size_t k
        cdef Py_ssize_t f
        self.compiled += 1
        self._load(nest)
        self.program._compile()
        for k in range(good.size()):
            status = max(status, self.program._evaluate(points + N_POINT * good[k], result, fine))
            for f in range(point_fields.shape[0]):
                point_results[row, f, good[k]] = result[point_fields[f]]
            if k == 0:
                for f in range(nest_fields.shape[0]):
                    nest_results[row, f] = result[nest_fields[f]]
        return status

    cdef void _choose(self, const int64_t* points, Py_ssize_t n, int64_t[::1] status, vector[int]& good) noexcept nogil:
        """Find the possible points, and whether plans cover them."""
        cdef Py_ssize_t p
        cdef int i
        self.plain_points = True
        self.largest_bits = self.largest_latency = 1
        for p in range(n):
            status[p] = STATUS_OK if possible(points + N_POINT * p) else STATUS_BAD_POINT
            if status[p] != STATUS_OK:
                continue
            good.push_back(<int>p)
            for i in range(17):
                self.plain_points = self.plain_points and points[N_POINT * p + i] < FAR
            self.plain_points = self.plain_points and points[N_POINT * p + 17] == TRILLION
            for i in range(18, N_POINT):
                self.plain_points = self.plain_points and points[N_POINT * p + i] == 0
            for i in range(11, 13):
                self.largest_latency = max(self.largest_latency, <double>points[N_POINT * p + i])
            for i in range(14, 17):
                self.largest_bits = max(self.largest_bits, <double>points[N_POINT * p + i])
        if good.size():
            select_points(points, good, &self.all_points)

    def evaluate(self, const int64_t[:, ::1] nests, const int64_t[:, ::1] points, const int64_t[::1] nest_fields,
                 const int64_t[::1] point_fields, int64_t[:, ::1] nest_results, int64_t[:, :, ::1] point_results,
                 int64_t[::1] nest_status, int64_t[::1] point_status, bint legality=True):
        """Evaluate every nest on every hardware point.

        Parameters
        ----------
        nests : (n, columns) int64, C-contiguous
            Numbers of the nests, see :attr:`columns`; all are at least 1.
        points : (m, len(POINT_FIELDS)) int64, C-contiguous
            As for :meth:`Program.evaluate`.
        nest_fields, point_fields : (k,) and (l,) int64
            Which of ``RESULT_FIELDS`` to write once per nest (that of the first possible point) and for every point.
            Fine time (``cycles``, ``cycles_onchip``) takes a program for every nest.
        nest_results : (n, k) int64, C-contiguous
            Written in place.
        point_results : (n, l, m) int64, C-contiguous
            Written in place.
        nest_status : (n,) int64
            Nests whose status is not ``OK`` are left alone. The others get ``OK``, ``MISSING``, ``REPEATED`` or
            ``UNPROVEN`` (then nothing is written) or ``OVERFLOW`` (on some point).
        point_status : (m,) int64
            ``OK`` or ``BAD_POINT``; nothing is written for a bad point.
        legality : bool
            Whether to check that every MAC is computed exactly once.

        Raises
        ------
        ValueError
            If shapes or field numbers do not fit.
        """
        cdef Py_ssize_t n = nests.shape[0], m = points.shape[0], at, i, f
        cdef vector[int] good
        cdef bint fine = False
        cdef const int64_t[::1] fields
        if nests.shape[1] != self.columns or points.shape[1] != N_POINT or nest_status.shape[0] != n or (
                point_status.shape[0] != m or nest_results.shape[0] != n or point_results.shape[0] != n or
                nest_results.shape[1] != nest_fields.shape[0] or point_results.shape[1] != point_fields.shape[0] or
                point_results.shape[2] != m):
            raise ValueError("nests, points, fields, results and status do not fit each other")
        for i in range(2):
            fields = point_fields if i else nest_fields
            for f in range(fields.shape[0]):
                if not 0 <= fields[f] < N_RESULT:
                    raise ValueError("no such field")
                fine = fine or fields[f] == 28 or fields[f] == 30
        for i in range(n):
            for f in range(self.columns):
                if nest_status[i] == STATUS_OK and nests[i, f] < 1:
                    raise ValueError("numbers of a nest are at least 1")
        if n == 0 or m == 0:
            return
        with nogil:
            self._choose(&points[0, 0], m, point_status, good)
            self.plain_points = self.plain_points and not fine
            at = 0
            while good.size() and at < n:
                self._block(nests, at, min(at + BLOCK, n), points, good, nest_fields, point_fields, nest_results,
                            point_results, nest_status, legality, fine)
                at += BLOCK

    cdef void _block(self, const int64_t[:, ::1] nests, Py_ssize_t start, Py_ssize_t end,
                     const int64_t[:, ::1] points, const vector[int]& good, const int64_t[::1] nest_fields,
                     const int64_t[::1] point_fields, int64_t[:, ::1] nest_results,
                     int64_t[:, :, ::1] point_results, int64_t[::1] nest_status, bint legality, bint fine) noexcept nogil:
        """Look up a block of nests and evaluate those of a plan together."""
        cdef Py_ssize_t i
        cdef size_t k, n, plan
        cdef vector[vector[int]] by_plan
        cdef Found* batch[LANES]
        self._evict()
        self.block.resize(end - start)
        for i in range(start, end):
            self.block[i - start].row = i
            self.block[i - start].plan = NOWHERE
            if nest_status[i] != STATUS_OK:
                continue
            nest_status[i] = self._look_up(&nests[i, 0], &self.block[i - start], legality)
            if self.block[i - start].plan >= 0:
                if by_plan.size() <= <size_t>self.block[i - start].plan:
                    by_plan.resize(self.block[i - start].plan + 1)
                by_plan[self.block[i - start].plan].push_back(<int>(i - start))
        for plan in range(by_plan.size()):
            k = 0
            while k < by_plan[plan].size():
                n = min(by_plan[plan].size() - k, <size_t>LANES)
                for i in range(<Py_ssize_t>n):
                    batch[i] = &self.block[by_plan[plan][k + i]]
                self._plan_batch(<int>plan, batch, n, &points[0, 0], good, nest_fields, point_fields, nest_results,
                                 point_results)
                k += n
        for i in range(start, end):
            if self.block[i - start].plan == SLOWLY:
                nest_status[i] = self._compile_one(i, &nests[i, 0], &points[0, 0], good, nest_fields, point_fields,
                                                   fine, nest_results, point_results)

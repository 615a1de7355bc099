# Families: nests that differ in numbers of units, sizes and offsets, each on the same hardware points.
# Included by _core.pyx.

cdef enum:
    BLOCK = 512                         # nests that are looked up before they are evaluated


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

    cdef Stock stock
    cdef Meter meter
    cdef Hardware hardware
    cdef Answers answers
    cdef Scratch scratch
    cdef vector[Found] block
    cdef readonly i64 compiled

    def __init__(self, const int64_t[::1] packed, bint multicast, bint reduction):
        cdef Py_ssize_t i
        self.stock.dag.nest.shared[0] = self.stock.dag.nest.shared[1] = multicast
        self.stock.dag.nest.shared[2] = reduction
        for i in range(packed.shape[0]):
            self.stock.packed.push_back(packed[i])
        with nogil:
            read_nest(&self.stock.dag.nest, self.stock.packed.data())
            outline_family(&self.stock.outline, &self.stock.dag.nest, self.stock.packed.data())

    @property
    def columns(self):
        return self.stock.outline.columns

    @property
    def analysed(self):
        return self.stock.analysed

    @property
    def drawn(self):
        return self.stock.drawn

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
        cdef bint fine = False
        cdef const int64_t[::1] fields
        if nests.shape[1] != self.stock.outline.columns or points.shape[1] != N_POINT or nest_status.shape[0] != n or (
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
            for f in range(self.stock.outline.columns):
                if nest_status[i] == STATUS_OK and nests[i, f] < 1:
                    raise ValueError("numbers of a nest are at least 1")
        if n == 0 or m == 0:
            return
        self.answers.n_nest_fields = nest_fields.shape[0]
        self.answers.n_point_fields = point_fields.shape[0]
        self.answers.n_points = m
        self.answers.nest_fields = &nest_fields[0]
        self.answers.point_fields = &point_fields[0]
        self.answers.nest_results = &nest_results[0, 0]
        self.answers.point_results = &point_results[0, 0, 0]
        with nogil:
            read_hardware(&self.hardware, &points[0, 0], m, point_status)
            self.hardware.plain = self.hardware.plain and not fine
            at = 0
            while self.hardware.good.size() and at < n:
                self._block(nests, at, min(at + BLOCK, n), nest_status, legality, fine)
                at += BLOCK

    cdef void _block(self, const int64_t[:, ::1] nests, Py_ssize_t start, Py_ssize_t end, int64_t[::1] status,
                     bint legality, bint fine) noexcept nogil:
        """Look up a block of nests and evaluate those of a plan together."""
        cdef Py_ssize_t i
        cdef size_t plan
        cdef Found* found
        cdef vector[vector[int]] by_plan
        evict(&self.stock)
        self.block.resize(end - start)
        for i in range(start, end):
            found = &self.block[i - start]
            found.row = i
            found.plan = NOWHERE
            if status[i] != STATUS_OK:
                continue
            status[i] = look_up(&self.stock, &self.hardware, &nests[i, 0], found, legality)
            if found.plan >= 0:
                if by_plan.size() <= <size_t>found.plan:
                    by_plan.resize(found.plan + 1)
                by_plan[found.plan].push_back(<int>(i - start))
        for plan in range(by_plan.size()):
            self._batches(&self.stock.plans[plan], by_plan[plan])
        for i in range(start, end):
            if self.block[i - start].plan == SLOWLY:
                status[i] = self._compile_one(i, &nests[i, 0], fine)

    cdef void _batches(self, Plan* plan, const vector[int]& members) noexcept nogil:
        """Evaluate nests of one plan, a batch at a time."""
        cdef Batch batch
        cdef size_t first = 0, i
        while first < members.size():
            batch.n = min(members.size() - first, <size_t>LANES)
            for i in range(batch.n):
                batch.nests[i] = &self.block[members[first + i]]
            evaluate_batch(&self.stock, plan, &self.hardware, &batch, &self.scratch, &self.answers)
            first += batch.n

    cdef int _compile_one(self, i64 row, const int64_t* nest, bint fine) noexcept nogil:
        """Evaluate a nest by itself; returns a status."""
        cdef Answers* answers = &self.answers
        cdef int64_t result[N_RESULT]
        cdef int status = STATUS_OK, p
        cdef size_t k, f
        self.compiled += 1
        load_nest(&self.stock, nest)
        compile_dag(&self.stock.dag)
        reset_meter(&self.meter, &self.stock.dag)
        for k in range(self.hardware.good.size()):
            p = self.hardware.good[k]
            status = max(status, evaluate_point(
                &self.stock.dag, &self.meter, self.hardware.rows + N_POINT * p, result, fine))
            for f in range(answers.n_point_fields):
                answers.point_results[(row * answers.n_point_fields + f) * answers.n_points + p] = result[
                    answers.point_fields[f]]
            if k == 0:
                for f in range(answers.n_nest_fields):
                    answers.nest_results[row * answers.n_nest_fields + f] = result[answers.nest_fields[f]]
        return status

# Program: one nest on many hardware points. Included by _core.pyx.


cdef class Program:
    """A nest compiled for one layout and one kind of network.

    Parameters
    ----------
    packed : int64 memoryview, 1-D
        The nest as :func:`maestro_py.analysis.core.pack` writes it.
    multicast, reduction : bool
        Whether the NoC carries an element once for all PEs, and sums outputs on their way.
    """

    cdef Dag dag
    cdef Meter meter

    def __init__(self, const int64_t[::1] packed, bint multicast, bint reduction):
        self.dag.nest.shared[0] = self.dag.nest.shared[1] = multicast
        self.dag.nest.shared[2] = reduction
        with nogil:
            read_nest(&self.dag.nest, &packed[0])
            compile_dag(&self.dag)
            reset_meter(&self.meter, &self.dag)

    def evaluate_one(self, const int64_t[::1] point, int64_t[::1] result, bint fine=True):
        """Evaluate one hardware point into ``result``; returns its status. See :meth:`evaluate`.

        Raises
        ------
        ValueError
            If the lengths do not fit.
        """
        if point.shape[0] != N_POINT or result.shape[0] != N_RESULT:
            raise ValueError("point and result have 21 and 31 numbers")
        return evaluate_point(&self.dag, &self.meter, &point[0], &result[0], fine)

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
                status[i] = evaluate_point(&self.dag, &self.meter, &points[i, 0], &results[i, 0], fine)

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
        cdef Nest* nest = &self.dag.nest
        answer = []
        for g in range(nest.groups.size()):
            with nogil:
                cover(nest.window_specs, &nest.groups[g], &found)
            if found.too_large:
                return None
            dims = tuple(nest.groups[g].dims[i] for i in range(nest.groups[g].n_dims))
            missing = tuple(found.missing[i] for i in range(len(dims))) if found.any_missing else None
            repeated = tuple(found.repeated[i] for i in range(len(dims))) if found.any_repeated else None
            answer.append((dims, found.total, found.covered, found.executed, missing, repeated))
        for dim in range(nest.n_dims):
            if nest.constant[dim]:
                answer.append(((dim,), nest.sizes[dim], nest.sizes[dim], nest.sizes[dim], None, None))
        return answer

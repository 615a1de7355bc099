# Records: an analysed group as numbers, apart from their structure. Included by _core.pyx.
#
# Groups of different tile sizes mostly differ in numbers only: how often a loop repeats, how much a class of
# PEs holds. What remains is the *skeleton*: the tree, which transitions and summaries there are, which of them
# are equal. Nests whose groups have the same skeletons combine in the same way (`_core_plan.pxi`).

cdef enum:
    PER_ITEM = 3                # numbers of an item: count, count - 1, count - 2
    PER_LEAF = 6                # of a leaf: MACs, active PEs, three tiles, MACs of the largest box
    LARGEST_BOX = 5
    PER_SUMMARY = 3             # of a summary, before its atoms: total, same, kept (one - fresh)

cdef struct Skeleton:
    int n_loops
    int root
    int initial
    int final
    int n_leaves
    vector[GroupNode] nodes             # counts of items mean nothing here
    vector[GroupTransition] transitions
    vector[int] items                   # per node: place of its first item's numbers
    vector[int] leaves                  # per leaf: place of its numbers
    vector[int] idle                    # per leaf: whether no unit works
    vector[int] alike                   # per leaf: the first leaf with the same extents
    vector[int] summaries               # per summary: place of its numbers
    vector[vector[int]] masks           # per summary: mask of every atom, ascending
    vector[int] same_sums               # per summary: the first one with the same sums
    vector[int] same_atoms              # per summary: the first one with the same atoms
    int l2_largest                      # place of the largest L2 tiles: 3 * depth + tensor

cdef struct Record:
    int skeleton
    int legality                        # a status
    int n_dims
    int dims[8]
    vector[double] numbers
    vector[i64] extents                 # of every leaf in turn, n_dims numbers each
    vector[int] extents_end             # per leaf
    double reach                        # largest number of elements or MACs


cdef inline bint mask_before(const Atom& x, const Atom& y) noexcept nogil:
    return x.mask < y.mask


cdef void sorted_atoms(const Summary* s, vector[Atom]& out) noexcept nogil:
    out = s.atoms
    sort(out.begin(), out.end(), &mask_before)


cdef bint equal_atoms(const vector[Atom]& x, const vector[Atom]& y) noexcept nogil:
    cdef size_t i
    if x.size() != y.size():
        return False
    for i in range(x.size()):
        if x[i].mask != y[i].mask or x[i].volume != y[i].volume:
            return False
    return True


cdef bint equal_numbers(const vector[i64]& x, const vector[i64]& y) noexcept nogil:
    cdef size_t i
    if x.size() != y.size():
        return False
    for i in range(x.size()):
        if x[i] != y[i]:
            return False
    return True


cdef void add_number(Record* r, double value) noexcept nogil:
    r.numbers.push_back(value)
    r.reach = max(r.reach, value)


cdef void record_nodes(const Group* g, Skeleton* s, Record* r) noexcept nogil:
    """Numbers of the items."""
    cdef size_t n, i
    cdef const GroupItem* item
    s.n_loops = g.n_loops
    s.root = g.root
    s.initial = g.initial
    s.final = g.final
    s.nodes = g.nodes
    s.transitions = g.transitions
    for n in range(g.nodes.size()):
        s.items.push_back(<int>r.numbers.size())
        for i in range(g.nodes[n].items.size()):
            item = &g.nodes[n].items[i]
            r.numbers.push_back(<double>item.count)
            r.numbers.push_back(<double>(item.count - 1))
            r.numbers.push_back(<double>(item.count - 2))


cdef void record_leaves(const Group* g, Skeleton* s, Record* r) noexcept nogil:
    cdef size_t n, i, k, first
    cdef int t, idle
    cdef i64 size, largest
    cdef const Leaf* leaf
    s.n_leaves = <int>g.leaves.size()
    for n in range(g.leaves.size()):
        leaf = &g.leaves[n]
        s.leaves.push_back(<int>r.numbers.size())
        idle = leaf.active == 0
        s.idle.push_back(idle)
        first = 0
        while not equal_numbers(g.leaves[first].extents, leaf.extents):
            first += 1
        s.alike.push_back(<int>first)
        largest = 0
        i = 0
        while i < leaf.extents.size():
            size = 1
            for k in range(<size_t>g.n_dims):
                size *= leaf.extents[i + k]
                r.extents.push_back(leaf.extents[i + k])
            largest = max(largest, size)
            i += g.n_dims
        r.extents_end.push_back(<int>r.extents.size())
        add_number(r, <double>leaf.macs)
        add_number(r, <double>leaf.active)
        for t in range(3):
            add_number(r, <double>leaf.tile[t])
        add_number(r, <double>largest)


cdef int record_summary(const Summary* summary, const vector[int]& equals, const vector[const Summary*]& known,
                        Skeleton* s, Record* r) noexcept nogil:
    """Record a summary; `equals` are the places of those of the same tensor and depth."""
    cdef vector[Atom] atoms, other
    cdef vector[int] masks
    cdef double volume = 0
    cdef int place = <int>s.summaries.size(), same_sums = place, same_atoms = place
    cdef size_t i = equals.size()
    sorted_atoms(summary, atoms)
    s.summaries.push_back(<int>r.numbers.size())
    add_number(r, <double>summary.total)
    add_number(r, <double>summary.same)
    add_number(r, <double>(summary.one - summary.fresh))
    while i > 0:
        i -= 1
        if known[equals[i]].total == summary.total and known[equals[i]].same == summary.same and (
                known[equals[i]].one - known[equals[i]].fresh == summary.one - summary.fresh):
            same_sums = equals[i]
        sorted_atoms(known[equals[i]], other)
        if equal_atoms(other, atoms):
            same_atoms = equals[i]
    for i in range(atoms.size()):
        masks.push_back(atoms[i].mask)
        add_number(r, <double>atoms[i].volume)
        volume += <double>atoms[i].volume
    r.reach = max(r.reach, volume)
    s.masks.push_back(masks)
    s.same_sums.push_back(same_sums)
    s.same_atoms.push_back(same_atoms)
    return place


cdef void record_summaries(const Group* g, Skeleton* s, Record* r) noexcept nogil:
    """Record what transitions mean, each tensor and depth by itself.

    A group shares equal summaries among tensors, which is chance and would tell skeletons apart.
    """
    cdef size_t n, k
    cdef int role, old
    cdef int* summary
    cdef vector[int] equals
    cdef vector[int] numbers
    cdef vector[const Summary*] known
    for role in range(3 * (g.n_loops + 2)):
        equals.clear()
        numbers.clear()
        for n in range(s.transitions.size()):
            summary = &s.transitions[n].held[role] if role < 3 else &s.transitions[n].l2[role - 3]
            old = summary[0]
            if old < 0:
                continue
            k = 0
            while k < numbers.size() and numbers[k] != old:
                k += 1
            if k == numbers.size():
                numbers.push_back(old)
                summary[0] = record_summary(&g.summaries[old], equals, known, s, r)
                equals.push_back(summary[0])
                known.push_back(&g.summaries[old])
            else:
                summary[0] = equals[k]


cdef void record_of(const Group* g, Skeleton* s, Record* r) noexcept nogil:
    """Take an analysed group apart into structure and numbers."""
    cdef int d, t
    r.reach = 1
    r.n_dims = g.n_dims
    for d in range(g.n_dims):
        r.dims[d] = g.dims[d]
    record_nodes(g, s, r)
    record_leaves(g, s, r)
    record_summaries(g, s, r)
    s.l2_largest = <int>r.numbers.size()
    for d in range(g.n_loops + 1):
        for t in range(3):
            add_number(r, <double>g.l2_largest[d][t])


cdef void append_keys(string& key, const vector[int]& values) noexcept nogil:
    cdef size_t i
    append_key(key, values.size())
    for i in range(values.size()):
        append_key(key, values[i])


cdef string skeleton_key(const Skeleton* s) noexcept nogil:
    """Everything that tells two skeletons apart."""
    cdef string key
    cdef size_t n, i
    cdef int t
    cdef const GroupItem* item
    append_key(key, s.n_loops)
    append_key(key, s.root)
    append_key(key, s.initial)
    append_key(key, s.final)
    append_key(key, s.nodes.size())
    for n in range(s.nodes.size()):
        append_key(key, s.nodes[n].depth)
        append_key(key, s.nodes[n].leaf)
        append_key(key, s.nodes[n].dead_level)
        append_key(key, s.nodes[n].reset)
        append_key(key, s.nodes[n].items.size())
        for i in range(s.nodes[n].items.size()):
            item = &s.nodes[n].items[i]
            append_key(key, item.child)
            append_key(key, item.again)
            append_key(key, item.following)
    append_key(key, s.transitions.size())
    for n in range(s.transitions.size()):
        for t in range(3):
            append_key(key, s.transitions[n].held[t])
        for t in range(3 * (s.n_loops + 1)):
            append_key(key, s.transitions[n].l2[t])
    append_keys(key, s.idle)
    append_keys(key, s.alike)
    append_keys(key, s.same_sums)
    append_keys(key, s.same_atoms)
    for n in range(s.masks.size()):
        append_keys(key, s.masks[n])
    return key

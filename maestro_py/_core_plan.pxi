# Plans: how groups of given skeletons combine, as straight-line arithmetic. Included by _core.pyx.
#
# A program of one nest (`Program`) finds nodes, kinds of steps and kinds of transitions by looking at which
# group numbers are equal, never at sizes. So for all nests whose groups have the same skeletons it is found
# once, and what differs is written down as operations on numbered slots: products of the groups' numbers,
# sums of what occurs. Only ideal packing is planned.

cdef enum:
    ZERO = 0                    # slots of constants
    UNIT = 1
    MINUS = 2

cdef struct Load:               # a number of a group, and the slot where it goes
    int number
    int slot

cdef struct Numerics:
    vector[vector[Load]] loads          # per group
    vector[Op] ops
    unordered_map[i64, int] inputs      # group and number to slot
    unordered_map[i64, int] products    # two slots to that of their product

cdef struct Sum:                # a sum in the making; `owned`: the slot is its own
    int slot
    bint owned

cdef struct Flow:               # what passes the NoC or DRAM
    vector[int] amounts[3]      # per tensor: slots of the different amounts; the first is nothing
    vector[int] times[3]        # slots: how often each
    vector[Pair] inward         # different pairs of amounts of W and I; the first is nothing
    vector[Pair] outward        # amounts of O, paired with nothing
    vector[int] inward_of       # per transition
    vector[int] outward_of

cdef struct TileKind:
    int compute                 # class of its only step, -1 if it has more
    vector[StepTerm] steps

cdef struct CutPlan:            # L2 tiles with the first loops outside
    bint ready
    Numerics numerics
    Flow dram
    int moved[3]
    vector[TileKind] kinds
    vector[TileTerm] terms

cdef struct Plan:
    int n_groups
    int n_loops
    vector[int] skeletons
    vector[int] loop_group
    vector[Node] nodes
    vector[LeafKind] leaves
    vector[vector[int]] moves           # per transition: transition of every group
    vector[int] loops                   # per transition: loop that advances
    int root
    int initial
    int final
    bint present[3]
    bint shared[3]
    int factor[3]                       # slots of constants
    int constant_macs
    bint constant[8]
    vector[double] values               # LANES per slot
    vector[i64] loaded                  # serial of the record in every lane, per group
    Numerics numerics
    int steps                           # slots of results
    int macs
    int pe_steps
    int moved[3]
    int carried[3]
    vector[int] tiles[3]                # L1 tiles: the largest counts
    vector[int] l2_tiles                # 3 * cut + tensor
    vector[int] n_tiles                 # per cut
    vector[int] times                   # per transition
    Flow noc
    vector[int] compute_of              # per kind of step: class of equal computing
    vector[int] largest                 # per class: slot of the largest box
    vector[int] compute_times
    vector[int] compute_leaf            # a kind of step of the class
    vector[CutPlan] cuts

cdef struct Outcomes:           # volume by outcomes of the choices so far
    int slots[16]

cdef struct Sums:               # products of totals, of what stays, and what is kept of it
    int total
    int same
    Sum kept

cdef struct Drawing:            # a plan in the making
    Plan* plan
    const vector[Skeleton]* skeletons
    Numerics* numerics
    unordered_map[string, Outcomes] outcomes
    unordered_map[string, Sums] sums

cdef struct Visit:              # a node between two transitions (-1: none that overlaps)
    int node
    int before
    int after
    Sum times


cdef inline const Skeleton* skeleton_of(const Drawing* d, int group) noexcept nogil:
    return &dereference(d.skeletons)[d.plan.skeletons[group]]


cdef int add_slot(Plan* plan, double value) noexcept nogil:
    cdef int slot = <int>(plan.values.size() // LANES)
    plan.values.resize(plan.values.size() + LANES, value)
    return slot


cdef int number_slot(Drawing* d, int group, int number) noexcept nogil:
    """Slot of a group's number."""
    cdef i64 key = <i64>group << 32 | number
    cdef unordered_map[i64, int].iterator found = d.plan.numerics.inputs.find(key)
    cdef Load load
    if found != d.plan.numerics.inputs.end():
        return dereference(found).second
    found = d.numerics.inputs.find(key)
    if found != d.numerics.inputs.end():
        return dereference(found).second
    load.number = number
    load.slot = add_slot(d.plan, 0)
    d.numerics.loads[group].push_back(load)
    d.numerics.inputs[key] = load.slot
    return load.slot


cdef void add_op(Drawing* d, int to, int add, int left, int right) noexcept nogil:
    cdef Op op
    op.to = to
    op.add = add
    op.left = left
    op.right = right
    d.numerics.ops.push_back(op)


cdef int product(Drawing* d, int left, int right) noexcept nogil:
    """Slot of a product; equal ones share it."""
    cdef i64 key
    cdef int slot
    cdef unordered_map[i64, int].iterator found
    if left == ZERO or right == ZERO:
        return ZERO
    if left == UNIT:
        return right
    if right == UNIT:
        return left
    key = <i64>left << 32 | right
    found = d.plan.numerics.products.find(key)
    if found != d.plan.numerics.products.end():
        return dereference(found).second
    found = d.numerics.products.find(key)
    if found != d.numerics.products.end():
        return dereference(found).second
    slot = add_slot(d.plan, 0)
    add_op(d, slot, ZERO, left, right)
    d.numerics.products[key] = slot
    return slot


cdef void accumulate(Drawing* d, Sum* s, int left, int right) noexcept nogil:
    """s += left * right."""
    cdef int slot
    if left == ZERO or right == ZERO:
        return
    if s.slot == ZERO and (left == UNIT or right == UNIT):
        s.slot = left if right == UNIT else right
        return
    if s.owned:
        add_op(d, s.slot, s.slot, left, right)
        return
    slot = add_slot(d.plan, 0)
    add_op(d, slot, s.slot, left, right)
    s.slot = slot
    s.owned = True


cdef inline Sum nothing_yet() noexcept nogil:
    cdef Sum s
    s.slot = ZERO
    s.owned = False
    return s

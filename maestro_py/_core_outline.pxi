# The outline of a family: which numbers of a nest vary, and the groups that they belong to.
# Included by _core.pyx.

cdef enum:
    NOT_MOVING = -1                     # in place of a record: the group is a constant factor

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

cdef struct Outline:
    int columns                         # units of every level, size and offset of every map, count of every loop
    vector[int] places                  # of every column among the packed numbers
    int n_units
    int n_maps
    vector[int] map_level
    vector[int] map_code
    vector[size_t] loop_places          # where every loop begins among the packed numbers
    vector[Base] bases
    bint planned                        # without layouts, which plans do not cover
    double whole                        # MACs of the layer
    i64 output_size


cdef void outline_layer(Outline* out, const Nest* nest) noexcept nogil:
    """What is the same for all nests."""
    cdef int i, t
    out.planned = True
    for t in range(3):
        out.planned = out.planned and nest.inner[t] < 0
    out.whole = 1
    for i in range(nest.n_dims):
        out.whole *= <double>nest.sizes[i]
    out.output_size = 1
    for i in range(nest.n_axes[2]):
        out.output_size *= nest.sizes[nest.axes[2][i]]


cdef void outline_columns(Outline* out, const Nest* nest, const int64_t* packed) noexcept nogil:
    """Find every column among the packed numbers."""
    cdef int i, t, level, n_loops
    cdef size_t at = 3 + nest.n_dims + 8 * nest.n_windows
    for t in range(3):
        at += 2 + nest.n_axes[t]
    out.n_units = nest.n_levels
    out.n_maps = 0
    out.places.resize(nest.n_levels)
    for level in range(nest.n_levels):
        out.places[level] = <int>at
        at += 2
        for i in range(<int>nest.maps[level].size()):
            out.places.push_back(<int>at + 2)
            out.places.push_back(<int>at + 3)
            out.map_level.push_back(level)
            out.map_code.push_back(nest.maps[level][i].code)
            out.n_maps += 1
            at += 4
    n_loops = <int>packed[at]
    at += 1
    for i in range(n_loops):
        out.loop_places.push_back(at)
        out.places.push_back(<int>at + 2)
        at += 4 + <size_t>packed[at + 3]
    out.columns = <int>out.places.size()


cdef void outline_base(const Outline* out, const Nest* nest, const int64_t* packed, const int* base_of, int first,
                       Base* group) noexcept nogil:
    """Find the columns of the group whose lowest dimension is `first`."""
    cdef int base = base_of[first], i, level
    cdef size_t at
    group.first = first
    group.window = False
    group.size = 1
    group.record_before = NOT_MOVING
    for i in range(nest.n_dims):
        if base_of[i] == base:
            group.size *= <double>nest.sizes[i]
    for i in range(nest.n_windows):
        group.window = group.window or base_of[INPUT + i] == base
    for i in range(out.n_maps):
        if base_of[out.map_code[i]] == base:
            group.maps.push_back(i)
            group.numbers.push_back(out.n_units + 2 * i)
            group.numbers.push_back(out.n_units + 2 * i + 1)
    for level in range(nest.n_levels):
        for i in range(<int>nest.maps[level].size()):
            if nest.maps[level][i].spatial and base_of[nest.maps[level][i].code] == base:
                group.numbers.push_back(level)
                group.spatial_levels.push_back(level)
                break
    for i in range(<int>out.loop_places.size()):
        at = out.loop_places[i]
        if base_of[nest.maps[<int>packed[at]][packed[at + 4]].code] == base:
            group.loops.push_back(out.n_units + 2 * out.n_maps + i)


cdef void outline_family(Outline* out, const Nest* nest, const int64_t* packed) noexcept nogil:
    """Find columns and groups of the family of a packed nest, which was read."""
    cdef int base_of[CODES]
    cdef int dim, k
    number_bases(nest, base_of)
    outline_layer(out, nest)
    outline_columns(out, nest, packed)
    for dim in range(nest.n_dims):
        k = 0
        while base_of[k] != base_of[dim]:
            k += 1
        if k == dim:
            out.bases.resize(out.bases.size() + 1)
            outline_base(out, nest, packed, base_of, dim, &out.bases.back())

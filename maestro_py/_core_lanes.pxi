# Loops over lanes: what a plan (`_core_plan.pxi`) computes, for eight nests or eight hardware points at once.
# Included by _core.pyx.
#
# Numbers are integers below EXACT, held in doubles, so every sum and product is exact in any order; nests that
# exceed it are evaluated elsewhere. The functions are compiled for several instruction sets where the platform
# can choose among them when the module is loaded.

cdef extern from *:
    """
    #if defined(__x86_64__) && defined(__GLIBC__) && defined(__GNUC__) && !defined(__clang__)
    #define FOR_SEVERAL_PROCESSORS __attribute__((target_clones("avx512f", "avx2", "default")))
    #else
    #define FOR_SEVERAL_PROCESSORS
    #endif
    enum { LANES = 8 };
    static const double EXACT = 1125899906842624.0;     // 2^50
    typedef double Lanes __attribute__((vector_size(64), aligned(8), may_alias));
    struct Op { int to, add, left, right; };            // v[to] = v[add] + v[left] * v[right]
    struct Pair { int w, i; };
    struct StepTerm { int times, compute, leave, enter; };
    struct TileTerm { int times, kind, enter, leave, dram_in, dram_out; };

    // One row of lanes per slot, a nest per lane.
    FOR_SEVERAL_PROCESSORS static void run_ops(const Op* ops, size_t n, double* v) {
        Lanes* x = (Lanes*)v;
        for (size_t i = 0; i < n; ++i) x[ops[i].to] = x[ops[i].add] + x[ops[i].left] * x[ops[i].right];
    }

    // From here on a hardware point per lane and `n` rows of lanes; `v` holds a number of one nest per slot.
    static const double ROUND = 6755399441055744.0;     // 1.5 * 2^52: adding it rounds to an integer

    // out[j] = ceil(v[slots[j]] * bits / per)
    FOR_SEVERAL_PROCESSORS static void divide_up(const int* slots, size_t m, const double* v, const double* bits,
                                                 const double* per, const double* inverse, double* out, size_t n) {
        const Lanes *b = (const Lanes*)bits, *y = (const Lanes*)per, *r = (const Lanes*)inverse;
        Lanes* o = (Lanes*)out;
        const Lanes zero = {}, one = zero + 1.0;
        for (size_t j = 0; j < m; ++j, o += n) {
            double amount = v[slots[j] * LANES];
            if (amount == 0) { for (size_t p = 0; p < n; ++p) o[p] = zero; continue; }
            for (size_t p = 0; p < n; ++p) {
                Lanes x = amount * b[p], q = (x * r[p] + ROUND) - ROUND;
                o[p] = q + (q * y[p] < x ? one : zero);
            }
        }
    }

    // total += v[times[j]] * rows[j]
    FOR_SEVERAL_PROCESSORS static void add_times(const int* times, size_t m, const double* v, const double* rows,
                                                 double* total, size_t n) {
        const Lanes* x = (const Lanes*)rows;
        Lanes* o = (Lanes*)total;
        for (size_t p = 0; p < n; ++p) {
            Lanes sum = o[p];
            for (size_t j = 0; j < m; ++j) sum += v[times[j] * LANES] * x[j * n + p];
            o[p] = sum;
        }
    }

    // out[j] = w[pairs[j].w] + i[pairs[j].i], and the latency where that is not 0
    FOR_SEVERAL_PROCESSORS static void arrive(const Pair* pairs, size_t m, const double* w, const double* i,
                                              const double* latency, double* out, size_t n) {
        const Lanes *a = (const Lanes*)w, *b = (const Lanes*)i, *late = (const Lanes*)latency;
        Lanes* o = (Lanes*)out;
        const Lanes zero = {};
        for (size_t j = 0; j < m; ++j, o += n)
            for (size_t p = 0; p < n; ++p) {
                Lanes x = a[pairs[j].w * n + p] + b[pairs[j].i * n + p];
                o[p] = x + (x > zero ? late[p] : zero);
            }
    }

    // own = sum of times * max(compute, leave, enter)
    FOR_SEVERAL_PROCESSORS static void sum_steps(const StepTerm* terms, size_t m, const double* v, const double* compute,
                                                 const double* ingress, const double* egress, double* own, size_t n) {
        const Lanes *c = (const Lanes*)compute, *in = (const Lanes*)ingress, *out = (const Lanes*)egress;
        Lanes* o = (Lanes*)own;
        for (size_t p = 0; p < n; ++p) {
            Lanes sum = {};
            for (size_t j = 0; j < m; ++j) {
                const StepTerm t = terms[j];
                Lanes x = c[t.compute * n + p], y = in[t.leave * n + p], z = out[t.enter * n + p];
                x = x > y ? x : y;
                x = x > z ? x : z;
                sum += v[t.times * LANES] * x;
            }
            o[p] = sum;
        }
    }

    // total += sum of times * max(own + ingress before + egress after, DRAM in after, DRAM out before)
    FOR_SEVERAL_PROCESSORS static void sum_tiles(const TileTerm* terms, size_t m, const double* v, const double* own,
                                                 const double* ingress, const double* egress, const double* dram_in,
                                                 const double* dram_out, double* total, size_t n) {
        const Lanes *k = (const Lanes*)own, *in = (const Lanes*)ingress, *out = (const Lanes*)egress;
        const Lanes *din = (const Lanes*)dram_in, *dout = (const Lanes*)dram_out;
        Lanes* o = (Lanes*)total;
        for (size_t p = 0; p < n; ++p) {
            Lanes sum = o[p];
            for (size_t j = 0; j < m; ++j) {
                const TileTerm t = terms[j];
                Lanes x = k[t.kind * n + p] + in[t.enter * n + p] + out[t.leave * n + p];
                Lanes y = din[t.dram_in * n + p], z = dout[t.dram_out * n + p];
                x = x > y ? x : y;
                x = x > z ? x : z;
                sum += v[t.times * LANES] * x;
            }
            o[p] = sum;
        }
    }
    """
    cdef enum:
        LANES
    const double EXACT
    cdef struct Op:
        int to
        int add
        int left
        int right
    cdef struct Pair:
        int w
        int i
    cdef struct StepTerm:
        int times
        int compute
        int leave
        int enter
    cdef struct TileTerm:
        int times
        int kind
        int enter
        int leave
        int dram_in
        int dram_out
    void run_ops(const Op* ops, size_t n, double* v) noexcept nogil
    void divide_up(const int* slots, size_t m, const double* v, const double* bits, const double* per,
                   const double* inverse, double* out, size_t n) noexcept nogil
    void add_times(const int* times, size_t m, const double* v, const double* rows, double* total,
                   size_t n) noexcept nogil
    void arrive(const Pair* pairs, size_t m, const double* w, const double* i, const double* latency, double* out,
                size_t n) noexcept nogil
    void sum_steps(const StepTerm* terms, size_t m, const double* v, const double* compute, const double* ingress,
                   const double* egress, double* own, size_t n) noexcept nogil
    void sum_tiles(const TileTerm* terms, size_t m, const double* v, const double* own, const double* ingress,
                   const double* egress, const double* dram_in, const double* dram_out, double* total,
                   size_t n) noexcept nogil

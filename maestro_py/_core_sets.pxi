# Sets of integers as sorted, disjoint, non-touching half-open intervals; and the plain structures of the core.
# Included by _core.pyx, which states the contract.

cdef extern from *:
    """
    #include <algorithm>
    #include <cstdint>
    #include <cstring>
    #include <string>
    typedef __int128 i128;
    struct Interval { long long a, b; };
    // A vector of intervals that keeps up to two of them, which is nearly always, without allocating.
    class IntervalSet {
        enum { KEPT = 2 };
        Interval* items;
        size_t count, room;
        Interval kept[KEPT];
        void take(IntervalSet& other) {
            count = other.count;
            if (other.items == other.kept) {
                items = kept; room = KEPT; std::memcpy(kept, other.kept, sizeof kept);
            } else {
                items = other.items; room = other.room; other.items = other.kept; other.room = KEPT;
            }
            other.count = 0;
        }
    public:
        IntervalSet() : items(kept), count(0), room(KEPT) {}
        IntervalSet(const IntervalSet& other) : items(kept), count(0), room(KEPT) { *this = other; }
        IntervalSet(IntervalSet&& other) noexcept { take(other); }
        ~IntervalSet() { if (items != kept) delete[] items; }
        IntervalSet& operator=(const IntervalSet& other) {
            if (this != &other) {
                count = 0;
                reserve(other.count);
                std::memcpy(items, other.items, other.count * sizeof(Interval));
                count = other.count;
            }
            return *this;
        }
        IntervalSet& operator=(IntervalSet&& other) noexcept {
            if (this != &other) { if (items != kept) delete[] items; take(other); }
            return *this;
        }
        size_t size() const { return count; }
        Interval& operator[](size_t i) { return items[i]; }
        const Interval& operator[](size_t i) const { return items[i]; }
        void clear() { count = 0; }
        void reserve(size_t n) {
            if (n <= room) return;
            size_t larger = n > 2 * room ? n : 2 * room;
            Interval* moved = new Interval[larger];
            std::memcpy(moved, items, count * sizeof(Interval));
            if (items != kept) delete[] items;
            items = moved; room = larger;
        }
        void push_back(const Interval& x) { Interval copy = x; reserve(count + 1); items[count++] = copy; }
        void resize(size_t n) { reserve(n); count = n; }
        Interval* begin() { return items; }
        Interval* end() { return items + count; }
    };
    static inline bool interval_before(const Interval& x, const Interval& y) { return x.a < y.a; }
    // Sort and merge in place.
    static inline void normalise(IntervalSet& s) {
        if (s.size() < 2) return;
        std::sort(s.begin(), s.end(), interval_before);
        size_t out = 0;
        for (size_t i = 1; i < s.size(); ++i) {
            if (s[i].a <= s[out].b) { if (s[i].b > s[out].b) s[out].b = s[i].b; }
            else s[++out] = s[i];
        }
        s.resize(out + 1);
    }
    static inline bool equal_sets(const IntervalSet& x, const IntervalSet& y) {
        if (x.size() != y.size()) return false;
        for (size_t i = 0; i < x.size(); ++i) if (x[i].a != y[i].a || x[i].b != y[i].b) return false;
        return true;
    }
    static inline void append_key(std::string& key, long long value) {
        key.append(reinterpret_cast<const char*>(&value), sizeof value);
    }
    static inline long long checked_multiply(long long x, long long y, int* overflow) {
        long long r;
        if (__builtin_mul_overflow(x, y, &r)) { *overflow = 1; return 0; }
        return r;
    }
    static inline long long checked_add(long long x, long long y, int* overflow) {
        long long r;
        if (__builtin_add_overflow(x, y, &r)) { *overflow = 1; return 0; }
        return r;
    }
    static inline long long fit(i128 value, int* overflow) {
        if (value > (i128)INT64_MAX || value < (i128)INT64_MIN) { *overflow = 1; return 0; }
        return (long long)value;
    }
    // SEMANTICS 7: densities are in millionths, the product of two in trillionths.
    static const long long MILLION = 1000000, TRILLION = 1000000000000;
    // ceil(count * part / (unit * each)) for part, unit and each above 0
    static inline long long share_of(long long count, long long part, long long unit, long long each, int* overflow) {
        i128 whole = (i128)unit * each;
        return fit(((i128)count * part + whole - 1) / whole, overflow);
    }
    """
    ctypedef long long i128
    cdef struct Interval:
        long long a
        long long b
    cdef cppclass IntervalSet:
        IntervalSet() noexcept nogil
        size_t size() noexcept nogil
        Interval& operator[](size_t i) noexcept nogil
        void clear() noexcept nogil
        void reserve(size_t n) noexcept nogil
        void push_back(const Interval& x) noexcept nogil
        void resize(size_t n) noexcept nogil
    void normalise(IntervalSet& s) noexcept nogil
    bint equal_sets(const IntervalSet& x, const IntervalSet& y) noexcept nogil
    void append_key(string& key, i64 value) noexcept nogil
    i64 checked_multiply(i64 x, i64 y, int* overflow) noexcept nogil
    i64 checked_add(i64 x, i64 y, int* overflow) noexcept nogil
    i64 fit(i128 value, int* overflow) noexcept nogil
    const i64 MILLION, TRILLION
    i64 share_of(i64 count, i64 part, i64 unit, i64 each, int* overflow) noexcept nogil


cdef inline i64 ceil_div(i64 x, i64 y) noexcept nogil:
    """Ceiling of x / y for y > 0."""
    return (x + y - 1) // y if x > 0 else -((-x) // y)


cdef inline i64 floor_div(i64 x, i64 y) noexcept nogil:
    """Floor of x / y for y > 0 (C division truncates)."""
    return x // y if x >= 0 else -((-x + y - 1) // y)


cdef inline i64 measure(const IntervalSet& s) noexcept nogil:
    """Number of elements."""
    cdef i64 total = 0
    cdef size_t i
    for i in range(s.size()):
        total += s[i].b - s[i].a
    return total


cdef inline void push(IntervalSet& s, i64 a, i64 b) noexcept nogil:
    cdef Interval piece
    if a < b:
        piece.a = a
        piece.b = b
        s.push_back(piece)


cdef void subtract(const IntervalSet& x, const IntervalSet& y, IntervalSet& out) noexcept nogil:
    """out = x minus y."""
    cdef size_t i, j = 0
    cdef i64 start, end
    out.clear()
    for i in range(x.size()):
        start = x[i].a
        end = x[i].b
        while j < y.size() and y[j].b <= start:
            j += 1
        while j < y.size() and y[j].a < end:
            push(out, start, min(end, y[j].a))
            start = max(start, y[j].b)
            if y[j].b >= end:
                break
            j += 1
        push(out, start, end)


cdef void repeat(IntervalSet& s, i64 count, i64 shift) noexcept nogil:
    """s becomes the union of `count` copies of s, each `shift` further than the one before."""
    cdef size_t i, n = s.size()
    cdef i64 c
    if count <= 1 or shift == 0 or n == 0:
        return
    if n == 1 and -(s[0].b - s[0].a) <= shift <= s[0].b - s[0].a:
        if shift > 0:
            s[0].b += (count - 1) * shift
        else:
            s[0].a += (count - 1) * shift
        return
    s.reserve(n * count)
    for c in range(1, count):
        for i in range(n):
            push(s, s[i].a + c * shift, s[i].b + c * shift)
    normalise(s)


cdef i64 windows(const IntervalSet& s, i64 width) noexcept nogil:
    """Windows of `width` consecutive positions that cover s from its lowest element (SEMANTICS 4)."""
    cdef i64 beats = 0, need, end = 0, start
    cdef size_t i
    cdef bint open_window = False
    for i in range(s.size()):
        start = s[i].a
        if open_window and start < end:
            start = end
        if start < s[i].b:
            need = ceil_div(s[i].b - start, width)
            beats += need
            end = start + need * width
            open_window = True
    return beats

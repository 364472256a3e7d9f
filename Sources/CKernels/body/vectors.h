// Vectors of 16 floats, whole and partial loads and stores.

typedef float v16 __attribute__((ext_vector_type(16)));
typedef float v16u __attribute__((ext_vector_type(16), aligned(4)));
typedef int32_t i16 __attribute__((ext_vector_type(16)));
typedef float v8 __attribute__((ext_vector_type(8)));
typedef float v8u __attribute__((ext_vector_type(8), aligned(4)));
typedef float v4 __attribute__((ext_vector_type(4)));
typedef double d8 __attribute__((ext_vector_type(8)));

#define INLINE static inline __attribute__((always_inline))

/// a · b + c, in one rounding where the level has it.
INLINE v16 multiply_add(v16 a, v16 b, v16 c) {
#if PK_LEVEL > 0 || defined(__aarch64__)
  return __builtin_elementwise_fma(a, b, c);
#else
  return a * b + c;
#endif
}

INLINE v16 broadcast(float x) { return (v16)x; }
INLINE v16 load(const float *p) { return *(const v16u *)p; }
INLINE void store(float *p, v16 x) { *(v16u *)p = x; }

// The first n of 16 lanes. Lanes beyond read as zero and are not touched in memory.
#if PK_LEVEL == 2
typedef __mmask16 mask;
INLINE mask first_lanes(long n) { return (mask)((1u << n) - 1); }
INLINE v16 load_part(const float *p, mask m) { return (v16)_mm512_maskz_loadu_ps(m, p); }
INLINE void store_part(float *p, mask m, v16 x) { _mm512_mask_storeu_ps(p, m, (__m512)x); }
#elif PK_LEVEL == 1
typedef struct {
  __m256i low, high;
} mask;
INLINE mask first_lanes(long n) {
  __m256i count = _mm256_set1_epi32((int)n);
  mask m = {_mm256_cmpgt_epi32(count, _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7)),
            _mm256_cmpgt_epi32(count, _mm256_setr_epi32(8, 9, 10, 11, 12, 13, 14, 15))};
  return m;
}
INLINE v16 load_part(const float *p, mask m) {
  v8 low = (v8)_mm256_maskload_ps(p, m.low), high = (v8)_mm256_maskload_ps(p + 8, m.high);
  return __builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
}
INLINE void store_part(float *p, mask m, v16 x) {
  _mm256_maskstore_ps(p, m.low, (__m256)x.lo);
  _mm256_maskstore_ps(p + 8, m.high, (__m256)x.hi);
}
#else
typedef long mask;
INLINE mask first_lanes(long n) { return n; }
INLINE v16 load_part(const float *p, mask m) {
  float lanes[16] = {0};
  memcpy(lanes, p, (size_t)m * sizeof(float));
  return load(lanes);
}
INLINE void store_part(float *p, mask m, v16 x) {
  float lanes[16];
  store(lanes, x);
  memcpy(p, lanes, (size_t)m * sizeof(float));
}
#endif

/// Sum of all lanes, by halves.
INLINE v4 fold(v16 x) {
  v8 half = x.lo + x.hi;
  return half.lo + half.hi;
}

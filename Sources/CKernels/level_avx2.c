// The kernels for processors with AVX2 and FMA.
#include "table.h"

#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define PK_LEVEL 1
#define PK_TABLE pk_table_avx2
#include "body/body.h"
#pragma clang attribute pop
#endif

// The kernels for processors with AVX-512.
#include "table.h"

#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx2,fma,avx512f,avx512dq,avx512bw,avx512vl"))), \
                             apply_to = function)
#define PK_LEVEL 2
#define PK_TABLE pk_table_avx512
#include "body/body.h"
#pragma clang attribute pop
#endif

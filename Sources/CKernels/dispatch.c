// Chooses the level at run time and forwards every public function to it.
#include "table.h"

#include <stdatomic.h>
#include <stddef.h>

static _Atomic(int) current = -1;
static _Thread_local int forced = -1;

int pk_best_level(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return PK_LEVEL_BASELINE;
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl"))
    return PK_LEVEL_AVX512;
  return PK_LEVEL_AVX2;
#else
  return PK_LEVEL_BASELINE;
#endif
}

int pk_level(void) {
  if (forced >= 0) return forced;
  int level = atomic_load_explicit(&current, memory_order_relaxed);
  if (level < 0) {
    level = pk_best_level();
    atomic_store_explicit(&current, level, memory_order_relaxed);
  }
  return level;
}

int pk_set_level(int level) {
  if (level < 0 || level > pk_best_level()) return 0;
  atomic_store_explicit(&current, level, memory_order_relaxed);
  return 1;
}

int pk_force_level(int level) {
  int before = forced;
  forced = level < 0 || level > pk_best_level() ? -1 : level;
  return before;
}

static inline const pk_table *table(void) {
#if defined(__x86_64__)
  switch (pk_level()) {
  case PK_LEVEL_AVX512: return &pk_table_avx512;
  case PK_LEVEL_AVX2: return &pk_table_avx2;
  default: break;
  }
#endif
  return &pk_table_baseline;
}

void pk_layer_forward(const float *x, const float *w, const float *bias, float *y, long rows, long inputs,
                      long outputs, int activation) {
  table()->layer_forward(x, w, bias, y, rows, inputs, outputs, activation);
}

void pk_layer_input_gradients(const float *dz, const float *w, const float *x, float *dx, long rows, long inputs,
                              long outputs, int activation, float *scratch) {
  table()->layer_input_gradients(dz, w, x, dx, rows, inputs, outputs, activation, scratch);
}

void pk_layer_parameter_gradients(const float *x, const float *dz, float *dw, float *db, long rows, long inputs,
                                  long outputs, float *scratch) {
  table()->layer_parameter_gradients(x, dz, dw, db, rows, inputs, outputs, scratch, 0);
}

void pk_set_layer_parameter_gradients(const float *x, const float *dz, float *dw, float *db, long rows, long inputs,
                                      long outputs, float *scratch) {
  table()->layer_parameter_gradients(x, dz, dw, db, rows, inputs, outputs, scratch, 1);
}

long pk_layer_scratch(long inputs, long outputs) { return inputs * outputs; }

void pk_activation_backward(const float *dy, const float *y, float *dz, long count, int activation) {
  table()->activation_backward(dy, y, dz, count, activation);
}

void pk_activate(const float *x, float *y, long count, int activation) { table()->activate(x, y, count, activation); }
void pk_tanh(const float *x, float *y, long count) { table()->activate(x, y, count, PK_TANH); }
void pk_exp(const float *x, float *y, long count) { table()->exp(x, y, count); }
void pk_log(const float *x, float *y, long count) { table()->log(x, y, count); }
void pk_sigmoid(const float *x, float *y, long count) { table()->sigmoid(x, y, count); }

void pk_adam(float *parameters, const float *gradients, float *first, float *second, long count, pk_adam_step step) {
  table()->adam(parameters, gradients, first, second, count, &step);
}

double pk_sum_of_squares(const float *x, long count) { return table()->sum_of_squares(x, count); }
void pk_scale(float *x, float factor, long count) { table()->scale(x, factor, count); }

void pk_soft_maximum(const double *q, double *values, double *policy, double *sums, long states, long actions,
                     int hard) {
  table()->soft_maximum(q, values, policy, sums, states, actions, hard);
}

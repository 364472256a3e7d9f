// The functions of one level, and the three levels.
#pragma once

#include "CKernels.h"

typedef struct {
  void (*layer_forward)(const float *x, const float *w, const float *bias, float *y, long rows, long inputs,
                        long outputs, int activation);
  void (*layer_input_gradients)(const float *dz, const float *w, const float *x, float *dx, long rows, long inputs,
                                long outputs, int activation, float *scratch);
  void (*layer_parameter_gradients)(const float *x, const float *dz, float *dw, float *db, long rows, long inputs,
                                    long outputs, float *scratch, int overwrite);
  void (*activation_backward)(const float *dy, const float *y, float *dz, long count, int activation);
  void (*activate)(const float *x, float *y, long count, int activation);
  void (*exp)(const float *x, float *y, long count);
  void (*log)(const float *x, float *y, long count);
  void (*sigmoid)(const float *x, float *y, long count);
  void (*adam)(float *parameters, const float *gradients, float *first, float *second, long count,
               const pk_adam_step *step);
  double (*sum_of_squares)(const float *x, long count);
  void (*scale)(float *x, float factor, long count);
  void (*soft_maximum)(const double *q, double *values, double *policy, double *sums, long states, long actions,
                       int hard);
} pk_table;

extern const pk_table pk_table_baseline;
#if defined(__x86_64__)
extern const pk_table pk_table_avx2;
extern const pk_table pk_table_avx512;
#endif

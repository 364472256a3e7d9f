#include "CKernels.h"
#include <math.h>

int pk_level(void) { return 0; }
int pk_best_level(void) { return 0; }
int pk_set_level(int level) { return level == 0; }
long pk_layer_scratch(long inputs, long outputs) { return inputs * outputs; }

static float activate(float x, int activation) {
  switch (activation) {
  case PK_TANH: return tanhf(x);
  case PK_RELU: return x > 0 ? x : 0;
  case PK_LEAKY_RELU: return x > 0 ? x : 0.01f * x;
  default: return x;
  }
}

static float slope(float y, int activation) {
  switch (activation) {
  case PK_TANH: return 1 - y * y;
  case PK_RELU: return y > 0 ? 1 : 0;
  case PK_LEAKY_RELU: return y > 0 ? 1 : 0.01f;
  default: return 1;
  }
}

void pk_layer_forward(const float *x, const float *w, const float *bias, float *y, long rows, long inputs,
                      long outputs, int activation) {
  for (long i = 0; i < rows; i++) {
    float *row = y + i * outputs;
    for (long j = 0; j < outputs; j++) row[j] = bias ? bias[j] : 0;
    for (long k = 0; k < inputs; k++)
      for (long j = 0; j < outputs; j++) row[j] += x[i * inputs + k] * w[k * outputs + j];
    for (long j = 0; j < outputs; j++) row[j] = activate(row[j], activation);
  }
}

void pk_layer_input_gradients(const float *dz, const float *w, const float *x, float *dx, long rows, long inputs,
                              long outputs, int activation, float *scratch) {
  for (long i = 0; i < rows; i++)
    for (long k = 0; k < inputs; k++) {
      float sum = 0;
      for (long j = 0; j < outputs; j++) sum += dz[i * outputs + j] * w[k * outputs + j];
      dx[i * inputs + k] = sum * (x ? slope(x[i * inputs + k], activation) : 1);
    }
}

void pk_layer_parameter_gradients(const float *x, const float *dz, float *dw, float *db, long rows, long inputs,
                                  long outputs, float *scratch) {
  for (long i = 0; i < rows; i++) {
    for (long j = 0; j < outputs; j++) db[j] += dz[i * outputs + j];
    for (long k = 0; k < inputs; k++)
      for (long j = 0; j < outputs; j++) dw[k * outputs + j] += x[i * inputs + k] * dz[i * outputs + j];
  }
}

void pk_activation_backward(const float *dy, const float *y, float *dz, long count, int activation) {
  for (long i = 0; i < count; i++) dz[i] = dy[i] * slope(y[i], activation);
}

void pk_activate(const float *x, float *y, long count, int activation) {
  for (long i = 0; i < count; i++) y[i] = activate(x[i], activation);
}

void pk_tanh(const float *x, float *y, long count) { for (long i = 0; i < count; i++) y[i] = tanhf(x[i]); }
void pk_exp(const float *x, float *y, long count) { for (long i = 0; i < count; i++) y[i] = expf(x[i]); }
void pk_log(const float *x, float *y, long count) { for (long i = 0; i < count; i++) y[i] = logf(x[i]); }
void pk_sigmoid(const float *x, float *y, long count) { for (long i = 0; i < count; i++) y[i] = 1 / (1 + expf(-x[i])); }

void pk_adam(float *p, const float *gradients, float *m, float *v, long count, pk_adam_step s) {
  for (long i = 0; i < count; i++) {
    float g = gradients[i] + s.l2 * p[i];
    m[i] += (g - m[i]) * s.beta1_complement;
    v[i] = v[i] * s.beta2 + s.beta2_complement * g * g;
    p[i] = p[i] * s.decay - s.step_size * m[i] / (sqrtf(v[i]) * s.second_scale + s.epsilon);
  }
}

double pk_sum_of_squares(const float *x, long count) {
  double sum = 0;
  for (long i = 0; i < count; i++) sum += (double)x[i] * x[i];
  return sum;
}

void pk_scale(float *x, float factor, long count) { for (long i = 0; i < count; i++) x[i] *= factor; }

// Float kernels of Compute: layer products with bias and activation fused in, element-wise functions, Adam.
//
// Matrices are row-major and dense. Every function exists for several instruction sets and is chosen at run time; the
// FMA levels (AVX2, AVX-512) give the same bits, and the bits of one row never depend on how many rows there are.
#pragma once

enum { PK_IDENTITY = 0, PK_TANH = 1, PK_RELU = 2, PK_LEAKY_RELU = 3 };
/// Rows whose parameter gradients are summed in one chain of multiply-adds before they are added to what stands there.
enum { PK_GRADIENT_ROWS = 256 };
enum { PK_LEVEL_BASELINE = 0, PK_LEVEL_AVX2 = 1, PK_LEVEL_AVX512 = 2 };

/// The level in use, and the best that this processor can run.
int pk_level(void);
int pk_best_level(void);
/// Sets the level of the whole process; returns 0 and changes nothing if the processor lacks it.
int pk_set_level(int level);
/// Sets the level of the calling thread alone (-1: the process's again); returns the one before.
int pk_force_level(int level);

/// y[rows × outputs] = f(x[rows × inputs] · w[inputs × outputs] + bias[outputs]); bias may be NULL.
void pk_layer_forward(const float *x, const float *w, const float *bias, float *y, long rows, long inputs,
                      long outputs, int activation);

/// dx[rows × inputs] = (dz[rows × outputs] · wᵀ) ⊙ f'(·), f' taken from f's outputs `x`; x NULL: without the factor.
/// scratch: pk_layer_scratch(inputs, outputs) floats.
void pk_layer_input_gradients(const float *dz, const float *w, const float *x, float *dx, long rows, long inputs,
                              long outputs, int activation, float *scratch);

/// dw[inputs × outputs] += xᵀ · dz and db[outputs] += column sums of dz. scratch as above.
void pk_layer_parameter_gradients(const float *x, const float *dz, float *dw, float *db, long rows, long inputs,
                                  long outputs, float *scratch);

/// The same, but what stands there is overwritten.
void pk_set_layer_parameter_gradients(const float *x, const float *dz, float *dw, float *db, long rows, long inputs,
                                      long outputs, float *scratch);

/// into[count × width] = the rows of `from` that `order` names, one after the other.
void pk_gather_rows(const float *from, const int *order, long count, long width, float *into);

/// into[count] += from[count]
void pk_add(const float *from, float *into, long count);

/// into[count] = (1 - share) · into + share · from
void pk_approach(float *into, const float *from, float share, long count);

/// Square patches of images of height × width × channels: size × size × channels, `stride` apart, inside the image.
typedef struct {
  long height, width, channels, size, stride;
} pk_patches;

/// How many patches an image has.
long pk_patch_count(pk_patches shape);
/// patches[count × (size · size · channels)] = the patches of the image, row by row.
void pk_gather_patches(const float *image, float *patches, pk_patches shape);
/// image = at each place the sum of what the patches hold for it, in the order of the patches.
void pk_scatter_patches(const float *patches, float *image, pk_patches shape);
/// y[columns × rows] = xᵀ
void pk_transpose(const float *x, float *y, long rows, long columns);

/// Floats of scratch that the two layer gradients need.
long pk_layer_scratch(long inputs, long outputs);

/// dz = dy ⊙ f'(·), f' taken from f's outputs y. dz may be dy.
void pk_activation_backward(const float *dy, const float *y, float *dz, long count, int activation);

// Element-wise; y may be x.
void pk_activate(const float *x, float *y, long count, int activation);
void pk_tanh(const float *x, float *y, long count);
void pk_exp(const float *x, float *y, long count);
void pk_log(const float *x, float *y, long count);
void pk_sigmoid(const float *x, float *y, long count);

typedef struct {
  float step_size;           // learning rate / (1 - beta1^t)
  float beta1_complement;    // 1 - beta1
  float beta2;
  float beta2_complement;    // 1 - beta2
  float second_scale;        // 1 / sqrt(1 - beta2^t)
  float epsilon;
  float decay;               // 1 - learning rate * decoupled weight decay
  float l2;                  // coupled penalty: added to the gradient
} pk_adam_step;

/// One Adam step in place (PyTorch's formulas).
void pk_adam(float *parameters, const float *gradients, float *first, float *second, long count, pk_adam_step step);

/// Sum of squares, accumulated in double in a fixed order.
double pk_sum_of_squares(const float *x, long count);
/// x *= factor
void pk_scale(float *x, float factor, long count);

/// For action values q, [actions × states]: values = log Σ exp q over actions (or, if hard, the largest q), and
/// policy = softmax of q over actions. sums: scratch, [states]. Doubles; probabilities below 1e-307 are raised to it.
void pk_soft_maximum(const double *q, double *values, double *policy, double *sums, long states, long actions,
                     int hard);

/// Marks the calling thread as inside a parallel region (nested regions run inline); returns the mark before.
int pk_set_in_parallel(int inside);
int pk_in_parallel(void);

/// Tells the processor that the caller waits in a loop.
static inline void pk_pause(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

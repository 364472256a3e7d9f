// Adam, norms and scaling over flat parameters.

INLINE v16 root16(v16 x) { return __builtin_elementwise_sqrt(x); }

INLINE void adam16(v16 *p, v16 g, v16 *m, v16 *v, const pk_adam_step *s) {
  g = multiply_add(s->l2, *p, g);
  *m = multiply_add(g - *m, s->beta1_complement, *m);
  *v = multiply_add(s->beta2_complement * g, g, *v * s->beta2);
  v16 denominator = multiply_add(root16(*v), s->second_scale, s->epsilon);
  *p = multiply_add(-s->step_size, *m / denominator, *p * s->decay);
}

static void adam(float *parameters, const float *gradients, float *first, float *second, long count,
                 const pk_adam_step *step) {
  const pk_adam_step s = *step;
  long i = 0;
  for (; i + 16 <= count; i += 16) {
    v16 p = load(parameters + i), m = load(first + i), v = load(second + i);
    adam16(&p, load(gradients + i), &m, &v, &s);
    store(parameters + i, p);
    store(first + i, m);
    store(second + i, v);
  }
  if (i < count) {
    mask k = first_lanes(count - i);
    v16 p = load_part(parameters + i, k), m = load_part(first + i, k), v = load_part(second + i, k);
    adam16(&p, load_part(gradients + i, k), &m, &v, &s);
    store_part(parameters + i, k, p);
    store_part(first + i, k, m);
    store_part(second + i, k, v);
  }
}

static double sum_of_squares(const float *x, long count) {
  d8 low = 0.0, high = 0.0;
  long i = 0;
  for (; i + 16 <= count; i += 16) {
    v16 value = load(x + i);
    d8 a = __builtin_convertvector(value.lo, d8), b = __builtin_convertvector(value.hi, d8);
    low += a * a;
    high += b * b;
  }
  if (i < count) {
    v16 value = load_part(x + i, first_lanes(count - i));
    d8 a = __builtin_convertvector(value.lo, d8), b = __builtin_convertvector(value.hi, d8);
    low += a * a;
    high += b * b;
  }
  low += high;
  double sum = 0;
  for (int lane = 0; lane < 8; lane++) sum += low[lane];
  return sum;
}

static void scale(float *x, float factor, long count) {
  for (long i = 0; i < count; i++) x[i] *= factor;
}

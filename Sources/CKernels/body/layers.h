// The three products of a layer, with short cuts for layers of very few outputs.

/// Layers of at most this many outputs, and at least 16 inputs, are computed as dot products: lanes over the inputs.
enum { FEW_OUTPUTS = 4, MOST_DOT_INPUTS = 1024 };

/// Sums of four accumulators, in the same tree for each.
INLINE v4 sums_of_four(v16 a, v16 b, v16 c, v16 d) {
  v4 p = fold(a), q = fold(b), r = fold(c), s = fold(d);
  v4 low = __builtin_shufflevector(p, q, 0, 4, 1, 5) + __builtin_shufflevector(p, q, 2, 6, 3, 7);
  v4 high = __builtin_shufflevector(r, s, 0, 4, 1, 5) + __builtin_shufflevector(r, s, 2, 6, 3, 7);
  return __builtin_shufflevector(low, high, 0, 1, 4, 5) + __builtin_shufflevector(low, high, 2, 3, 6, 7);
}

/// y[row × stride] = x[row] · w + bias
static void dot_rows(const float *x, const float *w, float bias, float *y, long rows, long inputs, long stride) {
  long whole = inputs & ~15L;
  mask last = first_lanes(inputs - whole);
  for (long row = 0; row < rows; row += 4) {
    // Rows beyond the end repeat the last one and are dropped.
    const float *x0 = x + row * inputs;
    const float *x1 = row + 1 < rows ? x0 + inputs : x0;
    const float *x2 = row + 2 < rows ? x1 + inputs : x1;
    const float *x3 = row + 3 < rows ? x2 + inputs : x2;
    v16 a = 0.0f, b = 0.0f, c = 0.0f, d = 0.0f;
    for (long k = 0; k < whole; k += 16) {
      v16 weights = load(w + k);
      a = multiply_add(load(x0 + k), weights, a);
      b = multiply_add(load(x1 + k), weights, b);
      c = multiply_add(load(x2 + k), weights, c);
      d = multiply_add(load(x3 + k), weights, d);
    }
    if (whole < inputs) {
      v16 weights = load_part(w + whole, last);
      a = multiply_add(load_part(x0 + whole, last), weights, a);
      b = multiply_add(load_part(x1 + whole, last), weights, b);
      c = multiply_add(load_part(x2 + whole, last), weights, c);
      d = multiply_add(load_part(x3 + whole, last), weights, d);
    }
    v4 sums = sums_of_four(a, b, c, d) + bias;
    float *target = y + row * stride;
    target[0] = sums[0];
    if (row + 1 < rows) target[stride] = sums[1];
    if (row + 2 < rows) target[2 * stride] = sums[2];
    if (row + 3 < rows) target[3 * stride] = sums[3];
  }
}

/// Products of this many rows read w once from start to end; more rows make better use of panels of it.
enum { THIN_ROWS = 3, THIN_DEPTH = 8, LEAST_THIN_OUTPUTS = 64 };

/// y = x · w + bias for few rows: each row of w is read once, in order, and adds to running sums that stand in y. The
/// same chains as in a tile.
static void thin_product(const float *x, const float *w, const float *bias, float *y, long rows, long inputs,
                         long outputs) {
  for (long row = 0; row < rows; row++) {
    if (bias) memcpy(y + row * outputs, bias, (size_t)outputs * sizeof(float));
    else memset(y + row * outputs, 0, (size_t)outputs * sizeof(float));
  }
  long whole = outputs & ~15L;
  mask last = first_lanes(outputs - whole);
  for (long k = 0; k < inputs; k += THIN_DEPTH, w += THIN_DEPTH * outputs) {
    long depth = inputs - k < THIN_DEPTH ? inputs - k : THIN_DEPTH;
    for (long row = 0; row < rows; row++) {
      const float *a = x + row * inputs + k;
      float *sums = y + row * outputs;
      if (depth == THIN_DEPTH) {
        for (long j = 0; j < whole; j += 16) {
          v16 sum = load(sums + j);
#pragma clang loop unroll(full)
          for (int d = 0; d < THIN_DEPTH; d++) sum = multiply_add(broadcast(a[d]), load(w + d * outputs + j), sum);
          store(sums + j, sum);
        }
      } else {
        for (long j = 0; j < whole; j += 16) {
          v16 sum = load(sums + j);
          for (long d = 0; d < depth; d++) sum = multiply_add(broadcast(a[d]), load(w + d * outputs + j), sum);
          store(sums + j, sum);
        }
      }
      if (whole == outputs) continue;
      v16 sum = load_part(sums + whole, last);
      for (long d = 0; d < depth; d++)
        sum = multiply_add(broadcast(a[d]), load_part(w + d * outputs + whole, last), sum);
      store_part(sums + whole, last, sum);
    }
  }
}

static void layer_forward(const float *x, const float *w, const float *bias, float *y, long rows, long inputs,
                          long outputs, int activation) {
  if (rows <= THIN_ROWS && outputs >= LEAST_THIN_OUTPUTS && inputs >= LEAST_THIN_OUTPUTS) {
    thin_product(x, w, bias, y, rows, inputs, outputs);
    if (activation != PK_IDENTITY) activate(y, y, rows * outputs, activation);
    return;
  }
  if (outputs <= FEW_OUTPUTS && inputs >= 16 && inputs <= MOST_DOT_INPUTS) {
    float column[MOST_DOT_INPUTS];
    for (long j = 0; j < outputs; j++) {
      const float *weights = w;
      if (outputs > 1) {
        for (long k = 0; k < inputs; k++) column[k] = w[k * outputs + j];
        weights = column;
      }
      dot_rows(x, weights, bias ? bias[j] : 0, y + j, rows, inputs, outputs);
    }
    if (activation != PK_IDENTITY) activate(y, y, rows * outputs, activation);
    return;
  }
  product_job job = {.a = x, .a_stride = inputs, .b = w, .b_stride = outputs, .c = y, .c_stride = outputs,
                     .depth = inputs, .start = bias};
  job.finish = activation == PK_RELU ? FINISH_RELU : activation == PK_LEAKY_RELU ? FINISH_LEAKY : FINISH_NONE;
  product(&job, rows, outputs, 0);
  if (activation == PK_TANH) map_tanh(y, y, rows * outputs);
}

/// Eight rows of eight, transposed.
INLINE void transpose_block(const float *x, long x_stride, float *y, long y_stride) {
  v8 r[8], s[8], t[8];
#pragma clang loop unroll(full)
  for (int i = 0; i < 8; i++) r[i] = *(const v8u *)(x + i * x_stride);
#pragma clang loop unroll(full)
  for (int i = 0; i < 8; i += 2) {
    s[i] = __builtin_shufflevector(r[i], r[i + 1], 0, 8, 2, 10, 4, 12, 6, 14);
    s[i + 1] = __builtin_shufflevector(r[i], r[i + 1], 1, 9, 3, 11, 5, 13, 7, 15);
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < 8; i++) {
    if (i & 2) continue;
    t[i] = __builtin_shufflevector(s[i], s[i + 2], 0, 1, 8, 9, 4, 5, 12, 13);
    t[i + 2] = __builtin_shufflevector(s[i], s[i + 2], 2, 3, 10, 11, 6, 7, 14, 15);
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < 4; i++) {
    *(v8u *)(y + i * y_stride) = __builtin_shufflevector(t[i], t[i + 4], 0, 1, 2, 3, 8, 9, 10, 11);
    *(v8u *)(y + (i + 4) * y_stride) = __builtin_shufflevector(t[i], t[i + 4], 4, 5, 6, 7, 12, 13, 14, 15);
  }
}

/// y[columns × rows] = xᵀ
static void transpose(const float *x, float *y, long rows, long columns) {
  long row = 0;
  for (; row + 8 <= rows; row += 8) {
    // Two blocks at a time fill whole cache lines of y: with strides of 1 KiB and more they would be evicted half full.
    long pair = row + 16 <= rows ? 2 : 1;
    long column = 0;
    for (; column + 8 <= columns; column += 8)
      for (long i = 0; i < pair; i++)
        transpose_block(x + (row + 8 * i) * columns + column, columns, y + column * rows + row + 8 * i, rows);
    for (; column < columns; column++)
      for (long i = 0; i < 8 * pair; i++) y[column * rows + row + i] = x[(row + i) * columns + column];
    row += 8 * (pair - 1);
  }
  for (; row < rows; row++)
    for (long column = 0; column < columns; column++) y[column * rows + row] = x[row * columns + column];
}

/// dx = dz · wᵀ ⊙ f'(x) for one output: each row is a multiple of w.
INLINE void outer_product(const float *dz, const float *w, const float *x, float *dx, long rows, long inputs,
                          int activation) {
  long whole = inputs & ~15L;
  mask last = first_lanes(inputs - whole);
  for (long row = 0; row < rows; row++, dx += inputs, x += inputs) {
    v16 factor = broadcast(dz[row]);
    for (long k = 0; k < whole; k += 16) store(dx + k, factor * load(w + k) * slope16(load(x + k), activation));
    if (whole < inputs) {
      v16 slope = slope16(load_part(x + whole, last), activation);
      store_part(dx + whole, last, factor * load_part(w + whole, last) * slope);
    }
  }
}

/// Floats of wᵀ at a time: 256 KiB.
enum { TRANSPOSED = 65536 };

static void layer_input_gradients(const float *dz, const float *w, const float *x, float *dx, long rows, long inputs,
                                  long outputs, int activation, float *scratch) {
  if (outputs == 1 && x) {
    switch (activation) {
    case PK_TANH: outer_product(dz, w, x, dx, rows, inputs, PK_TANH); return;
    case PK_RELU: outer_product(dz, w, x, dx, rows, inputs, PK_RELU); return;
    case PK_LEAKY_RELU: outer_product(dz, w, x, dx, rows, inputs, PK_LEAKY_RELU); return;
    default: break;
    }
  }
  product_job job = {.a = dz, .a_stride = outputs, .b = w, .b_stride = inputs, .c = dx, .c_stride = inputs,
                     .depth = outputs, .outputs = x, .activation = activation};
  job.finish = x && activation != PK_IDENTITY ? FINISH_SLOPE : FINISH_NONE;
  if (outputs == 1 || inputs == 1) {
    product(&job, rows, inputs, 0);
    return;
  }
  // A stretch of a large wᵀ at a time, so that it is still in the second-level cache when it is multiplied.
  long most = outputs < TRANSPOSED / 64 ? TRANSPOSED / outputs & ~63L : 64;
  for (long first = 0; first < inputs; first += most) {
    long count = inputs - first < most ? inputs - first : most;
    transpose(w + first * outputs, scratch, count, outputs);
    job.b = scratch;
    job.b_stride = count;
    job.c = dx + first;
    job.outputs = x ? x + first : x;
    product(&job, rows, count, 0);
  }
}

/// sums[columns] += the columns' sums of x
static void add_column_sums(const float *x, float *sums, long rows, long columns) {
  long column = 0;
  for (; column + 64 <= columns; column += 64) {
    v16 a = 0.0f, b = 0.0f, c = 0.0f, d = 0.0f;
    const float *p = x + column;
    for (long row = 0; row < rows; row++, p += columns) {
      a += load(p);
      b += load(p + 16);
      c += load(p + 32);
      d += load(p + 48);
    }
    store(sums + column, load(sums + column) + a);
    store(sums + column + 16, load(sums + column + 16) + b);
    store(sums + column + 32, load(sums + column + 32) + c);
    store(sums + column + 48, load(sums + column + 48) + d);
  }
  for (; column < columns; column += 16) {
    mask m = first_lanes(columns - column < 16 ? columns - column : 16);
    v16 sum = 0.0f;
    for (long row = 0; row < rows; row++) sum += load_part(x + row * columns + column, m);
    store_part(sums + column, m, load_part(sums + column, m) + sum);
  }
}

enum { GRADIENT_ROWS = PK_GRADIENT_ROWS };

/// dw = xᵀ · dz, or added to dw, for few rows and many outputs: dw is written once from start to end.
static void thin_gradients(const float *x, const float *dz, float *dw, long rows, long inputs, long outputs, int add) {
  long whole = outputs & ~15L;
  mask last = first_lanes(outputs - whole);
  for (long k = 0; k < inputs; k++, dw += outputs) {
    for (long j = 0; j < whole; j += 16) {
      v16 sum = 0.0f;
      for (long row = 0; row < rows; row++)
        sum = multiply_add(broadcast(x[row * inputs + k]), load(dz + row * outputs + j), sum);
      store(dw + j, add ? sum + load(dw + j) : sum);
    }
    if (whole == outputs) continue;
    v16 sum = 0.0f;
    for (long row = 0; row < rows; row++)
      sum = multiply_add(broadcast(x[row * inputs + k]), load_part(dz + row * outputs + whole, last), sum);
    store_part(dw + whole, last, add ? sum + load_part(dw + whole, last) : sum);
  }
}

static void layer_parameter_gradients(const float *x, const float *dz, float *dw, float *db, long rows, long inputs,
                                      long outputs, float *scratch, int overwrite) {
  if (overwrite) memset(db, 0, (size_t)outputs * sizeof(float));
  if (overwrite && rows == 0) memset(dw, 0, (size_t)(inputs * outputs) * sizeof(float));
  for (long row = 0; row < rows; row += GRADIENT_ROWS, x += GRADIENT_ROWS * inputs, dz += GRADIENT_ROWS * outputs) {
    long count = rows - row < GRADIENT_ROWS ? rows - row : GRADIENT_ROWS;
    int add = row > 0 || !overwrite;
    add_column_sums(dz, db, count, outputs);
    if (count <= THIN_ROWS && outputs >= LEAST_THIN_OUTPUTS) {
      thin_gradients(x, dz, dw, count, inputs, outputs, add);
    } else if (outputs < 16 && inputs > outputs) {
      // Few outputs would leave most lanes empty: dwᵀ = dzᵀ · x instead, which multiplies and adds the same numbers.
      product_job job = {.a = dz, .a_stride = outputs, .b = x, .b_stride = inputs, .c = scratch, .c_stride = inputs,
                         .depth = count};
      if (outputs == 1) {
        job.c = dw;
        job.finish = add ? FINISH_ADD : FINISH_NONE;
      }
      product(&job, outputs, inputs, 1);
      if (outputs > 1)
        for (long j = 0; j < outputs; j++)
          for (long k = 0; k < inputs; k++)
            dw[k * outputs + j] = add ? dw[k * outputs + j] + scratch[j * inputs + k] : scratch[j * inputs + k];
    } else {
      product_job job = {.a = x, .a_stride = inputs, .b = dz, .b_stride = outputs, .c = dw, .c_stride = outputs,
                         .depth = count, .finish = add ? FINISH_ADD : FINISH_NONE};
      product(&job, inputs, outputs, 1);
    }
  }
}

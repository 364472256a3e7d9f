// C = A · B, or Aᵀ · B, in tiles of a few rows by one to four vectors of columns.
//
// Each element of C is one chain of multiply-adds in the order of the depth, whatever the tile, so its bits depend
// neither on the tiling nor on the other rows.

/// What happens to a finished element.
enum { FINISH_NONE, FINISH_RELU, FINISH_LEAKY, FINISH_ADD, FINISH_SLOPE };

typedef struct {
  const float *a;
  long a_stride;         // between rows of A as stored
  const float *b;
  long b_stride;
  float *c;
  long c_stride;
  long depth;
  const float *start;    // the chains' first values, one per column; NULL: zero
  int finish;
  const float *outputs;  // FINISH_SLOPE: the activation's outputs, laid out as C
  int activation;
} product_job;

#if PK_LEVEL == 2
enum { MOST_ROWS = 8, MOST_VECTORS = 4 };
#elif PK_LEVEL == 1
enum { MOST_ROWS = 6, MOST_VECTORS = 1 };
#else
enum { MOST_ROWS = 3, MOST_VECTORS = 1 };
#endif

/// Rows of a full tile that is this many vectors wide: as many as the registers hold.
INLINE long tile_rows(long vectors) { return vectors == 4 ? 6 : MOST_ROWS; }

/// One tile. rows, vectors, partial (the last vector is masked) and transposed (A is stored depth × rows) are constants
/// in every instance.
INLINE void tile(const int rows, const int vectors, const int partial, const int transposed, const product_job *job,
                 long row, long column, mask last) {
  v16 sums[MOST_ROWS][MOST_VECTORS];
  const long depth = job->depth, a_stride = job->a_stride, b_stride = job->b_stride;
  const float *b = job->b + column;
#pragma clang loop unroll(full)
  for (int v = 0; v < vectors; v++) {
    v16 start = 0.0f;
    if (job->start) {
      const float *p = job->start + column + 16 * v;
      start = partial && v == vectors - 1 ? load_part(p, last) : load(p);
    }
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) sums[r][v] = start;
  }
  const float *a = transposed ? job->a + row : job->a + row * a_stride;
  for (long k = 0; k < depth; k++) {
    v16 columns[MOST_VECTORS];
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++)
      columns[v] = partial && v == vectors - 1 ? load_part(b + 16 * v, last) : load(b + 16 * v);
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
      v16 value = broadcast(transposed ? a[r] : a[r * a_stride]);
#pragma clang loop unroll(full)
      for (int v = 0; v < vectors; v++) sums[r][v] = multiply_add(value, columns[v], sums[r][v]);
    }
    a += transposed ? a_stride : 1;
    b += b_stride;
  }
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) {
      const int masked = partial && v == vectors - 1;
      const long offset = (row + r) * job->c_stride + column + 16 * v;
      v16 x = sums[r][v];
      switch (job->finish) {
      case FINISH_RELU: x = relu16(x); break;
      case FINISH_LEAKY: x = leaky16(x); break;
      case FINISH_ADD: x += masked ? load_part(job->c + offset, last) : load(job->c + offset); break;
      case FINISH_SLOPE: {
        v16 y = masked ? load_part(job->outputs + offset, last) : load(job->outputs + offset);
        x *= slope16(y, job->activation);
        break;
      }
      default: break;
      }
      if (masked) store_part(job->c + offset, last, x);
      else store(job->c + offset, x);
    }
  }
}

typedef void (*tile_function)(const product_job *job, long row, long column, mask last);

#define TILE(rows, vectors, partial, transposed)                                                                  \
  static void tile_##rows##_##vectors##_##partial##_##transposed(const product_job *job, long row, long column,   \
                                                                 mask last) {                                     \
    tile(rows, vectors, partial, transposed, job, row, column, last);                                             \
  }
#define TILE_KINDS(rows, vectors) \
  TILE(rows, vectors, 0, 0) TILE(rows, vectors, 0, 1) TILE(rows, vectors, 1, 0) TILE(rows, vectors, 1, 1)
#define KINDS(rows, vectors)                                                \
  {{tile_##rows##_##vectors##_0_0, tile_##rows##_##vectors##_0_1},          \
   {tile_##rows##_##vectors##_1_0, tile_##rows##_##vectors##_1_1}}

TILE_KINDS(1, 1) TILE_KINDS(2, 1) TILE_KINDS(3, 1)
#if PK_LEVEL >= 1
TILE_KINDS(4, 1) TILE_KINDS(5, 1) TILE_KINDS(6, 1)
#endif
#if PK_LEVEL == 2
TILE_KINDS(7, 1) TILE_KINDS(8, 1)
TILE_KINDS(1, 2) TILE_KINDS(2, 2) TILE_KINDS(3, 2) TILE_KINDS(4, 2)
TILE_KINDS(5, 2) TILE_KINDS(6, 2) TILE_KINDS(7, 2) TILE_KINDS(8, 2)
TILE_KINDS(1, 4) TILE_KINDS(2, 4) TILE_KINDS(3, 4) TILE_KINDS(4, 4) TILE_KINDS(5, 4) TILE_KINDS(6, 4)
#endif

/// By vectors (1, 2, 4), rows, partial, transposed.
static const tile_function tiles[3][MOST_ROWS][2][2] = {
#if PK_LEVEL == 2
    {KINDS(1, 1), KINDS(2, 1), KINDS(3, 1), KINDS(4, 1), KINDS(5, 1), KINDS(6, 1), KINDS(7, 1), KINDS(8, 1)},
    {KINDS(1, 2), KINDS(2, 2), KINDS(3, 2), KINDS(4, 2), KINDS(5, 2), KINDS(6, 2), KINDS(7, 2), KINDS(8, 2)},
    {KINDS(1, 4), KINDS(2, 4), KINDS(3, 4), KINDS(4, 4), KINDS(5, 4), KINDS(6, 4)},
#elif PK_LEVEL == 1
    {KINDS(1, 1), KINDS(2, 1), KINDS(3, 1), KINDS(4, 1), KINDS(5, 1), KINDS(6, 1)},
#else
    {KINDS(1, 1), KINDS(2, 1), KINDS(3, 1)},
#endif
};

/// C[rows × columns] of the job, panel after panel of columns, so that a panel of B stays in the first-level cache.
static void product(const product_job *job, long rows, long columns, int transposed) {
  for (long column = 0; column < columns;) {
    long left = (columns - column + 15) / 16;
    long vectors = left >= 4 && MOST_VECTORS >= 4 ? 4 : left >= 2 && MOST_VECTORS >= 2 ? 2 : 1;
    long width = columns - column < 16 * vectors ? columns - column : 16 * vectors;
    int partial = width < 16 * vectors;
    mask last = first_lanes(width - 16 * (vectors - 1));
    // Tiles of nearly equal height: eight rows are 4 + 4 rather than 6 + 2.
    long most = tile_rows(vectors), count = (rows + most - 1) / most;
    for (long i = 0, row = 0; i < count; i++) {
      long height = (rows - row + count - i - 1) / (count - i);
      tiles[vectors >> 1][height - 1][partial][transposed](job, row, column, last);
      row += height;
    }
    column += width;
  }
}

// Between images and the rows of patches that a convolution multiplies. Copies and sums in one order, so the same bits
// at every level.
#include "CKernels.h"

#include <string.h>

long pk_patch_count(pk_patches shape) {
  return ((shape.height - shape.size) / shape.stride + 1) * ((shape.width - shape.size) / shape.stride + 1);
}

typedef float v16 __attribute__((ext_vector_type(16), aligned(4)));

/// The runs of a patch are short, and there are thousands: a call for each would cost as much as the copy.
static inline void copy(const float *restrict from, float *restrict to, long count) {
  long i = 0;
  for (; i + 16 <= count; i += 16) *(v16 *)(to + i) = *(const v16 *)(from + i);
  for (; i < count; i++) to[i] = from[i];
}

void pk_gather_patches(const float *restrict image, float *restrict patches, pk_patches shape) {
  const long run = shape.size * shape.channels, line = shape.width * shape.channels;
  for (long y = 0; y + shape.size <= shape.height; y += shape.stride)
    for (long x = 0; x + shape.size <= shape.width; x += shape.stride) {
      const float *corner = image + y * line + x * shape.channels;
      for (long k = 0; k < shape.size; k++, patches += run) copy(corner + k * line, patches, run);
    }
}

void pk_scatter_patches(const float *restrict patches, float *restrict image, pk_patches shape) {
  const long run = shape.size * shape.channels, line = shape.width * shape.channels;
  memset(image, 0, (size_t)(shape.height * line) * sizeof(float));
  for (long y = 0; y + shape.size <= shape.height; y += shape.stride)
    for (long x = 0; x + shape.size <= shape.width; x += shape.stride) {
      float *corner = image + y * line + x * shape.channels;
      for (long k = 0; k < shape.size; k++, patches += run) {
        float *target = corner + k * line;
        for (long i = 0; i < run; i++) target[i] += patches[i];
      }
    }
}

void pk_transpose(const float *restrict x, float *restrict y, long rows, long columns) {
  enum { BLOCK = 16 };
  for (long row = 0; row < rows; row += BLOCK)
    for (long column = 0; column < columns; column += BLOCK) {
      long last_row = row + BLOCK < rows ? row + BLOCK : rows;
      long last_column = column + BLOCK < columns ? column + BLOCK : columns;
      for (long j = column; j < last_column; j++)
        for (long i = row; i < last_row; i++) y[j * rows + i] = x[i * columns + j];
    }
}

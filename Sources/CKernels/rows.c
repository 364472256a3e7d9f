// Copying and adding rows; the same bits at every level, so there is one version.
#include "CKernels.h"

#include <stddef.h>
#include <string.h>

void pk_gather_rows(const float *restrict from, const int *restrict order, long count, long width,
                    float *restrict into) {
  if (width == 1) {
    for (long i = 0; i < count; i++) into[i] = from[order[i]];
    return;
  }
  if (width < 4) {
    for (long i = 0; i < count; i++)
      for (long k = 0; k < width; k++) into[i * width + k] = from[(long)order[i] * width + k];
    return;
  }
  // Four at a time; the last four overlap what is there already, rather than being counted out one by one.
  for (long i = 0; i < count; i++) {
    const float *source = from + (long)order[i] * width;
    float *target = into + i * width;
    for (long k = 0; k + 4 <= width; k += 4) memcpy(target + k, source + k, 4 * sizeof(float));
    memcpy(target + width - 4, source + width - 4, 4 * sizeof(float));
  }
}

void pk_add(const float *restrict from, float *restrict into, long count) {
  for (long i = 0; i < count; i++) into[i] += from[i];
}

void pk_approach(float *restrict into, const float *restrict from, float share, long count) {
  const float kept = 1.0f - share;
  for (long i = 0; i < count; i++) into[i] = kept * into[i] + share * from[i];
}

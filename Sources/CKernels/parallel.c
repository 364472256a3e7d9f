#include "CKernels.h"

static _Thread_local int in_parallel;

int pk_in_parallel(void) { return in_parallel; }

int pk_set_in_parallel(int inside) {
  int before = in_parallel;
  in_parallel = inside;
  return before;
}

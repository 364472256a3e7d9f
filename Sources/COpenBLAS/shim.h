#include <cblas.h>

// LAPACK's Fortran entry points that Compute uses; Debian's libopenblas-dev has no header for them.
void dgetrf_(const int *m, const int *n, double *a, const int *lda, int *ipiv, int *info);

// The C kernels.

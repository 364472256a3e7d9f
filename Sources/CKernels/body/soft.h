// Soft maxima of tables of action values, in doubles, [actions × states]: the states are the lanes.

INLINE double bits_to_double(int64_t bits) {
  double x;
  memcpy(&x, &bits, sizeof x);
  return x;
}
INLINE int64_t double_to_bits(double x) {
  int64_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

/// exp(x) for x ≤ 0, to about two units in the last place; below -708, where doubles end, that of -708.
INLINE double exp_of_nonpositive(double x) {
  const double magic = 0x1.8p52;
  x = x < -708.0 ? -708.0 : x;
  double shifted = x * 1.4426950408889634 + magic;
  double n = shifted - magic;
  double r = x - n * 0x1.62e42feep-1;  // the leading digits of ln 2, whose multiples are exact
  r = r - n * 0x1.a39ef35793c76p-33;
  double p = 1.0 / 6227020800.0;
  p = p * r + 1.0 / 479001600.0;
  p = p * r + 1.0 / 39916800.0;
  p = p * r + 1.0 / 3628800.0;
  p = p * r + 1.0 / 362880.0;
  p = p * r + 1.0 / 40320.0;
  p = p * r + 1.0 / 5040.0;
  p = p * r + 1.0 / 720.0;
  p = p * r + 1.0 / 120.0;
  p = p * r + 1.0 / 24.0;
  p = p * r + 1.0 / 6.0;
  p = p * r + 0.5;
  p = p * r + 1.0;
  p = p * r + 1.0;
  int64_t exponent = double_to_bits(shifted) - double_to_bits(magic);
  return bits_to_double(double_to_bits(p) + exponent * ((int64_t)1 << 52));
}

/// log(x) for x ≥ 1.
INLINE double log_of_at_least_one(double x) {
  const double magic = 0x1.8p52;
  // x = 2^n · m with m between √½ and √2.
  int64_t bits = double_to_bits(x);
  int64_t n = (int64_t)((uint64_t)(bits - double_to_bits(0x1.6a09e667f3bcdp-1)) >> 52);
  double m = bits_to_double(bits - (n << 52));
  double f = (m - 1.0) / (m + 1.0);
  double g = f * f;
  double p = 1.0 / 21.0;
  p = p * g + 1.0 / 19.0;
  p = p * g + 1.0 / 17.0;
  p = p * g + 1.0 / 15.0;
  p = p * g + 1.0 / 13.0;
  p = p * g + 1.0 / 11.0;
  p = p * g + 1.0 / 9.0;
  p = p * g + 1.0 / 7.0;
  p = p * g + 1.0 / 5.0;
  p = p * g + 1.0 / 3.0;
  p = p * g + 1.0;
  double whole = bits_to_double(double_to_bits(magic) + n) - magic;
  return whole * 0.6931471805599453 + 2.0 * f * p;
}

static void soft_maximum(const double *restrict q, double *restrict values, double *restrict policy,
                         double *restrict sums, long states, long actions, int hard) {
  for (long s = 0; s < states; s++) values[s] = q[s];
  for (long a = 1; a < actions; a++) {
    const double *row = q + a * states;
    for (long s = 0; s < states; s++) values[s] = row[s] > values[s] ? row[s] : values[s];
  }
  for (long s = 0; s < states; s++) sums[s] = 0;
  for (long a = 0; a < actions; a++) {
    const double *row = q + a * states;
    double *out = policy + a * states;
    for (long s = 0; s < states; s++) {
      double e = exp_of_nonpositive(row[s] - values[s]);
      out[s] = e;
      sums[s] += e;
    }
  }
  if (!hard) {
    for (long s = 0; s < states; s++) values[s] += log_of_at_least_one(sums[s]);
  }
  for (long s = 0; s < states; s++) sums[s] = 1.0 / sums[s];
  for (long a = 0; a < actions; a++) {
    double *out = policy + a * states;
    for (long s = 0; s < states; s++) out[s] *= sums[s];
  }
}

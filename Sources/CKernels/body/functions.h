// Element-wise functions. Coefficients: our own fits (Chebyshev points, 50 digits).

/// tanh x = x P(x²) / Q(x²), relative error of the fit 5e-9 on |x| ≤ 9.02, beyond which the result is ±1 to rounding.
INLINE v16 tanh16(v16 x) {
  const v16 bound = 9.02f;
  x = x > bound ? bound : x;
  x = x < -bound ? -bound : x;
  v16 u = x * x;
  v16 p = multiply_add(u, -1.1162619121951963e-11f, 2.9101341030777792e-8f);
  p = multiply_add(p, u, 2.7367770221923455e-5f);
  p = multiply_add(p, u, 0.0038360945336087107f);
  p = multiply_add(p, u, 0.13654084998852022f);
  p = multiply_add(p, u, 1.0f);
  v16 q = multiply_add(u, 1.2433570120695099e-6f, 0.00038821496419407385f);
  q = multiply_add(q, u, 0.027127510850120631f);
  q = multiply_add(q, u, 0.46987417261249589f);
  q = multiply_add(q, u, 1.0f);
  v16 y = x * p / q;
  // Rounding may pass 1 by a unit in the last place.
  y = y > 1.0f ? (v16)1.0f : y;
  return y < -1.0f ? (v16)-1.0f : y;
}

/// eˣ = 2ⁿ (1 + r + r² P(r)), |r| ≤ ln 2 / 2; overflows to infinity and underflows gradually.
INLINE v16 exp16(v16 x) {
  const v16 low = -104.0f, high = 89.0f;
  x = x < low ? low : x;
  x = x > high ? high : x;
  // Adding 1.5 · 2²³ rounds to an integer, which then stands in the low bits.
  const v16 magic = 12582912.0f;
  v16 shifted = multiply_add(x, 1.44269504f, magic);
  v16 n = shifted - magic;
  v16 r = multiply_add(n, -0.693145752f, x);
  r = multiply_add(n, -1.42860677e-6f, r);
  v16 p = multiply_add(r, 0.00139262508315f, 0.00836323288368f);
  p = multiply_add(p, r, 0.041666554213f);
  p = multiply_add(p, r, 0.166665766661f);
  p = multiply_add(p, r, 0.5f);
  p = multiply_add(p, r * r, r) + 1.0f;
  i16 exponent = (i16)shifted - (i16)magic;
  i16 half = exponent >> 1;
  return p * (v16)((half + 127) << 23) * (v16)((exponent - half + 127) << 23);
}

/// ln x = n ln 2 + f − f²/2 + f³ P(f), x = 2ⁿ (1 + f) with 1 + f in [√½, √2); −∞ at 0, NaN below.
INLINE v16 log16(v16 x) {
  const v16 least = 1.17549435e-38f;
  i16 subnormal = x < least;
  v16 scaled = subnormal ? x * 8388608.0f : x;
  i16 bits = (i16)scaled;
  // 0x3f3504f3 is √½; the difference's exponent field is then n.
  i16 shifted = bits - 0x3f3504f3;
  i16 n = shifted >> 23;
  v16 f = (v16)((shifted & 0x007fffff) + 0x3f3504f3) - 1.0f;
  v16 e = __builtin_convertvector(n + (subnormal & -23), v16);
  v16 p = multiply_add(f, 0.0697161147145f, -0.114797338466f);
  p = multiply_add(p, f, 0.116854199235f);
  p = multiply_add(p, f, -0.124256873315f);
  p = multiply_add(p, f, 0.142490576457f);
  p = multiply_add(p, f, -0.166678023195f);
  p = multiply_add(p, f, 0.200007157489f);
  p = multiply_add(p, f, -0.24999996958f);
  p = multiply_add(p, f, 0.3333333118f);
  v16 square = f * f;
  v16 tail = multiply_add(p * f, square, e * 1.42860677e-6f);
  tail = multiply_add(square, -0.5f, tail);
  v16 y = multiply_add(e, 0.693145752f, f + tail);
  y = x == 0.0f ? (v16)-INFINITY : y;
  y = x < 0.0f ? (v16)NAN : y;
  // Infinity and NaN are their own logarithms.
  return x < INFINITY ? y : x;
}

INLINE v16 sigmoid16(v16 x) { return 1.0f / (1.0f + exp16(-x)); }
INLINE v16 relu16(v16 x) { return x > 0.0f ? x : (v16)0.0f; }
INLINE v16 leaky16(v16 x) { return x > 0.0f ? x : x * 0.01f; }

/// An activation's derivative, from its output.
INLINE v16 slope16(v16 y, int activation) {
  switch (activation) {
  case PK_TANH: return multiply_add(-y, y, 1.0f);
  case PK_RELU: return y > 0.0f ? (v16)1.0f : (v16)0.0f;
  case PK_LEAKY_RELU: return y > 0.0f ? (v16)1.0f : (v16)0.01f;
  default: return 1.0f;
  }
}

#define MAP(function)                                                  \
  long i = 0;                                                          \
  for (; i + 16 <= count; i += 16) store(y + i, function(load(x + i))); \
  if (i < count) {                                                     \
    mask m = first_lanes(count - i);                                   \
    store_part(y + i, m, function(load_part(x + i, m)));               \
  }

static void map_exp(const float *x, float *y, long count) { MAP(exp16) }
static void map_log(const float *x, float *y, long count) { MAP(log16) }
static void map_sigmoid(const float *x, float *y, long count) { MAP(sigmoid16) }
static void map_tanh(const float *x, float *y, long count) { MAP(tanh16) }
static void map_relu(const float *x, float *y, long count) { MAP(relu16) }
static void map_leaky(const float *x, float *y, long count) { MAP(leaky16) }

static void activate(const float *x, float *y, long count, int activation) {
  switch (activation) {
  case PK_TANH: map_tanh(x, y, count); break;
  case PK_RELU: map_relu(x, y, count); break;
  case PK_LEAKY_RELU: map_leaky(x, y, count); break;
  default:
    if (y != x) memmove(y, x, (size_t)count * sizeof(float));
  }
}

static void activation_backward(const float *dy, const float *y, float *dz, long count, int activation) {
  long i = 0;
  for (; i + 16 <= count; i += 16) store(dz + i, load(dy + i) * slope16(load(y + i), activation));
  if (i < count) {
    mask m = first_lanes(count - i);
    store_part(dz + i, m, load_part(dy + i, m) * slope16(load_part(y + i, m), activation));
  }
}

import Foundation

/// The two columns of the linear least-squares problem behind an ``OveroptimizationFit``: d and −d·g(d).
struct OveroptimizationDesign {
  let form: OveroptimizationFit.Form
  let divergences: [Double]

  private func columns(_ d: Double) -> (Double, Double) { (d, -d * (form == .bestOfN ? d : log(d))) }

  private func moments() -> (aa: Double, ab: Double, bb: Double, determinant: Double) {
    var (aa, ab, bb) = (0.0, 0.0, 0.0)
    for d in divergences {
      let (a, b) = columns(d)
      aa += a * a
      ab += a * b
      bb += b * b
    }
    return (aa, ab, bb, aa * bb - ab * ab)
  }

  /// Nil if the divergences do not differ enough to tell α from β: if the determinant is no more than rounding can make
  /// of its two terms.
  func solve(_ values: [Double]) -> (alpha: Double, beta: Double)? {
    let m = moments()
    let rounding = 4 * Double(divergences.count + 2) * Double.ulpOfOne * m.aa * m.bb
    guard m.determinant > rounding else { return nil }
    var (ay, by) = (0.0, 0.0)
    for (d, y) in zip(divergences, values) {
      let (a, b) = columns(d)
      ay += a * y
      by += b * y
    }
    return ((m.bb * ay - m.ab * by) / m.determinant, (m.aa * by - m.ab * ay) / m.determinant)
  }

  func values(alpha: Double, beta: Double) -> [Double] {
    divergences.map { d in
      let (a, b) = columns(d)
      return alpha * a + beta * b
    }
  }

  func standardErrors(variance: Double) -> (alpha: Double, beta: Double) {
    let m = moments()
    return ((variance * m.bb / m.determinant).squareRoot(), (variance * m.aa / m.determinant).squareRoot())
  }

  /// d* = α/2β for best-of-n, exp(α/β − 1) for reinforcement learning; nil without a peak above zero.
  func peak(alpha: Double, beta: Double) -> Double? {
    guard beta > 0 else { return nil }
    let place = form == .bestOfN ? alpha / (2 * beta) : exp(alpha / beta - 1)
    return place.isFinite && place > 0 ? place : nil
  }
}

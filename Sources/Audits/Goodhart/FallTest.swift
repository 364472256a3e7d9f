import Compute
import Findings

/// Tests whether a noisy curve falls anywhere after it rose.
///
/// The statistic is how much better a curve that rises and then falls fits than one that only rises, in units of the
/// noise's long-run variance, so that neighbouring points may depend on each other a little. Its null distribution
/// comes from flat curves of white noise, the hardest case to tell from a fall: a curve that truly rises fits a fall
/// less well still. Measured false alarms are in the tests.
struct FallTest {
  let fit: UnimodalFit
  /// Of the noise's standard deviation, by dependence between neighbours.
  let inflation: Double
  let pValue: Double

  init(_ values: [Double], simulations: Int, random: RandomSource) {
    // Centred, so that sums of squares keep their digits.
    let centre = values.reduce(0, +) / Double(values.count)
    let centred = values.map { $0 - centre }
    let measured = Self.measure(centred)
    fit = UnimodalFit(values)
    inflation = measured.inflation
    let extreme = (0..<simulations).count { index in
      var stream = random.stream("fall/null", index)
      return Self.measure((0..<values.count).map { _ in stream.normal() }).statistic >= measured.statistic
    }
    pValue = Double(1 + extreme) / Double(simulations + 1)
  }

  private static func measure(_ values: [Double]) -> (statistic: Double, inflation: Double) {
    let fit = UnimodalFit(values)
    let residuals = zip(values, fit.fitted).map { $0 - $1 }
    let freedom = max(1, values.count - fit.levels)
    let variance = fit.error / Double(freedom)
    let squares = residuals.reduce(0) { $0 + $1 * $1 }
    let products = zip(residuals, residuals.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 }
    // The fit follows the noise, which hides some dependence; one level's share of it is given back.
    let bias = Double(fit.levels) / Double(values.count)
    let dependence = min(0.8, max(0, products / max(squares, .leastNonzeroMagnitude) + bias))
    let inflation = (1 + dependence) / (1 - dependence)
    let gain = max(0, fit.risingError - fit.error)
    let scale = variance * inflation
    // A curve without any noise that falls at all, falls for certain.
    let tiny = 1e-18 * values.reduce(0) { $0 + $1 * $1 }
    if gain <= tiny { return (0, inflation.squareRoot()) }
    return (gain / max(scale, tiny), inflation.squareRoot())
  }
}

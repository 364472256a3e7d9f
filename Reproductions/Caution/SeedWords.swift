import Compute
import Foundation

/// Numbers of several seeds as words: the mean, and where they differ its 95 % interval.
enum SeedWords {
  static func text(_ values: [Double]) -> String { fixed(Statistics.mean(values)) + " " + spread(values) }

  static func fixed(_ value: Double) -> String {
    let text = String(format: "%.2f", abs(value))
    return (value < 0 && text != "0.00" ? "−" : "") + text
  }

  static func spread(_ values: [Double], within range: ClosedRange<Double> = -1e300...1e300) -> String {
    guard let interval = Statistics.meanInterval(values)?.within(range) else { return "" }
    let (lower, upper) = (fixed(interval.lower), fixed(interval.upper))
    return lower == upper ? "(all alike)" : "(\(lower) to \(upper))"
  }
}

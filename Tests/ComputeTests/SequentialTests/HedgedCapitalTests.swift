import Compute
import Foundation
import Testing

/// The figures come from a script in NumPy by another hand.
@Suite("Betting on a bounded mean")
struct HedgedCapitalTests {
  private let values = (1...200).map { 0.25 + 0.5 * Double((37 * $0) % 101) / 101 }

  @Test("capital against 0.4 after 10, 50 and 200 numbers")
  func capital() {
    var capital = HedgedCapital(mean: 0.4)
    #expect(abs(capital.logarithm - log(0.5)) < 1e-15)
    var after: [Int: Double] = [:]
    for (index, x) in values.enumerated() {
      capital.observe(x)
      after[index + 1] = exp(capital.logarithm)
    }
    #expect(abs(after[10]! - 1.5840707) < 5e-8)
    #expect(abs(after[50]! - 99.273851) < 5e-7)
    #expect(abs(after[200]! - 2_807_602.1) < 0.05)
  }

  @Test("the means that are not refuted after 10, 50 and 200 numbers")
  func sequence() {
    var sequence = BoundedMeanSequence()
    var after: [Int: Interval] = [:]
    for x in values {
      sequence.observe(x)
      after[sequence.count] = sequence.interval
    }
    for (count, lower, upper) in [(10, 0.26225, 0.74575), (50, 0.42475, 0.57675), (200, 0.46775, 0.52925)] {
      #expect(abs(after[count]!.lower - lower) < 1e-12 && abs(after[count]!.upper - upper) < 1e-12)
    }
    #expect(after[200]!.contains(values.reduce(0, +) / 200))
    #expect(abs(values.reduce(0, +) / 200 - 0.49841584) < 5e-9)
  }

  @Test("the normal mixture's radius")
  func radius() {
    for (count, radius) in [(10, 2.58755719), (100, 0.36563949), (1000, 0.09606402)] {
      #expect(abs(Statistics.normalMixtureRadius(count: count) - radius) < 5e-9)
    }
  }

  @Test("capital against the true mean seldom grows: at most one sequence in twenty reaches 20")
  func validity() {
    // Two points with mean 0.3; the share is at most 0.05, so 500 sequences stay below three standard errors more in all
    // but 0.2 % of seeds.
    let reached = (0..<500).count { index in
      var stream = RandomSource(seed: 3).stream("sequence", index)
      var capital = HedgedCapital(mean: 0.3)
      return (0..<400).contains { _ in
        capital.observe(stream.bernoulli(0.25) ? 0.9 : 0.1)
        return capital.logarithm >= log(20)
      }
    }
    #expect(Double(reached) / 500 < 0.05 + 3 * (0.05 * 0.95 / 500).squareRoot())
  }

  @Test("a stored sequence goes on as it would have")
  func storage() throws {
    var sequence = BoundedMeanSequence(points: 50)
    for x in values.prefix(20) { sequence.observe(x) }
    var stored = try JSONDecoder().decode(BoundedMeanSequence.self, from: JSONEncoder().encode(sequence))
    sequence.observe(0.9)
    stored.observe(0.9)
    #expect(sequence == stored)
  }
}

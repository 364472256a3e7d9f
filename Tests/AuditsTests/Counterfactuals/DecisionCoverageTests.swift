import Audits
import Compute
import Environments
import Findings
import Testing

/// How often intervals over repeated luck hold the true difference, in worlds in which it is computed exactly.
@Suite("A decision's worth over other luck")
struct DecisionCoverageTests {
  private struct Outcome {
    var (covered, wrong, decided, few) = (0, 0, 0, 0)
    var errors: [Double] = []
  }

  /// Decisions at a random step of random episodes, each of a world of its own.
  private static func decisions(_ count: Int, lucks: Int, pay: Double? = nil, slip: Double? = nil) throws -> Outcome {
    var outcome = Outcome()
    var draws = RandomSource(seed: 21).stream("decisions")
    for number in 0..<count {
      let world = Slippery(slip: slip ?? 0.05 + 0.4 * draws.uniform(), pay: pay ?? draws.uniform(0.5, 2))
      let rows = (0..<Slippery.steps).map { _ in draws.below(2) }
      let luck = try SameLuck(
        EnvironmentEntry(world), random: RandomSource(seed: UInt64(number)), acting: .listed(rows.map { [Float($0)] }))
      let done = try luck.episode(0)
      let step = draws.below(done.trajectory.count)
      let place = Int(done.trajectory.observations[step])
      let other = 1 - rows[step]
      let truth =
        world.worth(of: [other] + rows[(step + 1)...], from: place) - world.worth(of: Array(rows[step...]), from: place)
      let change = CounterfactualChange(at: step, actions: [[Float(other)]])
      let difference = PairedDifference(
        try luck.again(done, [change], lucks: lucks) { $0[1].trueReturn - $0[0].trueReturn })
      outcome.errors.append(difference.mean - truth)
      if difference.interval?.contains(truth) ?? false { outcome.covered += 1 }
      if difference.isDecidedByFew { outcome.few += 1 }
      switch difference.isAtMostZero {
      case .holds: if truth > 1e-6 { outcome.wrong += 1 }
      case .fails: if truth < -1e-6 { outcome.wrong += 1 }
      default: continue
      }
      outcome.decided += 1
    }
    return outcome
  }

  @Test("over 2,000 decisions the interval holds the exact difference in 95 %, and the mean is unbiased")
  func coverage() throws {
    let outcome = try Self.decisions(2000, lucks: 200)
    #expect(abs(Double(outcome.covered) / 2000 - 0.95) < 0.015, "\(outcome.covered)")
    let bias = Statistics.mean(outcome.errors)
    #expect(abs(bias) < 4 * Statistics.standardError(outcome.errors), "\(bias)")
    #expect(outcome.decided > 1000 && Double(outcome.wrong) <= 0.025 * 2000, "\(outcome.wrong) of \(outcome.decided)")
  }

  @Test("where luck that seldom happens decides, the interval is too narrow, and no verdict is given")
  func rare() throws {
    // A climb that pays for one coin in a hundred, against a wait that pays 1: climbing is worth .03 and waiting 1. Against a
    // list that gambles, the difference is .03 − .0005.
    var (covered, decided, few) = (0, 0, 0)
    for number in 0..<1000 {
      let luck = try SameLuck(
        EnvironmentEntry(Ladder(heads: 0.01)), random: RandomSource(seed: UInt64(number)),
        acting: .listed([[Float]](repeating: Ladder.gamble, count: 6)))
      let done = try luck.episode(0)
      let change = CounterfactualChange(at: 5, actions: [Ladder.climb])
      let difference = PairedDifference(
        try luck.again(done, [change], lucks: 200) { $0[1].trueReturn - $0[0].trueReturn })
      if difference.interval?.contains(0.03 - 0.0005) ?? false { covered += 1 }
      if difference.isDecidedByFew { few += 1 }
      if difference.isAtMostZero == .fails { decided += 1 }
    }
    #expect(covered < 900 && few > 800 && decided == 0)
  }
}

@Suite("Differences of pairs")
struct PairedDifferenceTests {
  @Test("equal pairs settle it, a few that differ do not, many do; counts are right")
  func verdicts() {
    let equal = PairedDifference([Double](repeating: -1, count: 200))
    #expect(equal.isAtMostZero == .holds && equal.uncommon == 0 && equal.below == 200 && equal.mean == -1)
    #expect(PairedDifference([Double](repeating: 0, count: 200)).isAtMostZero == .holds)
    #expect(PairedDifference([Double](repeating: 2, count: 200)).isAtMostZero == .fails)
    let few = PairedDifference([Double](repeating: -1, count: 190) + [Double](repeating: 3, count: 10))
    #expect(few.isAtMostZero == .unknown && few.uncommon == 10 && few.above == 10)
    #expect(PairedDifference([Double](repeating: 2, count: 19)).isAtMostZero == .unknown)
    let many = PairedDifference((0..<200).map { -1 + 0.01 * Double($0 % 7) })
    #expect(many.isAtMostZero == .holds && !many.isDecidedByFew)
    #expect(PairedDifference([1]).isAtMostZero == .unknown && PairedDifference([]).isAtMostZero == .unknown)
  }

  @Test("of a mean that is 0 each verdict is given in at most 2.5 % of cases and what chance adds")
  func nominal() {
    var counts: [Finding.Verdict: Int] = [:]
    var draws = RandomSource(seed: 3).stream("null")
    for _ in 0..<4000 {
      counts[PairedDifference((0..<200).map { _ in draws.normal() }).isAtMostZero, default: 0] += 1
    }
    // 100 each are expected; 140 is four standard deviations above.
    #expect(counts[.holds, default: 0] < 140 && counts[.fails, default: 0] < 140 && counts[.fails, default: 0] > 60)
  }
}

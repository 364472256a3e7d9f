import Audits
import Compute
import Environments
import Findings

/// How far estimates of a policy that did not act are off, and how often their intervals hold what is true, over many logs
/// of worlds in which it is known.
package struct OffPolicyStudy: Sendable {
  /// Logs for each world.
  package var logs = 1000
  /// Of each bootstrap.
  package var resamples = 400
  package var method = Statistics.BootstrapMethod.percentile

  package init() {}

  /// What one estimator did in one world.
  package struct Cell: Sendable {
    package let values: [Double]
    package let intervals: [Interval?]
    package let truth: Double

    var errors: [Double] { values.map { $0 - truth } }
    package var bias: Double { Statistics.mean(errors) }
    package var rootMeanSquare: Double { Statistics.mean(errors.map { $0 * $0 }).squareRoot() }
    /// How often there was an interval that held the truth.
    package var covered: Int { intervals.count { $0?.contains(truth) ?? false } }
    package var width: Double { Statistics.mean(intervals.compactMap { $0.map { 2 * $0.halfWidth } }) }
  }

  /// What all of them did in one world.
  package struct Row: Sendable {
    package let world: OffPolicyWorld
    package let cells: [(name: String, estimator: OffPolicyEstimator?, cell: Cell)]
    /// The mean over logs.
    package let effectiveSize: Double
    /// Logs of which something was believed, and what the believed intervals held.
    package let believed: Int
    package let believedCovered: Int
    /// Verdicts on whether the target earns more, by word, over all logs.
    package let verdicts: [Finding.Verdict: Int]
    /// Whether it does: above 0, 0 or below.
    package let gain: Double
  }

  package func row(_ world: OffPolicyWorld, random: RandomSource) throws -> Row {
    let truth = world.worth(of: world.target)
    let gain = truth - world.worth(of: world.behavior)
    let evaluations = try Parts.run(logs) { part in
      let own = random.child("off-policy/\(world.name)", part)
      var options = OffPolicyEvaluation.Options()
      (options.resamples, options.method) = (resamples, method)
      (options.rewards, options.largestRatio) = (world.rewards, world.largestRatio)
      return try OffPolicyEvaluation(world.log(random: own.stream("log")), options: options, random: own)
    }
    func cell(_ value: (OffPolicyEvaluation) -> Double?, _ interval: (OffPolicyEvaluation) -> Interval?) -> Cell {
      let kept = evaluations.filter { value($0) != nil }
      return Cell(values: kept.compactMap(value), intervals: kept.map(interval), truth: truth)
    }
    var cells = OffPolicyEstimator.allCases.compactMap { estimator in
      evaluations.first?[estimator] == nil
        ? nil : (estimator.rawValue, Optional(estimator), cell({ $0[estimator]?.value }, { $0[estimator]?.interval }))
    }
    cells.append(("anytime", nil, cell({ $0[.perDecision]?.value }, \.anytime)))
    cells.append(("Bernstein", nil, cell({ $0[.perDecision]?.value }, \.bernstein)))
    let believed = evaluations.compactMap { $0.believed?.estimate }
    return Row(
      world: world, cells: cells, effectiveSize: Statistics.mean(evaluations.map(\.weights.effectiveSize)),
      believed: believed.count, believedCovered: believed.count { $0.interval?.contains(truth) ?? false },
      verdicts: evaluations.reduce(into: [:]) { counts, evaluation in
        if let verdict = evaluation.findings.first(where: { $0.id == "off-policy/gain" })?.verdict {
          counts[verdict, default: 0] += 1
        }
      }, gain: abs(gain) < 1e-9 ? 0 : gain)
  }

  /// How often something is said of the gain in a world's twin, where there is none.
  package struct TwinRow: Sendable {
    package let world: OffPolicyWorld
    package let verdicts: [Finding.Verdict: Int]

    package var wrong: Int { verdicts[.holds, default: 0] + verdicts[.fails, default: 0] }
  }

  package func twin(_ world: OffPolicyWorld, random: RandomSource) throws -> TwinRow {
    let row = try row(world.twin(), random: random)
    return TwinRow(world: row.world, verdicts: row.verdicts)
  }
}

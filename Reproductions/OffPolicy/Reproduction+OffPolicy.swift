import Audits
import Compute
import Findings
import Foundation

extension Reproduction {
  /// How far off-policy estimates are off, and how often their intervals hold what is true.
  static let offPolicy = Reproduction(
    name: "off-policy", summary: "Off-policy estimates: bias, error and coverage over logs of worlds that are known",
    source:
      "our own study; estimators after Precup et al. 2000, Dudík et al. 2011, Thomas & Brunskill 2016, Xie et al. 2019",
    duration: "four minutes; --quick twenty seconds",
    quick: { random in
      var study = OffPolicyStudy()
      (study.logs, study.resamples) = (100, 200)
      return try result(study, random: random)
    },
    run: { random in try result(OffPolicyStudy(), random: random) })

  private static func result(_ study: OffPolicyStudy, random: RandomSource) throws -> ReproductionResult {
    let worlds = try OffPolicyWorld.all()
    let rows = try worlds.map { try study.row($0, random: random) }
    // A world without a difference is its own twin.
    let twins = try worlds.filter { $0.name != "no difference" }.map { try study.twin($0, random: random) }
    return ReproductionResult(
      title:
        "Off-policy estimates over \(study.logs) logs of \(rows.first?.world.episodes ?? 0) episodes: how often 95 % "
        + "intervals hold the truth",
      numbers: rows.flatMap { $0.numbers(study) } + twins.map { $0.number(study) },
      remarks: [
        "A guaranteed interval may hold the truth more often than promised, never less by more than .015; that of doubly robust "
          + "and weighted estimators is to be right within .03 where the effective size is 100 or more. With fewer than 1,000 "
          + "logs four standard errors are allowed for. Everything else is shown for orientation.",
        "Fails: where weights of whole episodes are a product of forty steps, intervals of is, wis, pdis and wpdis hold the "
          + "truth far too rarely, and nothing warns but the effective size; there the evaluation believes mis or nothing.",
        "switch-dr and dr-os trade bias for spread, and their bootstrap does not see the bias; fqe is biased where pairs of "
          + "state and action were seen rarely or never.",
        "In two states the next state and the reward are certain: a model counted from them is exact, and so is what leans on it.",
        "The anytime-valid and Bernstein intervals cost width: many times that of the bootstrap where steps are many.",
        "A world's twin has the same policies and is paid so that neither earns more than the other: whatever is said of the "
          + "gain is wrong there, in no more than 5 % of logs and what chance adds.",
      ])
  }
}

extension OffPolicyStudy.TwinRow {
  func number(_ study: OffPolicyStudy) -> ReproducedNumber {
    ReproducedNumber(
      "\(world.name): verdicts on the gain, all wrong", Double(wrong) / Double(study.logs),
      interval: Statistics.proportionInterval(successes: wrong, of: study.logs), reference: 0,
      tolerance: 0.05 + 3 * (0.05 * 0.95 / Double(study.logs)).squareRoot(),
      note: "holds \(verdicts[.holds, default: 0]), fails \(verdicts[.fails, default: 0])")
  }
}

extension OffPolicyStudy.Row {
  /// Whether the study promises something of a cell: that intervals hold the truth often enough, or just as often.
  private enum Promise { case atLeast, exactly, none }

  private func promise(_ name: String, _ estimator: OffPolicyEstimator?) -> Promise {
    guard let estimator else { return .atLeast }
    let isPromised = [
      .weightedImportance, .weightedPerDecision, .doublyRobust, .weightedDoublyRobust,
    ].contains(estimator)
    return isPromised && effectiveSize >= 100 ? .exactly : .none
  }

  func numbers(_ study: OffPolicyStudy) -> [ReproducedNumber] {
    let chance = study.logs >= 1000 ? 0 : 4 * (0.95 * 0.05 / Double(study.logs)).squareRoot()
    var numbers = cells.flatMap { name, estimator, cell -> [ReproducedNumber] in
      let share = Double(cell.covered) / Double(max(1, cell.values.count))
      let note = String(
        format: "bias %+.4f, error %.4f, width %.4f", cell.bias, cell.rootMeanSquare, cell.width)
      func number(_ reference: Double?, _ tolerance: Double?, ours: Double, _ suffix: String = "") -> ReproducedNumber {
        ReproducedNumber(
          "\(world.name): \(name)\(suffix)", ours,
          interval: Statistics.proportionInterval(successes: cell.covered, of: max(1, cell.values.count)),
          reference: reference, tolerance: tolerance, note: note)
      }
      switch promise(name, estimator) {
      case .none: return [number(0.95, nil, ours: share)]
      case .exactly:
        // Where the estimate is exact there is nothing to be wrong about.
        return [number(0.95, cell.rootMeanSquare < 1e-9 ? 0.051 : 0.03 + chance, ours: share)]
      case .atLeast:
        // Above the promise nothing is asked: the tolerance is to the upper end.
        return [
          ReproducedNumber(
            "\(world.name): \(name), missing at most .05", min(0.95, share), reference: 0.95, tolerance: 0.015 + chance,
            note: String(format: "%.3f; ", share) + note)
        ]
      }
    }
    numbers.append(
      ReproducedNumber(
        "\(world.name): what was believed", Double(believedCovered) / Double(max(1, believed)),
        interval: Statistics.proportionInterval(successes: believedCovered, of: max(1, believed)), reference: 0.95,
        note: "in \(believed) of \(study.logs) logs; mean effective size \(Numbers.plain(effectiveSize))"))
    let wrong = verdicts[.holds, default: 0] * (gain <= 0 ? 1 : 0) + verdicts[.fails, default: 0] * (gain >= 0 ? 1 : 0)
    numbers.append(
      ReproducedNumber(
        "\(world.name): verdicts on the gain that are wrong", Double(wrong) / Double(study.logs),
        interval: Statistics.proportionInterval(successes: wrong, of: study.logs), reference: 0,
        tolerance: 0.05 + 3 * (0.05 * 0.95 / Double(study.logs)).squareRoot(),
        note: "holds \(verdicts[.holds, default: 0]), fails \(verdicts[.fails, default: 0]), unknown "
          + "\(verdicts[.unknown, default: 0]); the true gain is \(Numbers.plain(gain))"))
    return numbers
  }
}

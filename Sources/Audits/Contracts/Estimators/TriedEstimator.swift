import Compute
import Findings
import Foundation

/// What an estimator said to data sets whose truth is known, and what follows.
struct TriedEstimator {
  private let settings: EstimatorCheck.Settings
  private let truths: [Double]
  private let answers: [Int: EstimatorAnswer]
  private(set) var measured = EstimatorCheck.Measured()

  private var errors: [Double] = []
  private var misfit: String?
  private var unrepeated: String?
  private var repeated = 0
  private var rankFinding: Finding?
  private var gradientFinding: Finding?

  init(_ settings: EstimatorCheck.Settings, truths: [Double], answers: [Int: EstimatorAnswer]) {
    (self.settings, self.truths, self.answers) = (settings, truths, answers)
    measured.sets = truths.count
    var widths: [Double] = []
    for (id, truth) in truths.enumerated() {
      guard let answer = answers[id] else { continue }
      if let estimate = answer.estimate {
        if estimate.isFinite {
          errors.append(estimate - truth)
        } else {
          misfit = misfit ?? "estimate \(estimate) for data set \(id)"
        }
      }
      guard let lower = answer.lower, let upper = answer.upper else { continue }
      // An end at infinity is honest, no number is none.
      guard !lower.isNaN, !upper.isNaN, lower <= upper else {
        misfit = misfit ?? "interval [\(lower), \(upper)] for data set \(id)"
        continue
      }
      measured.intervals += 1
      measured.covered += lower <= truth && truth <= upper ? 1 : 0
      widths.append(upper - lower)
    }
    measured.estimated = errors.count
    measured.meanWidth = widths.isEmpty || !widths.allSatisfy(\.isFinite) ? nil : Statistics.mean(widths)
    if errors.count > 1 {
      (measured.bias, measured.spread) = (Statistics.mean(errors), Statistics.standardDeviation(errors))
    }
  }

  // MARK: Again

  mutating func repeated(_ again: [Int: EstimatorAnswer]) {
    for id in again.keys.sorted() {
      repeated += 1
      if again[id] != answers[id], unrepeated == nil {
        unrepeated = "data set \(id) gets another answer the second time"
      }
    }
  }

  // MARK: Ranks

  mutating func ranks(random: RandomSource) {
    let id = "estimator/calibration"
    let claim = "The truth's rank among its posterior draws is uniform"
    func finding(_ verdict: Finding.Verdict, _ reason: String, _ evidence: [Evidence] = [], error: String? = nil)
      -> Finding
    {
      Finding(
        id: id, claim: claim, verdict: verdict, bearing: verdict == .notMeasurable ? .advice : .trust, reason: reason,
        evidence: evidence,
        assumptions: ["The estimator's prior is the one by which the truth is drawn."], errorRate: error,
        source: "simulation-based calibration (Talts et al. 2018), Dvoretzky–Kiefer–Wolfowitz with Massart's constant",
        problem: "The posterior is not that of the prior and the data")
    }
    var places: [Double] = []
    for (id, truth) in truths.enumerated() {
      guard let draws = answers[id]?.draws, !draws.isEmpty, draws.allSatisfy(\.isFinite) else { continue }
      // Where in the cell of its rank it lies is drawn, ties too, so that a right posterior's places are uniform for
      // every number of
      // draws.
      var stream = random.stream("rank", id)
      let (below, ties) = (draws.count { $0 < truth }, draws.count { $0 == truth })
      places.append((Double(below) + Double(ties + 1) * stream.uniform()) / Double(draws.count + 1))
    }
    guard places.count >= 50 else {
      rankFinding = finding(.notMeasurable, "It gives no draws: coverage says what can be said of its interval.")
      return
    }
    places.sort()
    let count = Double(places.count)
    let distance =
      places.enumerated().map { max(abs(Double($0 + 1) / count - $1), abs($1 - Double($0) / count)) }.max() ?? 0
    let reach = (log(2 / EstimatorCheck.error) / (2 * count)).squareRoot()
    measured.rankDistance = distance
    let verdict: Finding.Verdict = distance > reach ? .fails : distance + reach < 0.1 ? .holds : .unknown
    rankFinding = finding(
      verdict,
      "The ranks' shares lie at most \(Numbers.plain(distance)) from uniform; chance alone goes to "
        + "\(Numbers.plain(reach)).",
      [Evidence("distance from uniform", distance, count: places.count)],
      error:
        "A right posterior fails in at most 1 % of checks; one that is 0.1 or more from uniform holds in at most 1 %.")
  }

  // MARK: Gradients

  /// Compares gradients with differences of the objective at three widths.
  mutating func gradients(
    of estimator: Estimator, at questions: [EstimatorQuestion], _ truths: [Double],
    _ answers: (Estimator, [EstimatorQuestion]) throws -> [Int: EstimatorAnswer]
  ) throws {
    let width = 1e-3
    // The place itself, near the truth and within 0 and 1 where that is, and both sides of it, near and half as near.
    let shifts = [0, width, -width, width / 2, -width / 2]
    let asked = questions.flatMap { question in
      shifts.indices.map { shift in
        EstimatorQuestion(
          id: question.id * shifts.count + shift, data: question.data, level: question.level,
          at: 0.05 + 0.9 * truths[question.id] + shifts[shift])
      }
    }
    let said = try answers(estimator, asked)
    var (wrong, example) = (0, String?.none)
    for question in questions {
      let values = shifts.indices.compactMap { said[question.id * shifts.count + $0]?.objective }
      guard values.count == shifts.count, let gradient = said[question.id * shifts.count]?.gradient else { continue }
      measured.gradients += 1
      let (far, near) = ((values[1] - values[2]) / (2 * width), (values[3] - values[4]) / width)
      // Richardson's: the error of the fourth order, and what rounding leaves of a difference.
      let best = (4 * near - far) / 3
      let rounding = 1e-15 * (values.map(abs).max() ?? 0) / width * 8
      let slack = abs(near - far) + rounding + 1e-9 * (1 + abs(best))
      guard !(abs(gradient - best) <= slack) else { continue }
      wrong += 1
      example =
        example
        ?? "for data set \(question.id) it says \(Numbers.plain(gradient)), and differences \(Numbers.plain(best))"
    }
    gradientFinding = Finding(
      id: "estimator/gradient", claim: "Its gradient is that of its objective",
      verdict: measured.gradients == 0 ? .unknown : wrong > 0 ? .fails : .holds,
      reason: measured.gradients == 0
        ? "It gives no objective and gradient."
        : example.map { "Wrong in \(wrong) of \(measured.gradients) places: \($0)." }
          ?? "The same as differences in \(Numbers.count(measured.gradients, "place")).",
      evidence: [Evidence("wrong", Double(wrong), count: measured.gradients)],
      assumptions: ["The objective is smooth where it was tried."],
      errorRate: "A gradient that is wrong by less than its differences differ passes.",
      source: "central differences, extrapolated (Richardson)", problem: "Its gradient is not that of its objective")
  }

  // MARK: Findings

  var findings: [Finding] {
    [answered, coverage, bias, rankFinding, determinism, gradientFinding].compactMap(\.self)
  }

  private var answered: Finding {
    let silent = measured.sets - measured.estimated
    return Finding(
      id: "estimator/answers", claim: "It estimates every data set, with numbers in order",
      verdict: misfit != nil || silent > 0 ? .fails : .holds,
      reason: misfit.map { "It gives an \($0)." }
        ?? (silent > 0
          ? "\(silent) of \(measured.sets) data sets get no estimate; they count as not covered."
          : "\(measured.sets) data sets, \(measured.intervals) with an interval."),
      evidence: [Evidence("estimated", Double(measured.estimated), count: measured.sets)],
      errorRate: "None: it was seen.", source: "the estimator's answers", problem: "It does not estimate every data set"
    )
  }

  private var coverage: Finding {
    func finding(_ verdict: Finding.Verdict, _ reason: String, _ evidence: [Evidence] = []) -> Finding {
      Finding(
        id: "estimator/coverage",
        claim: "Its interval holds the truth in at least \(Numbers.percent(settings.level)) of data sets",
        verdict: verdict,
        reason: reason, evidence: evidence,
        assumptions: [
          "Data as this problem draws them: an average over its truths, which may be worse for some of them.",
          "To hold it may lie \(Numbers.percent(settings.margin)) below.",
        ],
        errorRate: "An interval that keeps its level fails in at most 1 % of checks; one that lies "
          + "\(Numbers.percent(settings.margin)) or more below it holds in at most 1 %.",
        source: "Clopper & Pearson 1934", problem: "Its interval holds the truth less often than it says")
    }
    guard measured.intervals > 0 else { return finding(.notMeasurable, "It gives no intervals.") }
    let exact = Statistics.proportionInterval(
      successes: measured.covered, of: measured.sets, level: 1 - 2 * EstimatorCheck.error)
    guard let exact else { return finding(.unknown, "There are no data sets.") }
    let share = Double(measured.covered) / Double(measured.sets)
    return finding(
      exact.upper < settings.level ? .fails : exact.lower > settings.level - settings.margin ? .holds : .unknown,
      "It does in \(measured.covered) of \(measured.sets): \(Numbers.percent(share, exact)).",
      [Evidence("coverage", share, interval: exact, count: measured.sets)]
        + (measured.meanWidth.map { [Evidence("mean width", $0)] } ?? []))
  }

  private var bias: Finding {
    func finding(_ verdict: Finding.Verdict, _ reason: String, _ evidence: [Evidence] = []) -> Finding {
      Finding(
        id: "estimator/bias", claim: "Its bias is less than a tenth of its spread", verdict: verdict, reason: reason,
        evidence: evidence,
        assumptions: [
          "The mean of so many errors is nearly normal.", "An average over the truths that this problem draws.",
        ],
        errorRate: "Each verdict is wrong in at most 1 % of checks, if the mean is nearly normal.",
        source: "Student's t",
        problem: "Its estimates are off to one side")
    }
    guard let bias = measured.bias, let spread = measured.spread else {
      return finding(.unknown, "It gives no estimates.")
    }
    guard spread > 0 else {
      return finding(bias == 0 ? .holds : .fails, "All estimates are off by \(Numbers.plain(bias)).")
    }
    guard let interval = Statistics.meanInterval(errors, level: 1 - 2 * EstimatorCheck.error) else {
      return finding(.unknown, "It gives too few estimates.")
    }
    let limit = spread / 10
    let isOff = interval.lower > limit || interval.upper < -limit
    return finding(
      isOff ? .fails : interval.lower > -limit && interval.upper < limit ? .holds : .unknown,
      "Estimates are off by \(Numbers.plain(bias, interval)) on average, and spread by \(Numbers.plain(spread)).",
      [Evidence("bias", bias, interval: interval, count: errors.count), Evidence("spread", spread)])
  }

  private var determinism: Finding {
    Finding(
      id: "estimator/determinism", claim: "It gives the same answer to the same data, in whatever order they come",
      verdict: unrepeated != nil ? .fails : repeated > 0 ? .holds : .unknown,
      reason: unrepeated.map { "\($0.prefix(1).uppercased())\($0.dropFirst())." }
        ?? "\(Numbers.count(repeated, "data set")) again, in reverse, to the last bit.",
      evidence: [Evidence("asked again", Double(repeated))],
      errorRate: "What differs in one of p data sets is missed with chance (1 − p) to the power \(repeated).",
      source: "the estimator itself", problem: "It does not repeat",
      advice: Finding.Advice(
        text: "Let its chance follow from a seed and the data, and keep nothing between data sets", command: nil))
  }
}

import Audits
import Compute
import Findings
import Foundation
import Synchronization
import Testing

@Suite("The check of an estimator")
struct EstimatorCheckTests {
  private func verdicts(
    _ estimator: Estimator, on problem: String, seed: Int = 0, sets: Int = 1000, gradients: Bool = false
  ) throws -> [String: Finding.Verdict] {
    var settings = EstimatorCheck.Settings()
    (settings.seed, settings.sets, settings.gradients) = (seed, sets, gradients)
    let check = try EstimatorCheck(estimator, on: .named(problem), settings: settings)
    return Dictionary(
      uniqueKeysWithValues: check.findings.map { (String($0.id.dropFirst("estimator/".count)), $0.verdict) })
  }

  private func ours(_ name: String, on problem: String) throws -> Estimator {
    try Estimator.named(name, range: EstimatorProblem.named(problem).range)
  }

  @Test("right estimators pass: nothing of them fails")
  func right() throws {
    let posterior = try verdicts(
      ours("normal-posterior", on: "normal-mean"), on: "normal-mean", sets: 4000, gradients: true)
    #expect(posterior.values.allSatisfy { $0 == .holds }, "\(posterior)")
    for (name, problem) in [
      ("student", "normal-mean"), ("exact", "proportion"), ("wilson", "proportion"), ("betting", "rare-loss"),
    ] {
      let found = try verdicts(ours(name, on: problem), on: problem, sets: name == "betting" ? 300 : 2000)
      #expect(!found.values.contains(.fails), "\(name): \(found)")
      #expect(found["coverage"] != .notMeasurable && found["calibration"] == .notMeasurable)
    }
  }

  @Test("Student's interval is caught where one return in ten is lost, and where numbers are skewed")
  func student() throws {
    for problem in ["rare-loss", "skewed-mean"] {
      #expect(try verdicts(ours("student", on: problem), on: problem)["coverage"] == .fails)
    }
  }

  @Test("each planted flaw is caught by its own check, and the others stay quiet")
  func planted() throws {
    let flaws: [(flaw: Flaw, caught: String)] = [
      (.narrow, "coverage"), (.shifted, "bias"), (.overconfident, "calibration"), (.random, "determinism"),
      (.carries, "determinism"), (.gradient, "gradient"), (.silent, "answers"), (.disordered, "answers"),
    ]
    for (flaw, caught) in flaws {
      let found = try verdicts(flaw.estimator, on: "normal-mean", sets: 2000, gradients: true)
      #expect(found[caught] == .fails, "\(flaw): \(found)")
      let others = found.filter { $0.value == .fails && $0.key != caught && !flaw.alsoBreaks.contains($0.key) }
      #expect(others.isEmpty, "\(flaw): \(found)")
    }
  }

  @Test(
    "over 300 checks a right posterior and a right interval fail in at most the promised 1 % each, by more than chance")
  func falseAlarms() throws {
    let estimator = try ours("normal-posterior", on: "normal-mean")
    var fails: [String: Int] = [:]
    for seed in 0..<300 {
      for (id, verdict) in try verdicts(estimator, on: "normal-mean", seed: seed, sets: 200) where verdict == .fails {
        fails[id, default: 0] += 1
      }
    }
    // 9 of 300 and more at 1 % have chance 0.0038.
    #expect(fails.values.allSatisfy { $0 <= 8 }, "\(fails)")
    #expect(fails["determinism"] == nil && fails["answers"] == nil)
  }

  @Test("answers that do not fit the questions, and settings out of range, are refused")
  func refusals() throws {
    let problem = try EstimatorProblem.named("normal-mean")
    for answer: @Sendable ([EstimatorQuestion]) -> [EstimatorAnswer] in [
      { $0.dropLast().map { EstimatorAnswer(id: $0.id, estimate: 0) } },
      { $0.map { _ in EstimatorAnswer(id: 0, estimate: 0) } },
      { $0.map { EstimatorAnswer(id: $0.id + 1, estimate: 0) } },
    ] {
      #expect(throws: InputError.self) { try EstimatorCheck(Estimator("mine", answer: answer), on: problem) }
    }
    let estimator = try ours("student", on: "normal-mean")
    for change: @Sendable (inout EstimatorCheck.Settings) -> Void in [
      { $0.sets = 1 }, { $0.level = 1 }, { $0.level = .nan }, { $0.margin = 0 }, { $0.seed = -1 },
    ] {
      var settings = EstimatorCheck.Settings()
      change(&settings)
      #expect(throws: InputError.self) { try EstimatorCheck(estimator, on: problem, settings: settings) }
    }
    #expect(throws: InputError.self) { try Estimator.named("studnet", range: nil) }
    #expect(throws: InputError.self) { try EstimatorProblem.named("proportoin") }
  }
}

/// The posterior of the mean of 20 numbers N(m, 1) with m ~ N(0, 1), by hand, and what can be wrong with it.
private enum Flaw: CaseIterable {
  case narrow, shifted, overconfident, random, carries, gradient, silent, disordered

  /// What else this flaw breaks by necessity.
  var alsoBreaks: [String] {
    switch self {
    case .shifted: ["coverage", "calibration"]
    case .silent, .disordered: ["coverage"]
    default: []
    }
  }

  private static let chance = Mutex(SystemRandomNumberGenerator())

  var estimator: Estimator {
    Estimator("\(self)") { questions in
      var before = 0.0
      return questions.map { question in
        let (mean, deviation) = (question.data.reduce(0, +) / 21, 1 / 21.0.squareRoot())
        if let place = question.at {
          return EstimatorAnswer(
            id: question.id, objective: (place - mean) * (place - mean) * 10.5,
            gradient: (place - mean) * (self == .gradient ? 20.9 : 21))
        }
        if self == .silent, question.id.isMultiple(of: 9) { return EstimatorAnswer(id: question.id) }
        let shift = self == .shifted ? 0.5 * deviation : 0
        let reach = 1.96 * deviation * (self == .narrow ? 0.8 : 1)
        let spread = deviation * (self == .overconfident ? 0.7 : 1)
        let tail: UInt64 = self == .random ? Self.chance.withLock { $0.next() % 1000 } : 0
        var draws = RandomSource(seed: mean.bitPattern).stream("draws")
        defer { before = mean }
        var answer = EstimatorAnswer(
          id: question.id, estimate: mean + shift + 1e-9 * Double(tail) + (self == .carries ? 1e-9 * before : 0),
          lower: mean + shift - reach, upper: mean + shift + reach,
          draws: (0..<99).map { _ in mean + shift + spread * draws.normal() })
        if self == .disordered, question.id.isMultiple(of: 9) { swap(&answer.lower, &answer.upper) }
        return answer
      }
    }
  }
}

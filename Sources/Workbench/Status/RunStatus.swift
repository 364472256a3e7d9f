import Compute
import Findings
import Foundation
import Reports
import Runs

/// What a page shows of the run, as JSON. Annotators get ``OwnStatus`` alone: no scores, nothing of others.
package struct RunStatus: Encodable {
  var phase: LiveBoard.Phase
  var message: String
  var iteration: Int
  var iterations: Int
  var agentSteps: Int
  var totalSteps: Int
  /// The run's questions that were answered by as many people as are wanted, and how many the run asks in all; 0 if that
  /// is not known.
  var questions: Int
  var questionsWanted: Int
  /// Answers to them by everybody, which are more where several people answer a question; how many people gave them, and
  /// how many the one who looks has given to whatever question.
  var answers: Int
  var people: Int
  var own: Int
  var open: Int
  var answersPerMinute: Double
  /// Of the run's own work, without the waiting for people; nil as long as nothing is known, and at the end.
  var secondsLeft: Double?
  var curves: [Curve]
  var calibration: Calibration?
  var findings: [Found]
  var newest: ClipPicture?
  var farthest: Far?
  var heat: Heat?
  var attention: [Share]?
  var influence: [Influence]?
  var isPaused: Bool
  var canPause: Bool
  /// Steps of the agent that wait for somebody; nil for none.
  var stepsWaiting: Int?
  /// The round whose training made the reward that a meter tells of; nil before one, and where no run is under way.
  var rewardRound: Int?

  struct Curve: Encodable {
    var id: String
    var title: String
    var caption: String?
    var lines: [Line]
  }

  struct Line: Encodable {
    var name: String
    var points: [[Double]]
  }

  /// [predicted, observed, low, high, count] of each bin.
  struct Calibration: Encodable { var points: [[Double]] }

  struct Found: Encodable {
    var id: String
    var claim: String
    var verdict: Finding.Verdict
    /// The verdict as a sign, and the name of its style.
    var sign: String
    var style: String
    var summary: String
  }

  struct Far: Encodable {
    var caption: String
    var clip: ClipPicture
  }

  struct Heat: Encodable {
    struct Axis: Encodable {
      var name: String
      var low: Double
      var high: Double
    }

    var title: String
    var x: Axis
    var y: Axis
    var columns: Int
    var rows: Int
    var values: [Double]
  }

  struct Share: Encodable {
    var name: String
    var share: Double
  }

  struct Influence: Encodable {
    var question: String
    var kind: String
    var text: String
    var effect: Double
  }
}

/// What a person who only judges gets.
struct OwnStatus: Encodable {
  var phase: LiveBoard.Phase
  var message: String
  var answers: Int
  var open: Int
  /// Steps of the agent that wait for somebody; nil for none.
  var stepsWaiting: Int?
}

extension RunStatus {
  init(_ state: LiveBoard.State, _ counts: WorkbenchStore.Counts, own: Int, canPause: Bool) {
    phase = state.isPaused && state.phase == .training ? .paused : state.phase
    isPaused = state.isPaused
    message = Self.message(state, open: counts.open)
    (iteration, iterations) = (state.iteration, state.iterations)
    (agentSteps, totalSteps) = (state.agentSteps, state.totalSteps)
    (questions, questionsWanted) = (counts.questions, state.questionsWanted)
    (answers, people, self.own) = (counts.answers, counts.people, own)
    (open, answersPerMinute) = (counts.open, counts.perMinute)
    secondsLeft = state.phase == .finished ? nil : state.secondsLeft
    curves = state.record.map(Self.curves) ?? []
    calibration = state.record.flatMap(Self.calibration)
    findings =
      state.record?.findings.enumerated().map { index, finding in
        Found(
          id: "finding-\(index)", claim: finding.claim, verdict: finding.verdict, sign: finding.verdict.sign,
          style: finding.verdict.style, summary: finding.reason)
      } ?? []
    newest = state.newest
    farthest = state.farthest.map {
      Far(caption: "Of what the agent did last, the segment least like anything that was judged.", clip: $0)
    }
    heat = state.view?.heat.map { heat in
      Heat(
        title: "Predicted reward, the rest at its mean",
        x: .init(name: heat.names[0], low: heat.ranges[0].lowerBound, high: heat.ranges[0].upperBound),
        y: .init(name: heat.names[1], low: heat.ranges[1].lowerBound, high: heat.ranges[1].upperBound),
        columns: heat.columns, rows: heat.rows, values: heat.values.map { ($0 * 1e4).rounded() / 1e4 })
    }
    attention = state.view?.attention.map { Share(name: $0.name, share: $0.share) }
    influence = state.view?.influence.map {
      Influence(
        question: "\($0.question)", kind: $0.kind,
        text: "Question \($0.question + 1), answered by \($0.person): without it the reward would move by "
          + String(format: "%.0f %% of its spread.", 100 * $0.change), effect: $0.change)
    }
    self.canPause = canPause && state.phase != .finished
  }

  /// - Parameter hasDetails: whether to say what went wrong: it can name files, which are no annotator's business.
  static func message(_ state: LiveBoard.State, open: Int, hasDetails: Bool = true) -> String {
    if let failure = state.failure { return hasDetails ? "The run has stopped: \(failure)" : "The run has stopped." }
    if let problem = state.recordProblem {
      return "The run's record cannot be read" + (hasDetails ? ": \(problem)" : ".")
    }
    if state.phase == .finished { return "The run has finished." }
    if state.isPaused { return "The agent is paused." }
    switch state.phase {
    case .asking: return open == 0 ? "Taking the answers in." : "The agent waits for answers."
    case .training: return open == 0 ? "The agent trains." : "The agent trains; there are questions meanwhile."
    case .collecting, .paused, .finished: return "Answers are collected."
    }
  }

  private static func curves(_ record: RunRecord) -> [Curve] {
    func points(_ value: (RunRecord.Iteration) -> Double?) -> [[Double]] {
      record.iterations.compactMap { iteration in
        value(iteration).flatMap { $0.isFinite ? [Double(iteration.agentSteps), $0] : nil }
      }
    }
    func mean(_ values: [Double]) -> Double? { values.isEmpty ? nil : Statistics.mean(values) }
    let curves = [
      Curve(
        id: "true-return", title: "Return of an episode, by the environment's own reward",
        lines: [Line(name: "mean", points: points { mean($0.trueReturns) })]),
      Curve(
        id: "predicted-return", title: "Return of an episode, as the learned reward predicts",
        caption: "in units of its own: compare how the two rise and fall, not their heights",
        lines: [Line(name: "mean", points: points { mean($0.predictedReturns) })]),
      Curve(
        id: "accuracy", title: "Answers predicted right",
        lines: [
          Line(name: "before learning from them", points: points(\.predictionAccuracy)),
          Line(name: "after learning from them (training accuracy)", points: points(\.rewardAccuracy)),
          Line(name: "held out", points: points(\.heldOutAccuracy)),
        ]),
      Curve(
        id: "disagreement", title: "Disagreement of the reward's members",
        lines: [Line(name: "mean over steps", points: points { $0.evaluation?.disagreement })]),
    ]
    return curves.map { curve in
      Curve(
        id: curve.id, title: curve.title, caption: curve.caption, lines: curve.lines.filter { !$0.points.isEmpty })
    }.filter { !$0.lines.isEmpty }
  }

  /// Out-of-sample predictions in fifths, with exact intervals; ties left out.
  private static func calibration(_ record: RunRecord) -> Calibration? {
    let predictions = record.iterations.flatMap(\.predictions).filter { $0.label != 0.5 }
    guard predictions.count >= 10 else { return nil }
    let points = (0..<5).compactMap { bin -> [Double]? in
      let inside = predictions.filter { min(4, Int($0.probability * 5)) == bin }
      let right = inside.count { $0.label == 1 }
      guard let interval = Statistics.proportionInterval(successes: right, of: inside.count) else { return nil }
      return [
        Statistics.mean(inside.map(\.probability)), Double(right) / Double(inside.count), interval.lower,
        interval.upper,
        Double(inside.count),
      ]
    }
    return Calibration(points: points)
  }
}

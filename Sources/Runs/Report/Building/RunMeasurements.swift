import Audits
import Compute

/// What the checks and the curves of a report need from one run's record, as plain numbers.
struct RunMeasurements {
  let seed: UInt64
  /// True and predicted return against the agent's steps: of evaluations, or of training episodes without any.
  let curve: ReturnCurve
  /// Half-widths of 95 % intervals of each point's mean over episodes; nil where they are not known.
  let actualReach: [Double?]
  let predictedReach: [Double?]
  /// Whether the curve comes from evaluations of whole episodes.
  let isEvaluated: Bool
  /// Answers that the model predicted before it learned from them, in order.
  let predictions: [RunRecord.Prediction]
  let batches: [EnoughAnswers.Batch]
  let disagreement: [Double]
  /// The last evaluation.
  let last: RunRecord.Evaluation?
  /// All evaluated episodes' lengths.
  let lengths: [Int]

  init(_ record: RunRecord) {
    seed = record.seed
    let evaluated = record.iterations.filter { !$0.trueReturns.isEmpty }
    isEvaluated = evaluated.count >= 2
    let used = isEvaluated ? evaluated : record.iterations.filter { !$0.trainingReturns.isEmpty }
    let actual = isEvaluated ? used.map(\.trueReturns) : used.map(\.trainingReturns)
    let predicted = isEvaluated ? used.map(\.predictedReturns) : used.map { [$0.meanPredictedReward ?? .nan] }
    // Kept index for index with the curve, which leaves out what is not finite.
    let kept = used.indices.filter {
      Statistics.mean(actual[$0]).isFinite && !predicted[$0].isEmpty && Statistics.mean(predicted[$0]).isFinite
    }
    curve = ReturnCurve(
      steps: kept.map { Double(used[$0].agentSteps) }, predicted: kept.map { Statistics.mean(predicted[$0]) },
      actual: kept.map { Statistics.mean(actual[$0]) })
    actualReach = kept.map { Statistics.meanInterval(actual[$0])?.halfWidth }
    predictedReach = kept.map { Statistics.meanInterval(predicted[$0])?.halfWidth }
    predictions = record.iterations.flatMap(\.predictions)
    var batches: [EnoughAnswers.Batch] = []
    var before = 0
    for iteration in record.iterations {
      let decisive = iteration.predictions.filter { $0.label != 0.5 }
      if !decisive.isEmpty {
        let correct = decisive.count { JudgedComparison($0).isRight }
        batches.append(EnoughAnswers.Batch(answersBefore: before, correct: correct, count: decisive.count))
      }
      before = max(before, iteration.answers)
    }
    self.batches = batches
    disagreement = record.iterations.compactMap { $0.evaluation?.disagreement }
    last = record.finalEvaluation ?? record.iterations.last { $0.evaluation != nil }?.evaluation
    lengths = record.iterations.flatMap { $0.evaluation?.lengths ?? [] } + (record.finalEvaluation?.lengths ?? [])
  }

  /// The later half of the predictions, or all of few: what the model knows towards the end.
  var laterPredictions: [JudgedComparison] {
    predictions.suffix(max(40, predictions.count / 2)).map { JudgedComparison($0) }
  }
}

extension JudgedComparison {
  init(_ prediction: RunRecord.Prediction) {
    self.init(probabilityFirst: prediction.probability, target: prediction.label)
  }
}

/// Values of one seed in units of its own spread, so that seeds with reward models of different scale can be pooled.
///
/// Nil if they do not vary.
func standardized(_ values: [Double]) -> [Double]? {
  guard values.count > 1 else { return nil }
  let centre = Statistics.mean(values)
  let spread = Statistics.standardDeviation(values)
  guard spread > 0, spread.isFinite else { return nil }
  return values.map { ($0 - centre) / spread }
}

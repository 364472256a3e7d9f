import Audits
import Compute
import Findings

/// What the checks and the curves of a report need from one run's record, as plain numbers.
package struct RunMeasurements {
  package let seed: UInt64
  /// True and predicted return against the agent's steps: of evaluations, or of training episodes without any.
  package let curve: ReturnCurve
  /// The same true returns, with what the *final* model makes of the clips that people were asked about at that time:
  /// on one scale throughout. The curve itself while the run has not finished.
  package let rejudged: ReturnCurve
  package let isRejudged: Bool
  /// Half-widths of 95 % intervals of the rejudged predictions' means over clips.
  package let rejudgedReach: [Double?]
  /// Half-widths of 95 % intervals of each point's mean over episodes; nil where they are not known.
  package let actualReach: [Double?]
  package let predictedReach: [Double?]
  /// Whether the curve comes from evaluations of whole episodes.
  package let isEvaluated: Bool
  /// Answers that the model predicted before it learned from them, in order.
  package let predictions: [RunRecord.Prediction]
  package let batches: [EnoughAnswers.Batch]
  package let disagreement: [Double]
  /// The last evaluation.
  package let last: RunRecord.JudgedEpisodes?
  /// Lengths and predicted returns of all evaluated episodes, by evaluation.
  package let evaluations: [EpisodeLengthLeak.Group]

  /// The predicted returns as they are drawn: as they are for one run, in units of their own spread in a study.
  package let shownPrediction: [Double]
  package let shownRejudgement: [Double]

  package init(_ record: RunRecord, isStudy: Bool = false) {
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
    shownPrediction =
      isStudy ? Statistics.standardized(curve.predicted) ?? curve.predicted.map { _ in 0 } : curve.predicted
    let judged = Self.rejudged(record, kept.map { used[$0] }, actual: kept.map { Statistics.mean(actual[$0]) })
    rejudged = judged?.curve ?? curve
    rejudgedReach = judged?.reach ?? []
    isRejudged = judged != nil
    shownRejudgement =
      isStudy ? Statistics.standardized(rejudged.predicted) ?? rejudged.predicted.map { _ in 0 } : rejudged.predicted
    actualReach = kept.map { Statistics.meanInterval(actual[$0])?.halfWidth }
    predictedReach = kept.map { Statistics.meanInterval(predicted[$0])?.halfWidth }
    predictions = record.iterations.flatMap(\.predictions)
    var batches: [EnoughAnswers.Batch] = []
    var before = 0
    for iteration in record.iterations {
      let decided = iteration.predictions.map { JudgedComparison($0) }.filter { $0.isDecisive && !$0.isUndecided }
      if !decided.isEmpty {
        let correct = decided.count { $0.isRight }
        batches.append(EnoughAnswers.Batch(answersBefore: before, correct: correct, count: decided.count))
      }
      before = max(before, iteration.answers)
    }
    self.batches = batches
    // Members of a model whose outputs are not normalised grow apart just because their scale grows; how far apart
    // their probabilities are has no such scale.
    let isNormalized = (record.settings["reward.outputStandardDeviation"].flatMap { Double($0) } ?? 0) > 0
    disagreement =
      isNormalized
      ? record.iterations.compactMap { $0.evaluation?.disagreement } : predictions.compactMap(\.disagreement)
    last = record.finalEvaluation ?? record.iterations.last { $0.evaluation != nil }?.evaluation
    evaluations = (record.iterations.map(\.evaluation) + [record.finalEvaluation]).compactMap { $0 }
      .filter { $0.lengths.count == $0.predictedReturns.count }
      .map { EpisodeLengthLeak.Group(lengths: $0.lengths, predicted: $0.predictedReturns) }
  }

  /// Nil if fewer than ten iterations asked about clips that the final model has judged.
  private static func rejudged(
    _ record: RunRecord, _ iterations: [RunRecord.Iteration], actual: [Double]
  ) -> (curve: ReturnCurve, reach: [Double?])? {
    var judged: [Int: [Double]] = [:]
    for comparison in record.comparisons {
      let returns = [comparison.firstPredictedReturn, comparison.secondPredictedReturn].compactMap { $0 }
      judged[comparison.iteration, default: []] += returns
    }
    let kept = iterations.indices.filter { judged[iterations[$0].index]?.isEmpty == false }
    guard kept.count >= TurningPoint.fewestPoints else { return nil }
    let clips = kept.map { judged[iterations[$0].index] ?? [] }
    let curve = ReturnCurve(
      steps: kept.map { Double(iterations[$0].agentSteps) }, predicted: clips.map(Statistics.mean),
      actual: kept.map { actual[$0] })
    return (curve, clips.map { Statistics.meanInterval($0)?.halfWidth })
  }

  /// The curve with the predicted return in units of its own spread: reward models of different seeds share no scale.
  package func inOwnUnits(_ curve: ReturnCurve) -> ReturnCurve {
    ReturnCurve(
      steps: curve.steps, predicted: Statistics.standardized(curve.predicted) ?? curve.predicted.map { _ in 0 },
      actual: curve.actual)
  }

  /// The later half of the predictions, or all of few: what the model knows towards the end.
  package var laterPredictions: [JudgedComparison] {
    // Questions that were chosen are not a fair sample; where some were kept apart, only those count.
    let fair = predictions.filter(\.isFair)
    let usable = fair.isEmpty ? predictions : fair
    return usable.suffix(max(40, usable.count / 2)).map { JudgedComparison($0) }
  }
}

extension JudgedComparison {
  package init(_ prediction: RunRecord.Prediction) {
    self.init(probabilityFirst: prediction.probability, target: prediction.label)
  }
}

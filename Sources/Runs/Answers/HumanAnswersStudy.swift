import Agents
import Compute
import Environments
import Feedback
import Findings
import Foundation

/// Learns from comparisons that people made of segments in the delivery world.
///
/// ```swift
/// let report = try HumanAnswersStudy.run([folder], random: RandomSource(seed: 0))
/// for line in report.lines { print(line) }
/// ```
///
/// For each condition: how well partial return and regret explain the answers, given the true reward; the reward
/// learned under each; the true return of the agent that plans with it, and whether that agent ever finishes. Intervals
/// are bootstraps over answers, as if all were independent (the files do not tell who answered what).
public enum HumanAnswersStudy {
  /// Studies the files of one folder or several.
  ///
  /// - Throws: `InputError` if files are missing, or not in their form.
  public static func run(
    _ paths: [URL], settings: HumanAnswersSettings = HumanAnswersSettings(), random: RandomSource,
    progress: (String) -> Void = { _ in }
  ) throws -> HumanAnswersReport {
    let files = try HumanAnswersFiles.find(paths)
    let delivery = Delivery()
    let world = try AnswersWorld(try delivery.tabular(), discount: settings.discount)
    // Everything is read and checked before anything slow begins.
    let conditions = try files.map { files in
      let answers = try HumanAnswers(files, in: delivery)
      let checked = try answers.checkStatistics(files, optimalValues: world.undiscountedOptimum)
      return (answers, checked)
    }
    var report = HumanAnswersReport(
      environment: delivery.specification.id, settings: settings, optimalReturn: world.optimalReturn,
      uniformReturn: world.uniformReturn, starts: world.world.mdp.start.count { $0 > 0 },
      featureNames: world.world.featureNames, trueWeights: world.world.trueWeights, conditions: [], findings: [])
    for (answers, checked) in conditions {
      progress("\(answers.condition): \(answers.answers.count) answers")
      let condition = try study(
        answers, checked: checked, in: world, settings: settings, random: random.child("answers/" + answers.condition))
      report.conditions.append(condition)
      report.findings += findings(condition, answers, in: world, settings: settings)
    }
    return report
  }

  private static func study(
    _ answers: HumanAnswers, checked: Bool, in world: AnswersWorld, settings: HumanAnswersSettings,
    random: RandomSource
  ) throws -> HumanAnswersReport.Condition {
    let fits = PreferenceModel.allCases.map { model in
      answers.fit(
        model, optimalValues: world.undiscountedOptimum, level: settings.level, resamples: settings.resamples,
        random: random.child("fit"))
    }
    let parts = answers.fitParts(
      optimalValues: world.undiscountedOptimum, level: settings.level, resamples: settings.resamples,
      random: random.child("fit"))
    return HumanAnswersReport.Condition(
      name: answers.condition, answers: answers.answers.count,
      ties: answers.answers.count { $0.preference == 0.5 }, statisticsChecked: checked, fits: fits, parts: parts,
      learned: try PreferenceModel.allCases.map { model in
        try learn(model, answers, in: world, settings: settings, random: random.child("learn"))
      })
  }

  private static func learn(
    _ model: PreferenceModel, _ answers: HumanAnswers, in world: AnswersWorld, settings: HumanAnswersSettings,
    random: RandomSource
  ) throws -> HumanAnswersReport.Learned {
    let learner = LinearRewardLearner(answers, discount: settings.discount, penalty: settings.penalty)
    let width = answers.trueWeights.count
    let reward = try learn(model, learner, in: world, counts: nil, starts: regretStarts(width))
    let policy = try world.policy(reward.weights)
    let stuck = world.neverFinishing(policy)
    let trueReturn = try world.trueReturn(policy)
    var learned = HumanAnswersReport.Learned(
      reward: reward, weightIntervals: reward.weights.map { _ in nil },
      identified: reward.weights.map { isIdentified($0, nil) }, trueReturn: trueReturn,
      scaledReturn: world.scaled(trueReturn), scaledReturnInterval: nil, neverFinishing: stuck.count,
      neverFinishingShare: nil, loop: stuck.first.flatMap { world.loop(policy, from: $0, weights: reward.weights) })
    guard settings.learningResamples > 1 else { return learned }

    let replicates = Statistics.bootstrapReplicates(
      count: answers.answers.count, resamples: settings.learningResamples, random: random
    ) { counts in
      // A resample that cannot be planned with makes its intervals nil rather than wrong.
      guard
        let reward = try? learn(model, learner, in: world, counts: counts, starts: [reward.weights]),
        let policy = try? world.policy(reward.weights), let trueReturn = try? world.trueReturn(policy)
      else { return [Double](repeating: .nan, count: width + 2) }
      return reward.weights + [world.scaled(trueReturn), world.neverFinishing(policy).isEmpty ? 0 : 1]
    }
    func interval(_ column: Int) -> Interval? {
      Statistics.percentileInterval(replicates, column: column, level: settings.level)
    }
    let intervals = (0..<width).map(interval)
    learned.identified = zip(reward.weights, intervals).map(isIdentified)
    learned.weightIntervals = zip(intervals, learned.identified).map { $1 ? $0 : nil }
    learned.scaledReturnInterval = interval(width)
    let share = Statistics.mean(replicates.map { $0[width + 1] })
    learned.neverFinishingShare = share.isNaN ? nil : share
    return learned
  }

  /// Whether the answers say anything about a weight: the fit starts at 0 and leaves it there, in every resample, where
  /// none depends on its feature.
  static func isIdentified(_ weight: Double, _ interval: Interval?) -> Bool {
    weight != 0 || (interval.map { $0.lower != 0 || $0.upper != 0 } ?? false)
  }

  /// `starts` are for the regret model, besides the weights that follow from partial return.
  private static func learn(
    _ model: PreferenceModel, _ learner: LinearRewardLearner, in world: AnswersWorld, counts: [Double]?,
    starts: [[Double]]
  ) throws -> LearnedLinearReward {
    let partialReturn = learner.partialReturn(counts: counts)
    if model == .partialReturn { return partialReturn }
    var policy = TabularPolicy.uniform(
      stateCount: world.world.mdp.stateCount, actionCount: world.world.mdp.actionCount)
    return try learner.regret(counts: counts, starts: starts + [partialReturn.weights]) { weights in
      let plan = try world.plan(weights, from: policy)
      policy = plan.policy
      return plan.features.elements
    }
  }

  /// From where the regret model is fitted: every feature a small cost, and each feature in turn a gain instead.
  private static func regretStarts(_ width: Int) -> [[Double]] {
    let costs = [Double](repeating: -0.1, count: width)
    return [costs]
      + (0..<width).map { feature in
        var start = costs
        start[feature] = 1
        return start
      }
  }
}

extension AnswersWorld {
  /// What an agent that optimises these weights does: value iteration at the study's discount.
  func policy(_ weights: [Double]) throws -> TabularPolicy {
    try ValueIteration.solve(world.mdp.with(rewards: world.rewards(weights: weights)), discount: discount).policy
  }
}

import Compute
import Feedback
import Findings
import Foundation

extension HumanAnswersStudy {
  /// What follows from one condition: whether each learned reward lets the agent finish, whether it makes it near
  /// optimal, and by which model these people judged.
  static func findings(
    _ condition: HumanAnswersReport.Condition, _ answers: HumanAnswers, in world: AnswersWorld,
    settings: HumanAnswersSettings
  ) -> [Finding] {
    condition.learned.flatMap { learned in
      [
        finishes(learned, condition, in: world), nearOptimal(learned, condition, settings: settings),
      ]
    } + [judgedBy(condition, answers, in: world, settings: settings)]
  }

  private static func id(_ condition: HumanAnswersReport.Condition, _ model: PreferenceModel, _ claim: String) -> String
  {
    "human-answers/\(condition.name)/\(model.rawValue.replacingOccurrences(of: " ", with: "-"))/\(claim)"
  }

  private static func verdict(
    _ interval: Interval?, holds: (Interval) -> Bool, fails: (Interval) -> Bool
  ) -> Finding.Verdict {
    guard let interval else { return .unknown }
    return holds(interval) ? .holds : fails(interval) ? .fails : .unknown
  }

  /// A fact about this reward and this world, computed exactly; the bootstrap measures how much depends on the answers
  /// drawn.
  private static func finishes(
    _ learned: HumanAnswersReport.Learned, _ condition: HumanAnswersReport.Condition, in world: AnswersWorld
  ) -> Finding {
    let starts = world.world.mdp.start.count { $0 > 0 }
    var evidence = [
      Evidence("starts from which it never finishes", Double(learned.neverFinishing), count: starts)
    ]
    if let share = learned.neverFinishingShare {
      evidence.append(Evidence("share of resamples in which it never finishes from some start", share))
    }
    var reason = "from each of the \(starts) starts its policy reaches an end of the episode"
    if learned.neverFinishing > 0 {
      reason = "from \(learned.neverFinishing) of \(starts) starts its policy never reaches an end"
      if let loop = learned.loop {
        evidence.append(Evidence("learned reward of one time round the loop", loop.learnedReward))
        evidence.append(Evidence("true reward of one time round the loop", loop.trueReward))
        evidence.append(Evidence("states in the loop", Double(loop.states.count)))
        reason +=
          loop.learnedReward > 0
          ? ": it goes round \(loop.states.count) states forever, because the learned reward pays for it"
          : ": it goes round \(loop.states.count) states forever, because every end is worth less to it"
      }
    }
    return Finding(
      id: id(condition, learned.reward.model, "finishes"),
      claim: "The agent that optimises the reward learned from \(condition.name) by \(learned.reward.model.rawValue) "
        + "finishes from every start",
      verdict: learned.neverFinishing == 0 ? .holds : .fails, reason: reason, evidence: evidence,
      assumptions: ["the agent plans perfectly, with discount \(world.discount)"],
      errorRate: "none: computed exactly for this reward",
      source: "Knox, Hatgis-Kessell, Adalgeirsson, Booth, Dragan, Stone, Niekum 2023, on positive rewards per step")
  }

  /// Near-optimal as in the source: a scaled return of at least 0.9.
  private static func nearOptimal(
    _ learned: HumanAnswersReport.Learned, _ condition: HumanAnswersReport.Condition, settings: HumanAnswersSettings
  ) -> Finding {
    let wanted = 0.9
    let interval = learned.scaledReturnInterval
    let verdict = verdict(interval, holds: { $0.lower >= wanted }, fails: { $0.upper < wanted })
    let measured = "its scaled true return is " + HumanAnswersReport.text(learned.scaledReturn, interval)
    let reason =
      switch (verdict, interval) {
      case (_, nil): "\(measured), and without resamples its uncertainty is unknown"
      case (.holds, _): "\(measured): all of the interval is at least \(wanted)"
      case (.fails, _): "\(measured): all of the interval is below \(wanted)"
      case (.unknown, _), (.notMeasurable, _): "\(measured): the interval lies on both sides of \(wanted)"
      }
    return Finding(
      id: id(condition, learned.reward.model, "near-optimal"),
      claim: "The agent that optimises the reward learned from \(condition.name) by \(learned.reward.model.rawValue) "
        + "is near-optimal by the true reward",
      verdict: verdict, reason: reason,
      evidence: [
        Evidence("scaled true return", learned.scaledReturn, interval: interval, count: condition.answers)
      ],
      assumptions: ["answers are independent (the files do not tell who gave which)"],
      errorRate: interval.map { String(format: "about %.1f %% on either side", (1 - $0.level) / 2 * 100) },
      source: "Hatgis-Kessell et al. 2025: near-optimal is a scaled return of at least 0.9")
  }

  /// Compares the two models of the person by the mean difference of their log losses, answer by answer.
  private static func judgedBy(
    _ condition: HumanAnswersReport.Condition, _ answers: HumanAnswers, in world: AnswersWorld,
    settings: HumanAnswersSettings
  ) -> Finding {
    let losses = condition.fits.map { fit in
      zip(answers.differences(fit.model, optimalValues: world.undiscountedOptimum), answers.answers).map {
        difference, answer in
        let logit = fit.scale * difference
        return max(logit, 0) + log1p(exp(-abs(logit))) - answer.preference * logit
      }
    }
    let differences = zip(losses[0], losses[1]).map { $0 - $1 }
    let gain = Statistics.mean(differences)
    let interval = Statistics.meanInterval(differences, level: settings.level)
    let verdict = verdict(interval, holds: { $0.lower > 0 }, fails: { $0.upper < 0 })
    let reason =
      switch verdict {
      case .holds: "regret predicts the answers better, by \(String(format: "%.3f", gain)) nats an answer"
      case .fails: "partial return predicts the answers better, by \(String(format: "%.3f", -gain)) nats an answer"
      case .unknown, .notMeasurable: "neither model predicts the answers surely better than the other"
      }
    return Finding(
      id: "human-answers/\(condition.name)/judged-by-regret",
      claim: "The people of \(condition.name) judged by regret rather than by partial return", verdict: verdict,
      bearing: .advice, reason: reason,
      evidence: [
        Evidence(
          "cross-entropy by partial return minus by regret", gain, interval: interval, count: condition.answers,
          unit: "nats")
      ],
      assumptions: [
        "answers are independent (the files do not tell who gave which)", "people knew the true reward",
      ],
      errorRate: interval.map { String(format: "about %.1f %% on either side", (1 - $0.level) / 2 * 100) },
      source: "Knox et al. 2022, models of human preference")
  }
}

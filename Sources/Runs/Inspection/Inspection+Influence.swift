import Agents
import Audits
import Findings

extension Inspection.Influence {
  /// - Throws: `NotMeasurable` where the reward, or what it sees, does not vary.
  static func found(
    _ inspected: InspectedRun, _ influence: RewardInfluence
  ) throws -> (influence: Self, finding: Finding) {
    let persons = inspected.persons
    let movers = try influence.movers(over: inspected.rows).map { Inspection.Mover($0, inspected, persons) }
    let found = SuspiciousAnswers(influence.leftOut())
    func told(_ suspect: SuspiciousAnswers.Suspect) -> Inspection.Suspect {
      let question = inspected.question(influence.numbers[suspect.answer])
      return Inspection.Suspect(
        question: question, person: persons[question]?.person ?? "", probability: suspect.probability,
        mislabelled: suspect.mislabelled)
    }
    return (
      Self(
        agreement: influence.agreement, ridge: influence.ridge, movers: movers, suspects: found.suspects.map(told),
        mostSurprising: found.ranked.prefix(3).map(told), expected: found.expected, pValue: found.pValue,
        precision: found.precision, prevalence: found.prevalence),
      found.finding { "question \(inspected.question(influence.numbers[$0]))" }
    )
  }
}

extension Inspection.Mover {
  init(_ mover: RewardInfluence.Mover, _ inspected: InspectedRun, _ persons: [Int: (kind: String, person: String)]) {
    let question = inspected.question(mover.number)
    self.init(
      question: question, kind: persons[question]?.kind ?? "", person: persons[question]?.person ?? "",
      plain: mover.plain, exact: mover.exact)
  }
}

extension Inspection.Push {
  /// - Throws: `NotMeasurable` or `PushProblem` where the policy is no network that draws its actions, or is pushed nowhere
  ///   that can be told.
  static func found(_ inspected: InspectedRun, _ influence: RewardInfluence) throws -> Self {
    let push = try inspected.push { influence.rewards(of: $0) }
    let persons = inspected.persons
    return Self(
      strength: push.strength, interval: push.interval, episodes: push.episodes, discount: inspected.discount,
      movers: try influence.movers(of: influence.contrast(of: push)).map { Inspection.Mover($0, inspected, persons) })
  }
}

extension InspectedRun {
  /// The discount of what the run's learner maximises.
  var discount: Double { Double(run.settings.learners[PPOSettings.self].discount) }

  /// Where a reward pushes the run's policy.
  func push(_ reward: ([Float]) throws -> [Double]) throws -> PolicyPush {
    guard run.settings.run.learner == PPOSettings.section, let policy = run.policy as? Policy else {
      throw PushProblem.noGradient(learner: run.settings.run.learner)
    }
    return try PolicyPush(policy, episodes: episodes, encoding: encoding, discount: discount, reward: reward)
  }
}

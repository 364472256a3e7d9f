import Agents
import Audits
import Compute
import Environments
import Feedback
import Findings
import Foundation
import Rewards

/// What a run's reward looks at, and why: an overview to begin with.
package struct Inspection: Sendable, Encodable {
  /// How a score is shared out among features over the agent's steps.
  package struct Explained: Sendable, Encodable {
    package var method: AttributionMethod
    package var shares: [Attributions.Share]
    /// By how much shares miss the change of the score, as a share of it; nil where it does not change.
    package var gap: Double?
    /// Steps that were explained.
    package var steps: Int
  }

  /// An answer, and what the reward would be without it.
  package struct Mover: Sendable, Encodable {
    /// As people count them, from 1.
    package var question: Int
    package var kind: String
    package var person: String
    /// Root mean square of the reward's change over the agent's steps, in units of its spread: to first order, and with
    /// last layers fitted again.
    package var plain: Double
    package var exact: Double
  }

  /// An answer that its person may not have meant.
  package struct Suspect: Sendable, Encodable {
    package var question: Int
    package var person: String
    /// Of what was answered, by the other answers.
    package var probability: Double
    /// That it was not meant, where one in a hundred is not.
    package var mislabelled: Double
  }

  /// What the answers do to the reward.
  package struct Influence: Sendable, Encodable {
    /// Rank correlation of the refitted last layers with the reward as it was trained.
    package var agreement: Double
    /// The strength of the refits' ridge.
    package var ridge: Double
    /// Answers without which the reward would change most.
    package var movers: [Mover]
    /// Answers that are rather not meant than meant.
    package var suspects: [Suspect]
    /// Answers that the others expect least.
    package var mostSurprising: [Suspect]
    /// How many of them look so by chance, and what share of them was not meant.
    package var expected: Double
    package var pValue: Double
    package var precision: Double?
    package var prevalence: Double
  }

  /// What the answers do to where the reward pushes the policy.
  package struct Push: Sendable, Encodable {
    /// The squared length of the policy's gradient, in units of its noise.
    package var strength: Double
    package var interval: Interval
    package var episodes: Int
    package var discount: Double
    /// Answers without which the push would change most. Signed, as a share of it: at −0.2 a fifth of it is gone.
    package var movers: [Mover]
  }

  /// A judged clip.
  package struct Clip: Sendable, Encodable {
    /// Its number in the ledger.
    package var clip: Int
    /// A question that showed it, from 1.
    package var question: Int
    package var steps: Int
    /// Mean reward by step.
    package var reward: Double
    /// Mean over its steps of the members' deviation; nil for one member.
    package var disagreement: Double?
  }

  package let directory: String
  package let environment: String
  package let agentSteps: Int
  /// What the reward was learned from.
  package let answers: Int
  package let baseline: String
  package let reward: Explained
  /// The same of what the policy prefers; nil for a policy that is no single network.
  package let policy: Explained?
  package let distilled: DistilledReward?
  /// Why not, then.
  package let distilledProblem: String?
  /// What its units have learned; nil where that cannot be said.
  package let learned: LearnedUnits?
  /// What the answers do; nil where that cannot be said.
  package let influence: Influence?
  /// Why there is no influence, where there is none.
  package let influenceProblem: String?
  /// What the answers do to the policy's learning; nil where that cannot be said.
  package let push: Push?
  /// Why not, then.
  package let pushProblem: String?
  /// What the answers did along the run's checkpoints; nil unless that was asked for.
  package let traced: TracedAnswers?
  package let best: [Clip]
  package let worst: [Clip]
  package let mostUncertain: [Clip]
  package let map: RewardMap?
  /// Where in its images it looks; empty for other worlds.
  package let patches: [PatchMap]
  package let findings: [Finding]

  private static let shown = 3
  /// Steps for what is computed again for each random network.
  private static let few = 200

  package init(_ inspected: InspectedRun) throws {
    let run = inspected.run
    (directory, environment, agentSteps) = (run.directory, run.entry.specification.id, run.agentSteps)
    baseline = inspected.baselineWords
    let explained = try inspected.explain(inspected.rows)
    reward = Explained(
      method: explained.method, shares: explained.shares(groups: inspected.groups, random: inspected.random),
      gap: explained.gap, steps: explained.scores.count)
    patches = PatchMap.maps(explained, inspected)
    policy = try Self.policy(inspected)
    let width = inspected.encoding.width
    let few = Array(inspected.rows.prefix(Self.few * width))
    let randomised = try ModelRandomisation(run.reward, random: inspected.random) { score in
      try Attributions(
        score, few, features: inspected.features, baseline: inspected.baseline,
        method: inspected.settings.method, tolerance: 0.02
      ).values
    }
    var (distilled, problem): (DistilledReward?, String?) = (nil, nil)
    do { distilled = try inspected.distilled() } catch let error as NotMeasurable { problem = error.description }
    (self.distilled, distilledProblem) = (distilled, problem)

    // Networks without a hidden layer have no units, and of constant ones there is nothing to say.
    var learned: LearnedUnits?
    do { learned = try LearnedUnits(inspected) } catch is NotMeasurable {} catch is InputError {}
    self.learned = learned

    let clips = try inspected.judgedClips()
    let byReward = clips.sorted { ($0.reward, $1.clip) > ($1.reward, $0.clip) }
    (best, worst) = (Array(byReward.prefix(Self.shown)), Array(byReward.suffix(Self.shown).reversed()))
    mostUncertain = Array(
      clips.filter { ($0.disagreement ?? 0) > 0 }
        .sorted { ($0.disagreement ?? 0, $1.clip) > ($1.disagreement ?? 0, $0.clip) }.prefix(Self.shown))

    var findings = [randomised.finding()]
    answers = Set(inspected.set.numbers).count
    var (influence, unknown): (Influence?, String?) = (nil, nil)
    var (push, lost): (Push?, String?) = (nil, nil)
    do {
      let fitted = try inspected.influence()
      let found = try Influence.found(inspected, fitted)
      influence = found.influence
      findings.append(found.finding)
      do {
        push = try Push.found(inspected, fitted)
      } catch let error as NotMeasurable {
        lost = error.description
      } catch let error as PushProblem { lost = error.description }
    } catch let error as NotMeasurable { (unknown, lost) = (error.description, error.description) }
    (self.influence, influenceProblem) = (influence, unknown)
    (self.push, pushProblem) = (push, lost)
    traced = inspected.settings.traced ? try TracedAnswers(inspected) : nil
    map = try RewardMap(inspected, most: reward.shares.map(\.feature))
    self.findings = findings
  }

  /// Over all its actions together.
  private static func policy(_ inspected: InspectedRun) throws -> Explained? {
    let observations = inspected.observationRows
    let size = inspected.specification.observationSpace.count
    let baseline =
      inspected.settings.fromZero
      ? [Float](repeating: 0, count: size) : observations.meanRow(size)
    let outputs = inspected.specification.actionSpace.encodedSize
    var all: [Attributions] = []
    for output in 0..<outputs {
      guard let score = ExplainedScore(inspected.run.policy, output: output), score.width == size else { return nil }
      all.append(
        try Attributions(
          score, observations, features: ExplainedFeature.observation(inspected.specification), baseline: baseline,
          method: inspected.settings.method))
    }
    guard let first = all.first else { return nil }
    let gaps = all.compactMap(\.gap)
    return Explained(
      method: first.method,
      shares: Attributions.shares(of: all, groups: inspected.groups, random: inspected.random),
      gap: gaps.isEmpty ? nil : Statistics.mean(gaps), steps: first.scores.count)
  }

  /// The words in which the findings are summed up.
  package static let headline = Headline(
    holds: "What the reward looks at can be told", fails: "Something about this reward needs a look",
    mixed: "Not all is settled", unknown: "Not settled")
}

extension [Float] {
  /// Of rows of this size.
  func meanRow(_ size: Int) -> [Float] {
    let count = self.count / Swift.max(1, size)
    return (0..<size).map { column in
      Float((0..<count).reduce(0.0) { $0 + Double(self[$1 * size + column]) } / Double(Swift.max(1, count)))
    }
  }
}

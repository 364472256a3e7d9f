import Agents
import Audits
import Compute
import Environments
import Findings
import Rewards

/// A run that watches what its agent gains through variables that are declared delicate: `evaluation.delicate`.
extension LearnRun {
  /// The run's world with what is delicate in it; nil where nothing is.
  ///
  /// - Throws: `InputError` at the setting for a world that is not made of variables, and for unknown ones.
  static func delicateWorld(
    _ settings: EvaluationSettings, _ entry: EnvironmentEntry, start: @autoclosure () throws -> any ActingPolicy
  ) throws -> DelicateWorld? {
    guard !settings.delicateNames.isEmpty else { return nil }
    do {
      let start = try start()
      let world = try DelicateWorld(
        entry, delicate: settings.delicateNames, baseline: settings.delicateBaseline, start: start)
      // What it does is nearly uniform, so that what cannot be said of a later policy cannot be said of it.
      _ = try world.effects(of: start)
      return world
    } catch var error as InputError {
      let isBaseline = error.problem.contains("baseline")
      error.place = isBaseline ? "evaluation.delicateBaseline" : "evaluation.delicate"
      throw error
    }
  }

  /// What the present policy gains, by the world's own reward and by what pays it, and how far what is delicate has been
  /// moved by the end of an episode.
  func effectsOfRound() throws -> [String: Double] {
    guard let delicateWorld else { return [:] }
    let effects = try delicateWorld.effects(of: learner.policy)
    var scalars = ["means/total": effects.total, "means/through": effects.indirect]
    if let reward = agentReward(isNormalized: false) {
      let paid = effects.gain(paying: delicateWorld.rewards(reward))
      (scalars["means/paid_total"], scalars["means/paid_through"]) = (paid.total, paid.indirect)
    }
    scalars["means/moved"] = effects.courses.compactMap(\.distances.last).max()
    return scalars.filter(\.value.isFinite)
  }

  /// What there is to say of it in the end, of the policy that the run ends with.
  ///
  /// - Parameter stored: every segment of the ledger, by number.
  func findingsOfMeans(_ policy: any ActingPolicy, stored: [StoredSegment]) throws -> [Finding] {
    guard let delicateWorld else { return [] }
    let effects = try delicateWorld.effects(of: policy)
    let words = delicateWorld.delicate.joined(separator: ", ")
    let paid = agentReward(isNormalized: false)
    let gain = paid.map { effects.gain(paying: delicateWorld.rewards($0)) } ?? effects.gain
    var findings = [
      MeansFindings.gain(
        gain, optimum: nil, paidBy: paid == nil ? "the world's own reward" : "the reward that paid it", delicate: words,
        baseline: delicateWorld.baselineWords)
    ]
    let record = try RunRecord(ledger, directory: layout.directory, before: ledger.position)
    for course in effects.courses {
      findings.append(MeansFindings.drift(course, baseline: delicateWorld.baselineWords))
      let found = try delicateWorld.answers(
        record, course, segment: { stored.indices.contains($0) ? stored[$0] : nil }, random: random.child("means"))
      findings.append(found.map { $0.test.finding(others: $0.others) } ?? MeansFindings.unseen(course.variable))
    }
    return findings
  }
}

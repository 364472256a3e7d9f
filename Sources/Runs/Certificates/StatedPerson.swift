import Compute
import Environments
import Feedback
import Files

/// The simulated people of a run's settings, asked a question of its ledger again: by the chance that belongs to its number,
/// so that they say what they said.
struct StatedPerson {
  private let people: [SimulatedPerson]
  private let reward: PersonalReward
  private let unit: Double?
  private let kind: AnyFeedbackKind
  private let world: FeedbackWorld
  private let random: RandomSource

  init(_ settings: LearnSettings, _ entry: EnvironmentEntry, kinds: FeedbackRegistry, seed: UInt64) throws {
    people = settings.person.people.members
    let reward = try PersonalReward(settings.person.judgesBy, in: entry)
    self.reward = reward
    kind = try kinds.kind(PairComparison.name)
    world = FeedbackWorld(entry)
    random = RandomSource(seed: seed)
    // As people who answer during the run: their noise may be in units of random play.
    unit =
      settings.person.kind == .boltzmann && settings.person.noiseScale == .world && kind.level == .none
      ? PersonalScale(entry, length: settings.feedback.segmentLength, random: random.child("person/scale")) {
        reward.seen($0).rewards.map(Double.init)
      }.deviation : nil
  }

  /// Which of the settings' people has this name; nil for a majority, or nobody.
  static func member(of name: String, in settings: PersonSettings) throws -> Int? {
    let own = "simulated/\(settings.kind.rawValue)"
    if name == own { return settings.count == 1 ? 0 : nil }
    guard name.hasPrefix(own + "/"), let number = Int(name.dropFirst(own.count + 1)),
      (1...settings.count).contains(number)
    else { return nil }
    return number - 1
  }

  /// What this person says to a recorded question.
  func answer(_ record: FeedbackRecord, by member: Int) throws -> Answer<JSONValue>? {
    var chance = random.stream("person/answer", record.number)
    var judge: any Respondent = SimulatedRespondent(people[member]) { [reward, unit] clip in
      let rewards = reward.seen(clip).rewards.map(Double.init)
      return unit.map { unit in rewards.map { $0 / unit } } ?? rewards
    }
    return try kind.simulate(record.question, in: world, respondent: &judge, random: &chance)
  }
}

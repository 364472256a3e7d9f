import Compute
import Environments
import Feedback
import Files
import PactolusTesting
import Recorded
import Testing

/// What each kind asks, shows, makes of every answer and answers itself, in a finite world and in a continuous one. Right
/// values have tests of their own; these keep the rest.
@Suite("Kinds of feedback, word for word")
struct RecordedKindTests {
  private let person = PersonModel(
    rationality: 1.5, lapse: 0.04, discount: 0.9, tieThreshold: 0.4, strongRationality: 3,
    cutPoints: [-2, -0.5, 0.5, 2],
    sideBias: 0.3, lengthBias: 0.1)

  private func text(_ clip: Trajectory) -> String {
    "\(clip.actions) \(clip.rewards)" + (clip.start.map { " from \($0.slot), \($0.episode), \($0.step)" } ?? "")
  }

  private func text(_ value: JSONValue) throws -> String { String(decoding: try JSON.encode(value), as: UTF8.self) }

  private func text(_ choice: Choice) -> String {
    let options = choice.options.map { option in
      let size = option.clips.reduce(0) { $0 + $1.count }
      return "(\(option.clips.count) clips, \(size) steps \(option.clips.map(\.rewards)), "
        + "\(option.weights?.map { "\($0)" }.joined(separator: " ") ?? "plain"), \(option.offset))"
    }
    return
      "  \(options.joined(separator: " ")) → \(choice.target) β \(choice.rationality) ε \(choice.lapse) \(choice.link)\n"
  }

  private func material(_ world: String) throws -> QuestionMaterial {
    if world == "ring" { return try RingWorld.material(RingWorld.world(), seed: 3) }
    let entry = try EnvironmentRegistry.standard.entry(world)
    let random = RandomSource(seed: 4)
    let clips = entry.randomClips(5, steps: 9, random: random)
    return QuestionMaterial(
      clips: clips, world: FeedbackWorld(entry),
      whatIf: { clip, step, actions in
        entry.whatIf(
          start: clips[clip].start!, random: random,
          actions: Array(clips[clip].actions[..<(step * clips[clip].actionRowSize)]) + actions, from: step)
      })
  }

  @Test(
    "asked, shown, grounded, answered", arguments: FeedbackKinds.standard,
    ["ring", "pactolus/Pendulum-v1", "pactolus/MountainCar-v0"])
  func kind(kind: AnyFeedbackKind, place: String) throws {
    let material = try material(place)
    var text = "\(kind.name): \(kind.summary); pairs \(kind.isAboutPairs), shared \(kind.isShared)\n"
    for seed in 0..<2 as Range<UInt64> {
      var random = RandomSource(seed: seed).stream("asked")
      let question: Question<JSONValue>
      do {
        question = try kind.ask(material, random: &random)
      } catch {
        text += "refused: \(error)\n"
        continue
      }
      text += question.clips.map { "  \(self.text($0))\n" }.joined() + "  \(try self.text(question.details))\n"
      text += "  \(try self.text(JSONValue(encoding: kind.show(question, in: material.world))))\n"
      text += "forecast \(try kind.forecast(question).map(self.text) ?? "none\n")"
      for group in try kind.possibleAnswers(to: question, in: material.world) ?? [] {
        text += "answers: \(group.count)\n"
        for answer in group.prefix(seed == 0 ? 12 : 2) {
          text += "\(try self.text(answer.content)) \(answer.clips.map(self.text))"
          text += ", label \(try kind.label(of: answer) ?? -1)\n"
          text += try kind.ground(answer, to: question, in: material.world, person: person).map(self.text).joined()
          if let stated = try kind.rewards(stated: answer, to: question, in: material.world) {
            text += "  states \(stated)\n"
          }
        }
      }
      text += try said(kind, question, material.world)
    }
    let name = "kind-\(kind.name)-\(place)".replacing("pactolus/", with: "").lowercased()
    try Recorded.check(text, as: name)
  }

  /// What simulated people answer, of sound mind and with flaws.
  private func said(_ kind: AnyFeedbackKind, _ question: Question<JSONValue>, _ world: FeedbackWorld) throws -> String {
    var flawed = SimulatedPerson(.boltzmann(temperature: 0.7, discount: 0.95))
    (flawed.flaws.lazy, flawed.flaws.slips, flawed.flaws.sideBias) = (0.2, 0.2, 0.1)
    var lazy = SimulatedPerson(.rational())
    (lazy.flaws.lazy, lazy.flaws.lazyKey) = (0.5, .first)
    let people: [any Respondent] = [
      RewardRespondent(person), SimulatedRespondent(flawed), SimulatedRespondent(SimulatedPerson(.rational())),
      SimulatedRespondent(lazy), SimulatedRespondent(SimulatedPerson(.bPref(.stochastic(rationality: 2)))),
    ]
    var text = ""
    for (number, asked) in people.enumerated() {
      var respondent = asked
      var random = RandomSource(seed: UInt64(number)).stream("said")
      for _ in 0..<4 {
        let answer = try kind.simulate(question, in: world, respondent: &respondent, random: &random)
        text += "person \(number): \(try answer.map { try self.text($0.content) } ?? "nothing")\n"
      }
    }
    return text
  }
}

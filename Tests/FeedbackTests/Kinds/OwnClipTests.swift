import Compute
import Environments
import Feedback
import Files
import PactolusTesting
import Rewards
import Testing

/// What people made themselves, held against what they were shown: places are worth −1.2, .5, 1.1, −.6, .2.
@Suite("Clips that people make")
struct OwnClipTests {
  private let person = PersonModel(rationality: 1.5)

  /// Through 0, 1, 2, 3, 4: .5 + 1.1 − .6 + .2 = 1.2, from step 14 of an episode on.
  private var agents: Trajectory {
    var clip = RingWorld.clip([0, 1, 2, 3, 4])
    clip.start = EpisodePosition(slot: 2, episode: 7, step: 14)
    return clip
  }

  /// What somebody did from step 2 on, in place 2, by staying there: 1.1 for each step.
  private func own(_ steps: Int, isKnown: Bool = true, ends: Bool = false) -> Trajectory {
    var clip = RingWorld.clip([Int](repeating: 2, count: steps + 1))
    if isKnown { clip.start = EpisodePosition(slot: 2, episode: 7, step: 16) }
    clip.terminated = ends
    return clip
  }

  private func ended(_ clip: Trajectory) -> Trajectory {
    var clip = clip
    clip.terminated = true
    return clip
  }

  /// What each option is worth, and which was taken; nil for no evidence.
  private func meaning<Kind: FeedbackKind>(
    _ kind: Kind.Type, _ question: Question<Kind.Details>, _ answer: Answer<Kind.Content>
  ) throws -> (worth: [Double], picked: Int)? {
    let world = try RingWorld.world()
    try kind.check(answer, to: question, in: world)
    let choices = try kind.ground(answer, to: question, in: world, person: person)
    guard let choice = choices.first else { return nil }
    #expect(choices.count == 1 && choice.rationality == 1.5 && choice.link == .softmax)
    return (
      choice.options.map { RewardRespondent(person).value(of: $0) }, try #require(choice.target.firstIndex(of: 1))
    )
  }

  private func expect(
    _ found: (worth: [Double], picked: Int)?, _ worth: [Double], picked: Int, _ what: Comment,
    _ place: SourceLocation = #_sourceLocation
  ) {
    guard let found else {
      Issue.record("no evidence: \(what)", sourceLocation: place)
      return
    }
    #expect(found.picked == picked, what, sourceLocation: place)
    #expect(found.worth.count == worth.count, what, sourceLocation: place)
    for (a, b) in zip(found.worth, worth) { #expect(abs(a - b) < 1e-6, what, sourceLocation: place) }
  }

  @Test("a correction is the clip up to where the person took over and then their own, as long as the others")
  func correction() throws {
    func corrected(_ clip: Trajectory, _ made: Trajectory) throws -> (worth: [Double], picked: Int)? {
      try meaning(Correction.self, Question([clip]), Answer(.init(version: nil), clips: [made]))
    }
    let joined = 0.5 + 1.1 + 2 * 1.1
    expect(try corrected(agents, own(2)), [1.2, joined], picked: 1, "to the clip's end")
    expect(try corrected(agents, own(9)), [1.2, joined], picked: 1, "beyond it, what is more is left out")
    expect(try corrected(agents, own(1)), [0.5 + 1.1 - 0.6, 0.5 + 1.1 + 1.1], picked: 1, "not to the end")
    var elsewhere = agents
    elsewhere.start = nil
    expect(try corrected(elsewhere, own(2, isKnown: false)), [1.2, joined], picked: 1, "from a file without places")
    expect(
      try corrected(ended(agents), own(5)), [1.2, 0.5 + 1.1 + 5 * 1.1], picked: 1,
      "the agent's episode ended, and what the person did afterwards counts")
    expect(
      try corrected(agents, own(1, ends: true)), [1.2, 0.5 + 1.1 + 1.1], picked: 1,
      "the person's episode ended, and what the agent did afterwards counts")
    var late = RingWorld.clip([4, 4, 4])
    late.start = EpisodePosition(slot: 2, episode: 7, step: 18)
    #expect(try corrected(agents, late) == nil, "after the clip there is nothing to compare with")
    #expect(try corrected(agents, agents.segment(2..<4)) == nil, "the same again says nothing")
  }

  @Test("who does what was offered takes that version; versions that differ later only are one")
  func sameAsOffered() throws {
    let version = RingWorld.clip([0, 1, 2, 2, 2])
    let other = RingWorld.clip([0, 1, 2, 3, 3])
    func corrected(_ made: Trajectory) throws -> (worth: [Double], picked: Int)? {
      try meaning(Correction.self, Question([agents, version, other]), Answer(.init(version: nil), clips: [made]))
    }
    expect(try corrected(own(2)), [1.2, 3.8, 0.5 + 1.1 - 0.6 - 0.6], picked: 1, "version 1")
    expect(try corrected(own(1)), [1.0, 2.7], picked: 1, "over three steps the other is what the agent did")
  }

  @Test("an intervention likewise, with the continuations that were offered")
  func intervention() throws {
    let question = Question([agents, RingWorld.clip([3, 3])], details: TakingOver(moments: [3]))
    func took(_ made: Trajectory) throws -> (worth: [Double], picked: Int)? {
      try meaning(Intervention.self, question, Answer(.init(step: 2), clips: [made]))
    }
    let offered = 0.5 + 1.1 - 0.6 - 0.6
    for steps in [2, 7] { expect(try took(own(steps)), [1.2, offered, 3.8], picked: 2, "\(steps) steps") }
    expect(try took(own(1)), [1.0, 2.7], picked: 1, "the continuation begins after the span")
    let discounting = PersonModel(discount: 0.5)
    let choice = Intervention.ground(
      Answer(.init(step: 2), clips: [own(2)]), to: question, in: try RingWorld.world(), person: discounting)[0]
    let value = RewardRespondent(discounting).value(of: choice.options[2])
    #expect(abs(value - (0.5 + 1.1 / 2 + 1.1 / 4 + 1.1 / 8)) < 1e-6, "one clip in the person's eyes")
  }

  @Test("a demonstration counts for as many steps as the agent's clips, and they for as many as it has")
  func demonstration() throws {
    let other = RingWorld.clip([4, 0, 1, 2, 2])
    func shown(_ made: Trajectory) throws -> (worth: [Double], picked: Int)? {
      try meaning(Demonstration.self, Question([agents, other], details: .init()), Answer(.init(), clips: [made]))
    }
    expect(try shown(own(9)), [1.2, 1.5, 4.4], picked: 2, "longer")
    expect(try shown(own(2)), [1.6, -0.7, 2.2], picked: 2, "shorter")
    expect(try shown(own(2, ends: true)), [1.2, 1.5, 2.2], picked: 2, "to the end of its episode")
    let known = Question([agents, other], details: Demonstration.Details(logDensities: [-1, -2]))
    let whole = try meaning(Demonstration.self, known, Answer(.init(logDensity: -3), clips: [own(9)]))
    expect(whole, [1.2, 1.5, 9.9], picked: 2, "densities are those of whole clips")
  }

  @Test("exported and read again, it means the same")
  func exported() throws {
    let world = try RingWorld.world()
    let nothing = JSONValue.object([:])
    let asked: [(kind: String, question: Question<JSONValue>, content: JSONValue)] = [
      ("correction", Question([agents], details: nothing), nothing),
      ("demonstration", Question([agents], details: nothing), nothing),
      (
        "intervention",
        Question([agents, RingWorld.clip([3, 3])], details: .object(["moments": .array([.number(3)])])),
        .object(["step": .number(2)])
      ),
    ]
    for (kind, question, content) in asked {
      let record = FeedbackRecord(
        number: 0, kind: kind, person: "Ada", question: question, answer: Answer(content, clips: [own(7)]))
      let read = try FeedbackRecordFile.read([UInt8](FeedbackRecordFile.data([record])), place: "test")
      let choices = try read[0].choices(in: world)
      #expect(choices == (try record.choices(in: world)) && choices.count == 1, "\(kind)")
      #expect(choices[0].options.allSatisfy { $0.count == 4 }, "\(kind)")
    }
  }

  @Test("a hundred corrections of the cart-pole teach that upright is good and that to go on is better than to fall")
  func cartPole() throws {
    let entry = try EnvironmentRegistry.standard.entry("pactolus/CartPole-v1")
    let world = FeedbackWorld(entry)
    let random = RandomSource(seed: 11)
    let length = 16
    let clips = entry.randomClips(300, steps: length, random: random).filter { $0.count > 8 }
    let fallen = clips.dropFirst(100).filter(\.terminated)
    /// Pushes under the pole, from this step on, up to the length of a segment.
    func balanced(_ clip: Trajectory, from step: Int) throws -> Trajectory {
      let before = Array(clip.actions[..<step])
      var actions: [Float] = []
      var made = Trajectory?.none
      var row = Array(clip.observations[4 * step..<4 * step + 4])
      while actions.count < length - step {
        actions.append(row[2] + 0.4 * row[3] > 0 ? 1 : 0)
        let tried = entry.whatIf(start: try #require(clip.start), random: random, actions: before + actions, from: step)
        row = Array(tried.observations.suffix(4))
        made = tried
      }
      return try #require(made)
    }
    func learned(_ choices: (Trajectory, Trajectory) throws -> [Choice]) throws -> RewardModel {
      var model = try RewardModel(
        RewardModelSettings(hidden: [16]), specification: entry.specification, random: RandomSource(seed: 2))
      var set = ChoiceSet(model.encoding)
      for clip in clips.prefix(100) { try set.append(choices(clip, balanced(clip, from: 6))) }
      let trainer = try RewardTrainer(RewardTrainingSettings(epochs: 20, learningRate: 0.01))
      _ = try trainer.train(&model, on: set, random: RandomSource(seed: 3))
      return model
    }
    func preferred(_ model: RewardModel) throws -> Double {
      var set = ChoiceSet(model.encoding)
      for clip in fallen {
        try set.append(Choice(options: [.init(try balanced(clip, from: 0)), .init(clip)], picked: 0))
      }
      let predictions = try ChoicePredictor(model, settings: RewardTrainingSettings()).predictions(set)
      return Double(predictions.count { $0.probabilities[0] > 0.5 }) / Double(predictions.count)
    }
    #expect(fallen.count >= 20)
    let model = try learned { clip, made in
      Correction.ground(
        Answer(.init(version: nil), clips: [made]), to: Question([clip]), in: world, person: PersonModel())
    }
    #expect(try preferred(model) >= 0.9)
    // No correction says that steps are bad: nothing that was passed over has more of them.
    for clip in clips.prefix(100) {
      let choice = Correction.ground(
        Answer(.init(version: nil), clips: [try balanced(clip, from: 6)]), to: Question([clip]), in: world,
        person: PersonModel())[0]
      #expect(choice.target == [0, 1] && choice.options[0].count <= choice.options[1].count)
    }
  }
}

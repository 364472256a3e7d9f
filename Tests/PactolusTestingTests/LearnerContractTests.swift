import Agents
import Compute
import Environments
import PactolusTesting
import Testing

@Suite("The contract kit of learners", .serialized)
struct LearnerContractTests {
  private func promises(_ fault: CoinFault) throws -> [String] {
    let kind = LearnerKind(CoinSettings.self) { settings, specification, random in
      CoinLearner(fault, settings, specification, random)
    }
    let entry = try EnvironmentRegistry.standard.entry("pactolus/CartPole-v1")
    return try LearnerContract(kind, in: entry) {
      if fault == .forgottenSetting { $0[CoinSettings.self].unlisted = 5 }
    }.violations().map(\.promise)
  }

  @Test("finds nothing in a sound learner")
  func sound() throws {
    #expect(try promises(.none) == [])
  }

  @Test(
    "finds each planted fault, under its promise",
    arguments: [
      (CoinFault.hiddenChance, "the same seed gives the same bytes"),
      (.everySeedAlike, "another seed gives another learner"),
      (.miscountedSteps, "an iteration collects as many transitions as it says"),
      (.tired, "the mean reward is of what the agent was told"),
      (.ownReward, "the mean reward is of what the agent was told"),
      (.lostEpisode, "episodes are reported as they ended, with the environment's own rewards"),
      (.untoldRecorder, "the recorder is told of every step"), (.otherName, "scalars are named learner/what"),
      (.notFinite, "scalars are finite"), (.beyondActions, "actions lie in the action space"),
      (.livingPolicy, "a policy stays as it was when it was taken"),
      (.absentMinded, "restored, a learner goes on bit by bit"),
      (.credulous, "a damaged snapshot is refused: no tensors"),
      (.swallowing, "a refused snapshot changes nothing"),
      (.forgottenSetting, "every property of the section has a setting"),
      (.idleImitation, "imitation changes the learner"),
      (.longerEpisodes, "episodes are reported as they ended, with the environment's own rewards"),
      (.otherEnds, "episodes are reported as they ended, with the environment's own rewards"),
      (.paidEpisodes, "episodes are reported as they ended, with the environment's own rewards"),
      (.bareName, "scalars are named learner/what"), (.halfAction, "actions lie in the action space"),
      (.moodyPolicy, "the same stream gives the same actions"), (.newForm, "a snapshot has one form"),
      (.roundTripped, "a snapshot survives the round trip"),
      (.threadCount, "any number of threads gives the same bytes"),
      (.rudeImitation, "a learner that cannot imitate says so with an InputError"),
      (.clumsyImitation, "a refused imitation changes nothing"),
      (.looseImitation, "imitation gives the same bytes for the same seed"),
      (.poisoned, "a damaged snapshot is refused: what is no number"),
      (.credulous, "a damaged snapshot is refused: a number too few"),
      (.credulous, "a damaged snapshot is refused: what is no number"),
    ])
  func planted(fault: CoinFault, promise: String) throws {
    let found = try promises(fault)
    #expect(found.contains(promise), "\(found)")
  }

  @Test(
    "faults that only one check sees are found by that check alone",
    arguments: [
      (CoinFault.bareName, ["scalars are named learner/what"]), (.otherName, ["scalars are named learner/what"]),
      (.untoldRecorder, ["the recorder is told of every step"]),
      (.ownReward, ["the mean reward is of what the agent was told"]),
      (.miscountedSteps, ["an iteration collects as many transitions as it says"]),
      (.idleImitation, ["imitation changes the learner"]),
      (.rudeImitation, ["a learner that cannot imitate says so with an InputError"]),
      (.clumsyImitation, ["a refused imitation changes nothing"]),
      (.looseImitation, ["imitation gives the same bytes for the same seed"]),
      (.halfAction, ["actions lie in the action space"]), (.wildInTheEnd, ["actions lie in the action space"]),
      (.everySeedAlike, ["another seed gives another learner"]),
      (.threadCount, ["any number of threads gives the same bytes"]),
      (.twoThreads, ["any number of threads gives the same bytes"]),
      (.fourThreads, ["any number of threads gives the same bytes"]),
      (
        .poisoned,
        ["a damaged snapshot is refused: what is no number", "a refused snapshot changes nothing"]
      ),
    ])
  func alone(fault: CoinFault, promises wanted: [String]) throws {
    #expect(try promises(fault) == wanted)
  }

  private struct Loose: SettingsSection {
    var low = 1
    var twice = 2
    var words = "a b"
    static let section = "coin"
    static let settings: [Setting<Self>] = [
      .integer("low", \.low, 1...9, "Low.", "this test"),
      .integer("twice", \.twice, 0...9, "Twice.", "this test").formerly("once"),
      .text("words", \.words, "Words.", "this test"),
    ]
  }

  private struct Invalid: SettingsSection {
    var low = 1
    static let section = "coin"
    static let settings: [Setting<Self>] = [.integer("low", \.low, 1...9, "Low.", "this test")]
    func validate() throws { throw InputError("never valid") }
  }

  private struct Doubled: SettingsSection {
    var low = 1
    var high = 2
    static let section = "coin"
    static let settings: [Setting<Self>] = [
      .integer("low", \.low, 1...9, "Low.", "this test"),
      .integer("high", \.high, 1...9, "High.", "this test").formerly("low"),
    ]
  }

  @Test("settings: valid defaults, values within their limits and of one text, a name for each")
  func settings() throws {
    let entry = try EnvironmentRegistry.standard.entry("pactolus/CartPole-v1")
    func found<Section: SettingsSection>(_ section: Section.Type, _ change: (inout Section) -> Void = { _ in }) throws
      -> [String]
    {
      let kind = LearnerKind(section) { _, specification, random in
        CoinLearner(.none, CoinSettings(), specification, random)
      }
      return try LearnerContract(kind, in: entry) { change(&$0[Section.self]) }.violations([.settings]).map(
        \.description)
    }
    #expect(try found(Loose.self) == [])
    #expect(
      try found(Loose.self) { $0.low = 10 } == [
        "a value is within its own limits (low: 10)", "every property of the section has a setting",
      ])
    #expect(try found(Loose.self) { $0.words = "" }.first == "a value is within its own limits (words: )")
    #expect(try found(Invalid.self) == ["the defaults are valid (never valid)"])
    #expect(try found(Doubled.self) == ["a name means one setting"])
  }

  @Test("the errors name the kind and the environment")
  func subject() throws {
    let kind = LearnerKind(CoinSettings.self) { CoinLearner(.otherName, $0, $1, $2) }
    let entry = try EnvironmentRegistry.standard.entry("pactolus/CartPole-v1")
    let broken = #expect(throws: BrokenContract.self) { try expectContract(of: kind, in: entry, [.reports]) }
    #expect(broken?.subject == "coin in pactolus/CartPole-v1")
    #expect(broken?.violations.map(\.promise) == ["scalars are named learner/what"])
  }
}

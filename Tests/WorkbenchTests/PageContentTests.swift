import Compute
import Environments
import Feedback
import Files
import Foundation
import PactolusTesting
import Rewards
import Runs
import Testing
import Workbench

/// What the page's modules send for each kind of feedback, from the request to the choice that the reward is trained on.
@Suite("From what the page sends to what the reward learns")
struct PageContentTests {
  /// One kind: what its module sends, given the question as the page has it, and what that says in the kind's own types.
  struct Case: CustomTestStringConvertible, Sendable {
    var kind: String
    var environment = "pactolus/Pendulum-v1"
    /// As JSON. `OFFER n` stands for the content of the reply's offer number n, which buttons send as it is.
    var sent: String
    /// Where the person begins to act, if they do; twelve steps make a clip.
    var actsFrom: Int?
    var means: @Sendable (JSONValue) throws -> JSONValue

    var testDescription: String { kind }
  }

  private static let ring = "test/Ring-v0"

  static let cases: [Case] = [
    Case(kind: "comparison", sent: #"{"answer":"second","strongly":true}"#) { _ in
      try JSONValue(encoding: PairComparison.Preference(.second, strongly: true))
    },
    Case(kind: "best-of-k", sent: "OFFER 2") { _ in try JSONValue(encoding: BestOfK.Best(best: 2)) },
    Case(kind: "ranking", sent: #"{"groups":[[2],[0,3],[1]]}"#) { _ in
      try JSONValue(encoding: Ranking.Order(groups: [[2], [0, 3], [1]]))
    },
    Case(kind: "rating", sent: "OFFER 3") { _ in try JSONValue(encoding: ClipRating.Grade(rating: 3)) },
    Case(kind: "evaluation", sent: "OFFER 1") { _ in try JSONValue(encoding: EvaluativeFeedback.Praise(good: false)) },
    Case(kind: "reward-sketch", sent: #"{"values":[0,0.1,0.2,0.3,0.4,0.5,0.6,0.7,0.8,0.9,1,0.25]}"#) { _ in
      try JSONValue(encoding: RewardSketch.Curve(values: [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 0.25]))
    },
    Case(kind: "credit", sent: #"{"best":1,"worst":4}"#) { _ in
      try JSONValue(encoding: Credit.Moments(best: 1, worst: 4))
    },
    Case(kind: "feature-highlight", sent: "OFFER 1") { details in
      let names = try details.decode(FeatureHighlight.Details.self).features
      return try JSONValue(encoding: FeatureHighlight.Highlight(feature: names[0], more: false))
    },
    Case(kind: "demonstration", sent: "{}", actsFrom: 0) { _ in try JSONValue(encoding: Demonstration.Shown()) },
    Case(kind: "optimal-action", sent: "OFFER 2") { _ in try JSONValue(encoding: OptimalAction.Advice(action: 2)) },
    Case(kind: "intervention", sent: #"{"step":5}"#, actsFrom: 5) { _ in
      try JSONValue(encoding: Intervention.Takeover(step: 5))
    },
    Case(kind: "correction", sent: "{}", actsFrom: 7) { _ in try JSONValue(encoding: Correction.Improved(version: nil))
    },
    Case(kind: "off-switch", sent: "OFFER 2") { _ in try JSONValue(encoding: OffSwitch.Switch(moment: 1)) },
    Case(kind: "permission", sent: "OFFER 1") { _ in try JSONValue(encoding: Permission.Decision(allow: false)) },
    Case(kind: "goal-state", sent: "OFFER 3") { _ in try JSONValue(encoding: GoalState.Example(state: 3)) },
    Case(kind: "proxy-reward", sent: #"{"formula":"2 · upright − 0.5 · speed"}"#) { _ in
      try JSONValue(encoding: ProxyReward.Written(formula: "2 · upright − 0.5 · speed"))
    },
    Case(kind: "state-of-the-world", environment: ring, sent: "OFFER 1") { details in
      let states = try details.decode(WorldState.Details.self).states
      return try JSONValue(encoding: WorldState.Observed(state: states[1]))
    },
    Case(kind: "language", sent: #"{"text":"more speed is better"}"#) { _ in
      try JSONValue(encoding: Language.Utterance(text: "more speed is better"))
    },
  ]

  @Test("no kind is missing here")
  func complete() {
    #expect(Self.cases.map(\.kind).sorted() == FeedbackKinds.standard.map(\.name).sorted())
  }

  private static func entry(_ id: String) throws -> EnvironmentEntry {
    id == ring
      ? EnvironmentEntry(RingWorld(), tabular: try RingWorld.table()) : try EnvironmentRegistry.standard.entry(id)
  }

  /// Clips of twelve steps as a run cuts them, from step 3 of their episodes on, and what was replayed of them.
  private final class Clips {
    let random = RandomSource(seed: 9).child("test", 0)
    let entry: EnvironmentEntry
    var stored: [StoredSegment]

    init(_ entry: EnvironmentEntry) {
      self.entry = entry
      let size = entry.specification.actionSpace.rowSize
      stored = entry.randomClips(4, steps: 15, random: random).map {
        StoredSegment(
          $0.segment(3..<15), leadingActions: Array($0.actions[..<(3 * size)]), source: "test", sourceIndex: 0)
      }
    }

    func whatIf(_ clip: Int, _ step: Int, _ actions: [Float]) -> StoredSegment {
      stored[clip].whatIf(actions, from: step, in: entry, random: RandomSource(seed: 9))
    }

    func posed(_ kind: String) throws -> PosedQuestion {
      let shown = stored
      let (entry, seed) = (entry, RandomSource(seed: 9))
      var draws = RandomSource(seed: 4).stream(kind)
      let question = try FeedbackRegistry.standard.kind(kind).ask(
        QuestionMaterial(clips: shown.map(\.trajectory), world: FeedbackWorld(entry)) { clip, step, actions in
          shown[clip].whatIf(actions, from: step, in: entry, random: seed).trajectory
        }, random: &draws)
      return PosedQuestion(
        number: 0, iteration: 0, kind: kind, question: question,
        clips: question.clips.map { clip in
          shown.first { $0.trajectory == clip } ?? StoredSegment(clip, leadingActions: [], source: "", sourceIndex: 0)
        })
    }
  }

  @Test(
    "what is sent is stored, taken in, and means what the person said; the export, read again, too", arguments: cases)
  func meaning(one: Case) throws {
    let entry = try Self.entry(one.environment)
    let world = FeedbackWorld(entry)
    try Bench.open(environment: entry) { bench in
      let owner = try bench.join("Olga", .owner)
      let clips = Clips(entry)
      let posed = try clips.posed(one.kind)
      try bench.project.ask([posed])
      let question = try #require(try bench.questions(owner).first)

      // The request, as the page makes it.
      let reply = try #require(question.fields["reply"] as? [String: [String: Any]])
      let (form, parts) = try #require(reply.first)
      let offers = (parts["_0"] ?? parts["others"]) as? [[String: Any]] ?? []
      let content: Any
      if one.sent.hasPrefix("OFFER ") {
        #expect(["pick", "states"].contains(form))
        let number = try #require(Int(one.sent.dropFirst(6)))
        try #require(offers.indices.contains(number))
        content = try #require(offers[number]["content"])
      } else {
        content = try JSONSerialization.jsonObject(with: Data(one.sent.utf8))
      }
      var body: [String: Any] = [
        "id": "one", "question": question.id, "lease": question.lease, "content": content, "milliseconds": 900,
        "nonAnswer": NSNull(), "reason": NSNull(),
      ]
      let actions: [[Float]] = one.actsFrom.map { (0..<12 - $0).map { [$0 % 2 == 0 ? 1.5 : -0.5] } } ?? []
      if let from = one.actsFrom {
        #expect(form == "trajectory" && parts["takesOver"] as? Bool == (from > 0))
        body["plays"] = [["clip": 0, "from": from, "actions": actions.map { $0.map(Double.init) }] as [String: Any]]
      }
      let stored = try bench.send(.answers, owner, body)
      try #require(stored.status == 200, "\(stored.error)")

      // What the run takes in.
      let round = IntakeRound(iteration: 0, last: 0, firstQuery: 0)
      let events = try #require(try bench.project.collect(round, stop: StopFlag()))
      guard case .answered(let given)? = events.first, events.count == 1 else {
        Issue.record("nothing was taken in")
        return
      }
      #expect(given.question == posed && given.person == "Olga" && given.skipped == nil)
      let kind = try FeedbackRegistry.standard.kind(one.kind)
      let taken = try kind.ground(
        Answer(try #require(given.content), clips: given.clips.map(\.trajectory)), to: posed.question, in: world)

      // What the person said, in the kind's own types, with what they did played here.
      let made = one.actsFrom.map { [clips.whatIf(0, $0, actions.flatMap { $0 }).trajectory] } ?? []
      let meant = try kind.ground(
        Answer(try one.means(posed.question.details), clips: made), to: posed.question, in: world)
      #expect(taken == meant && !taken.isEmpty)

      // The reward model takes it, and all options of acting are of one length.
      var set = ChoiceSet(try TransitionEncoding(RewardInputs(), specification: entry.specification))
      try set.append(taken)
      #expect(set.count == taken.count)
      if let from = one.actsFrom {
        #expect(taken[0].options.allSatisfy { $0.count == 12 })
        let number = try #require(taken[0].target.firstIndex(of: 1))
        let picked = taken[0].options[number]
        let worth = posed.question.clips[0].rewards.prefix(from).map(Double.init) + made[0].rewards.map(Double.init)
        let value = RewardRespondent().value(of: picked)
        #expect(abs(value - worth.reduce(0, +)) < 1e-6)
      }

      let exported = try #require(try bench.send(.export, owner).body as? String)
      let records = try FeedbackRecordFile.read([UInt8](exported.utf8), place: "export")
      try #require(records.count == 1)
      #expect(try records[0].choices(in: world) == taken)
    }
  }
}

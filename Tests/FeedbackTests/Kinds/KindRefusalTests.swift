import Compute
import Environments
import Feedback
import Files
import PactolusTesting
import Recorded
import Testing

/// Questions and answers on both sides of every limit: what is said of each.
@Suite("What each kind of feedback refuses")
struct KindRefusalTests {
  private let a = RingWorld.clip([1, 2])
  private let b = RingWorld.clip([1, 0])
  private let long = RingWorld.clip([0, 1, 2, 3])
  private let foreign = Trajectory(
    observationSize: 2, actionRowSize: 1, observations: [0, 0, 0, 0], actions: [0], rewards: [0], terminated: false,
    truncated: false, start: nil)
  private var empty: Trajectory { a.segment(1..<1) }
  private var other: Trajectory {
    var clip = a
    clip.actionRowSize = 2
    clip.actions = [0, 0]
    return clip
  }

  private func said<Kind: FeedbackKind>(
    _ kind: Kind.Type, _ question: Question<Kind.Details>, _ answers: [Answer<Kind.Content>]
  ) throws -> String {
    let world = try RingWorld.world()
    return answers.map { answer in
      do {
        try kind.check(answer, to: question, in: world)
        return "accepted\n"
      } catch {
        return "\(error)\n"
      }
    }.joined() + "\n"
  }

  private func said(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "accepted\n"
    } catch {
      return "\(error)\n"
    }
  }

  @Test("comparisons, the best, orders and ratings")
  func choices() throws {
    var text = ""
    for details in [(true, true), (false, false), (false, true)] {
      let question = Question([a, b], details: PairComparison.Details(strengths: details.0, ties: details.1))
      text += try said(
        PairComparison.self, question,
        ComparisonAnswer.allCases.flatMap { answer in [nil, false, true].map { Answer(.init(answer, strongly: $0)) } })
    }
    for clips in [[a], [a, b, a], [a, empty]] {
      text += try said(PairComparison.self, Question(clips, details: .init()), [Answer(.init(.first))])
    }
    for clips in [[a, b], [a], [empty, b], [a, b, long]] {
      text += try said(BestOfK.self, Question(clips), [-1, 0, 1, 2, 3].map { Answer(.init(best: $0)) })
    }
    for top in [nil, 0, 1, 3, 4] {
      text += try said(
        Ranking.self, Question([a, b, long], details: .init(top: top)),
        [[[0]], [[0], [1], [2]], [], [[0], []], [[3]], [[-1]], [[0], [0]], [[0, 1]], [[2, 1, 0]]].map {
          Answer(.init(groups: $0))
        })
    }
    text += try said(Ranking.self, Question([a], details: .init()), [Answer(.init(groups: [[0]]))])
    for count in [6, 7] {
      let many = [Trajectory](repeating: a, count: count)
      text += try said(Ranking.self, Question(many, details: .init(ties: true)), [Answer(.init(groups: [[0]]))])
    }
    // 1,000 = 1000 choose 1 is few enough, 1,001 = 14 choose 4 is too many.
    for (count, size) in [(1000, 1), (14, 4), (13, 4), (1001, 1)] {
      text += try said(
        Ranking.self, Question([Trajectory](repeating: a, count: count), details: .init()),
        [Answer(.init(groups: [Array(0..<size)]))])
    }
    for details in [
      ClipRating.Details.standard, .init(ratings: ["a"], cutPoints: []), .init(ratings: ["a", "b"], cutPoints: []),
    ] {
      text += try said(
        ClipRating.self, Question([a], details: details), [-1, 0, 4, 5].map { Answer(.init(rating: $0)) })
    }
    text += try said(ClipRating.self, Question([a, b], details: .standard), [Answer(.init(rating: 0))])
    text += try said(EvaluativeFeedback.self, Question([a]), [Answer(.init(good: true))])
    text += try said(EvaluativeFeedback.self, Question([a, b]), [Answer(.init(good: true))])
    try Recorded.check(text, as: "refused-choices")
  }

  @Test("moments, sketches, switches, takeovers and corrections")
  func moments() throws {
    var text = ""
    for (clips, moments) in [([long], 1), ([long], 2), ([a], 2), ([long], 5), ([long, a], 3)] {
      text += try said(
        Credit.self, Question(clips, details: .init(moments: moments)),
        [(0, 1), (1, 0), (0, 0), (-1, 0), (0, 2), (0, 3), (2, 1)].map { Answer(.init(best: $0.0, worst: $0.1)) })
    }
    for margin in [-0.1, 0, 0.999, 1, .nan] {
      text += try said(
        RewardSketch.self, Question([long], details: .init(margin: margin)),
        [[0, 1, 2], [0, 1], [0, .nan, 1], [0, 1, 2, 3]].map { Answer(.init(values: $0)) })
    }
    text += try said(RewardSketch.self, Question([a, b], details: .init()), [Answer(.init(values: [0]))])
    for moments in [[], [0], [0, 0], [-1], [2], [3], [0, 2]] {
      text += try said(
        OffSwitch.self, Question([long], details: .init(moments: moments)),
        [nil, -1, 0, 1, 2].map { Answer(.init(moment: $0)) })
    }
    text += try said(OffSwitch.self, Question([long, a], details: .init(moments: [0])), [Answer(.init(moment: 0))])
    for (clips, moments) in [
      ([long, a], [0]), ([long, a], [2]), ([long, a], [3]), ([long, a], [-1]), ([long, a], [0, 1]), ([long], []),
    ] {
      text += try said(
        Intervention.self, Question(clips, details: .init(moments: moments)),
        [
          Answer(.init()), Answer(.init(), clips: [a]), Answer(.init(continuation: 0)), Answer(.init(continuation: 1)),
          Answer(.init(continuation: -1)), Answer(.init(continuation: 0), clips: [a]),
          Answer(.init(step: 0), clips: [a]),
          Answer(.init(step: 2), clips: [a]), Answer(.init(step: 3), clips: [a]), Answer(.init(step: -1), clips: [a]),
          Answer(.init(step: 0)), Answer(.init(step: 0), clips: [foreign]), Answer(.init(step: 0), clips: [empty]),
          Answer(.init(step: 0), clips: [a, b]), Answer(.init(step: 0), clips: [other]),
        ])
    }
    for clips in [[long], [long, a], []] {
      text += try said(
        Correction.self, Question(clips),
        [-1, 0, 1, 2].map { Answer(.init(version: $0)) } + [
          Answer(.init(version: 0), clips: [a]), Answer(.init(version: nil)), Answer(.init(version: nil), clips: [a]),
          Answer(.init(version: nil), clips: [foreign]), Answer(.init(version: nil), clips: [a, a]),
        ])
    }
    for (step, push) in [
      (0, [1.0, 0, 0, 0, 0]), (1, [1, 0, 0, 0, 0]), (2, [1, 0, 0, 0, 0]), (3, [1, 0, 0, 0, 0]), (1, [1]),
      (1, [1, 0, 0, 0, .nan]),
    ] {
      text += said { _ = try Correction.deformed(long, at: step, by: push) }
    }
    text += said { _ = try Correction.deformed(a, at: 1, by: [0, 0, 0, 0, 0]) }
    try Recorded.check(text, as: "refused-moments")
  }

  @Test("demonstrations, advice, features, goals, formulas, sentences and the state of the world")
  func others() throws {
    var text = ""
    for densities in [nil, [0.0], [0, 1], [0, .nan]] {
      text += try said(
        Demonstration.self, Question([a, b], details: .init(logDensities: densities)),
        [
          Answer(.init()), Answer(.init(), clips: [a]), Answer(.init(), clips: [long]),
          Answer(.init(logDensity: 1), clips: [long]), Answer(.init(logDensity: .nan), clips: [long]),
          Answer(.init(), clips: [foreign]),
        ])
    }
    text += try said(Demonstration.self, Question([], details: .init()), [Answer(.init(), clips: [a])])
    for (clips, actions) in [([a, b], [[0], [1]]), ([a, b], [[0]]), ([a], [[0]])] as [([Trajectory], [[Float]])] {
      text += try said(
        OptimalAction.self, Question(clips, details: .init(actions: actions)),
        [-1, 0, 1, 2].map { Answer(.init(action: $0)) })
    }
    for features in [["place 2"], ["place 2", "place 2"], ["place 4"], ["plac 2"], ["place 1", "place 2"]] {
      text += try said(
        FeatureHighlight.self, Question([long], details: .init(features: features)),
        ["place 2", "place 3"].map { Answer(.init(feature: $0, more: true)) })
      text += try said(
        Language.self, Question([long, a], details: .init(features: features)),
        ["prefer place 2", "avoid plac 2"].map { Answer(.init(text: $0)) })
    }
    text += try said(
      FeatureHighlight.self, Question([long, a], details: .init(features: ["place 2"])),
      [Answer(.init(feature: "place 2", more: true))])
    text += try said(
      Language.self, Question([long], details: .init(features: ["place 2"])), [Answer(.init(text: "prefer place 2"))])
    text += try said(
      Language.self, Question([long, a], details: .init(features: [])), [Answer(.init(text: "prefer place 2"))])
    let places: [[GoalState.Place]] = [
      [.init(clip: 0, step: 0), .init(clip: 1, step: 0)], [.init(clip: 0, step: 0)],
      [.init(clip: 0, step: 0), .init(clip: 0, step: 0)], [.init(clip: 0, step: 0), .init(clip: 2, step: 0)],
      [.init(clip: 0, step: 2), .init(clip: 0, step: 3)], [.init(clip: 0, step: -1), .init(clip: 0, step: 0)],
    ]
    for states in places {
      text += try said(
        GoalState.self, Question([long, a], details: .init(states: states)),
        [-1, 0, 1, 2].map { Answer(.init(state: $0)) } + [
          Answer(.init(state: 0), clips: [a]), Answer(.init(state: nil)), Answer(.init(state: nil), clips: [a]),
          Answer(.init(state: nil), clips: [foreign]),
        ])
    }
    let proxies: [ProxyReward.Details] = [
      .init(features: ["place 2"], proxies: [[1], [-1]], behaviors: [[0], [1]]),
      .init(features: ["place 2"], proxies: [[1]], behaviors: [[0]]),
      .init(features: ["place 2"], proxies: [[1], [-1]], behaviors: [[0]]),
      .init(features: ["place 2"], proxies: [[1], [-1, 2]], behaviors: [[0], [1]]),
      .init(features: ["place 2"], proxies: [[1], [.nan]], behaviors: [[0], [1]]),
      .init(features: ["place 2"], proxies: [[1], [-1]], behaviors: [[0], []]),
      .init(features: ["place 2"], proxies: [[1], [-1]], behaviors: [[0], [2]]),
    ]
    for details in proxies {
      text += try said(
        ProxyReward.self, Question([a, b], details: details), [-1, 0, 1, 2].map { Answer(.init(proxy: $0)) })
    }
    for formula in [
      "place 2", "", "plac 2", "place 2 place 2", "2", "place 2 - place 2", "1e9 place 2", "9999999 place 2",
    ] {
      text += try said(
        ProxyReward.self, Question([a, b], details: proxies[0]), [Answer(.init(formula: formula))])
    }
    var both = ProxyReward.Written(proxy: 0)
    both.formula = "place 2"
    text += try said(ProxyReward.self, Question([a, b], details: proxies[0]), [Answer(both)])
    for (steps, states) in [
      (1, [1, 2]), (0, [1, 2]), (1000, [1, 2]), (1001, [1, 2]), (1, [1]), (1, [1, 1]), (1, [-1, 1]), (1, [4, 5]),
    ] {
      text += try said(
        WorldState.self, Question([], details: .init(steps: steps, states: states)),
        [1, 2, 3].map { Answer(.init(state: $0)) })
    }
    let pendulum = FeedbackWorld(try EnvironmentRegistry.standard.entry("pactolus/Pendulum-v1"))
    text += said {
      try WorldState.check(
        Answer(.init(state: 1)), to: Question([], details: .init(steps: 1, states: [1, 2])), in: pendulum)
    }
    try Recorded.check(text, as: "refused-others")
  }

  @Test("too few clips, clips without steps or without another way, and details that do not fit")
  func asking() throws {
    let world = try RingWorld.world()
    var text = ""
    func ask(_ kind: AnyFeedbackKind, _ clips: [Trajectory], options: Int, replay: Bool = false) {
      var random = RandomSource(seed: 1).stream("ask")
      let way: @Sendable (Int, Int, [Float]) -> Trajectory = { [a] _, _, _ in a.segment(1..<1) }
      let material = QuestionMaterial(clips: clips, world: world, options: options, whatIf: replay ? way : nil)
      text +=
        "\(kind.name), \(clips.count) clips, \(options): "
        + said { text += "\(try kind.ask(material, random: &random).clips.count) " }
    }
    for kind in FeedbackKinds.standard {
      ask(kind, [], options: 2)
      ask(kind, [a], options: 1)
      ask(kind, [a], options: 2, replay: true)
      ask(kind, [a, b], options: 0)
      ask(kind, [a, b], options: 1)
      ask(kind, [a, b, long], options: 3, replay: true)
      ask(kind, [a, empty, long], options: 3)
      ask(kind, [a, a, a], options: 2)
      ask(kind, [Trajectory](repeating: long, count: 7), options: 6)
      ask(kind, [Trajectory](repeating: long, count: 7), options: 7)
    }
    for kind in FeedbackKinds.standard {
      for details in [JSONValue.null, .object([:]), .object(["steps": .string("x"), "features": .number(1)])] {
        text += "\(kind.name): " + said { _ = try kind.show(Question([a, b], details: details), in: world) }
      }
      text += "\(kind.name): " + said { _ = try kind.label(of: Answer(.object(["answer": .number(1)]))) }
      text += "\(kind.name): \((try? kind.majority(of: [])).map { "\(String(describing: $0))" } ?? "")\n"
    }
    text += said { _ = try FeedbackRegistry.standard.kind("comparisn") }
    text += "\(FeedbackRegistry.standard.kinds.map(\.name))\n"
    text += "\(FeedbackRegistry.standard.adding(BestOfK.self).kinds.map(\.name))\n"
    try Recorded.check(text, as: "refused-asking")
  }
}

import Compute
import Environments
import Feedback
import Foundation
import PactolusTesting
import Testing

/// Each kind with two options, worked out by hand: places are worth −1.2, .5, 1.1, −.6, .2.
@Suite("Kinds of feedback in two-option worlds")
struct KindClosedFormTests {
  private let beta = 1.5
  private var person: PersonModel { PersonModel(rationality: beta, tieThreshold: 0.3, strongRationality: 3) }

  private func probability<Kind: FeedbackKind>(
    _ kind: Kind.Type, _ question: Question<Kind.Details>, _ answer: Answer<Kind.Content>, person: PersonModel? = nil
  ) throws -> Double {
    let world = try RingWorld.world()
    let person = person ?? self.person
    try kind.check(answer, to: question, in: world)
    return try kind.ground(answer, to: question, in: world, person: person).reduce(1) { product, choice in
      let probabilities = RewardRespondent(person).probabilities(choice)
      return product * zip(probabilities, choice.target).reduce(1) { $0 * pow($1.0, Double($1.1)) }
    }
  }

  private func logistic(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
  private func close(_ a: Double, _ b: Double, _ what: Comment? = nil, _ place: SourceLocation = #_sourceLocation) {
    #expect(abs(a - b) < 1e-6, what, sourceLocation: place)
  }

  /// Through places 1, 2 (worth 1.1) and 1, 0 (worth −1.2): a difference of 2.3.
  private let good = RingWorld.clip([1, 2])
  private let bad = RingWorld.clip([1, 0])
  private let difference = 2.3

  @Test("comparison: two answers, three with ties, and two more that are three times as decisive")
  func comparison() throws {
    let d = beta * difference
    let forced = Question([good, bad], details: PairComparison.Details(strengths: false, ties: false))
    close(try probability(PairComparison.self, forced, Answer(.init(.first))), logistic(d))
    close(try probability(PairComparison.self, forced, Answer(.init(.second))), logistic(-d))
    expectProblem("does not allow a tie") { _ = try probability(PairComparison.self, forced, Answer(.init(.tie))) }
    for strengths in [false, true] {
      let question = Question([good, bad], details: PairComparison.Details(strengths: strengths))
      func p(_ answer: ComparisonAnswer, _ strongly: Bool? = nil) throws -> Double {
        try probability(PairComparison.self, question, Answer(.init(answer, strongly: strongly)))
      }
      close(try p(.tie), logistic(0.3 - d) - logistic(-0.3 - d))
      close(try p(.first), logistic(d - 0.3))
      close(try p(.second), logistic(-0.3 - d))
      if strengths {
        close(try p(.first, true), logistic(3 * d))
        close(try p(.first, false), logistic(d - 0.3))
        close(try p(.second, true), logistic(-3 * d))
      }
      #expect(
        try PairComparison.ground(Answer(.init(.cannotTell)), to: question, in: RingWorld.world(), person: person)
          .isEmpty)
    }
  }

  @Test("habits: the first side and each transition have their say")
  func habits() throws {
    var person = person
    person.sideBias = 0.7
    person.lengthBias = 0.2
    let long = RingWorld.clip([1, 0, 1])
    close(
      try probability(BestOfK.self, Question([good, long]), Answer(.init(best: 0)), person: person),
      logistic(beta * (1.1 - (-1.2 + 0.5)) + 0.7 - 0.2))
  }

  @Test("best of two, ranking of two, praise, correction, demonstration, advice, a takeover: the logistic function")
  func logisticKinds() throws {
    let p = logistic(beta * difference)
    let pair = Question([good, bad])
    close(try probability(BestOfK.self, pair, Answer(.init(best: 0))), p)
    let ranked = Question([good, bad], details: Ranking.Details())
    close(try probability(Ranking.self, ranked, Answer(.init(groups: [[0], [1]]))), p)
    close(try probability(Ranking.self, ranked, Answer(.init(groups: [[1]]))), 1 - p, "the clip left out is worse")
    let tied = Question([good, bad], details: Ranking.Details(ties: true))
    let odds = exp(beta * difference / 2)
    let tie = exp(0.3) - 1
    close(
      try probability(Ranking.self, tied, Answer(.init(groups: [[0, 1]]))), tie / (odds + 1 / odds + tie), "Davidson")
    close(try probability(Ranking.self, tied, Answer(.init(groups: [[0], [1]]))), odds / (odds + 1 / odds + tie))
    close(try probability(EvaluativeFeedback.self, pair, Answer(.init(good: false))), 1 - p)
    close(try probability(Correction.self, pair, Answer(.init(version: 1))), 1 - p)
    close(try probability(Correction.self, Question([bad]), Answer(.init(version: nil), clips: [good])), p)
    close(
      try probability(
        Demonstration.self, Question([bad], details: .init()), Answer(.init(), clips: [good])), p)
    close(
      try probability(
        Demonstration.self, Question([bad], details: .init(logDensities: [log(0.2)])),
        Answer(.init(logDensity: log(0.5)), clips: [good])), logistic(beta * difference - log(0.5) + log(0.2)))
    close(
      try probability(
        OptimalAction.self, Question([good, bad], details: .init(actions: [[2], [0]])), Answer(.init(action: 0))), p)
    close(
      try probability(
        Intervention.self, Question([bad, good], details: .init(moments: [0])), Answer(.init(continuation: 0))), p)
    close(
      try probability(Intervention.self, Question([bad, good], details: .init(moments: [0])), Answer(.init())), 1 - p)
  }

  @Test("off-switch: what was to come against nothing")
  func offSwitch() throws {
    let clip = RingWorld.clip([1, 2, 3])
    let question = Question([clip], details: OffSwitch.Details(moments: [1]))
    close(try probability(OffSwitch.self, question, Answer(.init(moment: 0))), logistic(beta * 0.6))
  }

  @Test("rating: two ratings that meet at a cut point; the person's own go before the question's")
  func rating() throws {
    let question = Question([good], details: ClipRating.Details(ratings: ["bad", "good"], cutPoints: [0.4]))
    close(try probability(ClipRating.self, question, Answer(.init(rating: 1))), logistic(beta * 1.1 - 0.4))
    var own = person
    own.cutPoints = [2]
    close(try probability(ClipRating.self, question, Answer(.init(rating: 1)), person: own), logistic(beta * 1.1 - 2))
  }

  @Test("a sketch and the best and worst moments of a clip of two steps")
  func moments() throws {
    let clip = RingWorld.clip([1, 2, 3])  // worth 1.1, then −.6
    let p = logistic(beta * 1.7)
    let sketch = Question([clip], details: RewardSketch.Details())
    close(try probability(RewardSketch.self, sketch, Answer(.init(values: [0.9, 0.1]))), p)
    close(try probability(RewardSketch.self, sketch, Answer(.init(values: [-3, 8]))), 1 - p)
    #expect(
      try RewardSketch.ground(Answer(.init(values: [4, 4])), to: sketch, in: RingWorld.world(), person: person).isEmpty,
      "a flat sketch says nothing")
    let credit = Question([clip], details: Credit.Details(moments: 2))
    close(try probability(Credit.self, credit, Answer(.init(best: 0, worst: 1))), p)
  }

  @Test("a feature highlight: the covariance of reward and feature over the clip, and its opposite")
  func highlight() throws {
    let question = Question(
      [RingWorld.clip([1, 2, 3])], details: FeatureHighlight.Details(features: ["place 2"]))
    // The feature is 1, then 0: weights 1, −1.
    close(
      try probability(FeatureHighlight.self, question, Answer(.init(feature: "place 2", more: true))),
      logistic(beta * 2 * 1.7))
  }

  @Test("a goal state among two, with the share of examples that mean nothing")
  func goal() throws {
    let question = Question(
      [good, bad], details: GoalState.Details(states: [.init(clip: 0, step: 0), .init(clip: 1, step: 0)]))
    close(
      try probability(GoalState.self, question, Answer(.init(state: 0))),
      0.95 * logistic(beta * difference) + 0.025)
  }

  @Test("two proxies, each with the clips that it brings about")
  func proxy() throws {
    let question = Question(
      [good, bad, RingWorld.clip([3, 4])],
      details: ProxyReward.Details(features: ["place 2"], proxies: [[1], [-1]], behaviors: [[0], [1, 2]]))
    close(
      try probability(ProxyReward.self, question, Answer(.init(proxy: 0))),
      logistic(beta * (1.1 - (-1.2 + 0.2) / 2)))
  }

  @Test(
    "a formula of one's own joins the proxies with the clips that it ranks highest; one that says the same does not")
  func ownFormula() throws {
    // Visits of place 2 per clip: 1, 0, 0; of place 0: 0, 1, 0.
    let question = Question(
      [good, bad, RingWorld.clip([3, 4])],
      details: ProxyReward.Details(
        features: ["place 2", "place 0"], proxies: [[1, 0], [-1, 0]], behaviors: [[0], [1, 2]]))
    func p(_ formula: String) throws -> Double {
      try probability(ProxyReward.self, question, Answer(.init(formula: formula)))
    }
    let values = [1.1, (-1.2 + 0.2) / 2]
    for same in ["place 2", "+ 3 · place 2", "2*place 2 - place 2"] {
      close(try p(same), logistic(beta * (values[0] - values[1])), "\(same)")
    }
    // Nothing of place 0 and nothing of place 2: the third clip alone.
    let own = 0.2
    let all = (values + [own]).map { exp(beta * $0) }.reduce(0, +)
    close(try p("−place 2 − 0.5 place 0"), exp(beta * own) / all)
    let rewards = try ProxyReward.rewards(
      stated: Answer(.init(formula: "2 place 2 - place 0")), to: question, in: RingWorld.world())
    #expect(rewards?.map { $0.reduce(0, +) } == [2, -1, 0])
  }

  @Test("a sentence: the clips that satisfy it against those that satisfy its opposite")
  func language() throws {
    let question = Question([good, bad], details: Language.Details(features: ["place 2"]))
    for sentence in ["more place 2 is better", "Prefer place 2!", "reach place 2", "never avoid place 2"] {
      close(
        try probability(Language.self, question, Answer(.init(text: sentence))), logistic(beta * difference))
    }
    close(
      try probability(Language.self, question, Answer(.init(text: "please avoid the place 2"))),
      1 - logistic(beta * difference))
  }

  @Test("the state of the world after one step: how it comes about, and what that is worth")
  func worldState() throws {
    let question = Question([], details: WorldState.Details(steps: 1, states: [1, 2]))
    // Start .4, .3, .1, .1, .1; each action a third. Both end with the worth of their place.
    let (one, two) = ((0.4 + 0.3 + 0.1) / 3, (0.3 + 0.1 + 0.1) / 3)
    close(
      try probability(WorldState.self, question, Answer(.init(state: 2))),
      logistic(beta * (1.1 - 0.5) + log(two / one)))
  }
}

@Suite("Parts of the kinds of feedback")
struct KindPartsTests {
  @Test("cut points are recovered from ratings within their sampling error (false alarms: 1 in 10⁴)")
  func cutPoints() throws {
    var random = RandomSource(seed: 8).stream("cuts")
    let truth = [-1.0, 0.2, 2.5]
    let values = (0..<4000).map { _ in 2 * random.normal() }
    let ratings = values.map { value in
      let u = random.uniform()
      return truth.count { u > 1 / (1 + exp(value - $0)) }
    }
    let fitted = try ClipRating.fitCutPoints(values: values, ratings: ratings, count: 4)
    // The standard error of a cut point is about .05 here.
    for (cut, known) in zip(fitted, truth) { #expect(abs(cut - known) < 0.22) }
    #expect(try ClipRating.fitCutPoints(values: [0, 1], ratings: [0, 0], count: 3).allSatisfy(\.isFinite))
    expectProblem("not one of") { _ = try ClipRating.fitCutPoints(values: [0], ratings: [4], count: 3) }
  }

  @Test("a deformed path moves as pushed, keeps its ends, and bends smoothly")
  func deformation() throws {
    let clip = RingWorld.clip([0, 0, 0, 0, 0, 0])
    let pushed = try Correction.deformed(clip, at: 2, by: [1, 0, 0, 0, -2])
    func moved(_ row: Int, _ column: Int) -> Float {
      pushed.observations[row * 5 + column] - clip.observations[row * 5 + column]
    }
    #expect(moved(2, 0) == 1 && moved(2, 4) == -2)
    #expect((0..<5).allSatisfy { moved(0, $0) == 0 && moved(5, $0) == 0 })
    #expect(moved(1, 0) > 0 && moved(1, 0) < 1 && moved(4, 0) > 0 && moved(4, 0) < moved(3, 0))
    #expect(moved(3, 1) == 0)
    expectProblem("not within") { _ = try Correction.deformed(clip, at: 0, by: [0, 0, 0, 0, 0]) }
  }

  @Test("sampled demonstrations' likelihood approaches the exact one over every clip of a finite world")
  func exactDemonstration() throws {
    let table = try RingWorld.table()
    let every = try Demonstration.everyClip(in: table, from: 1, steps: 3)
    #expect(every.count == 27 && every.allSatisfy { $0.logProbability == 0 })
    let judge = RewardRespondent(PersonModel(rationality: 1))
    func loss(_ alternatives: [Trajectory], density: Double?) throws -> Double {
      let question = Question(
        alternatives,
        details: Demonstration.Details(logDensities: density.map { d in alternatives.map { _ in log(d) } }))
      let answer = Answer(Demonstration.Shown(logDensity: density.map { log($0) }), clips: [every[5].clip])
      let choice = Demonstration.ground(answer, to: question, in: try RingWorld.world(), person: judge.person)[0]
      let picked = choice.target.firstIndex(of: 1) ?? 0
      return -log(judge.probabilities(choice)[picked])
    }
    let exact = try loss(every.map(\.clip), density: nil)
    var random = RandomSource(seed: 4).stream("alternatives")
    // 20 sets of 26 of 27, uniformly drawn without repeats, miss one option each.
    var sum = 0.0
    for _ in 0..<20 {
      var clips = every.indices.filter { $0 != 5 }.map { every[$0].clip }
      random.shuffle(&clips)
      sum += try loss(Array(clips.prefix(25)) + [every[5].clip], density: nil)
    }
    #expect(abs(sum / 20 - exact) < 0.1)
    expectProblem("more than 20000") { _ = try Demonstration.everyClip(in: table, from: 0, steps: 30) }
  }

  @Test("what the grammar does not understand it refuses, with the word, what is near, and sentences that work")
  func grammar() throws {
    let features = try EnvironmentRegistry.standard.entry("pactolus/Pendulum-v1").features
    let grammar = LanguageGrammar(features)
    func means(_ text: String, _ meaning: LanguageMeaning) throws {
      #expect(try grammar.parse(text) == meaning, "\(text)")
    }
    try means("prefer keeping the pole upright", .direction(feature: "upright", more: true))
    try means("faster is better", .direction(feature: "speed", more: true))
    try means("avoid faster", .direction(feature: "speed", more: false))
    try means("Keep energy low.", .direction(feature: "energy", more: false))
    try means(
      "faster matters twice as much as energy",
      .ratio(feature: "speed", more: true, times: 2, other: "energy", otherMore: false))
    try means(
      "upright matters 3.5 times as much as slower",
      .ratio(feature: "upright", more: true, times: 3.5, other: "speed", otherMore: false))
    try means(
      "energy matters as much as upright",
      .ratio(feature: "energy", more: false, times: 1, other: "upright", otherMore: true))
    for (text, problem) in [
      ("prefer bananas", "'bananas' is not understood"), ("prefer uprigt", "did you mean upright"),
      ("", "empty"), ("prefer", "names no feature"), ("speed", "does not say whether"),
      ("prefer speed and energy", "names 'speed' and 'energy'"), ("speed matters loads as much as energy", "no number"),
      ("speed matters twice", "as much as"), ("speed matters as much as speed", "same feature"),
      ("speed matters -2 times as much as energy", "no number"), (String(repeating: "the ", count: 60), "more than 40"),
    ] {
      expectProblem(problem) { _ = try grammar.parse(text) }
    }
    #expect(throws: Never.self) { for example in grammar.examples { _ = try grammar.parse(example) } }
  }

  @Test("every standard environment names features, finite on random clips, each example sentence understood")
  func features() throws {
    for entry in EnvironmentRegistry.standard.entries {
      #expect(!entry.features.isEmpty)
      let clips = entry.randomClips(2, steps: 12, random: RandomSource(seed: 1))
      for feature in entry.features {
        for clip in clips {
          let values = feature.values(of: clip)
          #expect(
            values.count == clip.count && values.allSatisfy(\.isFinite), "\(entry.specification.id) \(feature.name)")
        }
      }
      for example in LanguageGrammar(entry.features).examples {
        #expect(throws: Never.self, "\(entry.specification.id): \(example)") {
          _ = try LanguageGrammar(entry.features).parse(example)
        }
      }
    }
  }

  @Test("what if: the actions taken give the clip itself; other actions give others from there on")
  func whatIf() throws {
    for entry in EnvironmentRegistry.standard.entries {
      let random = RandomSource(seed: 3)
      let clip = entry.randomClips(3, steps: 15, random: random)[1]
      let start = try #require(clip.start)
      let same = entry.whatIf(start: start, random: random, actions: clip.actions, from: 0)
      #expect(same.observations == clip.observations && same.rewards == clip.rewards, "\(entry.specification.id)")
      let later = entry.whatIf(start: start, random: random, actions: clip.actions, from: 4)
      #expect(later.observations == clip.segment(4..<clip.count).observations)
      #expect(later.start?.step == 4)
    }
  }
}

import Compute
import Environments
import Feedback
import Foundation
import Testing

@Suite("People with flaws")
struct PeopleFlawsTests {
  static let good = rewarded([1, 1])
  static let bad = rewarded([0, 0])

  /// How often the first of two clips is preferred, among `count` answers.
  func shares(
    _ human: SimulatedPerson, _ first: Trajectory = good, _ second: Trajectory = bad, count: Int = 4000
  ) -> [ComparisonAnswer: Double] {
    var random = RandomSource(seed: 21).stream("answers")
    var counts: [ComparisonAnswer: Int] = [:]
    for _ in 0..<count { counts[human.answer(first: first, second: second, random: &random), default: 0] += 1 }
    return counts.mapValues { Double($0) / Double(count) }
  }

  /// Four standard errors of a share of 4000: wrong once in 16,000 times.
  func expectShare(_ share: Double?, _ wanted: Double, sourceLocation: SourceLocation = #_sourceLocation) {
    let error = max(4 * (wanted * (1 - wanted) / 4000).squareRoot(), 1e-12)
    #expect(abs((share ?? 0) - wanted) <= error, sourceLocation: sourceLocation)
  }

  func flawed(_ base: SimulatedJudgment = .rational(), _ change: (inout PersonFlaws) -> Void) -> SimulatedPerson {
    var human = SimulatedPerson(base)
    change(&human.flaws)
    return human
  }

  @Test("without flaws a person answers exactly as their base, draw for draw")
  func none() {
    for base in [SimulatedJudgment.rational(), .boltzmann(temperature: 3), .bPref(.stochastic()), .bPref(.mistake())] {
      var ours = RandomSource(seed: 2).stream("answers")
      var theirs = ours
      let human = SimulatedPerson(base)
      for step in 0..<200 {
        let first = rewarded([Float(step % 5)])
        let second = rewarded([Float(step % 3)])
        #expect(
          human.answer(first: first, second: second, random: &ours)
            == base.answer(first: first, second: second, random: &theirs))
      }
      #expect(ours.next() == theirs.next())
    }
  }

  @Test("each flaw alone has the stated rate")
  func rates() {
    expectShare(shares(flawed { $0.slips = 0.2 })[.second], 0.2)
    expectShare(shares(flawed { $0.adversarial = 0.7 })[.second], 0.7)
    expectShare(shares(flawed { $0.skips = 0.3 })[.skipped], 0.3)
    expectShare(shares(flawed { $0.lazy = 0.4 })[.second], 0.2)
    expectShare(shares(flawed { ($0.lazy, $0.lazyKey) = (0.4, .first) }, Self.bad, Self.good)[.first], 0.4)
    expectShare(shares(flawed { ($0.lazy, $0.lazyKey) = (0.4, .tie) })[.tie], 0.4)
    // A slip and malice together cancel where both happen.
    expectShare(shares(flawed { ($0.slips, $0.adversarial) = (0.2, 0.5) })[.second], 0.5)
  }

  @Test("attention is lost by the stated law: a half after 693 answers at drift 1")
  func drift() {
    var human = flawed { $0.drift = 1 }
    expectShare(shares(human)[.second], 0)
    human.answered = 693
    expectShare(shares(human)[.second], (1 - exp(-0.693)) / 2)
    #expect(abs(human.flaws.blindness(after: 693) - 0.5) < 1e-3)
    human.flaws.lazy = 0.5
    #expect(abs(human.flaws.blindness(after: 693) - 0.75) < 1e-3)
  }

  @Test("biases of side and length are nats for who is noisy, and return for who decides exactly")
  func habits() {
    let noisy = flawed(.boltzmann(temperature: 4)) { $0.sideBias = 0.6 }
    expectShare(shares(noisy, Self.bad, Self.bad)[.first], 1 / (1 + exp(-0.6)))
    expectShare(shares(noisy, Self.bad, Self.good)[.first], 1 / (1 + exp(-0.6 + 0.5)))
    let long = rewarded([0, 0, 0])
    let wordy = flawed(.boltzmann(temperature: 4)) { $0.lengthBias = 0.3 }
    expectShare(shares(wordy, long, Self.bad)[.first], 1 / (1 + exp(-0.3)))
    let decided = flawed { $0.sideBias = 1.5 }
    #expect(shares(decided, Self.bad, Self.good)[.second] == 1)
    #expect(shares(decided, Self.bad, rewarded([1]))[.first] == 1)
    #expect(shares(flawed { $0.sideBias = 2 }, Self.bad, Self.good)[.tie] == 1)
  }

  @Test("who ties easily does so within the band of true return, and nowhere else")
  func ties() {
    let human = flawed { $0.tieBand = 1 }
    #expect(shares(human, rewarded([1]), rewarded([0]))[.tie] == 1)
    #expect(shares(human, Self.good, Self.bad)[.first] == 1)
  }

  @Test("B-Pref's thresholds by the paper's definition, and by the released code, which squares the share later on")
  func bPrefQuirk() {
    let recent = RecentReturns(meanTrueReturn: 100, segmentLength: 50, maximumEpisodeSteps: 1000)
    var paper = BPrefTeacher(skipShare: 0.1, equalShare: 0.1)
    var code = paper
    code.squaresShares = true
    for session in 0..<3 {
      paper.adapt(to: recent)
      code.adapt(to: recent)
      #expect(abs(paper.equalThreshold - 0.5) < 1e-12 && abs(paper.skipThreshold - 0.5) < 1e-12)
      #expect(abs(code.equalThreshold - (session == 0 ? 0.5 : 0.05)) < 1e-12)
      #expect(abs(code.skipThreshold - (session == 0 ? 0.5 : 0.05)) < 1e-12)
    }
    // What that does: a difference of .3 is equal by the paper, and decided by the code from the second session on.
    var random = RandomSource(seed: 1).stream("answers")
    let pair = (rewarded([1.3]), rewarded([1]))
    #expect(paper.answer(first: pair.0, second: pair.1, random: &random) == .tie)
    #expect(code.answer(first: pair.0, second: pair.1, random: &random) == .first)
  }

  @Test("flaws that make no sense are refused")
  func refusals() {
    expectProblem("slips is 2.0") { try flawed { $0.slips = 2 }.validate() }
    expectProblem("drift is -1.0") { try flawed { $0.drift = -1 }.validate() }
    let shares: [(String, WritableKeyPath<PersonFlaws, Double>)] = [
      ("lazy", \.lazy), ("skips", \.skips), ("slips", \.slips), ("adversarial", \.adversarial),
    ]
    let sizes: [(String, WritableKeyPath<PersonFlaws, Double>)] = [("drift", \.drift), ("tieBand", \.tieBand)]
    let biases: [(String, WritableKeyPath<PersonFlaws, Double>)] = [
      ("sideBias", \.sideBias), ("lengthBias", \.lengthBias),
    ]
    for (names, bad) in [
      (shares, [-0.1, 1.1, .nan]), (sizes, [-0.1, .infinity, .nan]), (biases, [.infinity, -.infinity, .nan]),
    ] {
      for (name, path) in names {
        for value in bad { expectProblem("\(name) is") { try flawed { $0[keyPath: path] = value }.validate() } }
        // The edges are allowed: nothing, and in shares everything.
        #expect(throws: Never.self) { try flawed { $0[keyPath: path] = 0 }.validate() }
        #expect(throws: Never.self) { try flawed { $0[keyPath: path] = 1 }.validate() }
      }
    }
    expectProblem("bias of side") { try flawed(.bPref(.oracle())) { $0.sideBias = 1 }.validate() }
  }

  @Test("asked for any kind of feedback, a flawed person picks by the likelihood of their own model")
  func judge() {
    let human = flawed(.boltzmann(temperature: 2)) { ($0.sideBias, $0.lengthBias) = (0.5, 0.1) }
    var judge = SimulatedRespondent(human)
    let clips = [rewarded([0, 1]), rewarded([2]), rewarded([1, 1, 1])]
    let model = judge.person
    let choice = Choice(
      options: clips.enumerated().map { model.option($1, shownFirst: $0 == 0) }, picked: 0,
      rationality: model.rationality)
    // Returns 1, 2, 3 at temperature 2, half a nat for the first shown, a tenth per transition.
    let logits: [Double] = [0.5 + 0.5 + 0.2, 1 + 0.1, 1.5 + 0.3]
    let utilities = logits.map { exp($0) }
    let total = utilities.reduce(0, +)
    var random = RandomSource(seed: 4).stream("picks")
    var counts = [0.0, 0, 0]
    for _ in 0..<4000 { counts[judge.pick(choice, random: &random)] += 1 }
    for option in 0..<3 { expectShare(counts[option] / 4000, utilities[option] / total) }
    // Returns 1, 2, 3 alone, decided exactly.
    let plain = Choice(options: clips.map { Choice.Option($0) }, picked: 0, rationality: 1e6)
    var enemy = SimulatedRespondent(flawed { $0.adversarial = 1 })
    #expect((0..<20).allSatisfy { _ in enemy.pick(plain, random: &random) == 0 })
    var lazy = SimulatedRespondent(flawed { ($0.lazy, $0.lazyKey) = (1, .first) })
    #expect((0..<20).allSatisfy { _ in lazy.pick(plain, random: &random) == 0 })
    var slipping = SimulatedRespondent(flawed { $0.slips = 1 })
    #expect((0..<20).allSatisfy { _ in slipping.pick(plain, random: &random) != 2 })
  }
}

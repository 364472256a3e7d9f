import Compute
import Environments
import Feedback
import Files
import Foundation
import PactolusTesting
import Testing

/// One answer has one meaning, and a question's answers share one probability.
@Suite("One likelihood for every kind")
struct OneLikelihoodTests {
  private let person = PersonModel(
    rationality: 1.5, lapse: 0.04, discount: 0.9, tieThreshold: 0.4, cutPoints: [-2, -0.5, 0.5, 2], sideBias: 0.3)

  /// A person whose values are those of the ring's places, times a scale, so that utilities are as far apart as wanted.
  private func judge(_ scale: Double) -> RewardRespondent {
    RewardRespondent(person) { clip in clip.rewards.map { scale * Double($0) } }
  }

  private func question(_ kind: AnyFeedbackKind, _ world: FeedbackWorld, seed: UInt64) throws -> Question<JSONValue> {
    var random = RandomSource(seed: seed).stream("one likelihood")
    return try kind.ask(RingWorld.material(world, seed: seed), random: &random)
  }

  /// The same after a file: JSON lines, and back.
  private func imported(_ record: FeedbackRecord) throws -> FeedbackRecord {
    try #require(FeedbackRecordFile.read([UInt8](FeedbackRecordFile.data([record])), place: "test").first)
  }

  @Test(
    "the probabilities of all answers in one manner sum to 1, at any difference, asked or read from a file",
    arguments: FeedbackKinds.standard)
  func sums(kind: AnyFeedbackKind) throws {
    let world = try RingWorld.world()
    for seed in 0..<3 as Range<UInt64> {
      let question = try question(kind, world, seed: seed)
      guard let groups = try kind.possibleAnswers(to: question, in: world) else { continue }
      #expect(!groups.isEmpty && groups.allSatisfy { $0.count >= 2 })
      #expect(Set(groups.flatMap { $0 }).count == groups.flatMap { $0 }.count, "each answer stands once")
      for scale in [0, 0.2, 1, 5, 40] {
        for group in groups {
          var (asked, read) = (0.0, 0.0)
          for answer in group {
            let record = FeedbackRecord(
              number: 0, kind: kind.name, person: "somebody", question: question, answer: answer)
            let choices = try kind.ground(answer, to: question, in: world, person: person)
            #expect(!choices.isEmpty)
            asked += FeedbackKindContract.probability(choices) { judge(scale).probabilities($0) }
            let again = try imported(record).choices(in: world, person: person)
            #expect(again == choices)
            read += FeedbackKindContract.probability(again) { judge(scale).probabilities($0) }
          }
          #expect(abs(asked - 1) < 1e-9 && abs(read - 1) < 1e-9, "\(asked), \(read) at scale \(scale)")
        }
      }
    }
  }

  @Test(
    "answers that cannot be counted: each choice that they mean is a distribution", arguments: FeedbackKinds.standard)
  func choicesAreDistributions(kind: AnyFeedbackKind) throws {
    let world = try RingWorld.world()
    for seed in 0..<5 as Range<UInt64> {
      let question = try question(kind, world, seed: seed)
      var random = RandomSource(seed: seed).stream("answer")
      var asked: any Respondent = judge(1)
      let answer = try #require(try kind.simulate(question, in: world, respondent: &asked, random: &random))
      for choice in try kind.ground(answer, to: question, in: world, person: person) {
        for scale in [0, 1, 30] {
          #expect(abs(judge(Double(scale)).probabilities(choice).reduce(0, +) - 1) < 1e-12)
        }
        #expect(choice.target.reduce(0, +) == 1)
      }
    }
  }

  @Test("naming the first never lowers its lead: every P(first) rises with the difference, plain or strong")
  func monotone() throws {
    let clips = [RingWorld.clip([1, 2]), RingWorld.clip([1, 0])]
    for details in [(false, false), (false, true), (true, true), (true, false)] {
      let question = Question(clips, details: PairComparison.Details(strengths: details.0, ties: details.1))
      for strongly in details.0 ? [false, true] : [nil] {
        for (answer, sign) in [(ComparisonAnswer.first, 1.0), (.second, -1)] {
          let choice = try PairComparison.ground(.init(answer, strongly: strongly), to: question, person: person)
          var last = 0.0
          for step in -40...40 {
            let probability = FeedbackKindContract.probability(choice) {
              judge(sign * Double(step) / 4).probabilities($0)
            }
            #expect(probability >= last - 1e-15, "\(answer), step \(step)")
            last = probability
          }
          #expect(last > 0.95)
        }
      }
    }
  }

  @Test("a plain answer means the same whether or not strengths could be said, and so does a tie")
  func strengthsChangeNothingElse() throws {
    let clips = [RingWorld.clip([1, 2]), RingWorld.clip([1, 0])]
    for answer in [ComparisonAnswer.first, .second, .tie] {
      let plain = try PairComparison.ground(
        .init(answer), to: Question(clips, details: .init(strengths: false)), person: person)
      let graded = try PairComparison.ground(
        .init(answer, strongly: answer == .tie ? nil : false), to: Question(clips, details: .init()), person: person)
      #expect(plain == graded && plain.count == 1)
    }
  }

  @Test("a question stored before ties could be forbidden allows them, and is written as it was")
  func storedDetails() throws {
    let old = try JSONDecoder().decode(PairComparison.Details.self, from: Data(#"{"strengths":true}"#.utf8))
    #expect(old == PairComparison.Details(strengths: true, ties: true))
    #expect(String(decoding: try JSONEncoder().encode(old), as: UTF8.self) == #"{"strengths":true}"#)
    let forced = PairComparison.Details(strengths: false, ties: false)
    #expect(try JSONDecoder().decode(PairComparison.Details.self, from: JSONEncoder().encode(forced)) == forced)
  }
}

import Audits
import Compute
import Environments
import Feedback
import Files
import Foundation
import Rewards

/// What each answer did to a reward on the way, along the checkpoints that a run has kept (TracIn).
///
/// At each checkpoint one step of plain gradient descent on an answer changes a number by −η ∇loss · ∇number; these are added
/// up. It asks what answers did while the reward was learned, where influence asks what its end rests on: an answer that
/// all later ones repeat did much, and little rests on it. The run's own steps are Adam's, of batches; these are plain, of
/// single answers, so that only shares and their order are told.
///
/// Source: Pruthi, Liu, Kale, Sundararajan, "Estimating training data influence by tracing gradient descent", NeurIPS 2020.
package struct TracedAnswers: Sendable, Encodable {
  /// Rounds after which the checkpoints were written.
  package let iterations: [Int]
  /// The number that is followed, in words.
  package let number: String
  /// Those that did most, largest first.
  package let answers: [Answer]
  /// Rank correlation of all answers' traces with what influence says of them to first order, both by their size; nil where
  /// that cannot be measured.
  package let agreement: Double?

  package struct Answer: Sendable, Hashable, Encodable {
    /// As people count them, from 1.
    package var question: Int
    package var kind: String
    package var person: String
    /// Of all answers' traces, by their sizes; above 0 where the answer raised the number.
    package var share: Double
    /// At each of the checkpoints; nil before it was given.
    package var byCheckpoint: [Double?]
  }

  private static let fewest = 3
  /// Of more checkpoints so many are looked at, spread evenly, the last among them.
  private static let most = 50

  /// - Throws: `InputError` for a run that has kept fewer than three checkpoints with answers, or whose answers have more slopes
  ///   than find room.
  package init(_ inspected: InspectedRun) throws {
    let (run, layout) = (inspected.run, RunLayout(inspected.run.directory))
    let kept = try Checkpoint.iterations(in: layout)
    guard kept.count >= Self.fewest else { throw Self.tooFew(kept.count, layout) }
    let contrast = try Self.contrast(inspected)
    let training = run.settings.reward.training
    var totals: [Int: Double] = [:]
    var parts: [[Int: Double]] = []
    var used: [Int] = []
    let stride = (kept.count + Self.most - 1) / Self.most
    for iteration in kept.enumerated().filter({ (kept.count - 1 - $0.offset) % stride == 0 }).map(\.element) {
      let checkpoint = try Checkpoint(directory: Checkpoint.path(iteration, in: layout))
      let model = try RewardModel(checkpoint.reward)
      let known = try AnsweredFeedback(
        model.encoding, in: Ledger(reading: layout.ledger), before: checkpoint.ledgerPosition,
        world: FeedbackWorld(run.entry), kinds: inspected.kinds)
      let set = known.choices(memory: run.settings.feedback.memory)
      guard set.count > 0 else { continue }
      var sums: [Int: Double] = [:]
      for member in 0..<model.members {
        let influence = try NetworkInfluence(model, member: member, answers: set, training: training)
        let changes = influence.traced(
          on: contrast.rows, weights: contrast.weights, learningRate: Double(training.learningRate))
        for (number, change) in zip(set.answerNumbers, changes) {
          // What would not have been done is what was done, with its sign turned.
          sums[(known.questions[number] ?? number) + 1, default: 0] -= change / Double(model.members)
        }
      }
      used.append(iteration)
      parts.append(sums)
      for (question, change) in sums { totals[question, default: 0] += change }
    }
    guard used.count >= Self.fewest else { throw Self.tooFew(used.count, layout) }
    let whole = totals.values.reduce(0) { $0 + abs($1) }
    guard whole > 0, whole.isFinite else {
      throw InputError("no answer has moved this number at any checkpoint", at: layout.checkpoints)
    }
    let persons = inspected.persons
    let order = totals.sorted { (abs($0.value), $1.key) > (abs($1.value), $0.key) }
    answers = order.prefix(10).map { question, total in
      Answer(
        question: question, kind: persons[question]?.kind ?? "", person: persons[question]?.person ?? "",
        share: total / whole, byCheckpoint: parts.map { $0[question].map { $0 / whole } })
    }
    (iterations, number) = (used, contrast.words)
    agreement = try Self.agreement(inspected, contrast, totals)
  }

  private static func tooFew(_ count: Int, _ layout: RunLayout) -> InputError {
    InputError(
      "the run has kept \(count) checkpoints with answers, and a trace needs \(fewest) or more", at: layout.checkpoints,
      remedy: "learn with --run.checkpointsKept 100 and --run.checkpointEvery 1, which keep one of each round")
  }

  /// What is followed: the push where there is one, else what the agent's steps are paid.
  private struct Followed {
    var rows: [Float]
    var weights: [Double]
    var words: String
  }

  private static func contrast(_ inspected: InspectedRun) throws -> Followed {
    let score = try ExplainedScore(inspected.run.reward)
    do {
      let push = try inspected.push { score.values($0) }
      return Followed(
        rows: push.rows, weights: push.weights, words: "where the reward pushes the policy")
    } catch is PushProblem {} catch is NotMeasurable {}
    let judged = inspected.set.meanRow
    let count = inspected.rows.count / inspected.encoding.width
    return Followed(
      rows: inspected.rows + judged, weights: [Double](repeating: 1 / Double(count), count: count) + [-1],
      words: "what the agent's steps are paid beyond the mean of what was judged")
  }

  private static func agreement(
    _ inspected: InspectedRun, _ followed: Followed, _ totals: [Int: Double]
  ) throws -> Double? {
    do {
      let influence = try inspected.influence()
      let plain = influence.plain(on: influence.contrast(followed.rows, weights: followed.weights))
      let pairs = influence.numbers.indices.compactMap { place -> (Double, Double)? in
        totals[inspected.question(influence.numbers[place])].map { (abs($0), abs(plain[place])) }
      }
      guard pairs.count > 2 else { return nil }
      let value = Statistics.spearman(pairs.map(\.0), pairs.map(\.1))
      return value.isFinite ? value : nil
    } catch is NotMeasurable { return nil }
  }
}

extension ChoiceSet {
  /// The `numbers` of the answers, each once, in their order.
  fileprivate var answerNumbers: [Int] {
    numbers.indices.filter { $0 == 0 || numbers[$0] != numbers[$0 - 1] }.map { numbers[$0] }
  }
}

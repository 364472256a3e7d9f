import Compute
import Environments
import Feedback
import Findings
import Rewards
import Synchronization

extension LearnRun {
  /// Poses this iteration's questions: the same ones after a resume, with the same numbers. Those that cannot be asked
  /// are replaced or left out, which the ledger says.
  ///
  /// - Returns: what could not be asked as planned.
  func ask(_ iteration: Int) throws -> [QuestionsReplaced] {
    let count = schedule[iteration]
    let compared = try compareWithBest(iteration)
    guard count > 0 else {
      if !compared.isEmpty { try answering.ask(compared) }
      return []
    }
    var substitutes = Substitutes(iteration)
    let trajectories = try gather(iteration, questions: count)
    let findings = try answering.begin(
      AskingRound(iteration: iteration, trajectories: trajectories.map(\.trajectory), answers: counters.answers))
    try setAside(findings)
    try compareWithDemonstrations(iteration, trajectories)
    let first = schedule[..<iteration].reduce(0, +)
    let numbers = QuestionNumbers(
      scheduled: first..<first + count, queries: counters.queries..<counters.queries + count)
    var questions: [PosedQuestion] = []
    for part in answering.plan(kinds, numbers).parts {
      questions += try pose(part, iteration, from: trajectories, &substitutes)
    }
    let replaced = substitutes.replaced
    if !replaced.isEmpty {
      try ledger.append(replaced.map { LedgerEntry(.questionsReplaced($0), step: counters.allSteps) })
    }
    try answering.ask(questions.sorted { $0.number < $1.number } + compared)
    return replaced
  }

  /// The answers of people who are not trusted any more are not used for training. The ledger keeps them, and what was
  /// found and which answers do not count.
  func setAside(_ findings: [Finding]) throws {
    var entries = findings.map { LedgerEntry(.findingMade(FindingMade(finding: $0)), step: counters.allSteps) }
    let queries = forgetWithdrawn()
    if !queries.isEmpty {
      entries.append(LedgerEntry(.answersSetAside(AnswersSetAside(queries: queries)), step: counters.allSteps))
    }
    if !entries.isEmpty { try ledger.append(entries) }
  }

  /// - Returns: the queries whose answers count no longer and did until now, ascending.
  @discardableResult
  func forgetWithdrawn() -> [Int] { answering.withdrawn.sorted().filter { answered.withdraw($0) } }

  /// What a question can be made of.
  func material(_ segments: [StoredSegment], _ replays: Replays) -> QuestionMaterial {
    var material = QuestionMaterial(
      clips: segments.map(\.trajectory), world: world, options: settings.feedback.options,
      whatIf: { [entry, random] clip, step, actions in
        replays.keep(segments[clip].whatIf(actions, from: step, in: entry, random: random)).trajectory
      })
    let details = settings.person.comparisonDetails
    (material.strengths, material.ties) = (details.strengths, details.ties)
    return material
  }

  /// What questions are about.
  var world: FeedbackWorld { FeedbackWorld(entry) }

  /// Pairs of segments to compare, chosen by the settings; the last `apart` of them at random, to measure by.
  func pairs(_ iteration: Int, count: Int, apart: Int, from plain: [Trajectory]) throws -> [SegmentPair] {
    var draws = random.stream("feedback/pairs", iteration)
    // Before any training the members' disagreement is no information, so the first questions are random ones.
    let selection = trainer.trainings == 0 ? .random : settings.feedback.selection
    let selector = QuestionSelector(
      selection, oversampling: settings.feedback.candidates,
      sampler: sampler, batch: trainer.trainings == 0 ? .top : settings.feedback.batch,
      isDecidable: settings.feedback.decidable)
    let asked = selector.batch == .kCentreObservations ? answered.choices(memory: nil) : nil
    let uncertainty =
      selection.restsOn == nil ? nil : try uncertainty(random: random.child("feedback/uncertainty", iteration))
    var pairs = try selector.pairs(
      count - apart, from: plain, specification: entry.specification, model: model,
      likelihood: settings.reward.training, asked: asked, uncertainty: uncertainty, random: &draws)
    if apart > 0 {
      var fair = random.stream("feedback/evaluation", iteration)
      pairs += try selector.sampler.pairs(apart, from: plain, random: &fair)
    }
    return pairs
  }

  /// How many of these questions are kept apart, so that over the run it is the share that was asked for.
  func evaluationQuestions(among numbers: Range<Int>) -> Int {
    let share = settings.feedback.evaluationShare
    return Int(share * Double(numbers.upperBound)) - Int(share * Double(numbers.lowerBound))
  }
}

/// What was replayed for one question, so that it can be drawn again.
final class Replays: Sendable {
  private let segments = Mutex<[StoredSegment]>([])

  func keep(_ segment: StoredSegment) -> StoredSegment {
    segments.withLock { $0.append(segment) }
    return segment
  }

  /// The clips with what it takes to draw them: in the place where they were shown, or replayed; a clip that is neither
  /// is its own group.
  func stored(_ clips: [Trajectory], shown: [StoredSegment]) -> [StoredSegment] {
    let known = shown + segments.withLock { $0 }
    return clips.enumerated().map { place, clip in
      if place < shown.count, shown[place].trajectory == clip { return shown[place] }
      return known.first { $0.trajectory == clip }
        ?? StoredSegment(clip, leadingActions: [], source: "", sourceIndex: 0)
    }
  }
}

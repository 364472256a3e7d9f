import Compute
import Environments
import Feedback
import Rewards
import Synchronization

extension LearnRun {
  /// Poses this iteration's questions: the same ones after a resume, with the same numbers.
  func ask(_ iteration: Int) throws {
    let count = schedule[iteration]
    guard count > 0 else { return try answering.ask([]) }
    let trajectories = try gather(iteration, questions: count)
    let findings = try answering.begin(
      AskingRound(iteration: iteration, trajectories: trajectories.map(\.trajectory), answers: counters.answers))
    if !findings.isEmpty {
      try ledger.append(
        findings.map { LedgerEntry(.findingMade(FindingMade(finding: $0)), step: counters.allSteps) })
    }
    forgetWithdrawn()
    try compareWithDemonstrations(iteration, trajectories)
    let first = schedule[..<iteration].reduce(0, +)
    let numbers = QuestionNumbers(
      scheduled: first..<first + count, queries: counters.queries..<counters.queries + count)
    let questions = try answering.plan(kinds, numbers).parts.flatMap { try pose($0, iteration, from: trajectories) }
    try answering.ask(questions.sorted { $0.number < $1.number })
  }

  /// The answers of people who are not trusted any more are not used for training; the ledger keeps them.
  func forgetWithdrawn() {
    for query in answering.withdrawn { answered.withdraw(query) }
  }

  /// The questions of one kind.
  private func pose(
    _ part: QuestionPlan.Part, _ iteration: Int, from trajectories: [SourcedTrajectory]
  ) throws -> [PosedQuestion] {
    guard !part.numbers.isEmpty else { return [] }
    let kind = try feedback.kind(part.kind)
    guard kind.isAboutPairs else {
      return try part.numbers.map { try pose(kind, iteration, $0, from: trajectories) }
    }
    let length = settings.feedback.segmentLength
    let count = part.numbers.count
    let apart = min(evaluationQuestions(among: part.span), count)
    let pairs = try pairs(iteration, count: count, apart: apart, from: trajectories.map(\.trajectory))
    return try zip(part.numbers, pairs).enumerated().map { place, item in
      let segments = [item.1.first, item.1.second].map {
        trajectories[$0.trajectory].segment($0.start..<$0.start + length)
      }
      var draws = random.stream("feedback/clips", item.0)
      let replays = Replays()
      let question = try kind.ask(material(segments, replays), random: &draws)
      return PosedQuestion(
        number: item.0, iteration: iteration, kind: kind.name, question: question,
        clips: replays.stored(question.clips, shown: segments), forEvaluation: place >= count - apart)
    }
  }

  /// A question about random segments; others are drawn where these do not make a question (all equal, for example).
  private func pose(
    _ kind: AnyFeedbackKind, _ iteration: Int, _ number: Int, from trajectories: [SourcedTrajectory]
  ) throws -> PosedQuestion {
    let sampler = SegmentSampler(length: settings.feedback.segmentLength)
    let plain = trajectories.map(\.trajectory)
    var draws = random.stream("feedback/clips", number)
    var failure = InputError("there are no clips")
    for _ in 0..<10 {
      let places = try sampler.sample(max(2, settings.feedback.options), from: plain, random: &draws)
      let segments = places.map { trajectories[$0.trajectory].segment($0.start..<$0.start + sampler.length) }
      let replays = Replays()
      do {
        let question = try kind.ask(material(segments, replays), random: &draws)
        return PosedQuestion(
          number: number, iteration: iteration, kind: kind.name, question: question,
          clips: replays.stored(question.clips, shown: segments))
      } catch let error as InputError {
        failure = error
      }
    }
    throw InputError(
      "'\(kind.name)' cannot be asked in \(entry.specification.id): \(failure.problem)", at: "feedback.kinds",
      remedy: failure.remedy)
  }

  /// What a question can be made of.
  private func material(_ segments: [StoredSegment], _ replays: Replays) -> QuestionMaterial {
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
  private func pairs(_ iteration: Int, count: Int, apart: Int, from plain: [Trajectory]) throws -> [SegmentPair] {
    var draws = random.stream("feedback/pairs", iteration)
    // Before any training the members' disagreement is no information, so the first questions are random ones.
    let selector = QuestionSelector(
      trainer.trainings == 0 ? .random : settings.feedback.selection, oversampling: settings.feedback.candidates,
      sampler: SegmentSampler(length: settings.feedback.segmentLength), batch: settings.feedback.batch)
    var pairs = try selector.pairs(
      count - apart, from: plain, specification: entry.specification, model: model,
      likelihood: settings.reward.training, random: &draws)
    if apart > 0 {
      var fair = random.stream("feedback/evaluation", iteration)
      pairs += try selector.sampler.pairs(apart, from: plain, random: &fair)
    }
    return pairs
  }

  /// How many of these questions are kept apart, so that over the run it is the share that was asked for.
  private func evaluationQuestions(among numbers: Range<Int>) -> Int {
    let share = settings.feedback.evaluationShare
    return Int(share * Double(numbers.upperBound)) - Int(share * Double(numbers.lowerBound))
  }
}

/// What was replayed for one question, so that it can be drawn again.
private final class Replays: Sendable {
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

import Compute
import Environments
import Feedback
import Foundation
import Rewards

/// What a round took in from people.
struct LiveIntake {
  /// Comparisons whose answer was predicted before it was known.
  var predicted: [(answer: LiveAnswer, comparison: Comparison, said: ComparisonAnswer, probability: Double)] = []
}

extension LearnRun {
  /// Puts this iteration's questions before people: the same ones after a resume, with the same numbers.
  func askPeople(_ live: any LiveAnswering, _ iteration: Int) throws {
    let count = schedule[iteration]
    guard count > 0 else { return try live.ask([]) }
    let first = schedule[..<iteration].reduce(0, +)
    let trajectories = try gather(iteration, questions: count)
    try compareWithDemonstrations(iteration, trajectories)
    let numbers = first..<first + count
    let comparing = numbers.filter { kinds[$0 % kinds.count] == LearnSettings.Feedback.comparison }
    var questions = try comparisonQuestions(iteration, comparing, of: numbers, about: trajectories)
    for number in numbers where kinds[number % kinds.count] != LearnSettings.Feedback.comparison {
      let kind = try FeedbackKinds.kind(kinds[number % kinds.count])
      let (windows, question) = try pose(kind, number, from: trajectories)
      let clips = question.clips.map { clip in
        windows.first { $0.trajectory == clip } ?? StoredSegment(clip, leadingActions: [], source: "", sourceIndex: 0)
      }
      questions.append(
        LiveQuestion(number: number, iteration: iteration, kind: kind.name, question: question, clips: clips))
    }
    try live.ask(questions.sorted { $0.number < $1.number })
  }

  private func comparisonQuestions(
    _ iteration: Int, _ numbers: [Int], of all: Range<Int>, about trajectories: [SourcedTrajectory]
  ) throws -> [LiveQuestion] {
    guard !numbers.isEmpty else { return [] }
    let length = settings.feedback.fragmentLength
    let apart = min(evaluationQuestions(among: all), numbers.count)
    let pairs = try pairs(iteration, count: numbers.count, apart: apart, from: trajectories.map(\.trajectory))
    return try zip(numbers, pairs).enumerated().map { place, item in
      let (number, pair) = item
      let clips = [pair.first, pair.second].map {
        trajectories[$0.trajectory].segment($0.start..<$0.start + length)
      }
      let question = Question(clips.map(\.trajectory), details: PairComparison.Details(strengths: true))
      return LiveQuestion(
        number: number, iteration: iteration, kind: LearnSettings.Feedback.comparison, question: try question.erased(),
        clips: clips, forEvaluation: place >= numbers.count - apart)
    }
  }

  /// Waits for the answers that this iteration needs, and writes down all that was said; nil if `stop` was raised.
  ///
  /// The first round has only its own questions to learn from, and the last none to wait with: they wait for their own.
  func takeIn(_ live: any LiveAnswering, _ iteration: Int, stop: StopFlag) throws -> LiveIntake? {
    let isLast = iteration == settings.run.iterations
    let last = iteration == 0 || isLast ? iteration : iteration - 1
    guard let events = try live.collect(iteration: iteration, waitingForQuestionsUpTo: last, stop: stop) else {
      return nil
    }
    try takeBack(events)
    var intake = LiveIntake()
    var entries: [LedgerEntry] = []
    var segment = ledger.nextSegment
    for case .answered(let answer) in events {
      let query = counters.queries
      liveQueries[answer.number] = query
      counters.queries += 1
      counters.answers += 1
      if answer.question.kind == LearnSettings.Feedback.comparison {
        try takeInComparison(answer, query, &segment, &entries, &intake)
      } else {
        try takeInOther(answer, query, &segment, &entries)
      }
    }
    try ledger.append(entries)
    return intake
  }

  /// A replay passes over what was taken back: the ledger does it by itself.
  private func takeBack(_ events: [LiveEvent]) throws {
    guard !ledger.isReplaying else { return }
    let taken = events.compactMap { event -> AnswerTakenBack? in
      guard case .takenBack(let answer, let person) = event, let query = liveQueries[answer] else { return nil }
      return AnswerTakenBack(query: query, person: person)
    }
    if !taken.isEmpty { try ledger.takeBack(taken, step: counters.allSteps) }
  }

  private func takeInComparison(
    _ answer: LiveAnswer, _ query: Int, _ segment: inout Int, _ entries: inout [LedgerEntry], _ intake: inout LiveIntake
  ) throws {
    let clips = answer.question.clips
    let comparison = Comparison(first: clips[0].trajectory, second: clips[1].trajectory)
    let verdict = try answer.content?.decode(PairComparison.Verdict.self)
    let said = verdict?.answer ?? (answer.skipped == ComparisonAnswer.cannotTell.rawValue ? .cannotTell : .skipped)
    let strongly = said == .first || said == .second ? verdict?.strongly : nil
    let prediction = try predict([comparison])?.first
    let asked = QueryAsked(
      iteration: answer.question.iteration, query: query, first: segment, second: segment + 1,
      predicted: prediction?.probabilities[0],
      disagreement: prediction.flatMap { Self.deviation($0.memberProbabilities.map { $0[0] }) },
      forEvaluation: answer.question.forEvaluation ? true : nil)
    entries.append(LedgerEntry(.queryAsked(asked), step: counters.allSteps, segments: clips))
    entries.append(
      LedgerEntry(
        .answerGiven(AnswerGiven(query: query, answer: said.rawValue, person: answer.person, strongly: strongly)),
        step: counters.allSteps))
    segment += 2
    guard !answer.question.forEvaluation else { return }
    try learn(query, comparison, said, strongly: strongly)
    if let prediction, said == .first || said == .second {
      let probability = prediction.probabilities[said == .first ? 0 : 1]
      intake.predicted.append((answer, comparison, said, probability))
    }
  }

  private func takeInOther(
    _ answer: LiveAnswer, _ query: Int, _ segment: inout Int, _ entries: inout [LedgerEntry]
  ) throws {
    let question = answer.question
    let shown = question.clips.indices.map { segment + $0 }
    segment += shown.count
    let asked = FeedbackAsked(
      iteration: question.iteration, query: query, kind: question.kind, segments: shown,
      details: question.question.details)
    entries.append(LedgerEntry(.feedbackAsked(asked), step: counters.allSteps, segments: question.clips))
    let made = answer.clips.indices.map { segment + $0 }
    segment += made.count
    let given = FeedbackGiven(
      query: query, person: answer.person, content: answer.content, segments: made, skipped: answer.skipped)
    entries.append(LedgerEntry(.feedbackGiven(given), step: counters.allSteps, segments: answer.clips))
    guard let content = answer.content else { return }
    let choices = try FeedbackKinds.kind(question.kind).ground(
      Answer(content, clips: answer.clips.map(\.trajectory)), to: question.question, in: world)
    try answered.append(query, choices)
  }

  /// Adds what a comparison's answer means: with strengths, the grades of ``PairComparison``.
  func learn(_ query: Int, _ comparison: Comparison, _ answer: ComparisonAnswer, strongly: Bool?) throws {
    guard let strongly else { return try answered.append(query, comparison, answer) }
    let question = Question([comparison.first, comparison.second], details: PairComparison.Details(strengths: true))
    let verdict = Answer(PairComparison.Verdict(answer, strongly: strongly))
    try answered.append(query, PairComparison.ground(verdict, to: question, in: world, person: PersonModel()))
  }
}

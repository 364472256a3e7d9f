import Compute
import Environments
import Feedback
import Rewards

extension LearnRun {
  /// Waits for the answers that this iteration needs, writes down all that was said, and adds what it means to what the
  /// reward is trained on; false if `stop` was raised.
  ///
  /// The first round has only its own questions to learn from, and the last none to wait with: they wait for their own.
  func takeIn(_ iteration: Int, stop: StopFlag, _ report: inout IterationReport) throws -> Bool {
    let isLast = iteration == settings.run.iterations
    let round = IntakeRound(
      iteration: iteration, last: iteration == 0 || isLast ? iteration : iteration - 1, firstQuery: counters.queries)
    guard let events = try waiting({ try answering.collect(round, stop: stop) }) else { return false }
    try takeBack(events)
    let answers = events.compactMap { if case .answered(let answer) = $0 { answer } else { nil } }
    let forecasts = try forecasts(answers.map(\.question))
    var entries: [LedgerEntry] = []
    var segment = ledger.nextSegment
    var standing: (question: Int, segments: [Int])?
    for answer in answers {
      let query = counters.queries
      if answering.mayTakeBack { takenQueries[answer.number] = query }
      counters.queries += 1
      counters.answers += 1
      let question = answer.question
      try lookAt(answer, iteration)
      var record = RecordedAnswer(
        record: FeedbackRecord(
          number: query, kind: question.kind, person: answer.person, question: question.question,
          answer: answer.answer, skipped: answer.skipped),
        iteration: question.iteration, forEvaluation: question.forEvaluation, forecast: forecasts[question.number])
      let choices = question.forEvaluation ? [] : try record.record.choices(in: world, kinds: feedback)
      if record.forecast == nil { record.contrasts = try contrasts(of: choices, query: query) }
      let clips = RecordedAnswer.Clips(
        shown: question.clips, made: answer.clips,
        standing: standing?.question == question.number ? standing?.segments : nil)
      let written = try record.entries(clips, segment: &segment, step: counters.allSteps)
      standing = (question.number, written.shown)
      entries += written.entries
      guard !question.forEvaluation else { continue }
      try answered.append(
        query, choices, surroundings: surroundings.of(question.question.clips, question: question.number, query: query))
    }
    try ledger.append(entries)
    if let notice = try weigh(answers, iteration) { report.notices.append(notice) }
    return true
  }

  /// A replay passes over what was taken back: the ledger does it by itself.
  private func takeBack(_ events: [AnswerEvent]) throws {
    guard !ledger.isReplaying else { return }
    let taken = events.compactMap { event -> AnswerTakenBack? in
      guard case .takenBack(let answer, let person) = event, let query = takenQueries[answer] else { return nil }
      return AnswerTakenBack(query: query, person: person)
    }
    if !taken.isEmpty { try ledger.takeBack(taken, step: counters.allSteps) }
  }

  /// What the model expects before it has seen the answers, by the questions' numbers; empty as long as it has learned
  /// nothing.
  private func forecasts(_ questions: [PosedQuestion]) throws -> [Int: RecordedAnswer.Forecast] {
    guard trainer.trainings > 0 else { return [:] }
    var numbers: [Int] = []
    var set = ChoiceSet(model.encoding)
    for question in questions where !numbers.contains(question.number) {
      guard let choice = try feedback.kind(question.kind).forecast(question.question) else { continue }
      try set.append(choice)
      numbers.append(question.number)
    }
    guard !numbers.isEmpty else { return [:] }
    let predictions = try ChoicePredictor(model, settings: settings.reward.training).predictions(set)
    return Dictionary(
      uniqueKeysWithValues: zip(numbers, predictions).map { number, prediction in
        let members = prediction.memberProbabilities.map { $0[0] }
        return (
          number,
          RecordedAnswer.Forecast(
            probability: prediction.probabilities[0],
            disagreement: members.count > 1 ? Statistics.populationDeviation(members) : nil)
        )
      })
  }

  /// The probability of what was picked against one other option, for each clear choice; nil before the model has
  /// learned anything, and in a run whose ledger began without them.
  ///
  /// Of more than two options the other one is drawn at random: by Luce's axiom its odds are those of the whole choice,
  /// and a coin is right half of the time, whatever the number of options.
  func contrasts(of choices: [Choice], query: Int) throws -> [Double]? {
    guard keepsContrasts, trainer.trainings > 0, !choices.isEmpty else { return nil }
    var set = ChoiceSet(model.encoding)
    try set.append(choices)
    var draws = random.stream("feedback/contrasts", query)
    return try ChoicePredictor(model, settings: settings.reward.training).predictions(set).compactMap { prediction in
      guard let picked = prediction.clear, prediction.probabilities.count > 1 else { return nil }
      let drawn = draws.below(prediction.probabilities.count - 1)
      let other = prediction.probabilities[drawn < picked ? drawn : drawn + 1]
      let sum = prediction.probabilities[picked] + other
      return sum > 0 ? prediction.probabilities[picked] / sum : 0.5
    }
  }
}

extension Statistics {
  /// √(Σ (x − mean)² / n).
  fileprivate static func populationDeviation(_ values: [Double]) -> Double {
    let mean = values.reduce(0, +) / Double(values.count)
    return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)).squareRoot()
  }
}

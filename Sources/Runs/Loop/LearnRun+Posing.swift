import Compute
import Environments
import Feedback

/// From a plan to questions. A run never ends at a question that cannot be asked: it is asked about clips of exploring,
/// another kind of the run takes its place, or it is left out.
extension LearnRun {
  /// The questions of one kind, as far as they can be asked.
  func pose(
    _ part: QuestionPlan.Part, _ iteration: Int, from trajectories: [SourcedTrajectory],
    _ substitutes: inout Substitutes
  ) throws -> [PosedQuestion] {
    guard !part.numbers.isEmpty else { return [] }
    let kind = try feedback.kind(part.kind)
    guard kind.isAboutPairs else {
      return try part.numbers.compactMap {
        try pose(kind, iteration, $0, from: trajectories, &substitutes)
      }
    }
    let count = part.numbers.count
    let apart = min(evaluationQuestions(among: part.span), count)
    let plain = trajectories.map(\.trajectory)
    guard plain.contains(where: sampler.accepts) else {
      substitutes.note(
        kind.name, instead: nil, count: count, "no clip of the agent has the \(sampler.length) steps of a segment")
      return []
    }
    let pairs = try pairs(iteration, count: count, apart: apart, from: plain)
    return try zip(part.numbers, pairs).enumerated().compactMap { place, item in
      let segments = [item.1.first, item.1.second].map { cut($0, from: trajectories) }
      var draws = random.stream("feedback/clips", item.0)
      let isApart = place >= count - apart
      if let steps = settings.reward.cropping {
        try surroundings.note(item.0, [item.1.first, item.1.second], of: plain, steps: steps, sampler, model.encoding)
      }
      do {
        return try question(kind, iteration, item.0, about: segments, &draws, forEvaluation: isApart)
      } catch let error as InputError {
        return try substitute(kind, iteration, item.0, from: trajectories, error, &draws, &substitutes)
      }
    }
  }

  /// A question about random segments; others are drawn where these do not make a question (all equal, for example).
  private func pose(
    _ kind: AnyFeedbackKind, _ iteration: Int, _ number: Int, from trajectories: [SourcedTrajectory],
    _ substitutes: inout Substitutes
  ) throws -> PosedQuestion? {
    var draws = random.stream("feedback/clips", number)
    switch try attempt(kind, iteration, number, from: trajectories, &draws) {
    case .success(let question): return question
    case .failure(let error):
      return try substitute(kind, iteration, number, from: trajectories, error, &draws, &substitutes)
    }
  }

  /// What is asked in the place of a question that the agent's clips do not make.
  private func substitute(
    _ kind: AnyFeedbackKind, _ iteration: Int, _ number: Int, from trajectories: [SourcedTrajectory],
    _ error: InputError, _ draws: inout RandomStream, _ substitutes: inout Substitutes
  ) throws -> PosedQuestion? {
    let explored = try substitutes.exploring { try explore(iteration) }
    if case .success(let question) = try attempt(kind, iteration, number, from: explored, &draws) {
      substitutes.note(kind.name, instead: kind.name, error.problem)
      return question
    }
    let place = kinds.firstIndex(of: kind.name) ?? 0
    for name in kinds[place...].dropFirst() + kinds[..<place] {
      let other = try feedback.kind(name)
      for clips in [trajectories, explored] {
        guard case .success(let question) = try attempt(other, iteration, number, from: clips, &draws) else { continue }
        substitutes.note(kind.name, instead: name, error.problem)
        return question
      }
    }
    substitutes.note(kind.name, instead: nil, error.problem)
    return nil
  }

  /// Clips of the agent with half the actions random, enough for ten questions; none if no episode lasts a segment.
  private func explore(_ iteration: Int) throws -> [SourcedTrajectory] {
    let clips = 10 * max(2, settings.feedback.options)
    do {
      return try play(
        .exploring, "experience/substitutes", iteration, steps: clips * settings.feedback.segmentLength)
    } catch is InputError {
      return []
    }
  }

  /// Ten tries to make a question of random segments of these trajectories.
  private func attempt(
    _ kind: AnyFeedbackKind, _ iteration: Int, _ number: Int, from trajectories: [SourcedTrajectory],
    _ draws: inout RandomStream
  ) throws -> Result<PosedQuestion, InputError> {
    let plain = trajectories.map(\.trajectory)
    var failure = InputError("there are no clips")
    for _ in 0..<10 {
      do {
        let places = try sampler.sample(max(2, settings.feedback.options), from: plain, random: &draws)
        let segments = places.map { cut($0, from: trajectories) }
        return .success(try question(kind, iteration, number, about: segments, &draws))
      } catch let error as InputError {
        failure = error
      }
    }
    return .failure(failure)
  }

  /// A question about these segments.
  ///
  /// - Throws: `InputError` if they do not make one.
  func question(
    _ kind: AnyFeedbackKind, _ iteration: Int, _ number: Int, about segments: [StoredSegment],
    _ draws: inout RandomStream, forEvaluation: Bool = false
  ) throws -> PosedQuestion {
    let replays = Replays()
    let question = try kind.ask(material(segments, replays), random: &draws)
    return PosedQuestion(
      number: number, iteration: iteration, kind: kind.name, question: question,
      clips: replays.stored(question.clips, shown: segments), forEvaluation: forEvaluation)
  }
}

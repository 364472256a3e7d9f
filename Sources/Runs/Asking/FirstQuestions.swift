import Feedback

/// How many questions come before the first training.
///
/// A simulated person answers a thousand at once. A person should see the agent learn from the first few dozen: in a run
/// that people answer the first round has 40 questions at most, and the others are spread over the rounds that follow.
/// Who gives `feedback.initialShare` by a flag or a file gets what they ask for.
extension ResolvedSettings {
  /// The most questions of a new run's first round; nil for the share that the settings have.
  var firstQuestions: Int? {
    guard settings.person.answering == .live else { return nil }
    switch origin(of: "feedback.initialShare") {
    case .flag, .file: return nil
    case .standard, .preset: return 40
    }
  }
}

extension LearnSettings {
  /// Questions in each round, besides those that are set aside for permissions.
  func schedule(firstQuestions: Int?) throws -> [Int] {
    let total = feedback.comparisons - caution.permissions(rounds: run.iterations + 1)
    let rounds = try feedback.schedule.comparisons(
      total: total, initialShare: feedback.initialShare, iterations: run.iterations)
    guard let firstQuestions, rounds[0] > firstQuestions else { return rounds }
    return feedback.schedule.split(total, initial: firstQuestions, iterations: run.iterations)
  }
}

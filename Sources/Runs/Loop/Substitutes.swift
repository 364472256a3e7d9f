import Compute
import Feedback

/// What a round asks about where the agent's own clips make no question of a kind, and what it had to replace.
///
/// Clips of exploring are played at most once a round, and only if a question needs them.
struct Substitutes {
  /// Clips of exploring; nil as long as no question needed them, empty if there are none either.
  private(set) var explored: [SourcedTrajectory]?
  /// What was replaced, kind by kind and remedy by remedy, as it first occurred.
  private(set) var replaced: [QuestionsReplaced] = []
  let iteration: Int

  init(_ iteration: Int) { self.iteration = iteration }

  /// The clips of exploring, played by `play` the first time.
  mutating func exploring(_ play: () throws -> [SourcedTrajectory]) rethrows -> [SourcedTrajectory] {
    if let explored { return explored }
    let played = try play()
    explored = played
    return played
  }

  /// Counts a question of this kind that could not be asked as planned.
  mutating func note(_ kind: String, instead: String?, count: Int = 1, _ reason: String) {
    guard count > 0 else { return }
    if let index = replaced.firstIndex(where: { $0.kind == kind && $0.instead == instead }) {
      replaced[index].count += count
    } else {
      replaced.append(
        QuestionsReplaced(iteration: iteration, kind: kind, instead: instead, count: count, reason: reason))
    }
  }
}

import Agents
import Compute
import Environments

extension LearnSettings {
  /// A fresh learner as the settings have it: where `caution.quantile` is below 1, what imitates the best episodes of a
  /// reference, which it has still to be given.
  ///
  /// - Throws: `InputError` for settings that cannot work, or a world that does not suit the learner.
  func makeLearner(
    _ registry: LearnerRegistry, in specification: EnvironmentSpecification, random: RandomSource
  ) throws -> any Learner {
    let learner = try registry.kind(run.learner).make(learners, specification, random: random)
    guard caution.quantile < 1 else { return learner }
    return try TrajectoryQuantilizer(
      share: caution.quantile, episodes: caution.quantileEpisodes, like: learner, specification: specification,
      random: random)
  }
}

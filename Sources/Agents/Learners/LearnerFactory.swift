import Compute
import Environments

/// Makes fresh learners of one kind with the same settings, for code that trains an agent and does not care which.
///
/// ```swift
/// let factory = try LearnerRegistry.standard.kind("ppo").factory(settings.learners)   // or .ppo(PPOSettings())
/// let learner = try factory.make(entry.specification, random: random)
/// ```
public struct LearnerFactory: Sendable {
  /// The learner's name, as in `run.learner`.
  public let name: String
  private let making: @Sendable (EnvironmentSpecification, RandomSource) throws -> any Learner

  /// A factory of one's own.
  public init(
    _ name: String, make: @escaping @Sendable (EnvironmentSpecification, RandomSource) throws -> any Learner
  ) {
    self.name = name
    making = make
  }

  /// Makes PPO with these settings.
  public static func ppo(_ settings: PPOSettings) -> LearnerFactory {
    LearnerFactory(PPOSettings.section) { specification, random in
      PPOLearner(try PPO(settings: settings, specification: specification, random: random))
    }
  }

  /// A fresh learner.
  ///
  /// - Throws: `InputError` for settings that cannot work, or an environment that does not suit the learner.
  public func make(_ specification: EnvironmentSpecification, random: RandomSource) throws -> any Learner {
    try making(specification, random)
  }
}

extension LearnerKind {
  /// Makes learners of this kind with these settings.
  public func factory(_ settings: LearnerSections) -> LearnerFactory {
    LearnerFactory(name) { specification, random in try make(settings, specification, random: random) }
  }
}

import Compute
import Environments

/// Where, how long and by whom a run learns: the section `run`.
public struct RunSettings: Sendable, Hashable {
  /// Where the agent acts; `pactolus environments` lists them.
  public var environment = "pactolus/Pendulum-v1"
  /// Settings known to work: `auto` takes the environment's own, `none` the plain defaults.
  public var preset = SettingsPreset.automatic
  /// All randomness of the run follows from it.
  public var seed = 0
  /// Steps asked for; each iteration rounds its share up to whole rollouts, and the first iteration counts extra.
  public var steps = 200_000
  /// Rounds of asking, fitting the reward and training the agent, after the first one.
  public var iterations = 60
  /// Iterations between checkpoints. Answers are always on disk at once.
  public var checkpointEvery = 1
  /// How many of the newest checkpoints stay on disk.
  public var checkpointsKept = 2
  /// What the agent is paid: the `learned` reward, or another one to compare with.
  public var agentReward = AgentReward.learned
  /// Which of its policies the run ends with.
  public var keep = Keep.last
  /// The directory of another run, whose policy is held beside the agent's in the end; ``noReference`` for none.
  public var reference = Self.noReference
  /// Whether the run may end before its last round.
  public var stopWhen = StopWhen.never
  /// With ``StopWhen/angle``: how far the truth may be from the learned reward, degrees; nil for no bound.
  public var stopAngle: Double?
  /// In what share of runs, at most, it ends although no policy was worse than the best before it.
  public var stopError = 0.05
  /// Comparisons of the current policy with the best so far, in each round.
  public var stopQuestions = 10
  /// The learner; its settings are the section of the same name.
  public var learner = "ppo"

  /// No other run's policy is held beside the agent's.
  public static let noReference = "none"

  /// Which of the policies that a run has had is its result.
  public enum Keep: String, Sendable, Hashable, Codable, CaseIterable {
    /// That of the last round.
    case last
    /// The best that was evaluated, by the reward that the agent is paid: what a run can know.
    case best
  }

  /// What ends a run before its last round.
  public enum StopWhen: String, Sendable, Hashable, Codable, CaseIterable {
    /// Nothing.
    case never
    /// People's comparisons show that the policy has become worse than the best so far; the run ends with that one.
    case worse
    /// In a finite world: a round changed the policy in a direction by which some truth within ``RunSettings/stopAngle``
    /// of the learned reward loses; the run ends with the policy before it.
    case angle
  }

  /// What an agent can be paid: ``learned``, ``truth``, or one of the environment's named rewards, by its name.
  public struct AgentReward: RawRepresentable, Sendable, Hashable, Codable {
    /// As it is written in a settings file.
    public var rawValue: String

    /// The reward of this name; whether the environment has it is checked when a run begins.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The learned reward.
    public static let learned = AgentReward(rawValue: "learned")
    /// The environment's own.
    public static let truth = AgentReward(rawValue: "true")
  }

  /// All defaults.
  public init() {}
}

extension RunSettings {
  /// Rollouts of this size in one iteration: its share of the steps, rounded up; the last one has the division's rest
  /// too.
  func rollouts(of size: Int, in iteration: Int) -> Int {
    let (share, rest) = steps.quotientAndRemainder(dividingBy: iterations)
    return (share + (iteration == iterations ? rest : 0) + size - 1) / size
  }

  /// The agent's steps at the end of the run.
  func agentSteps(inRolloutsOf size: Int) -> Int {
    (rollouts(of: size, in: 0) * iterations + rollouts(of: size, in: iterations)) * size
  }
}

private let imitation = "imitation 1.0, PreferenceComparisons"
private let ours = "Pactolus"

extension RunSettings: SettingsSection {
  public static let section = "run"

  public static let settings: [Setting<Self>] = [
    .text("environment", \.environment, "Where the agent acts; `pactolus environments` lists them.", ours),
    .text(
      "preset", \.preset,
      "Settings known to work: `auto` takes the environment's own, `none` the plain defaults.", ours),
    .integer(
      "seed", \.seed, 0...Int.max, "All randomness of the run follows from it.", ours),
    .integer(
      "steps", \.steps, 1...1_000_000_000,
      "Environment steps for the agent. Every iteration's share is rounded up to whole rollouts, and the first "
        + "iteration trains as well.", imitation + " (total_timesteps)"),
    .integer(
      "iterations", \.iterations, 1...100_000,
      "Rounds of asking, fitting the reward and training the agent, after the first one.",
      imitation + " (num_iterations; 60 in tutorial 5)"),
    .integer(
      "checkpointEvery", \.checkpointEvery, 1...100_000,
      "Iterations between checkpoints. Answers are always on disk at once.", ours),
    .integer(
      "checkpointsKept", \.checkpointsKept, 2...100_000,
      "How many of the newest checkpoints stay on disk; `inspect --traced` follows answers along those that do.", ours),
    .text(
      "agentReward", \.agentReward.rawValue,
      "What the agent is paid: the `learned` reward, or to compare with, the `true` one of the environment or one that "
        + "it names (`score`, `proxy`).", ours),
    .choice(
      "keep", \.keep,
      "Which policy the run ends with: the `last` one, or the `best` of those evaluated, judged by the reward that the "
        + "agent is paid (the learned one, as it is by then), never by a hidden one.", ours),
    .choice(
      "stopWhen", \.stopWhen,
      "Whether the run may end early: `never`, or when people's comparisons of fresh clips show that the policy has "
        + "become `worse` than the best so far, which is then what the run ends with; or, in finite worlds, when a truth "
        + "within run.stopAngle of the learned reward could lose by what a round changed (`angle`), with the policy before.",
      ours + "; Karwowski et al. 2024 (angle)"),
    .number(
      "stopAngle", \.stopAngle, 0...90,
      "With run.stopWhen=angle: how far, in degrees, the truth may be from the learned reward, among the directions in "
        + "which policies differ.", "Karwowski et al. 2024 (θ)"),
    .number(
      "stopError", \.stopError, 1e-6...0.5,
      "With run.stopWhen=worse: in what share of runs, at most, it ends although no policy was worse than the best "
        + "before it.", ours),
    .integer(
      "stopQuestions", \.stopQuestions, 1...1000,
      "With run.stopWhen=worse: comparisons of the current policy with the best so far in each round, besides "
        + "feedback.comparisons.", ours),
    .text(
      "reference", \.reference,
      "The directory of another run that does what is meant: its policy is held beside the agent's in the end, by the "
        + "truth and by the learned reward.", ours),
    .text(
      "learner", \.learner, "The learner: `ppo`. The section of that name has its settings.", ours),
  ]

  public func validate() throws {
    guard steps >= iterations else {
      throw InputError(
        "there are more iterations than steps", at: "run.steps", remedy: "use fewer iterations or more steps")
    }
    guard stopWhen != .worse || iterations > 1 else {
      throw InputError(
        "in \(iterations) round after the first there is no policy to compare with a former one", at: "run.stopWhen",
        remedy: "use 2 or more run.iterations, or never")
    }
    guard (stopWhen == .angle) == (stopAngle != nil) else {
      throw InputError(
        stopAngle == nil ? "how far the truth may be from the learned reward is not given" : "nothing reads it",
        at: "run.stopAngle",
        remedy: stopAngle == nil ? "give degrees, such as 20" : "set run.stopWhen to angle, or leave it out")
    }
    guard stopWhen != .angle || keep == .last else {
      throw InputError(
        "a run that stops by an angle ends with the last policy that was safe", at: "run.keep",
        remedy: "leave it out")
    }
  }
}

import Compute

/// An environment that can tell from a state whether its episode is over.
public protocol AbsorbingEnvironment: Environment {
  /// Whether `step` reports termination on reaching this state.
  func isAbsorbed(_ state: State) -> Bool
}

/// An environment whose episodes all have the same length: where `Base` would terminate, the state stays as it is until
/// the time limit, with reward 0 for each further step.
///
/// Why: a reward learned from feedback has no fixed zero; if episodes end early, their length alone means good or bad,
/// and the agent gains by living long or dying young. `seals/MountainCar-v0` does the same (Gleave et al., "seals",
/// `AbsorbAfterDoneWrapper`).
public struct FixedHorizon<Base: AbsorbingEnvironment>: Environment {
  /// The environment whose episodes are kept at one length.
  public let base: Base
  public let specification: EnvironmentSpecification

  /// The base must have a time limit. `id` is what the world is called; by default as the base, with "Fixed" before the
  /// version.
  public init(_ base: Base, id: String? = nil) {
    self.base = base
    var specification = base.specification
    precondition(specification.maximumEpisodeSteps != nil, "a fixed horizon needs a time limit")
    specification.id = id ?? fixedHorizonID(specification.id)
    specification.summary += "; always \(specification.maximumEpisodeSteps!) steps"
    specification.canTerminate = false
    specification.hasGoal = false
    specification.source += ", horizon fixed as in seals"
    self.specification = specification
  }

  public func reset(random: inout RandomStream) -> Base.State { base.reset(random: &random) }

  public func step(_ state: inout Base.State, _ action: Base.Action, random: inout RandomStream) -> Outcome {
    if base.isAbsorbed(state) { return Outcome(reward: 0, terminated: false) }
    return Outcome(reward: base.step(&state, action, random: &random).reward, terminated: false)
  }

  public func observe(_ state: Base.State, into observation: inout MutableSpan<Float>) {
    base.observe(state, into: &observation)
  }

  public func scene(_ state: Base.State) -> Scene { base.scene(state) }

  public func check() throws { try base.check() }

  public func tryRepeatability(steps: Int, random: RandomSource) throws -> Repeatability {
    try base.tryRepeatability(steps: steps, random: random)
  }
}

/// The id of an environment with its horizon fixed: pactolus/MountainCar-v0 → pactolus/MountainCarFixed-v0.
func fixedHorizonID(_ id: String) -> String {
  let version = id.lastIndex(of: "-") ?? id.endIndex
  return id[..<version] + "Fixed" + id[version...]
}

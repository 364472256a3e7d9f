import Compute

/// How ``DAgger`` asks and learns.
public struct DAggerSettings: Codable, Sendable, Hashable {
  /// Episodes played, and labelled by the expert, in each round.
  public var episodes = 4
  /// The share β of steps at which the expert acts, by round.
  public var mixture = Mixture.linear(rounds: 5)
  /// How each round's policy is cloned.
  public var cloning = CloningSettings()

  /// The defaults.
  public init() {}

  /// β of round i = 0, 1, …; always 1 in the first, when there is no policy yet.
  public enum Mixture: Codable, Sendable, Hashable {
    /// Falls by equal amounts, 1 − i ÷ rounds, and stays at 0.
    case linear(rounds: Int)
    /// βⁱ; base 0 is the parameter-free variant of the paper: the expert acts in the first round only.
    case exponential(base: Double)

    /// The share of the expert's steps in this round, counted from 0.
    public func share(round: Int) -> Double {
      guard round > 0 else { return 1 }
      switch self {
      case .linear(let rounds): return max(0, 1 - Double(round) / Double(rounds))
      case .exponential(let base): return (0..<round).reduce(1) { share, _ in share * base }
      }
    }
  }

  /// - Throws: `InputError` for the first invalid setting.
  public func validate() throws {
    guard episodes > 0 else {
      throw InputError("episodes is \(episodes)", at: "dagger.episodes", remedy: "use at least 1")
    }
    switch mixture {
    case .linear(let rounds):
      guard rounds > 0 else {
        throw InputError("\(rounds) rounds of mixture", at: "dagger.mixture", remedy: "use at least 1")
      }
    case .exponential(let base):
      guard (0...1).contains(base) else {
        throw InputError("the base is \(base)", at: "dagger.mixture", remedy: "use a number of 0 ... 1")
      }
    }
    try cloning.validate()
  }
}

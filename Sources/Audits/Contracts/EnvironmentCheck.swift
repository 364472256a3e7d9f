import Compute
import Environments
import Findings

/// Whether a world keeps what every learner, picture and replay relies on: bounds, repeatability, copies, ends.
///
/// ```swift
/// let check = try EnvironmentCheck(EnvironmentEntry(Corridor()))
/// check.findings.filter { $0.verdict == .fails }
/// ```
///
/// Random actions are played, so what only skilled play reaches is not seen. All chance has fixed seeds: the same
/// world gives
/// the same findings, the speed apart. For tests there is `PactolusTesting`'s kit, which stops at the first broken
/// promise;
/// this tells which verdict rests on what.
public struct EnvironmentCheck: Sendable {
  /// How much is tried.
  public struct Settings: Sendable, Hashable {
    /// Steps of random play.
    public var steps = 4000
    /// Episodes side by side.
    public var slots = 4
    /// Of all chance.
    public var seed = 0
    /// Steps in a second below which a run would take long.
    public var leastSpeed = 100.0

    /// The defaults.
    public init() {}
  }

  /// The world's id.
  public let environment: String
  /// In the order in which they are shown.
  public let findings: [Finding]
  /// What was measured besides.
  public let measured: Measured

  /// What was counted and measured on the way.
  public struct Measured: Sendable, Hashable, Codable {
    /// Steps of random play.
    public var steps = 0
    /// Episodes that ended in it.
    public var episodes = 0
    /// Those of them that terminated.
    public var terminated = 0
    /// The longest of them, in steps.
    public var longest = 0
    /// The least and the greatest reward of a step.
    public var rewards: [Float] = []
    /// Steps in a second, of several stretches: by the clock, so never twice the same.
    public var speeds: [Double] = []
  }

  /// The words in which the findings are summed up.
  public static let headline = Headline(
    holds: "The world keeps its contract, as far as random play saw it", fails: "The world breaks its contract",
    mixed: "Nothing broken was seen, but not all could be tried", unknown: "The world could not be tried")

  /// Plays the world.
  ///
  /// - Parameters:
  ///   - entry: the world.
  ///   - settings: how much is tried.
  ///   - seconds: a clock for its speed.
  /// - Throws: `InputError` for settings out of their ranges. A world that fails while it is played is a finding.
  public init(
    _ entry: EnvironmentEntry, settings: Settings = Settings(), seconds: () -> Double = SystemSeconds.now
  ) throws {
    guard (10...10_000_000).contains(settings.steps) else {
      throw InputError("\(settings.steps) steps", at: "steps", remedy: "give 10 to 10000000")
    }
    guard (1...1024).contains(settings.slots) else {
      throw InputError("\(settings.slots) episodes side by side", at: "slots", remedy: "give 1 to 1024")
    }
    guard settings.seed >= 0, settings.leastSpeed > 0, settings.leastSpeed.isFinite else {
      throw InputError(
        "a seed below 0, or a speed that is not above 0", remedy: "give a seed from 0 and a speed above 0")
    }
    environment = entry.specification.id
    (findings, measured) = Self.check(entry.environment, entry, settings, seconds)
  }

  private static func check<E: Environment>(
    _ environment: E, _ entry: EnvironmentEntry, _ settings: Settings, _ seconds: () -> Double
  ) -> ([Finding], Measured) {
    let random = RandomSource(seed: UInt64(settings.seed)).child("contracts")
    var play = PlayedWorld(environment, bounds: entry.returns.bounds)
    play.play(settings.steps, slots: settings.slots, random: random.child("play"))
    var again = RepeatedWorld(environment, entry)
    again.play(min(settings.steps, 2000), slots: min(settings.slots, 2), random: random.child("again"))
    var hidden = HiddenState(environment)
    hidden.search(steps: min(settings.steps, 2000), random: random.child("hidden"))
    play.measure(leastSpeed: settings.leastSpeed, random: random.child("speed"), seconds: seconds)
    return (play.findings + again.findings + [hidden.finding, play.speed], play.measured)
  }
}

import Compute

/// The procedural worlds with a planted accident: in training something that is not rewarded goes with what is, in
/// tests the two part, and it shows which of them an agent has learnt to want.
///
/// ```swift
/// let registry = EnvironmentRegistry.standard
/// let training = try registry.entry("pactolus/CoinRun-v0:varied=0.03")   // the coin at the end but in 3 % of levels
/// let test = try registry.entry("pactolus/CoinRun-v0:levels=test")
/// test.namedRewards[0].name                                              // "accident": pays for the end
/// ```
///
/// One source for each world; `varied=` takes any share from 0 to 1, `levels=` train or test.
public struct LevelSource: EnvironmentSource {
  let family: LevelFamily

  init(_ family: LevelFamily) { self.family = family }

  /// One for each world.
  public static let all: [LevelSource] = LevelFamily.allCases.map { LevelSource($0) }

  public var prefix: String { family.id }
  public var summary: String { family.summary }
  public var availability: EnvironmentAvailability { .ready("native") }

  public var listing: [EnvironmentListing] {
    [
      EnvironmentListing(id: family.id, summary: family.summary),
      EnvironmentListing(id: family.id + ":varied=0.03", summary: "In 3 of 100 levels \(family.variation)"),
      EnvironmentListing(id: family.id + ":levels=test", summary: "Levels to test on: \(family.variation)"),
    ]
  }

  /// The world of this id.
  ///
  /// - Throws: `InputError` for an option or a value that does not exist.
  public func entry(_ id: String) throws -> EnvironmentEntry {
    try family.entry(layout(id), id: id)
  }

  /// The exact table of one level: all that can happen in it, from where it begins.
  ///
  /// - Parameters:
  ///   - id: as for `entry`.
  ///   - random: the stream that an episode's level is drawn from.
  ///   - discount: the table's, below 1 unless all ends.
  /// - Throws: `InputError` for an id that does not exist, or an impossible discount.
  /// - Complexity: O(states of the level): some milliseconds, for monsters up to seconds.
  public func level(_ id: String, random: inout RandomStream, discount: Double = 0.99) throws -> TabularWorld {
    try family.level(layout(id), random: &random, discount: discount)
  }

  /// What was reached first in an episode of this source's world, where its two goals part.
  ///
  /// Complexity: O(steps).
  public func reached(in episode: Trajectory) -> Reached {
    func reached<Rules: LevelRules>(_ rules: Rules) -> Reached { LevelWorld<Rules>.reached(in: episode) }
    return reached(family.rules(.testing))
  }

  private func layout(_ id: String) throws -> LevelLayout {
    let options = try EnvironmentOptions(id: id)
    guard options.name == family.id else {
      throw InputError.unknown("environment", options.name, among: [family.id])
    }
    try options.allow(only: ["varied", "levels"])
    let levels = try options.value("levels", among: ["train", "test"], default: "train")
    guard levels == "train" || options.values["varied"] == nil else {
      throw InputError("levels to test on have no share of varied ones", at: id, remedy: "leave out 'varied'")
    }
    let text = options.values["varied"] ?? "0"
    guard let share = Double(text), (0...1).contains(share) else {
      throw InputError("'\(text)' is no value of 'varied'", at: id, remedy: "a share of levels, from 0 to 1")
    }
    return levels == "test" ? .testing : .training(varied: share)
  }

  public func preset(for id: String) -> SettingsPreset? { family.preset }
}

import Compute

/// Environments by id.
///
/// ```swift
/// let entry = try EnvironmentRegistry.standard.entry("pactolus/CartPole-v1")
/// let batch = entry.makeBatch(count: 8, random: RandomSource(seed: 1))
///
/// var mine = EnvironmentRegistry.standard
/// mine.add(EnvironmentEntry(Corridor()))   // a world of your own, for every function that takes a registry
/// mine.add(SettingsPreset(name: "careful", summary: "", values: ["ppo.epochs": "3"]))   // for `run.preset`
/// ```
public struct EnvironmentRegistry: Sendable {
  /// In the order in which they were added, which is the order of a list for people.
  public private(set) var entries: [EnvironmentEntry]

  /// Where further worlds come from, by the beginning of their ids.
  public private(set) var sources: [any EnvironmentSource] = []

  private var presets: [SettingsPreset] = []

  /// A registry of these, added one after the other.
  public init(_ entries: [EnvironmentEntry] = []) {
    self.entries = []
    for entry in entries { add(entry) }
  }

  /// Adds an environment; one of the same id takes the old one's place.
  public mutating func add(_ entry: EnvironmentEntry) {
    if let index = entries.firstIndex(where: { $0.specification.id == entry.specification.id }) {
      entries[index] = entry
    } else {
      entries.append(entry)
    }
  }

  /// Adds a source of worlds; one of the same prefix takes the old one's place.
  public mutating func add(_ source: any EnvironmentSource) {
    if let index = sources.firstIndex(where: { $0.prefix == source.prefix }) {
      sources[index] = source
    } else {
      sources.append(source)
    }
  }

  /// Adds a preset for any environment, to be asked for by name; one of the same name takes the old one's place.
  public mutating func add(_ preset: SettingsPreset) {
    presets.removeAll { $0.name == preset.name }
    presets.append(preset)
  }

  /// The environment of exactly this id: one that was added, or one that a source makes. Throws with the nearest ids otherwise: a bare name like `CartPole` is a
  /// suggestion, not an alias, so that a run's settings always have the version.
  public func entry(_ id: String) throws -> EnvironmentEntry {
    if let entry = entries.first(where: { $0.specification.id == id }) { return entry }
    if let source = sources.first(where: { id.hasPrefix($0.prefix) }) { return try source.entry(id) }
    throw InputError.unknown(
      "environment", id, among: entries.map(\.specification.id) + sources.flatMap { $0.listing.map(\.id) })
  }

  /// The settings that a run in the environment of this id takes unless others are given: its entry's, or its source's;
  /// nil for the plain defaults, and for an id that does not exist. Makes no world.
  public func preset(for id: String) -> SettingsPreset? {
    if let entry = entries.first(where: { $0.specification.id == id }) { return entry.preset }
    return sources.first { id.hasPrefix($0.prefix) }?.preset(for: id)
  }

  /// The presets to be asked for by name: those of all environments, then those that were added by themselves.
  public var namedPresets: [SettingsPreset] {
    entries.flatMap(\.namedPresets).filter { known in !presets.contains { $0.name == known.name } } + presets
  }

  /// The ids of the environments that have an exact table.
  public var finite: [String] { entries.filter { $0.tabular != nil }.map(\.specification.id) }

  /// Every environment of this package, one line each, and the families whose worlds are made when they are asked for.
  ///
  /// Their reference returns are those of the best seed with the environment's own preset and `run.agentReward=true`,
  /// measured once: of two or three over 20 episodes, and over 100 fresh ones for `MountainCar-v0`,
  /// `MountainCarContinuous-v0` and `Acrobot-v1`. The page on presets has means over seeds, which are other numbers.
  public static let standard: EnvironmentRegistry = {
    var registry = EnvironmentRegistry(ours)
    registry.add(SafetyGridworldSource())
    registry.add(SealsSource())
    registry.add(SettingsPreset.pebble)
    registry.add(PointMassSource())
    for source in LevelSource.all { registry.add(source) }
    registry.add(SelfInducedShiftSource())
    registry.add(ContentWorldSource())
    registry.add(RecommenderSource())
    return registry
  }()

  private static let ours: [EnvironmentEntry] = [
    CartPole.entry.guided(by: CartPole.guidance)
      .paying("1 for each step until the pole falls"),
    Pendulum.entry.guided(by: Pendulum.guidance)
      .paying("minus angle², 0.1 · speed² and 0.001 · torque²"),
    MountainCar.entry.guided(by: MountainCar.guidance)
      .paying("−1 for each step until the flag"),
    MountainCarContinuous.entry.guided(by: MountainCarContinuous.guidance)
      .paying("100 at the flag, minus 0.1 · throttle² for each step"),
    Acrobot.entry.guided(by: Acrobot.guidance)
      .paying("−1 for each step until the tip is above the line"),
    CartPole.fixedEntry.guided(by: CartPole.guidance)
      .paying("1 for each step in which the pole stands"),
    MountainCar.fixedEntry.guided(by: MountainCar.guidance)
      .paying("−1 for each step until the flag, then nothing"),
    MountainCarContinuous.fixedEntry.guided(by: MountainCarContinuous.guidance)
      .paying("100 at the flag, minus 0.1 · throttle² for each step until then"),
    Acrobot.fixedEntry.guided(by: Acrobot.guidance)
      .paying("−1 for each step until the tip is above the line, then nothing"),
    Delivery.entry.guided(by: Delivery.guidance)
      .paying("−1 a move (−2 in mud), coins, −1 roadblocks, −50 sheep, 50 the goal"),
    BoatRace.entry.guided(by: BoatRace.guidance)
      .paying("progress: 10 for a lap"),
  ].map { $0.referring(to: "the best seed of PPO on this reward") }
}

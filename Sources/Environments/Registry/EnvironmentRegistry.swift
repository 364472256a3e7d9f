import Compute

/// Environments by id.
///
/// ```swift
/// let entry = try EnvironmentRegistry.standard.entry("pactolus/CartPole-v1")
/// let batch = entry.makeBatch(count: 8, random: RandomSource(seed: 1))
/// ```
public struct EnvironmentRegistry: Sendable {
  /// In the order in which they were added, which is the order of a list for people.
  public private(set) var entries: [EnvironmentEntry]

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

  /// The environment of exactly this id. Throws with the nearest ids otherwise: a bare name like `CartPole` is a
  /// suggestion, not an alias, so that a run's settings always say the version.
  public func entry(_ id: String) throws -> EnvironmentEntry {
    guard let entry = entries.first(where: { $0.specification.id == id }) else {
      throw InputError.unknown("environment", id, among: entries.map(\.specification.id))
    }
    return entry
  }

  /// Every environment of this package.
  public static let standard = EnvironmentRegistry([
    entry(CartPole(), CartPole.features),
    entry(Pendulum(), Pendulum.features),
    entry(MountainCar(), MountainCar.features),
    entry(MountainCarContinuous(), MountainCar.features),
    entry(Acrobot(), Acrobot.features),
    entry(CartPole(fixedHorizon: true), CartPole.features),
    entry(FixedHorizon(MountainCar()), MountainCar.features),
    entry(FixedHorizon(MountainCarContinuous()), MountainCar.features),
    entry(FixedHorizon(Acrobot()), Acrobot.features),
    // Only a wrong discount could make the table throw.
    EnvironmentEntry(Delivery(), tabular: try? Delivery().tabular(), features: Delivery.features),
    EnvironmentEntry(BoatRace(), namedRewards: [BoatRace.scoreReward]),
  ])

  private static func entry<E: Environment>(_ environment: E, _ features: [NamedFeature]) -> EnvironmentEntry {
    EnvironmentEntry(environment, features: NamedFeature.all(features, of: environment.specification))
  }
}

import Compute

/// The diagnostic tasks of seals: small worlds, nearly all of fixed length, each made to show one weakness of algorithms
/// that learn what is wanted.
///
/// ```swift
/// var registry = EnvironmentRegistry.standard
/// registry.add(SealsSource())
/// let entry = try registry.entry("seals/RiskyPath-v0")
/// entry.returns.reference          // 3.0: the exact optimum
/// ```
///
/// All are native and always ready. The finite ones have an exact table. References are exact optima, by dynamic
/// programming over the horizon, but for `seals/CartPole-v0` (500 by definition) and `seals/MountainCar-v0` (an agent's).
///
/// Source: HumanCompatibleAI/seals at 90f68cf (MIT), whose robot and Atari variants are not among them.
public struct SealsSource: EnvironmentSource {
  /// There is nothing to set.
  public init() {}

  public var prefix: String { "seals/" }
  public var summary: String { "Diagnostic tasks for learning from feedback and demonstrations (seals)" }
  public var availability: EnvironmentAvailability { .ready("native") }

  public var listing: [EnvironmentListing] {
    Self.tasks.map { EnvironmentListing(id: $0.id, summary: $0.summary) }
  }

  public func entry(_ id: String) throws -> EnvironmentEntry {
    let options = try EnvironmentOptions(id: id)
    guard let task = Self.tasks.first(where: { $0.id == options.name }) else {
      throw InputError.unknown("environment", id, among: Self.tasks.map(\.id))
    }
    try options.allow(only: [])
    return task.make()
  }

  /// A task of the list; making it may take a moment, so it is done when asked for.
  private struct Task: Sendable {
    let id: String
    let summary: String
    let make: @Sendable () -> EnvironmentEntry

    /// A finite one. Its summary is the table's own, so it is made once for the list.
    init(
      _ pays: String, _ make: @escaping @Sendable () -> SealsTable,
      guidance: @escaping @Sendable (SealsTable) -> Guidance
    ) {
      let specification = make().specification
      (id, summary) = (specification.id, specification.summary)
      self.make = {
        let table = make()
        return table.entry.guided(by: guidance(table)).paying(pays).referring(to: "the optimum")
      }
    }

    init(_ pays: String, from origin: String = "the optimum", _ make: @escaping @Sendable () -> EnvironmentEntry) {
      let specification = make().specification
      (id, summary) = (specification.id, specification.summary)
      self.make = { make().paying(pays).referring(to: origin) }
    }
  }

  private static let tasks = small + cliffs + others

  private static let small: [Task] = [
    Task(
      "1 in the last place", { .branching() }, guidance: { $0.placesGuidance("Find the way to the place that pays.") }),
    Task(
      "1 a step", { .earlyTermination(isRewardPositive: true) },
      guidance: { $0.placesGuidance("Every step is good: go on for as long as possible, and do not go to the end.") }),
    Task(
      "−1 a step", { .earlyTermination(isRewardPositive: false) },
      guidance: { $0.placesGuidance("Every step is bad: get to the end, on the right, as soon as possible.") }),
    Task(
      "1, −1, −1 or 2 in a leaf, each step", { .initialShift(start: 0) },
      guidance: { $0.placesGuidance("Reach the leaf that pays most.") }),
    Task(
      "1 or −1 in a leaf, each step", { .initialShift(start: 1) },
      guidance: { $0.placesGuidance("Reach the leaf that pays most of those in reach.") }),
    Task(
      "1 in the goal, −100 in the pit, each step", { .riskyPath() },
      guidance: {
        $0.placesGuidance("Reach the goal without the risk of the pit: the bold way ends there half of the time.")
      }),
    Task(
      "a number for each place", { .random() },
      guidance: { $0.placesGuidance("Be as often as possible in places that pay much.") }),
  ]

  private static let others: [Task] = [
    Task("1 in the middle, each step") { SealsNoisyObs.entry },
    Task("−distance to the goal") { SealsProcGoal.entry },
    Task("1 when sorted, and the change in places that are right") { SealsSort.entry },
    Task("1 for the right half") { SealsLargestSum.entry },
    Task("−the squared distance from the curve") { SealsParabola.entry },
    Task("1 for each step in which the pole stands", from: "by definition") { SealsCartPole.entry },
    Task("−1 for each step until the flag, then nothing", from: "the best seed of PPO on this reward") { mountainCar },
  ]

  private static let cliffs: [Task] = [(7, 4, 9), (15, 6, 18), (100, 20, 110)].flatMap { size in
    [false, true].map { seesCoordinates in
      Task(
        "10 in the goal, −10 on the cliff, −1 elsewhere, each step",
        { .cliffWorld(width: size.0, height: size.1, horizon: size.2, seesCoordinates: seesCoordinates) },
        guidance: { $0.cliffGuidance })
    }
  }

  /// Once at the flag the car stays there, each further step costing nothing, as where `pactolus/MountainCarFixed-v0`
  /// does; only the name differs.
  private static var mountainCar: EnvironmentEntry {
    let fixed = MountainCar.fixedEntry
    return EnvironmentEntry(
      FixedHorizon(MountainCar(), id: "seals/MountainCar-v0"), features: fixed.features, returns: fixed.returns
    ).guided(by: MountainCar.guidance)
  }
}

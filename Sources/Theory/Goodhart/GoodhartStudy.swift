import Compute
import Environments
import Synchronization

/// How often a random proxy Goodharts, and what early stopping saves and costs, over worlds of five families.
///
/// ```swift
/// let study = try GoodhartStudy(worldsPerFamily: 20, random: RandomSource(seed: 0))
/// study.shareThatFalls   // with its interval
/// ```
///
/// The families of Karwowski et al. 2024 (random MDP, gridworld, cliff, path, tree) in sizes of our own; for each world
/// a true reward and another are drawn, and proxies are mixed from the two so that all angles occur.
public struct GoodhartStudy: Sendable {
  /// The kinds of random worlds of the study.
  public enum Family: String, Sendable, Codable, CaseIterable {
    /// Random transitions.
    case random
    /// A rectangular grid with walls around it.
    case grid
    /// A grid whose bottom row is a cliff.
    case cliff
    /// A corridor.
    case path
    /// A complete tree.
    case tree
  }

  /// One world under one proxy.
  public struct Record: Sendable, Codable, Hashable {
    /// Which kind of world.
    public let family: Family
    /// Its number within the kind.
    public let world: Int
    /// The share of the unrelated reward in the proxy.
    public let mixture: Double
    /// Between truth and proxy, in radians.
    public let angle: Double
    /// The normalised drop height (at most 0) along the path of maximum causal entropy.
    public let causalEntropyDrop: Double
    /// The normalised drop height along the Boltzmann path.
    public let boltzmannDrop: Double
    /// Whether the true return falls somewhere along the steepest ascent.
    public let ascentFalls: Bool
    /// The true return at the start of the steepest ascent, as a share of its range.
    public let start: Double
    /// The true return where early stopping stops, as a share of its range.
    public let stopped: Double
    /// The true return at the path's highest corner, likewise.
    public let highest: Double
    /// The true return at the end of the path, likewise.
    public let end: Double
  }

  /// One for each world and mixture.
  public let records: [Record]

  /// The mixtures: proxy = (1 − m) · truth + m · other.
  public static let mixtures = [0.1, 0.25, 0.4, 0.55, 0.7, 0.85]

  /// - `worldsPerFamily`: five families × as many worlds × six proxies.
  public init(worldsPerFamily: Int = 20, points: Int = 33, random: RandomSource) throws {
    var tasks: [(family: Family, world: Int)] = []
    for family in Family.allCases { for world in 0..<worldsPerFamily { tasks.append((family, world)) } }
    let work = tasks
    let results = Mutex([Result<[Record], any Error>?](repeating: nil, count: work.count))
    ThreadPool.shared.run(work.count) { index in
      let (family, world) = work[index]
      let result = Result { try Self.records(family, world: world, points: points, random: random) }
      results.withLock { $0[index] = result }
    }
    records = try results.withLock { $0 }.flatMap { try $0?.get() ?? [] }
  }

  private static func records(
    _ family: Family, world: Int, points: Int, random: RandomSource
  ) throws -> [Record] {
    let mdp = try self.world(family, world, random: random)
    var stream = random.stream("goodhart/reward/\(family.rawValue)", world)
    let rows = mdp.stateCount * mdp.actionCount
    // Half of the worlds have sparse rewards, as real tasks do.
    let density = world.isMultiple(of: 2) ? 1 : 0.15
    func draw() -> [Double] {
      (0..<rows).map { _ in
        let value = stream.normal()
        return stream.uniform() < density ? value : 0
      }
    }
    let (truth, other) = (draw(), draw())
    return try mixtures.compactMap { mixture in
      let proxy = zip(truth, other).map { (1 - mixture) * $0 + mixture * $1 }
      let audit = try GoodhartAudit(mdp, truth: truth, proxy: proxy, points: points, resolution: 0.05)
      guard let angle = audit.angle, let start = audit.ascentTruth.first, let end = audit.ascentTruth.last,
        let highest = audit.ascentTruth.max()
      else { return nil }
      func drop(_ kind: PressurePath.Kind) -> Double { audit.paths.first { $0.kind == kind }?.dropHeight ?? 0 }
      return Record(
        family: family, world: world, mixture: mixture, angle: angle,
        causalEntropyDrop: drop(.maximumCausalEntropy), boltzmannDrop: drop(.boltzmann),
        ascentFalls: audit.turn != nil, start: start, stopped: audit.ascentTruth[audit.stop], highest: highest, end: end
      )
    }
  }

  /// A world of the family, of a size and slipperiness that vary with its number.
  private static func world(_ family: Family, _ index: Int, random: RandomSource) throws -> TabularMDP {
    let slip = [0, 0.1, 0.3][index % 3]
    switch family {
    case .random:
      return try RandomWorlds.starc(
        states: 4 + index % 9, actions: 2 + index % 3, discount: 0.9,
        random: random.stream("goodhart/world", index))
    case .grid:
      return try ShapedWorlds.grid(rows: 2 + index % 3, columns: 2 + index / 3 % 3, slip: slip, discount: 0.9).mdp
    case .cliff:
      return try ShapedWorlds.cliff(rows: 2 + index % 2, columns: 3 + index / 2 % 3, slip: slip, discount: 0.9).mdp
    case .path: return try ShapedWorlds.path(length: 3 + index % 8, slip: slip, discount: 0.9).mdp
    case .tree:
      return try ShapedWorlds.tree(depth: 2 + index % 2, branching: 2 + index / 2 % 2, slip: slip, discount: 0.9).mdp
    }
  }
}

extension GoodhartStudy {
  /// A share of the records with its 95 % interval. Records of one world hang together, so the interval's
  /// standard error is that of sums over worlds.
  public struct Share: Sendable, Codable, Hashable {
    /// The share itself.
    public let value: Double
    /// Exact (Clopper–Pearson), 95 %.
    public let interval: Interval
    /// How many records it is of.
    public let count: Int
  }

  /// The share whose maximum-causal-entropy path loses true return.
  public func shareThatFalls(_ family: Family? = nil) -> Share {
    mean(family) { $0.causalEntropyDrop < -1e-9 ? 1 : 0 }
  }

  /// The share of records whose true return falls along the Boltzmann path; of one family, or of all.
  public func shareThatFallsBoltzmann(_ family: Family? = nil) -> Share {
    mean(family) { $0.boltzmannDrop < -1e-9 ? 1 : 0 }
  }

  /// Of the whole ascent: how far the stopping policy's true return lies below the best corner's.
  public func lostByStopping(_ family: Family? = nil) -> Share { mean(family) { $0.highest - $0.stopped } }

  /// How far the end of the ascent lies below its best corner: what is lost without stopping.
  public func lostWithoutStopping(_ family: Family? = nil) -> Share { mean(family) { $0.highest - $0.end } }

  /// Records whose true return at the stop lies below the start, by more than rounding: none, by the theorem.
  public var lossesAgainstStart: Int { records.count { $0.stopped < $0.start - 1e-8 } }

  private func mean(_ family: Family?, _ value: (Record) -> Double) -> Share {
    let chosen = records.filter { family == nil || $0.family == family }
    var worlds: [[Double]] = []
    var last: (Family, Int)?
    for record in chosen {
      if last.map({ $0 == (record.family, record.world) }) != true { worlds.append([]) }
      last = (record.family, record.world)
      worlds[worlds.count - 1].append(value(record))
    }
    let all = worlds.flatMap(\.self)
    let centre = Statistics.mean(all)
    // The variance of a ratio of sums over worlds; Student's t over worlds.
    let size = Double(all.count)
    let squares = worlds.reduce(0) { sum, values in
      let excess = values.reduce(0) { $0 + $1 - centre }
      return sum + excess * excess
    }
    let groups = Double(max(2, worlds.count))
    let error = (squares * groups / (groups - 1)).squareRoot() / max(1, size)
    let half = SpecialFunctions.studentQuantile(0.975, degrees: groups - 1) * error
    return Share(
      value: centre, interval: Interval(lower: centre - half, upper: centre + half, level: 0.95), count: all.count)
  }
}

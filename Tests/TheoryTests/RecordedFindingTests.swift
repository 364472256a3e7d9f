import Compute
import Recorded
import Rewards
import Testing
import Theory

/// What each audit of theory says about four worlds. Right values have tests of their own; these keep every word and digit.
@Suite("Findings of theory, word for word")
struct RecordedFindingTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var world: String
    var truth: String
    var proxy: String
    var testDescription: String { name }

    func read() throws -> (world: FiniteWorld, truth: RewardTable, proxy: RewardTable) {
      let world = try FiniteWorld(describing: world)
      return try (world, RewardTable.named(truth, in: world), RewardTable.named(proxy, in: world))
    }
  }

  static let cases = [
    Case(name: "two-state", world: "two-state", truth: "action-1", proxy: "leave-0"),
    Case(name: "cliff", world: "cliff:rows=2,columns=3,slip=0.1", truth: "goal-and-cliff", proxy: "goal"),
    Case(name: "opposite", world: "two-state", truth: "action-1", proxy: "minus:action-1"),
    Case(name: "nothing", world: "two-state", truth: "action-1", proxy: "zero"),
    Case(name: "grid", world: "grid:rows=2,columns=2", truth: "random:1", proxy: "random:2"),
  ]

  @Test("goodhart", arguments: cases)
  func goodhart(_ item: Case) throws {
    let (world, truth, proxy) = try item.read()
    var text = ""
    for angle in [nil, 0.3] {
      guard
        let audit = try? GoodhartAudit(
          world.mdp, truth: truth.expected(in: world.mdp), proxy: proxy.expected(in: world.mdp), angle: angle,
          points: 17)
      else {
        text += "refused\n"
        continue
      }
      text += Recorded.text(audit.findings(stateNames: world.stateNames, actionNames: world.actionNames))
      text += audit.paths.map { "\($0.kind) \($0.dropHeight ?? 1) \($0.peak) \($0.points)\n" }.joined()
      text += "\(audit.ascentTruth) \(audit.ascentProxy) \(audit.turn ?? -1) \(audit.stop) \(audit.safeAngle)\n"
      text += "\(audit.stoppingPolicy.probabilities)\n"
    }
    try Recorded.check(text, as: "goodhart-\(item.name)")
  }

  @Test("hackable", arguments: cases)
  func hackable(_ item: Case) throws {
    let (world, truth, proxy) = try item.read()
    let audit = try HackingAudit(
      truth: truth.expected(in: world.mdp), proxy: proxy.expected(in: world.mdp), in: world.mdp,
      scope: item.name == "cliff" ? .none : .everyDeterministic, samples: 200, random: RandomSource(seed: 1))
    try Recorded.check(Recorded.text(audit.findings), as: "hackable-\(item.name)")
  }

  @Test("compare", arguments: cases)
  func compare(_ item: Case) throws {
    let (world, truth, proxy) = try item.read()
    let pair = try TwoRewards(
      world.mdp, (name: "truth", table: truth), (name: "proxy", table: proxy), acceptableRegret: 0.1,
      random: RandomSource(seed: 1))
    let distances = pair.distances.map { "\($0.metric) \($0.distance.value)\n" }.joined()
    try Recorded.check(Recorded.text(pair.findings) + distances, as: "compare-\(item.name)")
  }

  @Test("identify", arguments: [cases[0], cases[4]])
  func identify(_ item: Case) throws {
    let (world, truth, _) = try item.read()
    var text = ""
    for source in DataSource.Kind.allCases {
      guard let source = try? DataSource(parsing: source.rawValue),
        let found = try? Identification(world.mdp, reward: truth.dense.values, source: source, changed: nil)
      else {
        text += "\(source) was refused\n"
        continue
      }
      text += "\(source)\n"
      text += Recorded.text(found.findings(stateNames: world.stateNames, actionNames: world.actionNames))
      text += "\(found.coordinates) \(found.dimension) \(found.unexplained) \(found.parts)\n"
    }
    try Recorded.check(text, as: "identify-\(item.name)")
  }

  @Test(
    "misspecify",
    arguments: [
      ("boltzmann", "boltzmann:temperature=2"), ("boltzmann", "boltzmann:discount=0.5"), ("optimal", "boltzmann"),
      ("boltzmann:temperature=0.5", "boltzmann:slip=0.2"),
    ])
  func misspecify(believed: String, actual: String) throws {
    let world = try FiniteWorld(describing: "two-state")
    let rewards = try ["action-1", "random:1"].map { try RewardTable.named($0, in: world).expected(in: world.mdp) }
    let audit = try MisspecificationAudit(
      world.mdp, believed: BehaviorModel(parsing: believed), actual: BehaviorModel(parsing: actual), rewards: rewards,
      steps: 4)
    let curve = audit.curve.map { "\($0)\n" }.joined()
    let name = "misspecify-\(believed)-\(actual)".replacing(/[^a-z0-9]/, with: "-")
    try Recorded.check(Recorded.text(audit.findings()) + "\(audit.theorem)\n" + curve, as: name)
  }

  @Test("safe-data", arguments: cases)
  func safeData(_ item: Case) throws {
    let (world, truth, _) = try item.read()
    let rows = world.mdp.stateCount * world.mdp.actionCount
    var text = ""
    let even = [Double](repeating: 1 / Double(rows), count: rows)
    let rising = (1...rows).map { 2 * Double($0) / Double(rows * (rows + 1)) }
    for (coverage, error) in [(even, 0.1), (rising, nil)] {
      let audit = try SafeDataAudit(
        reward: truth.expected(in: world.mdp), in: world.mdp, coverage: coverage, error: error, regretLimit: 0.4,
        stateNames: world.stateNames, actionNames: world.actionNames)
      text += Recorded.text(audit.findings) + "\(audit.coverage)\n"
    }
    try Recorded.check(text, as: "safe-data-\(item.name)")
  }
}

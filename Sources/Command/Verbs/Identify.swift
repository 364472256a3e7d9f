import ArgumentParser
import Pactolus

/// `pactolus identify WORLD REWARD --data SOURCE`: what a kind of data can never tell about a reward.
struct IdentifyVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "identify", abstract: "What a kind of data can never tell about a reward.",
    discussion: """
      However much there is of them, data of one kind leave some changes of the reward open. This computes them in a
      finite world, names them (shaping, scale, redistribution over next states, masks, a constant), gives two
      rewards that the data cannot tell apart but that want different things in a changed world, and says which other
      source of data would settle most of the rest. Small worlds by null spaces, large ones by counting, linear in the
      number of transitions that can happen.

      Sources: reward q-values advantages values boltzmann-policy mce-policy boltzmann-trajectories mce-trajectories
      optimal-policies optimal-trajectories segment-returns trajectory-returns segment-comparisons
      trajectory-comparisons segment-order trajectory-order lotteries policy-order.
      Settings follow a colon: segment-comparisons:length=2,start=same,temperature=unknown.

      Example:  pactolus identify two-state leave-0 --data boltzmann-policy
      """)

  @OptionGroup var world: WorldArgument

  @Argument(help: FiniteWorld.rewardHelp) var reward: String

  @Option(help: ArgumentHelp("The kind of data.", valueName: "source"))
  var data: String

  @Option(
    help: ArgumentHelp("The world in which two rewards should part; made by itself if left out.", valueName: "world"))
  var changed: String?

  @OptionGroup var output: TheoryOutput

  func run() throws {
    let source = try DataSource(parsing: data)
    let world = try world.read()
    let table = try RewardTable.named(reward, in: world)
    let found = try Identification(
      world.mdp, reward: table, source: source,
      changed: try changed.map { try FiniteWorld(describing: $0, environments: Parts.current.environments).mdp })
    let findings = found.findings(stateNames: world.stateNames, actionNames: world.actionNames)
    try output.show(
      findings, numbers: Numbers(found),
      report: ReportModel(found, findings: findings, world: world, reward: reward, table: table))
  }

  private struct Numbers: Encodable {
    struct Other: Encodable {
      var source: String
      var openTogether: Int
    }
    struct Pair: Encodable {
      var change: RewardDisagreement.Change
      var angle: Double?
      var regret: Double?
      var reverseRegret: Double?
      /// The other reward, [state][action][next state] flattened; absent in large worlds.
      var otherReward: [WideNumber]?
      /// In large worlds: where it differs from this one, and by how much.
      var differences: [RewardDisagreement.Difference]?
    }
    var source: String
    var method: Identification.Method
    var coordinates: Int
    var open: Int
    var parts: [Identification.Part]
    var unexplained: Int
    var disagreement: Pair?
    var others: [Other]
    /// Other sources of which it is not known what they leave open together with this one.
    var unknownOthers: [String]

    init(_ found: Identification) {
      source = "\(found.source)"
      (method, unknownOthers) = (found.method, found.unknownOthers.map { "\($0)" })
      (coordinates, open, parts, unexplained) = (found.coordinates, found.dimension, found.parts, found.unexplained)
      disagreement = found.disagreement.map {
        Pair(
          change: $0.change, angle: $0.angle.map { $0 * 180 / .pi }, regret: $0.regret, reverseRegret: $0.reverseRegret,
          otherReward: $0.differences == nil ? $0.wideOther : nil, differences: $0.differences)
      }
      others = found.others.map { Other(source: "\($0.source)", openTogether: $0.dimension) }
    }
  }
}

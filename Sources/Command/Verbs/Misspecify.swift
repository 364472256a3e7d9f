import ArgumentParser
import Pactolus

/// `pactolus misspecify WORLD --believed MODEL --actual MODEL`: inverse reinforcement learning under a wrong idea of
/// people.
struct MisspecifyVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "misspecify", abstract: "What is learned from behaviour if people do not act as believed.",
    discussion: """
      People act as --actual says; the learner inverts their behaviour as if they acted as --believed says. Where a
      theorem decides whether the order of policies is learned all the same, it is named; the distance from the truth is
      measured over everything that fits the behaviour, with a curve over the size of the error.

      Models: boltzmann, mce, optimal, with settings after a colon: temperature (1), discount (the world's), slip (0:
      how often a random action happens instead of the one taken).

      Example:  pactolus misspecify random:states=4,actions=3 --believed boltzmann:discount=0.8 --actual boltzmann
      """)

  @OptionGroup var world: WorldArgument

  @Option(help: ArgumentHelp("What the learner takes people to be.", valueName: "model"))
  var believed: String

  @Option(help: ArgumentHelp("What people are.", valueName: "model"))
  var actual: String

  @Option(
    name: .customLong("reward"), parsing: .upToNextOption,
    help: ArgumentHelp("True rewards; 20 random ones if left out.", valueName: "reward"))
  var rewards: [String] = []

  @Option(help: "Of the random rewards.")
  var seed = 0

  @OptionGroup var output: TheoryOutput

  func validate() throws {
    guard seed >= 0 else { throw ValidationError("--seed takes a number that is not negative.") }
  }

  func run() throws {
    let (believed, actual) = (try BehaviorModel(parsing: believed), try BehaviorModel(parsing: actual))
    let world = try world.read()
    let mdp = world.mdp
    var truths = try rewards.map { try RewardTable.named($0, in: world).expected(in: mdp) }
    if truths.isEmpty {
      let random = RandomSource(seed: UInt64(seed))
      truths = (0..<20).map { index in
        var stream = random.stream("misspecify/reward", index)
        return (0..<mdp.stateCount * mdp.actionCount).map { _ in stream.normal() }
      }
    }
    let audit = try MisspecificationAudit(mdp, believed: believed, actual: actual, rewards: truths)
    let findings = audit.findings()
    try output.show(
      findings, numbers: Numbers(audit), report: ReportModel(audit, findings: findings, world: world.title))
  }

  private struct Numbers: Encodable {
    var believed: String
    var actual: String
    var theorem: MisspecificationAudit.Theorem
    var curve: [MisspecificationAudit.Point]

    init(_ audit: MisspecificationAudit) {
      (believed, actual) = ("\(audit.believed)", "\(audit.actual)")
      (theorem, curve) = (audit.theorem, audit.curve)
    }
  }
}

import ArgumentParser
import Foundation
import Pactolus
import Reports

/// `pactolus redteam RUN`: behaviour that a run's learned reward overrates.
struct RedTeamVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "redteam", abstract: "Attack a run's learned reward, and tell what it overrates.",
    discussion: """
      Looks for behaviour whose predicted reward is far above the true one where that is known (a simulated person
      answered), else above what the nearest judged clips justify; by searching over actions from states that are copied,
      without any learning. With --search all a fresh agent is trained on the reward as well. Each find is played again,
      made as short as it can be, and shown with what an agent could gain by it. See Documentation/red-team.md.

        pactolus redteam runs/BoatRace-v0-1
        pactolus redteam runs/Pendulum-v1-1 --budget 5000000 --out attack.html
        pactolus redteam runs/Pendulum-v1-1 --features 'cosine of angle,angular velocity' --fail-on-find

      With --flip it asks instead which small changes of what is observed turn the reward's preferences and the policy's
      actions, and with --rare how often the policy does something that must not happen:

        pactolus redteam runs/CartPole-v1-1 --flip --within 0.2
        pactolus redteam runs/CartPole-v1-1 --rare 'pole angle > 0.2' --at-most 0.001
      """)

  @Argument(help: ArgumentHelp("The run's directory.", valueName: "run"))
  var directory: String

  @Option(help: ArgumentHelp("Steps that the searches simulate together.", valueName: "steps"))
  var budget: Int = 1_000_000

  @Option(
    help: ArgumentHelp(
      "What to search by: some of elites, random, cem, agent, with commas; all for all four.", valueName: "searches"))
  var search: String = "elites,random,cem"

  @Option(help: "All chance of the attack follows from it, apart from the run's.")
  var seed: Int = 0

  @Option(
    help: ArgumentHelp(
      "The two features by which behaviours are told apart, with a comma; by default those that vary most.",
      valueName: "two"))
  var features: String?

  @Option(help: ArgumentHelp("Steps of a plan; by default twice a judged clip's, at least 50.", valueName: "steps"))
  var horizon: Int?

  @Option(
    help: ArgumentHelp(
      "Steps that a fresh agent learns for; by default half as many again as the run's.", valueName: "steps"))
  var agentSteps: Int?

  @Option(
    help: ArgumentHelp(
      "Features, with commas, that are above 0 exactly where the agent alters what people see.", valueName: "features"))
  var channels: String?

  @Flag(help: "Measure by what was judged even where the truth is known; the truth then only gives the verdicts.")
  var byJudged = false

  @Option(
    help: ArgumentHelp(
      "Ask the run's simulated person about the finds, train the reward again and attack again, so many times at most.",
      valueName: "rounds"))
  var repair: Int?

  @Flag(help: "Look for small changes of observations that turn the reward's preferences and the policy's actions.")
  var flip = false

  @Option(help: ArgumentHelp("With --flip: the bound, in deviations of each number.", valueName: "deviations"))
  var within: Double?

  @Option(help: ArgumentHelp("With --flip: so many comparisons, and so many steps of the policy.", valueName: "number"))
  var cases: Int?

  @Option(
    help: ArgumentHelp(
      "Estimate how often an episode of the policy comes to this, a named feature beyond a limit.",
      valueName: "feature > number"))
  var rare: String?

  @Option(
    help: ArgumentHelp("With --rare: the share of episodes that is put up with, by default 0.01.", valueName: "share"))
  var atMost: Double?

  @Option(help: ArgumentHelp("With --rare: independent repetitions, by default 30.", valueName: "number"))
  var repetitions: Int?

  @Flag(
    help:
      "Exit with 3 if something is an exploit, or unjudged and highly paid; with --flip or --rare if the claim fails.")
  var failOnFind = false

  @OptionGroup var threads: ThreadOption

  @OptionGroup var output: TheoryOutput

  func validate() throws {
    guard (1...10_000_000_000).contains(budget) else {
      throw ValidationError("--budget takes a number of steps from 1 to 10000000000.")
    }
    guard seed >= 0 else { throw ValidationError("--seed takes a number that is not negative.") }
    guard horizon.map({ (1...10_000).contains($0) }) ?? true else {
      throw ValidationError("--horizon takes a number from 1 to 10000.")
    }
    guard repair.map({ (1...1000).contains($0) }) ?? true else {
      throw ValidationError("--repair takes a number from 1 to 1000.")
    }
    guard agentSteps.map({ $0 > 0 }) ?? true else { throw ValidationError("--agent-steps takes a number above 0.") }
    guard [flip, rare != nil, repair != nil].count(where: \.self) <= 1 else {
      throw ValidationError("Give one of --flip, --rare and --repair.")
    }
    guard flip || within == nil && cases == nil else {
      throw ValidationError("--within and --cases belong to --flip.")
    }
    guard rare != nil || atMost == nil && repetitions == nil else {
      throw ValidationError("--at-most and --repetitions belong to --rare.")
    }
    guard within.map({ $0 > 0 && $0 <= 1000 }) ?? true else {
      throw ValidationError("--within takes a number of deviations above 0, at most 1000.")
    }
    guard cases.map({ (1...10_000).contains($0) }) ?? true else {
      throw ValidationError("--cases takes a number from 1 to 10000.")
    }
    guard atMost.map({ $0 > 0 && $0 < 1 }) ?? true else {
      throw ValidationError("--at-most takes a share between 0 and 1.")
    }
    guard repetitions.map({ (2...100_000).contains($0) }) ?? true else {
      throw ValidationError("--repetitions takes a number from 2 to 100000.")
    }
  }

  func run() throws {
    threads.apply()
    if flip { return try showFlips() }
    if let rare { return try showRare(rare) }
    var settings = RedTeamAudit.Settings()
    (settings.budget, settings.seed, settings.horizon) = (budget, seed, horizon)
    (settings.byJudged, settings.agentSteps) = (byJudged, agentSteps)
    settings.searches = search == "all" ? ["elites", "random", "cem", "agent"] : Self.words(search)
    settings.features = features.map(Self.words)
    settings.channels = channels.map(Self.words)
    if let repair { return try repaired(repair, settings) }
    let audit = try RedTeamAudit(
      directory: directory, settings: settings, registry: Parts.current.environments,
      learners: Parts.current.learners)
    let table = audit.table
    let rows = zip(audit.result.examples, table.rows).map { find, row in
      let named = zip(table.columns, row).dropFirst(3).map { "\($0) \($1)" }.joined(separator: ", ")
      return "\(row[0]). \(row[1]): \(row[2])\n   \(named)"
    }
    try output.show(
      audit.findings, numbers: audit,
      preface: (audit.facts.map { fact in
        fact.name + String(repeating: " ", count: max(1, 10 - fact.name.count)) + fact.value
          + (fact.note.map { " (\($0))" } ?? "")
      } + rows).joined(separator: "\n"),
      report: ReportModel(audit))
    let found = audit.result.finds.contains { $0.verdict == .exploit || $0.verdict == .unjudged }
    if failOnFind, found { throw ExitCode(3) }
  }

  private func showFlips() throws {
    var settings = FlipAudit.Settings()
    settings.seed = seed
    if let within { settings.within = within }
    if let cases { settings.cases = cases }
    let audit = try FlipAudit(
      directory: directory, settings: settings, registry: Parts.current.environments,
      learners: Parts.current.learners)
    try output.show(
      audit.findings, numbers: audit,
      preface: (Self.lines(audit.facts) + audit.tables.map { TableText($0).aligned }).joined(separator: "\n\n"),
      report: ReportModel(audit))
    if failOnFind, audit.findings.contains(where: { $0.verdict == .fails }) { throw ExitCode(3) }
  }

  private func showRare(_ condition: String) throws {
    var settings = RareAudit.Settings()
    settings.seed = seed
    if let atMost { settings.atMost = atMost }
    if let repetitions { settings.repetitions = repetitions }
    let audit = try RareAudit(
      directory: directory, condition: condition, settings: settings, registry: Parts.current.environments,
      learners: Parts.current.learners)
    try output.show(
      audit.findings, numbers: audit, preface: Self.lines(audit.facts).joined(separator: "\n"),
      report: ReportModel(audit))
    if failOnFind, audit.findings.contains(where: { $0.verdict == .fails }) { throw ExitCode(3) }
  }

  private static func lines(_ facts: [ReportModel.Fact]) -> [String] {
    let width = (facts.map(\.name.count).max() ?? 0) + 2
    return [
      facts.map { fact in
        fact.name.padding(toLength: width, withPad: " ", startingAt: 0) + fact.value
          + (fact.note.map { " (\($0))" } ?? "")
      }.joined(separator: "\n")
    ]
  }

  /// The curve of a repair.
  private func repaired(_ rounds: Int, _ settings: RedTeamAudit.Settings) throws {
    let repair = try RedTeamRepair(
      directory: directory, rounds: rounds, settings: settings, registry: Parts.current.environments,
      learners: Parts.current.learners, kinds: Parts.current.kinds)
    try output.show(
      repair.findings, numbers: repair, preface: TableText(repair.table).aligned, report: ReportModel(repair))
    if failOnFind, !repair.isClean { throw ExitCode(3) }
  }

  private static func words(_ text: String) -> [String] {
    text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
  }
}

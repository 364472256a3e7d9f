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

  @Flag(help: "Exit with 3 if something is an exploit, or unjudged and highly paid.")
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
  }

  func run() throws {
    threads.apply()
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

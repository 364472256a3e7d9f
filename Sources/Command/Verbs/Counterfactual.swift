import ArgumentParser
import Foundation
import Pactolus
import Reports

/// `pactolus counterfactual RUN|WORLD`: a moment of an episode again, with the same luck and something else done.
struct CounterfactualVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "counterfactual", abstract: "A moment of an episode again: the same luck, something else done.",
    discussion: """
      SUBJECT is a run's directory (its agent acts, as 'pactolus play --policy' shows it) or a world. Where nothing is to be
      otherwise, what was done at the step is explained, against each other possible action.

        pactolus counterfactual runs/CartPole-v1-1 --at 12
        pactolus counterfactual runs/CartPole-v1-1 --at 12 --action 1 --out pair.html
        pactolus counterfactual runs/new --policy runs/old --episodes 100
        pactolus counterfactual pactolus/Delivery-v0 --done 0,1,1,3 --at 2 --action 0
        pactolus counterfactual world.json --record episodes.csv --policy optimal:goal
        pactolus counterfactual runs/Recommender-v0-1 --delicate interest --baseline mixed

      With --record it asks about recorded episodes of a finite world whose luck nobody kept: it is inferred (Gumbel-max). With
      --delicate it asks what a person would have said whom the agent had not changed. Worlds whose states cannot be copied are
      refused. Documentation/counterfactual.md explains by examples.
      """)

  @Argument(help: ArgumentHelp("A run's directory or a world.", valueName: "subject"))
  var subject: String

  @Option(help: "Which episode, counted from 0.")
  var episode = 0

  @Option(help: "Make a pair of each of so many episodes, from --episode on.")
  var episodes = 1

  @Option(name: .customLong("at"), help: "The step at which something else is done, counted from 0.")
  var step = 0

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("What is done at that step instead: an index, a name, or numbers.", valueName: "action"))
  var action: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("What is done from that step on, as 'pactolus play --actions' takes it.", valueName: "list"))
  var actions: String?

  @Option(
    help: ArgumentHelp(
      "Who acts afterwards: a run's directory, random or stay; with --record a policy of a finite world. Who acted unless "
        + "given.", valueName: "policy"))
  var policy: String?

  @Option(help: ArgumentHelp("Begin where this other episode begins, with this one's luck.", valueName: "episode"))
  var start: Int?

  @Option(
    help: ArgumentHelp(
      "Tell both by another reward too: one that the world names, or a run, whose learned one it is.",
      valueName: "reward"))
  var reward: String?

  @Option(help: ArgumentHelp("Of a world: who acted: a run, random or stay (default: random).", valueName: "policy"))
  var acting: String?

  @Option(help: ArgumentHelp("Of a world: what was done, as 'pactolus play --actions' takes it.", valueName: "list"))
  var done: String?

  @Option(
    help: ArgumentHelp(
      "Of a finite world: recorded episodes, a .csv file with episode, step, state and action.", valueName: "file"))
  var record: String?

  @Option(
    help: ArgumentHelp(
      "Of a run: a variable of the person that the agent may change; what would they have said, had it not?",
      valueName: "variable"))
  var delicate: [String] = []

  @Option(
    help: ArgumentHelp(
      "With --delicate: under what the variable goes its natural course: an action, 'uniform' or 'start'.",
      valueName: "action"))
  var baseline: String?

  @Option(help: "How often the moment is had again with other luck.")
  var lucks = 200

  @Option(help: "The most steps of an episode; the world's time limit unless given.")
  var steps: Int?

  @Option(help: "How much a reward one step later counts; with --record the world's own.")
  var discount = 1.0

  @Option(help: "Which episodes: all their chance follows from it.")
  var seed = 0

  @Flag(help: "Draw policies' actions as in training, instead of taking the likeliest.")
  var stochastic = false

  @Flag(help: "Exit with 3 if a finding fails.")
  var failOnFinding = false

  @OptionGroup var output: TheoryOutput

  func validate() throws {
    guard action == nil || actions == nil else { throw ValidationError("--action and --actions exclude each other.") }
    guard record == nil || (start == nil && acting == nil && done == nil && steps == nil && !stochastic) else {
      throw ValidationError("--record goes with --episode, --at, --action, --policy and --reward.")
    }
    guard record == nil || policy != nil else {
      throw ValidationError("--record needs --policy: who acts afterwards, such as uniform or optimal:REWARD.")
    }
    guard delicate.isEmpty || (action == nil && actions == nil && policy == nil && start == nil && reward == nil) else {
      throw ValidationError("--delicate asks who judges, and not what is done: leave the other changes out.")
    }
    guard delicate.isEmpty || (record == nil && acting == nil && done == nil) else {
      throw ValidationError("--delicate is for a run.")
    }
    guard baseline == nil || !delicate.isEmpty else { throw ValidationError("--baseline needs --delicate.") }
    guard episode >= 0, episodes >= 1, step >= 0 else {
      throw ValidationError("--episode and --at are counted from 0, and --episodes takes at least 1.")
    }
    guard episode <= 1_000_000_000, episodes <= 100_000, step <= 1_000_000_000 else {
      throw ValidationError("--episode, --at or --episodes is too large.")
    }
    guard (2...100_000).contains(lucks) else { throw ValidationError("--lucks takes 2 to 100000.") }
    guard seed >= 0 else { throw ValidationError("--seed takes a number that is not negative.") }
    guard steps.map({ (1...1_000_000).contains($0) }) ?? true else {
      throw ValidationError("--steps takes 1 to 1000000.")
    }
    guard (0...1).contains(discount) else { throw ValidationError("--discount takes a number from 0 to 1.") }
  }

  func run() throws {
    if let record { return try run(recorded: record) }
    guard delicate.isEmpty else {
      let audit = try UnmovedAudit(
        directory: subject, delicate: delicate, baseline: baseline, registry: Parts.current.environments,
        learners: Parts.current.learners)
      try output.show(
        audit.findings, numbers: audit, preface: TableText(audit.table).aligned,
        report: ReportModel(audit))
      return try end(audit.findings)
    }
    var settings = CounterfactualSettings()
    (settings.episode, settings.episodes, settings.step) = (episode, episodes, step)
    (settings.policy, settings.start, settings.reward, settings.acting) = (policy, start, reward, acting)
    (settings.lucks, settings.steps, settings.discount) = (lucks, steps, discount)
    (settings.seed, settings.isDrawn) = (seed, stochastic)
    let space = try space()
    if let word = action ?? actions { settings.actions = try ActionList(word, in: space).actions }
    guard action == nil || settings.actions.count == 1 else {
      throw InputError("\(settings.actions.count) actions", at: "--action", remedy: "use --actions for several")
    }
    if let done { settings.done = try ActionList(done, in: space).actions }
    let audit = try CounterfactualAudit(
      subject, settings, registry: Parts.current.environments, learners: Parts.current.learners)
    let tables = [audit.optionTable, audit.pairTable, audit.averages].compactMap(\.self)
    try output.show(
      audit.findings, numbers: audit,
      preface: ([audit.sentence] + tables.map { TableText($0).aligned }).joined(separator: "\n\n"),
      report: ReportModel(audit))
    try end(audit.findings)
  }

  /// What can be done in the world, or in the run's.
  private func space() throws -> ActionSpace {
    guard FileManager.default.fileExists(atPath: RunLayout(subject).settings) else {
      return try Parts.current.environments.entry(subject).specification.actionSpace
    }
    return try TrainedRun(
      directory: subject, registry: Parts.current.environments, learners: Parts.current.learners
    ).entry.specification.actionSpace
  }

  private func end(_ findings: [Finding]) throws {
    if failOnFinding, findings.contains(where: { $0.verdict == .fails }) { throw ExitCode(3) }
  }

  /// Recorded episodes of a finite world.
  private func run(recorded file: String) throws {
    let world = try FiniteWorld(describing: subject, environments: Parts.current.environments)
    var mdp = world.mdp
    if let word = reward ?? world.rewards.first?.name {
      mdp = try mdp.with(rewards: world.rewards(named: [word])[0].table.expected(in: mdp))
    }
    guard let data = FileManager.default.contents(atPath: file) else {
      throw InputError("cannot be read", at: file, remedy: "name a .csv file with episode, step, state and action")
    }
    let recorded = try RecordedEpisodes(
      Array(data), place: file, states: world.stateNames, actions: world.actionNames)
    let afterwards = try PolicyWords.one(policy ?? "uniform", in: world, at: "--policy")
    let first = try (action ?? actions).map {
      try ActionList($0, in: .discrete(names: world.actionNames)).actions.map { Int($0[0]) }
    }
    let counterfactual = try RecordedCounterfactual(
      recorded, episode..<(episodes == 1 ? episode + 1 : min(recorded.episodes.count, episode + episodes)), in: mdp,
      from: step, doing: first ?? [], policy: afterwards.policy)
    let change =
      (first.map { $0.map { world.actionNames[$0] }.joined(separator: ", ") + ", then " } ?? "")
      + "\(afterwards.name) from step \(step) on"
    let findings = counterfactual.findings(change)
    try output.show(
      findings, numbers: counterfactual,
      preface: TableText(counterfactual.table).aligned
        + (counterfactual.pairs.count > 1
          ? "\n\ndifference over episodes: "
            + Numbers.plain(counterfactual.difference.mean, counterfactual.difference.interval) : ""),
      report: ReportModel(counterfactual, file: file, change: change))
    try end(findings)
  }
}

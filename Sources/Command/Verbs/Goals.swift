import ArgumentParser
import Foundation
import Pactolus
import Reports

/// `pactolus goals RUN`: what a finished run's policy wants, and what becomes of it under other conditions.
struct GoalsVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "goals", abstract: "Tell what a run's policy wants, and whether that is what is wanted.",
    discussion: """
      Plays fresh episodes with the policy of a finished run and tells whether an agent or a device acts, which goal is
      the likeliest, whether the policy fails and why (wrong goal, or lacking skill), and how much of its loss is the
      learned reward's fault. The world must be finite, or be seen through --bins. With --world the test is in another
      variant of the world, where what went together in training may come apart. See Documentation/goals.md.

        pactolus goals runs/Delivery-v0-1
        pactolus goals runs/BoatRace-v0-1 --episodes 20 --out goals.html
        pactolus goals runs/CoinRun-v0-1 --world pactolus/CoinRun-v0:levels=test --probe
      """)

  @Argument(help: ArgumentHelp("The run's directory.", valueName: "run"))
  var directory: String

  @Option(help: ArgumentHelp("The world to test in, if not the run's own.", valueName: "id"))
  var world: String?

  @Option(help: "How many episodes.")
  var episodes: Int = 200

  @Option(help: "Which episodes: their randomness follows from it, apart from the run's.")
  var seed: Int = 0

  @Flag(help: "Draw actions as in training, instead of taking the likeliest.")
  var stochastic = false

  @Option(
    help: ArgumentHelp(
      "An episode fails if it goes less than this share of the way from random play to the best from its start.",
      valueName: "share"))
  var success: Double = 0.5

  @Option(help: ArgumentHelp("The share of failures up to which nobody minds.", valueName: "share"))
  var tolerated: Double = 0.1

  @Option(help: ArgumentHelp("In a world that is not finite: bins for each component of what is seen.", valueName: "n"))
  var bins: Int?

  @Flag(
    help: "Also change one thing where the agent succeeds, and tell what it follows; in worlds that have such a probe.")
  var probe = false

  @OptionGroup var threads: ThreadOption

  @OptionGroup var output: TheoryOutput

  func validate() throws {
    guard (1...100_000).contains(episodes) else { throw ValidationError("--episodes takes a number from 1 to 100000.") }
    guard seed >= 0 else { throw ValidationError("--seed takes a number that is not negative.") }
    guard success > 0, success < 1 else { throw ValidationError("--success takes a number between 0 and 1.") }
    guard tolerated > 0, tolerated < 1 else { throw ValidationError("--tolerated takes a number between 0 and 1.") }
    guard bins.map({ (2...32).contains($0) }) ?? true else {
      throw ValidationError("--bins takes a number from 2 to 32.")
    }
  }

  func run() throws {
    threads.apply()
    var settings = GoalAudit.Settings()
    (settings.episodes, settings.seed, settings.deterministic) = (episodes, seed, !stochastic)
    (settings.success, settings.tolerated, settings.bins) = (success, tolerated, bins)
    let audit = try GoalAudit(
      directory: directory, world: world, settings: settings, registry: Parts.current.environments,
      learners: Parts.current.learners)
    for id in Set([audit.trainedIn, audit.testedIn]).sorted() { RepeatabilityLine.complain(about: id) }
    let probed = try probe ? probed(audit) : []
    try output.show(
      audit.findings + probed, numbers: audit,
      preface: (audit.facts + audit.grounds).map { fact in
        fact.name.padding(to: 18) + fact.value + (fact.note.map { " (\($0))" } ?? "")
      }.joined(separator: "\n"),
      report: ReportModel(audit, and: probed))
  }
}

extension GoalsVerb {
  /// What the policy follows where the world it was trained in is changed.
  private func probed(_ audit: GoalAudit) throws -> [Finding] {
    let run = try TrainedRun(
      directory: directory, registry: Parts.current.environments, learners: Parts.current.learners)
    let random = RandomSource(seed: UInt64(seed)).child("probe")
    do {
      return [try BuiltInProbe(for: audit.trainedIn).run(run.policy, episodes: episodes, random: random).finding()]
    } catch var error as InputError {
      error.place = error.place ?? "--probe"
      throw error
    }
  }
}

extension String {
  fileprivate func padding(to width: Int) -> String { self + String(repeating: " ", count: max(1, width - count)) }
}

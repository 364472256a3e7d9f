import ArgumentParser
import Foundation
import Pactolus

/// `pactolus safe-data WORLD REWARD`: on which data does a small training error guarantee a small regret?
struct SafeDataVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "safe-data", abstract: "Whether a small training error on these data guarantees a small regret.",
    discussion: """
      pactolus safe-data two-state action-1 --regret 0.5 --error 0.1
      pactolus safe-data world.json truth --coverage counts.npy --squared-error 0.01
      pactolus safe-data prompt.json quality --regularizer kl --strength 0.1 --reference base.json

      Documentation/hacking.md explains by an example.
      """)

  @OptionGroup var world: WorldArgument

  @Argument(help: FiniteWorld.rewardHelp)
  var reward: String

  @Option(
    help: ArgumentHelp(
      "How often each state and action is in the data: \(CoverageWords.help).", valueName: "coverage"))
  var coverage = "uniform"

  @Option(help: "The training error: mean |learned − true| on the data, as a share of the range of true rewards.")
  var error: Double?

  @Option(help: "The mean squared training error instead, as a share of the squared range.")
  var squaredError: Double?

  @Option(help: "The regret that is too much, as a share of the range of returns.")
  var regret: Double = 0.5

  @Flag(help: "Do not look for the best coverage.")
  var skipBest = false

  @Option(
    help: ArgumentHelp(
      "What is optimised is the learned reward less a penalty for leaving a reference policy: kl or l1, in worlds of "
        + "one state.", valueName: "kind"))
  var regularizer: String?

  @Option(help: "With --regularizer: the penalty's weight, in units of reward.")
  var strength: Double?

  @Option(help: ArgumentHelp("With --regularizer: the reference, \(PolicyWords.oneHelp).", valueName: "policy"))
  var reference: String?

  @OptionGroup var horizon: HorizonOption

  @OptionGroup var output: TheoryOutput

  func run() throws {
    let staged = try horizon.read(world)
    let finite = staged.finite
    let table = try staged.reward(reward)
    if let squaredError, !(squaredError >= 0) {
      throw InputError("the squared error is \(squaredError)", at: "--squared-error", remedy: "it is not negative")
    }
    guard error == nil || squaredError == nil else {
      throw InputError("two training errors are given", remedy: "give --error or --squared-error")
    }
    let audit = try SafeDataAudit(
      reward: table.expected(in: finite.mdp), in: finite.mdp,
      coverage: CoverageWords.read(coverage, in: finite, at: "--coverage"),
      error: error ?? squaredError.map { $0.squareRoot() }, regretLimit: regret, seeksBestCoverage: !skipBest,
      stateNames: finite.stateNames, actionNames: finite.actionNames, penalty: penalty(finite))
    try output.show(audit.findings, numbers: audit.summary, report: ReportModel(audit, world: finite, reward: reward))
  }

  private func penalty(_ finite: FiniteWorld) throws -> PolicyPenalty? {
    guard let regularizer else {
      for (option, isGiven) in [("--strength", strength != nil), ("--reference", reference != nil)] where isGiven {
        throw InputError("there is no penalty", at: option, remedy: "say which: --regularizer kl")
      }
      return nil
    }
    guard let kind = PolicyPenalty.Kind(rawValue: regularizer) else {
      throw InputError.unknown(
        "penalty", regularizer, among: PolicyPenalty.Kind.allCases.map(\.rawValue), at: "--regularizer")
    }
    guard let strength else {
      throw InputError("the penalty has no weight", at: "--regularizer", remedy: "give --strength NUMBER")
    }
    let policy = try PolicyWords.one(reference ?? "uniform", in: finite, at: "--reference").policy
    do {
      return try PolicyPenalty(kind, strength: strength, reference: policy, in: finite.mdp)
    } catch var error as InputError {
      error.place = "--regularizer"
      throw error
    }
  }
}

import ArgumentParser
import Files
import Foundation
import Pactolus

/// `pactolus off-policy LOG`: what a policy would have earned, from a log of another one.
struct OffPolicyVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "off-policy", abstract: "What a policy would have earned, from a log of what another one did.",
    discussion: """
      LOG is a .csv file. Its columns are episode, step, action, reward and probability (of the action, to who did it), and,
      as they are there, state, pi (the action's probability under the policy in question), q and v (a model's values) and
      truncated; or those of the Open Bandit Dataset. Episodes as imitation (.npz) or Minari keep them have no probabilities:
      there who acted is counted. With --run, what --behavior's run learned plays instead.

        pactolus off-policy log.csv
        pactolus off-policy log.csv --policy policy.csv --discount 0.9
        pactolus off-policy men.csv --policy uniform --rewards 0,1
        pactolus off-policy demonstrations.npz --policy uniform --behavior counted
        pactolus off-policy --run runs/new --behavior runs/old --horizon 10

      Where the weights do not carry, or what the policy does was never tried, nothing is believed, and the command says
      why. Documentation/off-policy.md explains by examples.
      """)

  @Argument(help: ArgumentHelp("The log: a .csv or .npz file, or a data set of Minari.", valueName: "log"))
  var log: String?

  @Option(
    name: .customLong("run"),
    help: ArgumentHelp(
      "In place of a log and a policy: a run whose policy's worth is asked for; --behavior names the run that acts.",
      valueName: "run"))
  var asked: String?

  @Option(help: "With --run: how many episodes are played.")
  var episodes = 200

  @Option(
    help: ArgumentHelp(
      "Whose worth: 'uniform' over the log's actions, a .csv file with state, action and probability, or 'column' for the "
        + "log's column pi; that one unless said, if it is there.", valueName: "policy"))
  var policy: String?

  @Option(
    help: ArgumentHelp(
      "How probable what was done was: 'logged', as the log says, or 'counted' from it; with --run, the run that acts.",
      valueName: "which"))
  var behavior = "logged"

  @Option(help: "How much a reward one step later counts.")
  var discount = 1.0

  @Option(help: "Look at the first so many steps of each episode.")
  var horizon: Int?

  @Option(
    help: ArgumentHelp(
      "Which estimators, with commas between: \(OffPolicyEstimator.allCases.map(\.rawValue).joined(separator: ", ")).",
      valueName: "names"))
  var estimators: String?

  @Option(help: "Of the intervals.")
  var confidence = 0.95

  @Option(help: ArgumentHelp("How the bootstrap makes intervals: percentile or bca.", valueName: "method"))
  var interval = "percentile"

  @Option(help: "Of the bootstrap.")
  var resamples = 1000

  @Option(help: "Of the bootstrap.")
  var seed: UInt64 = 0

  @Option(
    help: ArgumentHelp(
      "The least and the greatest reward of a step that there can be, such as 0,1; those in the log unless said.",
      valueName: "ends"))
  var rewards: String?

  @Option(
    help: ArgumentHelp(
      "The most that the policy's probability of an action can be, as a multiple of who acted's; gives an empirical Bernstein "
        + "interval.", valueName: "ratio"))
  var largestRatio: Double?

  @Option(help: "Of switch-dr: weights above it are not used.")
  var threshold = 10.0

  @Option(help: "Of dr-os: 0 is the model alone, larger is nearer to dr.")
  var shrinkage = 100.0

  @Option(help: ArgumentHelp("Exit with 3 if one of these findings fails; 'any' for every one.", valueName: "findings"))
  var failOn: String?

  @OptionGroup var threads: ThreadOption

  @OptionGroup var output: TheoryOutput

  func validate() throws {
    guard (0...1).contains(discount) else { throw ValidationError("--discount takes a number from 0 to 1.") }
    guard confidence > 0, confidence < 1 else { throw ValidationError("--confidence lies between 0 and 1.") }
    guard (2...1_000_000).contains(resamples) else { throw ValidationError("--resamples takes 2 to 1000000.") }
    guard (log == nil) != (asked == nil) else { throw ValidationError("Give a log, or --run and --behavior.") }
    guard asked == nil || policy == nil else {
      throw ValidationError("--policy is for a log; --run names whose worth it is.")
    }
    guard (1...1_000_000).contains(episodes) else { throw ValidationError("--episodes takes 1 to 1000000.") }
    guard horizon.map({ $0 >= 1 }) ?? true else { throw ValidationError("--horizon takes at least 1.") }
    for (name, number) in [
      ("--threshold", threshold), ("--shrinkage", shrinkage), ("--largest-ratio", largestRatio ?? 1),
    ] where !(number > 0 && number.isFinite) {
      throw ValidationError("\(name) takes a number above 0.")
    }
  }

  func run() throws {
    threads.apply()
    let guarded = try guardedFindings()
    let options = try options()
    let (evaluation, log, name) = try evaluate(options)
    guard !evaluation.estimates.isEmpty else {
      throw InputError(
        "this log has what none of these estimators needs", at: "--estimators",
        remedy: "a model is the columns q and v; tables need --policy and a column state")
    }
    try output.show(
      evaluation.findings, numbers: Document(evaluation), preface: preface(evaluation),
      report: ReportModel(evaluation, log: log, policy: name))
    if evaluation.findings.contains(where: { $0.verdict == .fails && guarded.contains($0.id) }) { throw ExitCode(3) }
  }

  private func preface(_ evaluation: OffPolicyEvaluation) -> String {
    TableText(evaluation.table).aligned + "\n" + evaluation.beliefText
      + (evaluation.rewardsAreSeen
        ? "\nThe anytime-valid interval takes the rewards that were seen for all there are: --rewards gives their ends."
        : "")
  }

  private func options() throws -> OffPolicyEvaluation.Options {
    var options = OffPolicyEvaluation.Options()
    options.level = confidence
    options.resamples = resamples
    guard let method = Statistics.BootstrapMethod(rawValue: interval) else {
      throw InputError.unknown(
        "interval", interval, among: Statistics.BootstrapMethod.allCases.map(\.rawValue), at: "--interval")
    }
    options.method = method
    options.tuning = OffPolicyTuning(threshold: threshold, shrinkage: shrinkage)
    options.largestRatio = largestRatio
    if let rewards {
      let ends = rewards.split(separator: ",").map { Double($0) }
      guard ends.count == 2, let least = ends[0], let greatest = ends[1], least <= greatest, least.isFinite,
        greatest.isFinite
      else {
        throw InputError("the rewards lie in '\(rewards)'", at: "--rewards", remedy: "give their two ends, such as 0,1")
      }
      options.rewards = least...greatest
    }
    if let estimators {
      options.estimators = try estimators.split(separator: ",").map {
        try OffPolicyEstimator(named: $0.trimmingCharacters(in: .whitespaces), at: "--estimators")
      }
      guard !options.estimators.isEmpty else {
        throw InputError("no estimator is named", at: "--estimators", remedy: "give names with commas between")
      }
    }
    return options
  }

  private static let findingNames = ["support", "effective-size", "mean-weight", "gain"].map { "off-policy/" + $0 }

  private func guardedFindings() throws -> Set<String> {
    guard let failOn else { return [] }
    if failOn == "any" { return Set(Self.findingNames) }
    return Set(
      try failOn.split(separator: ",").map { word in
        let name = word.trimmingCharacters(in: .whitespaces)
        guard Self.findingNames.contains(name) else {
          throw InputError.unknown("finding", name, among: Self.findingNames, at: "--fail-on")
        }
        return name
      })
  }

  private struct Document: Encodable {
    var evaluation: OffPolicyEvaluation
    /// The estimator to believe; absent where none is.
    var believed: OffPolicyEstimator?
    var why: String?
    var refusal: String?

    init(_ evaluation: OffPolicyEvaluation) {
      self.evaluation = evaluation
      believed = evaluation.believed?.estimate.estimator
      why = evaluation.believed?.reason
      refusal = evaluation.refusal
    }
  }
}

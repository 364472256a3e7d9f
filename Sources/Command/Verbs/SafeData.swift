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

      Documentation/hacking.md explains by an example.
      """)

  @OptionGroup var world: WorldArgument

  @Argument(help: FiniteWorld.rewardHelp)
  var reward: String

  @Option(
    help: ArgumentHelp(
      "How often each state and action is in the data: uniform, numbers parted by commas (state by state; they are "
        + "scaled to sum to 1), a .npy or .json array of counts, or policy:POLICY for what a policy visits.",
      valueName: "coverage"))
  var coverage = "uniform"

  @Option(help: "The training error: mean |learned − true| on the data, as a share of the range of true rewards.")
  var error: Double?

  @Option(help: "The mean squared training error instead, as a share of the squared range.")
  var squaredError: Double?

  @Option(help: "The regret that is too much, as a share of the range of returns.")
  var regret: Double = 0.5

  @Flag(help: "Do not look for the best coverage.")
  var skipBest = false

  @OptionGroup var output: TheoryOutput

  func run() throws {
    let finite = try world.read()
    let table = try RewardTable.named(reward, in: finite)
    if let squaredError, !(squaredError >= 0) {
      throw InputError("the squared error is \(squaredError)", at: "--squared-error", remedy: "it is not negative")
    }
    guard error == nil || squaredError == nil else {
      throw InputError("two training errors are given", remedy: "give --error or --squared-error")
    }
    let audit = try SafeDataAudit(
      reward: table.expected(in: finite.mdp), in: finite.mdp, coverage: try readCoverage(finite),
      error: error ?? squaredError.map { $0.squareRoot() }, regretLimit: regret, seeksBestCoverage: !skipBest,
      stateNames: finite.stateNames, actionNames: finite.actionNames)
    try output.show(audit.findings, numbers: audit.summary, report: ReportModel(audit, world: finite, reward: reward))
  }

  private func readCoverage(_ finite: FiniteWorld) throws -> [Double] {
    let mdp = finite.mdp
    let rows = mdp.stateCount * mdp.actionCount
    let counts: [Double]
    if coverage == "uniform" {
      counts = [Double](repeating: 1, count: rows)
    } else if coverage.hasPrefix("policy:") {
      let read = try PolicyWords.read(String(coverage.dropFirst(7)), in: mdp)
      guard read.count == 1 else { throw InputError("\(read.count) policies", at: "--coverage", remedy: "give one") }
      counts = mdp.occupancy(of: read[0].policy)
    } else if coverage.hasSuffix(".npy") || coverage.hasSuffix(".json") {
      let table = try RewardTable.named(coverage, in: finite)
      guard table.axes == .stateAction else {
        throw InputError(
          "the counts are on \(table.axes.words)", at: coverage, remedy: "give one for each state and action")
      }
      counts = table.values
    } else {
      counts = try coverage.split(separator: ",").map { text in
        guard let value = Double(text) else {
          throw InputError("'\(text)' is no number", at: "--coverage", remedy: "give \(rows) numbers parted by commas")
        }
        return value
      }
    }
    guard counts.count == rows else {
      throw InputError(
        "\(counts.count) numbers", at: "--coverage", remedy: "give \(rows), one for each state and action")
    }
    if let index = counts.firstIndex(where: { !($0 >= 0 && $0.isFinite) }) {
      throw InputError(
        "the count is \(counts[index])", at: "--coverage, state \(finite.stateNames[index / mdp.actionCount])",
        remedy: "counts are not negative")
    }
    let shares = Vectors.unitScaled(counts).values
    let sum = shares.reduce(0, +)
    guard sum > 0 else {
      throw InputError("there are no data", at: "--coverage", remedy: "some count must be positive")
    }
    return shares.map { $0 / sum }
  }
}

import ArgumentParser
import Files
import Foundation
import Pactolus

/// `pactolus compare --runs RUN RUN…`: how far learned rewards are apart, from a sample of transitions.
struct RunComparison: ParsableArguments {
  @Flag(
    name: .customLong("runs"),
    help: "Compare what finished runs of one environment have learned; WORLD and REWARD are then runs, or studies.")
  var isOn = false

  @Option(
    help: ArgumentHelp(
      "With --runs, whose episodes the transitions come from: random (play), agents (of the runs), mixture (both; the "
        + "default).", valueName: "whose"))
  var coverage: String?

  @Option(help: "With --runs, how many transitions are compared (default: 1024).")
  var transitions: Int?

  @OptionGroup var threads: ThreadOption

  /// The findings that `--fail-on` names with `--runs`.
  static let guardedNames = ["close", "coverage", "any"]

  /// Refuses these options where there are no runs.
  func validate() throws {
    guard isOn || (coverage == nil && transitions == nil) else {
      throw ValidationError("--coverage and --transitions go with --runs.")
    }
  }

  private struct Numbers: Encodable {
    var runs: [String]
    var sample: SampledComparison
  }

  /// - Parameter discount: of returns; nil takes the one that all runs were trained with, or 0.99.
  func run(
    _ directories: [String], acceptable: Double, discount: Double?, seed: Int, failOn: String?, output: TheoryOutput
  ) throws {
    threads.apply()
    let guarded = try guarded(failOn)
    let coverage = try coverage.map { name in
      guard let source = CoverageSource(rawValue: name) else {
        throw InputError.unknown("coverage", name, among: CoverageSource.allCases.map(\.rawValue), at: "--coverage")
      }
      return source
    }
    let compared = try ComparedRuns(
      directories, registry: Parts.current.environments, learners: Parts.current.learners)
    let rewards = compared.runs.map { ComparedReward($0.name, $0.reward) }
    let sample = try SampledComparison(
      compared.entry, rewards: rewards + [.environment(Self.truth(compared.runs.map(\.name)))],
      agents: compared.runs.map { ($0.name, $0.policy) }, coverage: coverage ?? .mixture,
      discount: discount ?? compared.discount ?? 0.99, transitions: transitions ?? 1024, acceptable: acceptable,
      random: RandomSource(seed: UInt64(seed)))
    var output = output
    if let out = output.out, out.hasSuffix(".svg") {
      try DurableFile.write(Data(ReportModel.heatMap(sample.starc, sample.names).svg.utf8), to: out)
      output.out = nil
    }
    let findings = sample.findings
    try output.show(
      findings, numbers: Numbers(runs: compared.runs.map(\.directory), sample: sample), preface: Self.text(sample),
      report: ReportModel(sample, written: nil))
    if findings.contains(where: { finding in finding.verdict == .fails && guarded.contains { finding.id.hasPrefix($0) }
    }) {
      throw ExitCode(3)
    }
  }

  /// The name of the environment's own reward: a run may be called "true".
  private static func truth(_ names: [String]) -> String {
    var name = "true"
    while names.contains(name) { name = "the " + name }
    return name
  }

  private func guarded(_ failOn: String?) throws -> [String] {
    guard let failOn else { return [] }
    return try failOn.split(separator: ",").map { word in
      let name = word.trimmingCharacters(in: .whitespaces)
      guard Self.guardedNames.contains(name) else {
        throw InputError.unknown("finding", name, among: Self.guardedNames, at: "--fail-on")
      }
      return name == "any" ? "" : "sampled/\(name)/"
    }
  }

  /// The sample in words, and the three matrices.
  private static func text(_ sample: SampledComparison) -> String {
    let matrices = [sample.starc, sample.epic, sample.dard].map { matrix in
      Screen.table(
        [["\(matrix.metric), 0 to \(NumberFormat.plain.text(matrix.greatest))"] + sample.names]
          + zip(sample.names, matrix.distances).map { name, row in
            [name] + row.map { $0.map(\.text) ?? "–" }
          })
    }
    return ([sample.description] + matrices).joined(separator: "\n\n")
  }
}

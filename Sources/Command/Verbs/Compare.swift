import ArgumentParser
import Files
import Foundation
import Pactolus

/// `pactolus compare WORLD REWARD REWARD…`: how far rewards are apart, and what it can cost to go by the wrong one.
struct CompareVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "How far rewards of a finite world, or of runs, are apart, and what going by the wrong one costs.",
    discussion: """
      Exact in finite worlds. The first reward is compared with each of the others in detail, and each with each in
      a matrix.
      Documentation/comparing-rewards.md walks through an example.

        pactolus compare grid:rows=3,columns=3 sparse_goal dense_goal cliff_walk
        pactolus compare world.json truth proxy --out comparison.html
        pactolus compare world.json truth proxy --fail-on worst-case-regret

      With --runs what finished runs have learned is compared, with each other and with the environment's own
      reward, over a sample of transitions, with intervals:

        pactolus compare --runs runs/Pendulum-v1-1 runs/Pendulum-v1-2

      With --out FILE.svg the matrix alone is drawn.
      Exit codes: 0 done, 2 bad input, 3 a finding named by --fail-on fails, 64 wrong usage.
      """)

  @OptionGroup var world: WorldArgument

  @Argument(help: FiniteWorld.rewardHelp)
  var rewards: [String] = []

  @Option(
    help: ArgumentHelp(
      "The matrix's metric, as canonicalisation-norm-distance: none, VAL, VALPotential, minimal2, minimal1, minimalInf, "
        + "projection, EPIC or DARD; 0, 1, 2, inf, w1, w2 or winf; one of these or angle; or "
        + "VAL-occupancy, in which states count by how often the uniform policy is there.", valueName: "metric"))
  var metric: String = "VAL-2-2"

  @Option(
    help: ArgumentHelp(
      "What share of what is at stake may be lost before a finding fails; with --runs, the STARC distance up to which "
        + "rewards are close."))
  var acceptable: Double = 0.1

  @Option(
    help: "Which random policies are looked at, where there are too many to list; with --runs, which transitions.")
  var seed: Int = 0

  @Option(
    help: ArgumentHelp(
      "Exit with 3 if one of these fails: same-order, worst-case-regret, optimal-policy or epic, the middle two with "
        + "/forward or /backward for one direction; with --runs close or coverage; 'any' for every finding.",
      valueName: "findings"))
  var failOn: String?

  @Option(
    help: ArgumentHelp(
      "Also show distances with another base policy for VAL than the uniform one: \(PolicyWords.oneHelp).",
      valueName: "policy"))
  var policy: String?

  @Option(
    help: ArgumentHelp(
      "Also show distances whose norm weighs states and actions: \(CoverageWords.help).", valueName: "weights"))
  var weights: String?

  @OptionGroup var horizon: HorizonOption

  @OptionGroup var runs: RunComparison

  @OptionGroup var output: TheoryOutput

  func validate() throws {
    guard runs.isOn || rewards.count >= 2 else {
      throw ValidationError("compare takes a world and at least two rewards, or --runs and at least one run.")
    }
    guard !runs.isOn || metric == "VAL-2-2" else {
      throw ValidationError("--metric is for finite worlds; --runs shows STARC, EPIC and DARD.")
    }
    guard !runs.isOn || (policy == nil && weights == nil && horizon.horizon == nil) else {
      throw ValidationError("--policy, --weights and --horizon are for finite worlds; --runs has --coverage.")
    }
    guard (0...1).contains(acceptable) else { throw ValidationError("--acceptable takes a share from 0 to 1.") }
    guard seed >= 0 else { throw ValidationError("--seed takes a number that is not negative.") }
  }

  private struct Numbers: Encodable {
    var world: String
    var own: OwnDistances?
    var matrix: RewardMatrix
    var worstCaseRegrets: RewardMatrix?
    var pairs: [TwoRewards]
  }

  /// The beginnings of the identifiers that `--fail-on` names.
  private func guarded() throws -> [String] {
    guard let failOn else { return [] }
    if failOn == "any" { return [""] }
    let directed = ["worst-case-regret", "optimal-policy"]
    let known =
      ["same-order", "epic"] + directed + directed.flatMap { [$0 + "/forward", $0 + "/backward"] } + ["any"]
    return try failOn.split(separator: ",").map { word in
      let name = word.trimmingCharacters(in: .whitespaces)
      guard known.contains(name) else { throw InputError.unknown("finding", name, among: known, at: "--fail-on") }
      return "comparison/" + name
    }
  }

  func run() throws {
    if runs.isOn {
      return try runs.run(
        [world.world] + rewards, acceptable: acceptable, discount: horizon.discount, seed: seed, failOn: failOn,
        output: output)
    }
    let guarded = try guarded()
    let staged = try horizon.read(world)
    let finite = staged.finite
    let tables = try rewards.map { (name: $0, table: try staged.reward($0)) }
    // First, so that a wrong name is told at once.
    let matrix = try RewardMatrix(finite.mdp, tables, metricNamed: metric)
    let own = try ownDistances(staged, tables)
    let random = RandomSource(seed: UInt64(seed))
    let pairs = try tables.dropFirst().map { other in
      try TwoRewards(finite.mdp, tables[0], other, acceptableRegret: acceptable, random: random)
    }
    let rows = finite.mdp.stateCount * finite.mdp.actionCount
    // A program for each ordered pair; the details always have the first reward's.
    let regrets =
      tables.count > 2 && rows <= 1000 && tables.count <= 12
      ? try RewardMatrix.worstCaseRegrets(finite.mdp, tables) : nil
    var output = output
    if let out = output.out, out.hasSuffix(".svg") {
      try DurableFile.write(Data(ReportModel.heatMap(matrix).svg.utf8), to: out)
      output.out = nil
    }
    let findings = pairs.flatMap(\.findings)
    try output.show(
      findings,
      numbers: Numbers(world: finite.title, own: own, matrix: matrix, worstCaseRegrets: regrets, pairs: pairs),
      preface: ([Self.text(matrix)] + (own.map { [Self.text($0.matrix)] } ?? [])
        + (regrets.map { [Self.text($0)] } ?? [])
        + pairs.map { Self.text($0, finite) })
        .joined(separator: "\n\n"),
      report: ReportModel(comparing: pairs, matrix: matrix, regrets: regrets, world: finite, written: nil))
    let failed = findings.contains { finding in
      finding.verdict == .fails && guarded.contains { finding.id == $0 || finding.id.hasPrefix($0 + "/") || $0.isEmpty }
    }
    if failed { throw ExitCode(3) }
  }

  private func ownDistances(
    _ staged: StagedWorld, _ tables: [(name: String, table: RewardTable)]
  ) throws -> OwnDistances? {
    guard policy != nil || weights != nil else { return nil }
    let base = try policy.map { try staged.policy($0, at: "--policy") }
    let weights = try weights.map { try CoverageWords.read($0, in: staged.finite, at: "--weights") }
    let name = "VAL" + (policy.map { ", base policy \($0)" } ?? "") + (self.weights.map { ", weights \($0)" } ?? "")
    return try OwnDistances(staged.finite.mdp, tables, base: base, weights: weights, name: name)
  }

  private static func text(_ matrix: RewardMatrix) -> String {
    let rows = zip(matrix.names, matrix.shown).map { name, values in
      [name] + values.map { NumberFormat.plain.text($0) }
    }
    return Screen.table([[matrix.metric] + matrix.names] + rows)
  }

  /// The distances between two rewards, and the two policies of the worst case: the first states where they differ.
  private static func text(_ pair: TwoRewards, _ world: FiniteWorld) -> String {
    func number(_ value: Double?) -> String { value.map { NumberFormat.plain.text($0, digits: 4) } ?? "undefined" }
    let rows =
      pair.distances.map {
        [$0.metric, $0.distance.isZero ? "≈ 0" : number($0.distance.value), $0.isSTARC ? "" : "no STARC metric"]
      }
      + pair.pearson.map { [$0.name, number($0.result.value), "no STARC metric"] }
    let text =
      "\(pair.firstName) and \(pair.secondName)\n" + Screen.table(rows.map { ["  " + $0[0], $0[1], $0[2]] })
    guard let regret = pair.worstCase.forward, let value = regret.value, value > 0 else { return text }
    let witness = WitnessRows(regret, world).rows
    let shown = witness.prefix(20)
    return text
      + "\n  worst case for \(pair.firstName): \(pair.secondName) allows leaving the first policy for the second\n"
      + Screen.table(([["in state", "first", "second"]] + shown).map { ["    " + $0[0], $0[1], $0[2]] })
      + (witness.count > shown.count
        ? "\n    and in \(witness.count - shown.count) more states, which --json has" : "")
  }
}

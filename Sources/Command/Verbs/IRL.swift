import ArgumentParser
import Files
import Foundation
import Pactolus

/// `pactolus irl WORLD --demonstrations FILE|N`: the reward that explains behaviour.
struct IRLVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "irl", abstract: "The reward behind demonstrations in a finite world: the best one, or a posterior.",
    discussion: """
      FILE: {"trajectories": [{"states": [0, 1, 4], "actions": ["east", 2]}]}, states and actions by number or name.
      N: so many simulated demonstrations of an agent that follows --truth, the world's first reward unless given.
      Documentation/inverse-reinforcement-learning.md walks through an example.

        pactolus irl grid:rows=3,columns=3 --demonstrations 100 --length 20
        pactolus irl world.json --demonstrations people.json --posterior --model boltzmann --rationality 5
      """)

  @OptionGroup var world: WorldArgument

  @Option(help: ArgumentHelp("A .json file, or how many to simulate.", valueName: "file|n"))
  var demonstrations: String

  @Option(help: ArgumentHelp("The true reward, to simulate and to compare with.", valueName: "reward"))
  var truth: String?

  @Option(help: "Actions of each simulated demonstration; the horizon if there is one.")
  var length: Int?

  @Option(help: "Steps that the demonstrator plans for; forever, unless the world's file has a horizon.")
  var horizon: Int?

  @Option(help: "The demonstrator's discount; the world's unless given. 1 only with a horizon.")
  var discount: Double?

  @Option(help: "maximumEntropy, or boltzmann (softmax over optimal Q; needs --posterior).")
  var model: String = "maximumEntropy"

  @Option(help: "What multiplies the reward in the demonstrator's choices.")
  var rationality: Double = 1

  @Option(help: "What the learned reward is on: state, stateAction or transition.")
  var on: String = "state"

  @Option(help: ArgumentHelp("Rows of features for a linear reward, one for each entry.", valueName: "file.npy"))
  var features: String?

  @Option(help: ArgumentHelp("Widths of a network's hidden layers: 32,32.", valueName: "widths"))
  var hidden: String?

  @Option(help: "matching (of occupancies) or likelihood; matching with a horizon, else likelihood.")
  var objective: String?

  @Option(help: "Most iterations of the search.")
  var iterations: Int = 10_000

  @Flag(help: "Sample the posterior instead of searching for the best reward.")
  var posterior = false

  @Option(help: "Draws kept of each of 4 chains.")
  var draws: Int = 1000

  @Option(help: "The prior's standard deviation of each parameter.")
  var prior: Double = 1

  @Option(help: "Seed of simulated demonstrations, networks and samplers.")
  var seed: Int = 0

  @OptionGroup var output: TheoryOutput

  private static let mostDraws = 1_000_000
  /// The numbers of a plan over a horizon: 0.8 GB.
  private static let largestPlan = 1e8
  private static let widestLayer = 4096

  func validate() throws {
    guard seed >= 0 else { throw ValidationError("--seed takes a number that is not negative.") }
    guard iterations > 0 else { throw ValidationError("--iterations takes a positive number.") }
    guard draws <= Self.mostDraws else { throw ValidationError("--draws takes at most \(Self.mostDraws).") }
  }

  private struct Numbers: Encodable {
    var world: String
    var reward: RewardTable
    var stop: MaximumEntropyFit.Stop?
    var iterations: Int?
    var logLikelihood: Double?
    var parameters: [RewardPosterior.Parameter]?
    var recovered: RecoveredReward?
  }

  func run() throws {
    let world = try world.read()
    let mdp = world.mdp
    let random = RandomSource(seed: UInt64(seed))
    let horizon = horizon ?? world.horizon
    if let horizon, Double(horizon) * Double(mdp.stateCount * mdp.actionCount) > Self.largestPlan {
      throw InputError(
        "a plan for \(horizon) steps in \(mdp.stateCount) states is too large", at: "--horizon",
        remedy: "give at most \(Int(Self.largestPlan) / (mdp.stateCount * mdp.actionCount))")
    }
    let demonstrator = try Demonstrator(
      Self.word(model, "model"), rationality: rationality, horizon: horizon, discount: discount ?? mdp.discount)
    let form = try form(mdp)
    let truth =
      try truth.map { try RewardTable.named($0, in: world) }
      ?? (Int(demonstrations) != nil ? world.rewards.first?.table : nil)
    let data = try read(world, demonstrator, truth, random)
    var findings = [RewardIdentification.finding(mdp, demonstrator, form, data)]
    let learned: RewardTable
    var numbers = Numbers(
      world: world.title, reward: try RewardTable(states: 1, actions: 1, axes: .state, values: [0]))
    var rows: [[String]] = []
    if posterior {
      var settings = BayesianIRLSettings()
      (settings.draws, settings.priorScale) = (draws, prior)
      let found = try BayesianIRL(mdp, demonstrator, form, settings: settings, random: random).sample(data)
      learned = found.meanReward
      findings.append(found.convergenceFinding)
      numbers.parameters = found.parameters
      rows = [["parameter", "mean", "sd", "90 % interval", "R̂", "effective draws"]]
      rows += found.parameters.enumerated().prefix(40).map { index, parameter in
        [
          features == nil && form.axes == .state ? world.stateNames[index] : "\(index)", Self.text(parameter.mean),
          Self.text(parameter.standardDeviation),
          "\(Self.text(parameter.interval.lower)) … \(Self.text(parameter.interval.upper))",
          Self.text(parameter.rHat), Self.text(parameter.effectiveSampleSize.rounded()),
        ]
      }
    } else {
      var settings = MaximumEntropyIRLSettings()
      settings.maximumIterations = iterations
      settings.objective = try objective.map { try Self.word($0, "objective") }
      let fit = try MaximumEntropyIRL(mdp, demonstrator, form, settings: settings, random: random).fit(data)
      learned = fit.reward
      findings.append(fit.convergenceFinding)
      (numbers.stop, numbers.iterations, numbers.logLikelihood) = (fit.stop, fit.iterations, fit.logLikelihood)
      rows = [[learned.axes.words, "reward"]]
      rows += learned.values.enumerated().filter { learned.axes != .transition || $0.element != 0 }.prefix(40)
        .map { [learned.axes == .state ? world.stateNames[$0.offset] : "\($0.offset)", Self.text($0.element)] }
    }
    numbers.reward = learned
    if let truth {
      let recovered = try RecoveredReward(mdp, learned: learned, truth: truth)
      numbers.recovered = recovered
      findings.append(recovered.finding())
    }
    try output.show(
      findings, numbers: numbers,
      preface: "\(data.trajectories.count) demonstrations, \(data.steps) actions\n\n" + Screen.table(rows),
      report: ReportModel(
        rewardRows: rows, isPosterior: posterior, demonstrations: data, findings: findings, world: world.title,
        picture: (learned, world)))
  }

  private func form(_ mdp: TabularMDP) throws -> RewardForm {
    let axes: RewardTable.Axes = try Self.word(on, "kind of reward")
    var form = RewardForm(axes)
    var table: [Double] = []
    var count = 0
    if let features {
      let array = try NumPyFile.read(URL(fileURLWithPath: features))
      guard array.shape.count == 2 else {
        throw InputError("the features have the shape \(array.shape)", at: features, remedy: "give [entries, features]")
      }
      (table, count) = (array.doubles(), array.shape[1])
      form.kind = .linear(features: table, count: count)
    }
    if let hidden {
      let widths = try hidden.split(separator: ",").map { part in
        guard let width = Int(part), (1...Self.widestLayer).contains(width) else {
          throw InputError(
            "a layer of width '\(part)'", at: "--hidden", remedy: "give numbers from 1 to \(Self.widestLayer): 32,32")
        }
        return width
      }
      guard widths.count <= 8 else {
        throw InputError("\(widths.count) hidden layers", at: "--hidden", remedy: "give at most 8")
      }
      form.kind = .network(features: table, count: count, hidden: widths)
    }
    return form
  }

  private func read(
    _ world: FiniteWorld, _ demonstrator: Demonstrator, _ truth: RewardTable?, _ random: RandomSource
  ) throws -> Demonstrations {
    guard let count = Int(demonstrations) else {
      return try Demonstrations(
        json: Data(WholeFile.read(URL(fileURLWithPath: demonstrations))), in: world, place: demonstrations)
    }
    guard let truth else {
      throw InputError("the world has no reward to simulate with", at: "--demonstrations", remedy: "give --truth")
    }
    // A reward of extreme size is brought to size 1, and the rationality with it: their product is what acts.
    let (unit, exponent) = truth.unitScaled
    let isExtreme = abs(exponent) > 64
    var person = demonstrator
    if isExtreme { person.rationality = min(max(person.rationality.timesTwo(to: exponent), 0x1p-900), 0x1p900) }
    let rewards = (isExtreme ? unit : truth).expected(in: world.mdp)
    return try Demonstrations(
      simulating: person.policies(rewards, in: world.mdp), in: world.mdp, count: count,
      length: demonstrator.horizon ?? length ?? 20, random: random)
  }

  private static func word<Word: RawRepresentable & CaseIterable>(_ text: String, _ kind: String) throws -> Word
  where Word.RawValue == String {
    guard let word = Word(rawValue: text) else {
      throw InputError.unknown(kind, text, among: Word.allCases.map(\.rawValue))
    }
    return word
  }

  private static func text(_ value: Double) -> String { NumberFormat.plain.text(value) }
}

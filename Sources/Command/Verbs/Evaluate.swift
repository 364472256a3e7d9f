import ArgumentParser
import Foundation
import Pactolus

/// `pactolus evaluate RUN`: fresh episodes of the learned policy, by the truth and by the learned reward.
struct EvaluateVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate", abstract: "Play fresh episodes with what a run has learned.")

  @Argument(help: ArgumentHelp("The run's directory, or a study's.", valueName: "run"))
  var directory: String

  @Option(help: "How many episodes.")
  var episodes: Int = 100

  @Option(help: "Which episodes: their randomness follows from it, apart from the run's.")
  var seed: Int = 0

  @Flag(help: "Draw actions as in training, instead of taking the likeliest.")
  var stochastic = false

  @Option(
    help: ArgumentHelp(
      "A run in the same world, whose policy takes over where what is seen is unlike what was judged.", valueName: "run"
    ))
  var fallback: String?

  @Option(help: "With --fallback: the conformal p-value below which it takes over.")
  var level: Double = 0.05

  @Flag(help: "Also say what is not known of the learned reward in these episodes, and why.")
  var uncertainty = false

  @OptionGroup var threads: ThreadOption

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    guard (1...100_000).contains(episodes) else { throw ValidationError("--episodes takes a number from 1 to 100000.") }
    guard seed >= 0 else { throw ValidationError("--seed takes a number that is not negative.") }
    guard level > 0, level < 1 else { throw ValidationError("--level takes a number between 0 and 1, such as 0.05.") }
  }

  func run() throws {
    threads.apply()
    let directories =
      Study.isStudy(directory)
      ? try Study.open(directory: directory, learners: Parts.current.learners).directories : [directory]
    let evaluations = try directories.map {
      try RunEvaluation(
        directory: $0, episodes: episodes, seed: seed, deterministic: !stochastic,
        fallback: fallback.map { RunEvaluation.Fallback(directory: $0, level: level) },
        registry: Parts.current.environments, learners: Parts.current.learners, uncertainty: uncertainty,
        kinds: Parts.current.kinds)
    }
    for id in Set(evaluations.map(\.environment)).sorted() { RepeatabilityLine.complain(about: id) }
    if json { return try JSONLine.printPretty(evaluations) }
    for evaluation in evaluations {
      print("\(evaluation.directory): \(evaluation.environment), \(evaluation.agentSteps) steps of the agent")
      print("  true return      " + text(evaluation.meanTrueReturn, evaluation.trueReturnInterval))
      print("  predicted return " + text(evaluation.meanPredictedReturn, evaluation.predictedReturnInterval))
      if let use = evaluation.fallback { print("  fallback acts    " + text(use)) }
      if let flips = evaluation.flips { print("  clean flips      " + text(flips)) }
      if let uncertainty = evaluation.uncertainty {
        for line in UncertaintyText.lines(uncertainty) { print(line) }
      }
    }
  }

  private func text(_ flips: Backflip.Count) -> String {
    String(
      format: "%.2f  (some in %d of %d episodes; on other parts than the foot in %.1f %% of moments): %@",
      flips.meanCleanFlips, flips.episodesWithFlips, flips.episodes.count, 100 * flips.meanShareOnOtherParts,
      flips.succeeds ? "it flips" : "not what counts as flipping")
  }

  private func text(_ use: FallbackUse) -> String {
    String(format: "in %.1f %% of steps", 100 * use.takeovers)
      + (use.interval.map { String(format: "  (95 %% interval %.1f %% to %.1f %%)", 100 * $0.lower, 100 * $0.upper) }
        ?? "")
      + String(format: ", some in %.0f %% of episodes", 100 * use.episodes)
  }

  private func text(_ mean: Double, _ interval: Interval?) -> String {
    String(format: "%.2f", mean)
      + (interval.map { String(format: "  (95 %% interval of the mean %.2f to %.2f)", $0.lower, $0.upper) } ?? "")
  }
}

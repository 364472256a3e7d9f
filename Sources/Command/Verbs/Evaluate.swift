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

  @Option(help: "With --fallback or --ask-first: the conformal p-value below which what is seen is unfamiliar.")
  var level: Double = 0.05

  @Option(
    help: ArgumentHelp(
      "Count the steps that would wait for a person (unfamiliar, irreversible, both): the questions if all is allowed, "
        + "and what comes of it if nobody answers; with --fallback that policy acts then, instead of taking over.",
      valueName: "which"))
  var askFirst: String?

  @Flag(help: "Also say what is not known of the learned reward in these episodes, and why.")
  var uncertainty = false

  @OptionGroup var threads: ThreadOption

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    guard (1...100_000).contains(episodes) else { throw ValidationError("--episodes takes a number from 1 to 100000.") }
    guard seed >= 0 else { throw ValidationError("--seed takes a number that is not negative.") }
    _ = try AskFirstOption.reasons(askFirst)
    guard level > 0, level < 1 else { throw ValidationError("--level takes a number between 0 and 1, such as 0.05.") }
  }

  func run() throws {
    threads.apply()
    let directories =
      Study.isStudy(directory)
      ? try Study.open(directory: directory, learners: Parts.current.learners).directories : [directory]
    let asking = try AskFirstOption.reasons(askFirst)
    let evaluations = try directories.map {
      try RunEvaluation(
        directory: $0, episodes: episodes, seed: seed, deterministic: !stochastic,
        fallback: asking == nil ? fallback.map { RunEvaluation.Fallback(directory: $0, level: level) } : nil,
        askFirst: asking.map { RunEvaluation.AskFirst(reasons: $0, level: level, fallback: fallback) },
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
      if let use = evaluation.askFirst { for line in lines(use, episodes: evaluation.lengths.count) { print(line) } }
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

  private func lines(_ use: AskFirstUse, episodes: Int) -> [String] {
    func words(_ count: AskFirstUse.Count) -> String {
      "\(count.questions) questions"
        + String(
          format: " (%.2f an episode), %.1f %% of steps wait", Double(count.questions) / Double(max(1, episodes)),
          100 * Double(count.waiting) / Double(max(1, count.steps)))
    }
    return [
      "  asking first     if all is allowed: " + words(use.allowed),
      "                   if nobody answers: " + words(use.refused),
      "                   true return then   " + text(use.refusedTrueReturn, use.refusedTrueReturnInterval),
    ]
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

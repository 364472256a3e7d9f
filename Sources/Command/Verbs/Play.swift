import ArgumentParser
import Foundation
import Pactolus
import Reports

/// `pactolus play ID`: episodes to look at, step by step.
struct PlayVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "play", abstract: "Play episodes of a world: at random, by a run's policy, by a list, or by hand.",
    discussion: """
      Shows them in the terminal, tells them step by step (--json), or writes a film (--video).

        pactolus play pactolus/CartPole-v1 --keyboard
        pactolus play safety/BoatRace-v0 --actions rrddlluu --json
        pactolus play pactolus/Pendulum-v1 --policy runs/Pendulum-v1-1 --video swing.mp4
        pactolus play pactolus/Pendulum-v1 --policy runs/new --fallback runs/trusted
        pactolus play pactolus/Pendulum-v1 --policy runs/new --ask-first unfamiliar --patience 20
      """)

  @Argument(help: "Which world; 'pactolus environments' lists them.")
  var environment: String

  @Option(help: ArgumentHelp("A run's directory: play as its agent does.", valueName: "run"))
  var policy: String?

  @Option(
    help: ArgumentHelp(
      "The actions, one after the other: indices or names (0,1 or up,left or ul), or numbers (0.5:-1,0:0); @FILE reads "
        + "them from a file.", valueName: "list"))
  var actions: String?

  @Option(
    help: ArgumentHelp(
      "With --policy: a run in the same world, whose policy takes over where what is seen is unlike what was judged.",
      valueName: "run"))
  var fallback: String?

  @Option(
    help: ArgumentHelp(
      "With --policy: which steps wait for a y or n at the keyboard: unfamiliar, irreversible or both. Without an answer, "
        + "and where there is no terminal, the policy of --fallback acts, or the agent stays.", valueName: "which"))
  var askFirst: String?

  @Option(help: "With --ask-first: the seconds in which the answer has to come (default: 60).")
  var patience: Double?

  @Option(
    help:
      "With --fallback or --ask-first: the conformal p-value below which what is seen is unfamiliar (default: 0.05).")
  var level: Double?

  @Flag(help: "Choose the actions with the keyboard: arrows, digits, letters; q ends.")
  var keyboard = false

  @Flag(help: "Draw the policy's actions as in training, instead of taking the likeliest.")
  var stochastic = false

  @Option(help: "How many episodes.")
  var episodes: Int = 1

  @Option(help: "At most so many steps in all.")
  var steps: Int?

  @Option(help: "Which episodes: all their chance follows from it.")
  var seed: Int = 0

  @Option(
    help: ArgumentHelp(
      "Write what was played as a film: .mp4, .webm, .gif or .webp (with ffmpeg), .svg (moves by itself), .html.",
      valueName: "file"))
  var video: String?

  @Flag(help: "Print each step as a JSON line.")
  var json = false

  func validate() throws {
    guard (1...100_000).contains(episodes) else { throw ValidationError("--episodes takes a number from 1 to 100000.") }
    guard seed >= 0 else { throw ValidationError("--seed takes a number that is not negative.") }
    guard (steps ?? 1) > 0 else { throw ValidationError("--steps takes a positive number.") }
    guard [policy != nil, actions != nil, keyboard].filter({ $0 }).count <= 1 else {
      throw ValidationError("--policy, --actions and --keyboard exclude each other.")
    }
    guard !stochastic || policy != nil else { throw ValidationError("--stochastic goes with --policy.") }
    guard fallback == nil || policy != nil else { throw ValidationError("--fallback goes with --policy.") }
    guard askFirst == nil || policy != nil else { throw ValidationError("--ask-first goes with --policy.") }
    let reasons = try AskFirstOption.reasons(askFirst)
    guard patience == nil || reasons != nil else { throw ValidationError("--patience goes with --ask-first.") }
    guard patience.map({ $0 >= 0.1 && $0 <= 86_400 }) ?? true else {
      throw ValidationError("--patience takes a number of seconds from 0.1 to 86400.")
    }
    guard level == nil || (reasons == nil ? fallback != nil : reasons != .irreversible) else {
      throw ValidationError("--level goes with --fallback, or with --ask-first unfamiliar or both.")
    }
    guard level.map({ $0 > 0 && $0 < 1 }) ?? true else {
      throw ValidationError("--level takes a number between 0 and 1, such as 0.05.")
    }
    guard !keyboard || !json else { throw ValidationError("--keyboard and --json exclude each other.") }
  }

  func run() throws {
    if let video { try Film.check(video) }
    let entry = try Parts.current.environments.entry(environment)
    guard entry.specification.maximumEpisodeSteps != nil || steps != nil || actions != nil || keyboard else {
      throw InputError("'\(environment)' has no time limit", at: environment, remedy: "add --steps 1000")
    }
    RepeatabilityLine.complain(about: environment)
    let played = try PlayedEpisodes(entry, seed: seed)
    let show = PlayScreen(entry, json: json, keyboard: keyboard, films: video != nil)
    if keyboard {
      let keys = try Keyboard(entry.specification)
      defer { keys.close() }
      try play(played, show) { _ in keys.next() }
    } else {
      let (choice, asking) = try choice(entry)
      try play(
        played, show, trusted: choice.fallback, asking: asking,
        choose: choice.chooser(for: entry.specification, seed: seed))
    }
    if let video {
      try Film.write(show.clips, to: video)
      Screen.write("film: \(video)\n", to: json ? STDERR_FILENO : STDOUT_FILENO)
    }
  }

  private func choice(_ entry: EnvironmentEntry) throws -> (ActionChoice, AskFirstSetup?) {
    if let actions { return (.listed(try ActionList(actions, in: entry.specification.actionSpace).actions), nil) }
    guard let policy else { return (.random, nil) }
    let (environments, learners) = (Parts.current.environments, Parts.current.learners)
    let run = try TrainedRun(directory: policy, registry: environments, learners: learners)
    guard run.entry.specification.id == environment else {
      throw InputError(
        "this run's agent acts in '\(run.entry.specification.id)'", at: policy,
        remedy: "play that, or name a run in '\(environment)'")
    }
    if let reasons = try AskFirstOption.reasons(askFirst) {
      let setup = try AskFirstSetup(
        run, reasons, level: level ?? 0.05, fallback: fallback, seed: seed, registry: environments, learners: learners)
      return (.policy(run.policy, isDrawn: stochastic), setup)
    }
    guard let fallback else { return (.policy(run.policy, isDrawn: stochastic), nil) }
    let guarded = try FallbackPolicy(
      run, RunEvaluation.Fallback(directory: fallback, level: level ?? 0.05), seed: seed, registry: environments,
      learners: learners)
    return (.policy(guarded, isDrawn: stochastic), nil)
  }

  private func play(
    _ played: PlayedEpisodes, _ show: PlayScreen, trusted: FallbackPolicy? = nil, asking: AskFirstSetup? = nil,
    choose: ([Float]) -> [Float]?
  ) throws {
    let interruption = Interruption()
    let asking = asking.map { setup in
      let keys = PermissionKeys(
        setup.specification.actionSpace, seconds: patience ?? 60, stop: interruption.flag)
      return AskFirstPlaying(setup, ask: keys.ask)
    }
    var (ended, taken) = (0, 0)
    try show.begin(played)
    while ended < episodes, taken < steps ?? .max, !interruption.flag.isRaised {
      let seen = played.observation
      guard let action = choose(seen) else { break }
      let decided = asking?.decide(action, seeing: seen) ?? (action: action, asked: nil)
      var step = try played.step(decided.action)
      step.fallback = trusted?.takesOver(at: seen)
      step.asked = decided.asked
      taken += 1
      try show.show(step, played)
      guard step.terminated || step.truncated else { continue }
      ended += 1
      if ended < episodes { try show.begin(played) }
    }
    try show.finish()
  }
}

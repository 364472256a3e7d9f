import ArgumentParser
import Files
import Foundation
import Pactolus

/// `pactolus imitate ENV --method M`: a policy from demonstrations.
struct ImitateVerb: VerbWithSettings {
  static let configuration = CommandConfiguration(
    commandName: "imitate", abstract: "Learn to act from demonstrations.",
    discussion: """
      bc clones; dagger clones and asks the expert again; gail and airl train an agent to be taken for the expert; trex
      learns a reward from ranked demonstrations, drex ranks a noisy clone by itself, and both train an agent on it.
      FILE: trajectories of the Python package imitation (.npz) or our own (.safetensors); trex ranks them by the
      rewards in the file. --expert trains a demonstrator on the true reward first; with trex it demonstrates all along.
      Documentation/imitation.md has what to expect.

        pactolus imitate pactolus/CartPole-v1 --method bc --expert
        pactolus imitate pactolus/CartPole-v1 --method gail --demonstrations expert.npz --out imitated
        pactolus imitate pactolus/Pendulum-v1 --method trex --expert --expert-steps 80000 --episodes 12
      """)

  @Argument(help: "Where to act; 'pactolus environments' lists them.")
  var environment: String

  @Option(help: "bc, dagger, gail, airl, trex or drex.")
  var method: String

  @Option(help: ArgumentHelp("What to learn from: .npz or .safetensors.", valueName: "file"))
  var demonstrations: String?

  @Flag(help: "Train the demonstrator on the true reward.")
  var expert = false

  @Option(help: "Steps of that training; few make a demonstrator that can be improved on.")
  var expertSteps: Int?

  @Option(help: "Episodes that it demonstrates.")
  var episodes: Int = 20

  @Option(
    help:
      "Steps of the agent (gail, airl, trex, drex), rounded up to whole rollouts; from the environment's preset unless given."
  )
  var steps: Int?

  @Option(help: "All randomness follows from it.")
  var seed: Int = 0

  @Option(help: ArgumentHelp("Write policy, reward, result and the expert's demonstrations here.", valueName: "dir"))
  var out: String?

  @OptionGroup var flags: SettingFlags
  @OptionGroup var threads: ThreadOption

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    guard seed >= 0 else { throw ValidationError("--seed takes a number that is not negative.") }
    guard (1...100_000).contains(episodes) else { throw ValidationError("--episodes takes a number from 1 to 100000.") }
    for (name, value) in [("--steps", steps), ("--expert-steps", expertSteps)]
    where !(1...1_000_000_000).contains(value ?? 1) {
      throw ValidationError("\(name) takes a number from 1 to 1000000000, as run.steps does.")
    }
    guard expert != (demonstrations != nil) else {
      throw ValidationError("Give either --demonstrations FILE or --expert.")
    }
  }

  private struct Document: Encodable {
    var schema = 1
    var environment: String
    var method: ImitationMethod
    var seed: Int
    var demonstrations: Int
    var demonstratedReturn: Double
    var bestDemonstratedReturn: Double
    var steps: Int
    var meanTrueReturn: Double
    var trueReturnInterval: Interval?
    var noise: [Noise]?
    var notes: [String]

    struct Noise: Encodable {
      var share: Double
      var meanTrueReturn: Double
    }
  }

  func run() throws {
    guard let method = ImitationMethod(rawValue: method) else {
      throw InputError.unknown(
        "method", method, among: ImitationMethod.allCases.map(\.rawValue), at: "--method")
    }
    if method == .dagger, !expert {
      throw InputError("DAgger asks the expert, which a file cannot answer", at: "--method", remedy: "use --expert")
    }
    let settings = try flags.resolved(environment: environment, seed: seed).settings
    let entry = try Parts.current.environments.entry(environment)
    if let out { try Self.requireEmpty(out) }
    threads.apply()
    let random = RandomSource(seed: UInt64(seed))
    let steps = steps ?? settings.run.steps
    let learner = try Parts.current.learners.kind(settings.run.learner).factory(settings.learners)

    var trained: TrainedExpert?
    var notes: [String] = []
    let shown: [Trajectory]
    if let demonstrations {
      (shown, notes) = try Self.read(demonstrations)
    } else {
      let expertSteps = expertSteps ?? settings.run.steps
      var line = StepsLine("expert", total: expertSteps)
      let made = try TrainedExpert(
        entry, learner: learner, steps: expertSteps, episodes: episodes,
        checkpoints: method == .trex ? min(12, episodes) : 1, random: random.child("imitate/expert"),
        progress: { if !json { line.show($0) } })
      line.clear()
      (trained, shown) = (made, made.demonstrations)
    }
    guard !shown.isEmpty else { throw InputError("there are no demonstrations", at: demonstrations) }

    var line = StepsLine(method.rawValue, total: steps)
    let learned = try Imitation(
      method, entry: entry, learner: learner, steps: steps, random: random.child("imitate/learner")
    ).learn(
      from: shown, expert: trained.map { Expert($0.policy, in: entry.specification) },
      progress: { if !json { line.show($0) } })
    line.clear()
    if out != nil, !(learned.policy is any Encodable) {
      notes.append("the policy of '\(learner.name)' has no stored form and is not kept")
    }
    let returns = try evaluate(
      learned.policy, in: entry, episodes: 50, random: random.child("imitate/evaluation")
    ).map(\.trueReturn)

    let document = Document(
      environment: environment, method: method, seed: seed, demonstrations: shown.count,
      demonstratedReturn: Statistics.mean(shown.map(\.trueReturn)),
      bestDemonstratedReturn: shown.map(\.trueReturn).max() ?? 0, steps: learned.steps,
      meanTrueReturn: Statistics.mean(returns),
      trueReturnInterval: entry.returns.meanInterval(returns),
      noise: learned.noise.isEmpty
        ? nil : learned.noise.map { .init(share: $0.share, meanTrueReturn: $0.meanTrueReturn) }, notes: notes)
    if let out { try write(document, learned, trained, to: out, entry: entry) }
    if json { return try JSONLine.printPretty(document) }
    for note in notes { Screen.complain(note) }
    print(
      "\(environment): \(document.demonstrations) demonstrations, true return "
        + "\(Self.text(document.demonstratedReturn)) on average, \(Self.text(document.bestDemonstratedReturn)) at best")
    for level in learned.noise {
      print("  clone with \(Int(level.share * 100)) % random actions: \(Self.text(level.meanTrueReturn))")
    }
    let interval = document.trueReturnInterval.map {
      "  (95 % interval of the mean \(Self.text($0.lower)) to \(Self.text($0.upper)))"
    }
    print(
      "\(method.rawValue) after \(learned.steps) steps\(Self.rounding(steps, learned.steps)): true return "
        + "\(Self.text(document.meanTrueReturn))\(interval ?? "")")
    if let out { print("written to \(out)") }
  }

  private static func read(_ path: String) throws -> ([Trajectory], notes: [String]) {
    let url = URL(fileURLWithPath: path)
    if url.pathExtension == "safetensors" { return (try TrajectoryFile.read(url), []) }
    let read = try ImitationFile.read(url)
    return (read.content, read.notes)
  }

  private static func requireEmpty(_ directory: String) throws {
    guard try FileManager.default.entries(of: directory).isEmpty else {
      throw InputError("the directory is not empty", at: directory, remedy: "choose another place")
    }
  }

  private func write(
    _ document: Document, _ learned: Imitation.Learned, _ trained: TrainedExpert?, to directory: String,
    entry: EnvironmentEntry
  ) throws {
    let place = URL(fileURLWithPath: directory)
    try FileManager.default.makeDirectory(directory)
    try WholeFile.write(JSON.encode(document), to: place.appendingPathComponent("result.json"))
    if let policy = learned.policy as? any Encodable {
      try WholeFile.write(JSON.encode(policy), to: place.appendingPathComponent("policy.json"))
    }
    if let reward = learned.reward {
      try WholeFile.write(JSON.encode(reward), to: place.appendingPathComponent("reward.json"))
    }
    guard let trained else { return }
    var actions = ImitationFile.Actions.continuous
    if case .discrete = entry.specification.actionSpace { actions = .discrete }
    try ImitationFile.write(
      trained.demonstrations, actions: actions, to: place.appendingPathComponent("demonstrations.npz"))
  }

  /// Why there are more steps than were asked for.
  private static func rounding(_ asked: Int, _ taken: Int) -> String {
    taken > asked ? " (\(asked) asked for, rounded up to whole rollouts)" : ""
  }

  private static func text(_ value: Double) -> String { String(format: "%.2f", value) }
}

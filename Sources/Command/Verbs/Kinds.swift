import ArgumentParser
import Files
import Pactolus

/// `pactolus kinds [KIND]`: what people can be asked, or how one kind is asked in an environment.
struct KindsVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kinds", abstract: "The kinds of feedback that a reward can be learned from.",
    discussion: """
      Without KIND: all of them. With one: the question as a person sees it. A run asks for several in turns:

          pactolus learn pactolus/Pendulum-v1 --feedback.kinds comparison,best-of-k
      """)

  @Argument(help: "One kind, to see its question.")
  var kind: String?

  @Option(help: ArgumentHelp("The environment that the question is about.", valueName: "environment"))
  var environment = "pactolus/Pendulum-v1"

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    guard let name = kind else { return try list() }
    let kind = try Parts.current.kinds.kind(name)
    let world = FeedbackWorld(try Parts.current.environments.entry(environment))
    let question = try Self.example(kind, in: world)
    let shown = try kind.show(question, in: world)
    if json { return try JSONLine.printPretty(shown) }
    print("\(kind.name): \(kind.summary)\n\n\(shown.prompt)\n")
    for caption in shown.captions { print("  [\(caption)]") }
    print("\nreply: \(Self.describe(shown.reply))")
  }

  private func list() throws {
    struct Listed: Encodable {
      var name: String
      var summary: String
    }
    let listed = Parts.current.kinds.kinds.map { Listed(name: $0.name, summary: $0.summary) }
    if json { return try JSONLine.printPretty(listed) }
    let width = (listed.map(\.name.count).max() ?? 0) + 2
    for kind in listed { print(kind.name + String(repeating: " ", count: width - kind.name.count) + kind.summary) }
  }

  /// A question about clips of an agent that acts at random.
  private static func example(_ kind: AnyFeedbackKind, in world: FeedbackWorld) throws -> Question<JSONValue> {
    let random = RandomSource(seed: 0)
    let clips = world.entry.randomClips(4, steps: 20, random: random)
    var draws = random.stream("kinds/question")
    let material = QuestionMaterial(clips: clips, world: world) { clip, step, actions in
      let start = clips[clip].start ?? EpisodePosition(slot: clip, episode: 0, step: 0)
      let before = clips[clip].actions.prefix(step * world.specification.actionSpace.rowSize)
      return world.entry.whatIf(start: start, random: random, actions: before + actions, from: step)
    }
    return try kind.ask(material, random: &draws)
  }

  private static func describe(_ reply: ReplyForm) -> String {
    switch reply {
    case .compare(let strengths, let ties):
      "the first or the second" + (strengths ? ", strongly or not" : "") + (ties ? ", or about equal" : "")
    case .pick(let offers): "one of " + offers.map(\.text).joined(separator: ", ")
    case .states(let offers, let makes):
      "one of the states " + offers.map(\.text).joined(separator: "; ")
        + (makes ? "; or one that the person brings about" : "")
    case .order(let places):
      places.map { "the best \($0) clips in order; ties allowed" } ?? "the clips in order, best first; ties allowed"
    case .curve(let lowest, let highest): "a curve over the clip, from \(lowest) to \(highest)"
    case .moments(let segments): "the best and the worst of \(segments) segments of the clip"
    case .trajectory(let others, _, _):
      (["a clip that the person makes"] + others.map(\.text)).joined(separator: ", or ")
    case .formula(let features): "a formula over " + features.joined(separator: ", ")
    case .text(let examples): "a sentence, such as: " + examples.joined(separator: "; ")
    }
  }
}

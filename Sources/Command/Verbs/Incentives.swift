import ArgumentParser
import Foundation
import Pactolus

/// `pactolus incentives DIAGRAM|WORLD|RUN`: what does a decision have a reason to know, to respond to, to change; and by
/// which way does a trained policy gain?
struct IncentivesVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "incentives",
    abstract: "What a decision has a reason to know, to respond to and to change, from a causal influence diagram.",
    discussion: """
      DIAGRAM is a .yaml or .json file of a diagram or of a world made of variables, the name of an example or of a world,
      or a run's directory; without it examples and worlds are listed. Of a run, how much of what its policy gains comes
      through what is delicate.

        pactolus incentives content-recommender
        pactolus incentives recommender --delicate interest --baseline mixed
        pactolus incentives runs/Recommender-v0-1 --delicate interest
        pactolus incentives party --svg party.svg
        pactolus incentives signals --agent receiver

      Where the diagram has tables, information, control and policies have their worth in utility, exactly.
      Documentation/incentives.md explains the format and the words.
      """)

  @Argument(
    help: ArgumentHelp(
      "A diagram's or a world's .yaml or .json file, an example, a world, or a run's directory.",
      valueName: "diagram"
    ))
  var source: String?

  @Option(help: ArgumentHelp("Whose incentives, where there are several agents.", valueName: "name"))
  var agent: String?

  @Option(help: ArgumentHelp("At which decision, where the agent has several; otherwise at each.", valueName: "node"))
  var decision: String?

  @Option(help: ArgumentHelp("Also draw the diagram, incentives marked, to this file.", valueName: "file"))
  var svg: String?

  @Option(help: "Of a world: how many steps are looked at.")
  var steps: Int?

  @Option(
    help: ArgumentHelp(
      "Of a world or a run: a variable that is not to be a means; how much of what agents gain comes through it?",
      valueName: "variable"))
  var delicate: [String] = []

  @Option(
    help: ArgumentHelp(
      "With --delicate: the action of the baseline, under which the variable goes its natural course; of a world the first "
        + "one unless given. Of a run 'uniform' unless given, or 'start', its policy before training.",
      valueName: "action"
    ))
  var baseline: String?

  @Option(help: "With --delicate: what a unit of influence costs the agents that are punished for it.")
  var penalty = 1.0

  @Flag(help: "Print JSON.")
  var json = false

  @Flag(help: "Of a run: show the evidence, the assumptions and the source of each finding.")
  var grounds = false

  func validate() throws {
    guard penalty >= 0, penalty.isFinite else {
      throw ValidationError("--penalty takes a number that is not negative.")
    }
    guard steps.map({ (1...100).contains($0) }) ?? true else { throw ValidationError("--steps takes 1 to 100.") }
    guard !delicate.isEmpty || baseline == nil else { throw ValidationError("--baseline needs --delicate.") }
  }

  func run() throws {
    guard let source else {
      guard agent == nil, decision == nil, svg == nil, steps == nil, delicate.isEmpty else {
        throw InputError(
          "there is no diagram to look at", at: "pactolus incentives", remedy: "name a file or an example")
      }
      return try list()
    }
    switch try IncentiveSource(source) {
    case .diagram(let diagram):
      for (name, isGiven) in [("--steps", steps != nil), ("--delicate", !delicate.isEmpty)] where isGiven {
        throw InputError(
          "a diagram has nodes, and no steps or variables", at: name, remedy: "name a world, or leave it out")
      }
      try show(diagram)
    case .world(let name, let world):
      for (option, isGiven) in [("--agent", agent != nil), ("--decision", decision != nil), ("--svg", svg != nil)]
      where isGiven {
        throw InputError("a world is asked about its first action, in words", at: option, remedy: "leave it out")
      }
      let told = try WorldIncentives(
        name, world, steps: steps, delicate: delicate, baseline: baseline, penalty: penalty)
      if json { return try JSONLine.printPretty(told) }
      print(told.text)
    case .run(let directory):
      for (option, isGiven) in [
        ("--agent", agent != nil), ("--decision", decision != nil), ("--svg", svg != nil), ("--steps", steps != nil),
      ] where isGiven {
        throw InputError("a run is asked about whole episodes of its policy", at: option, remedy: "leave it out")
      }
      try RunIncentives(directory: directory, delicate: delicate, baseline: baseline).show(json: json, grounds: grounds)
    }
  }

  /// Everything about a diagram, wherever it came from.
  func show(_ diagram: InfluenceDiagram) throws {
    let agents = agent.map { [$0] } ?? diagram.agents
    // An unknown agent or decision, and a diagram without either, is refused before anything is shown.
    var tables: [IncentiveTable] = []
    for name in agents.isEmpty ? [nil] : agents.map(Optional.some) {
      let view = try AgentView(diagram, agent: name)
      guard let decision else {
        tables += try view.decisions.map { IncentiveTable(try Incentives(view, at: $0)) }
        continue
      }
      let index = try diagram.index(of: decision)
      // Of several agents, the one whose decision it is.
      if agents.count > 1, !view.decisions.contains(index) { continue }
      tables.append(IncentiveTable(try Incentives(view, at: view.decision(named: decision))))
    }
    guard let first = tables.first else {
      throw InputError.unknown(
        "decision", decision ?? "", among: diagram.decisions().map { diagram.nodes[$0].name }, at: "--decision")
    }
    let game = diagram.agents.count > 1 && agent == nil && decision == nil ? GameTable(diagram) : nil
    if let svg {
      guard tables.count == 1 else {
        throw InputError(
          "\(tables.count) decisions are asked about, and a picture shows one", at: "--svg",
          remedy: "choose with --decision: " + tables.map(\.decision).joined(separator: ", "))
      }
      try DurableFile.write(Data(DiagramDrawing(diagram, first).svg.utf8), to: svg)
    }
    if json { return try JSONLine.printPretty(Document(decisions: tables, game: game)) }
    print(tables.map { IncentiveText($0).lines }.joined(separator: "\n\n"))
    if let game { print("\n" + GameText(game).lines) }
    if let svg { print("picture: \(svg)") }
  }

  private struct Document: Encodable {
    var decisions: [IncentiveTable]
    var game: GameTable?
  }

  private func list() throws {
    struct Listed: Encodable {
      var name: String
      var about: String?
      var text: String
    }
    let listed = try InfluenceDiagram.examples.map {
      Listed(name: $0.name, about: try InfluenceDiagram(example: $0.name).about, text: $0.text)
    }
    let worlds = WorldIncentives.worlds.map { Listed(name: $0.name, about: $0.about, text: "") }
    if json { return try JSONLine.printPretty(listed + worlds) }
    for example in listed { print("\(example.name)\n    \(example.about ?? "")") }
    print("\nworlds made of variables:")
    for world in worlds { print("\(world.name)\n    \(world.about ?? "")") }
  }
}

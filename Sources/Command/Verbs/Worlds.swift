import ArgumentParser
import Pactolus

/// `pactolus worlds [WORLD]`: the generators, or one world in full.
struct WorldsVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "worlds", abstract: "The finite worlds that theory's verbs take, or what one of them holds.",
    discussion: """
      Without WORLD: every generator with its settings. With one: its size, its structure and its rewards.
      The formats of files are in Documentation/worlds.md; --save writes either.

        pactolus worlds grid:rows=3,columns=3
        pactolus worlds --from gym:FrozenLake-v1 --save lake.json
        pactolus worlds gym:FrozenLake-v1:map_name=8x8,is_slippery=false
      """)

  @Argument(
    help: ArgumentHelp(
      "A .json or .npz file, an environment's id, a table of Gymnasium's such as gym:Taxi-v4, or a generator such as "
        + "cliff:columns=7,slip=0.1."))
  var world: String?

  @Option(help: ArgumentHelp("The world, likewise: another way to name it.", valueName: "world"))
  var from: String?

  @Option(help: ArgumentHelp("Also write the world to this .json or .npz file.", valueName: "file"))
  var save: String?

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    if world != nil, from != nil { throw ValidationError("Give the world once: as WORLD or with --from.") }
  }

  func run() throws {
    guard let text = world ?? from else {
      guard save == nil else { throw InputError("there is no world to save", at: "--save", remedy: "name a world") }
      return try list()
    }
    let world = try FiniteWorld(describing: text, environments: Parts.current.environments)
    if let save { try world.write(to: save) }
    let summary = WorldSummary(world)
    if json { return try JSONLine.printPretty(summary) }
    print(summary.text)
  }

  private func list() throws {
    struct Listed: Encodable {
      struct Setting: Encodable {
        var name: String
        /// A number or, of Gymnasium's tables, what stands there.
        var value: Double?
        var text: String?
      }
      var name: String
      var summary: String
      var settings: [Setting]
      var example: String
    }
    let listed = FiniteWorld.generators.map { generator in
      Listed(
        name: generator.name, summary: generator.summary,
        settings: generator.settings.map { Listed.Setting(name: $0.name, value: $0.value) }, example: generator.example)
    }
    let tables = FiniteWorld.gymnasium.map { entry in
      Listed(
        name: FiniteWorld.gymnasiumPrefix + entry.id, summary: entry.summary,
        settings: entry.settings.map { Listed.Setting(name: $0.name, text: $0.value) }, example: entry.example)
    }
    if json { return try JSONLine.printPretty(listed + tables) }
    print("Generators, each with the settings it has unless given; any may be left out:\n")
    for generator in listed { print("  \(generator.example)\n      \(generator.summary)") }
    print("\nGymnasium's toy-text tables, likewise:\n")
    for table in tables { print("  \(table.example)\n      \(table.summary)") }
    print("\nFinite environments: " + Parts.current.environments.finite.joined(separator: ", "))
    print("Files: .json and .npz, see Documentation/worlds.md")
  }
}

import ArgumentParser
import Foundation
import Pactolus
import Reports

/// `pactolus environments [ID]`: the list, or one environment in full.
struct EnvironmentsVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "environments", abstract: "The worlds an agent can act in.")

  @Argument(help: "An environment's id, for everything about it.")
  var id: String?

  @Option(
    help: ArgumentHelp(
      "Write tables of all of them, with pictures and measured random returns, between the marks of this Markdown page.",
      valueName: "page"))
  var write: String?

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    guard write == nil || id == nil && !json else {
      throw ValidationError("--write writes about all environments: give neither an id nor --json with it.")
    }
  }

  func run() throws {
    let registry = Parts.current.environments
    if let write {
      for prefix in try EnvironmentPage.write(registry, into: write) {
        Screen.complain("what \(prefix)… needs is not here: its table stays as it is")
      }
      let unplaced = try EnvironmentPage.unplaced(registry, in: write)
      if !unplaced.isEmpty {
        Screen.complain(
          "the page has no place for some families, whose tables are left out; a table stands between such a line and "
            + "'<!-- end of table -->':\n" + unplaced.map { "  " + $0 }.joined(separator: "\n"))
      }
      return
    }
    guard let id else { return try list(registry) }
    let described = Described(try registry.entry(id))
    if json { return try JSONLine.printPretty(described) }
    print(described.text)
  }

  /// What is here, and of each source whether it is, or the one line that installs it.
  private func list(_ registry: EnvironmentRegistry) throws {
    let sources = registry.sources.map { Source($0) }
    if json {
      return try JSONLine.printPretty(Listed(environments: registry.entries.map { Described($0) }, sources: sources))
    }
    print(Screen.table(registry.entries.map { [$0.specification.id, $0.specification.summary] }))
    for source in sources {
      print("\n\(source.prefix)…  \(source.summary)")
      print(source.ready.map { "  here: \($0)" } ?? "  not here; to install: \(source.install ?? "")")
      if !source.environments.isEmpty { print(Screen.table(source.environments.map { ["  " + $0.id, $0.summary] })) }
    }
  }

  private struct Listed: Encodable {
    var environments: [Described]
    var sources: [Source]
  }

  /// Where further worlds come from.
  private struct Source: Encodable {
    var prefix: String
    var summary: String
    var ready: String?
    var install: String?
    var environments: [Line]

    struct Line: Encodable {
      var id: String
      var summary: String
    }

    init(_ source: any EnvironmentSource) {
      prefix = source.prefix
      summary = source.summary
      switch source.availability {
      case .ready(let with): ready = with
      case .missing(let command): install = command
      }
      environments = source.listing.map { Line(id: $0.id, summary: $0.summary) }
    }
  }

  /// What is said of an environment, to people and to machines.
  private struct Described: Encodable {
    var id: String
    var summary: String
    var observation: [Component]
    var actions: [Component]
    var actionKind: String
    var timeLimit: Int?
    var canTerminate: Bool
    var alternativeRewards: [Component]
    var source: String

    /// For people alone; the JSON keeps its form.
    private var reward: String?
    private var returns: String?

    private enum CodingKeys: String, CodingKey {
      case id, summary, observation, actions, actionKind, timeLimit, canTerminate, alternativeRewards, source
    }

    struct Component: Encodable {
      var name: String
      var meaning: String?
      var low: Float?
      var high: Float?
    }

    init(_ entry: EnvironmentEntry) {
      let specification = entry.specification
      id = specification.id
      summary = specification.summary
      let space = specification.observationSpace
      observation = specification.observationNames.enumerated().map { index, name in
        Component(name: name, low: space.low[index].finite, high: space.high[index].finite)
      }
      switch specification.actionSpace {
      case .discrete(let names):
        actionKind = "one of \(names.count)"
        actions = names.map { Component(name: $0) }
      case .continuous(let box):
        actionKind = "\(box.count) number" + (box.count == 1 ? "" : "s")
        actions = (0..<box.count).map { Component(name: "\($0)", low: box.low[$0].finite, high: box.high[$0].finite) }
      }
      timeLimit = specification.maximumEpisodeSteps
      canTerminate = specification.canTerminate
      alternativeRewards =
        entry.namedRewards.map { Component(name: $0.name, meaning: $0.summary) }
        + entry.clipRewards.map { Component(name: $0.name, meaning: $0.summary) }
      source = specification.source
      reward = entry.reward
      returns = Self.returns(entry.returns)
    }

    /// "an episode earns: 1.5 by random actions, 500 (the optimum)".
    private static func returns(_ known: KnownReturns) -> String? {
      var parts: [String] = []
      if let random = known.random {
        let interval = random.interval.map {
          " [\(NumberFormat.plain.text($0.lower)), \(NumberFormat.plain.text($0.upper))]"
        }
        parts.append(NumberFormat.plain.text(random.mean) + (interval ?? "") + " by random actions")
      }
      if let reference = known.reference {
        parts.append(NumberFormat.plain.text(reference) + (known.origin.map { " (\($0))" } ?? " at best known"))
      }
      return parts.isEmpty ? nil : "an episode earns: " + parts.joined(separator: ", ")
    }

    var text: String {
      func lines(_ components: [Component]) -> String {
        Screen.table(
          components.map { component in
            let range =
              component.low == nil && component.high == nil
              ? "" : "\(component.low.map { "\($0)" } ?? "−∞") … \(component.high.map { "\($0)" } ?? "∞")"
            return ["  " + component.name, component.meaning ?? range]
          })
      }
      var text =
        "\(id)\n\(summary)\n\nobservation\n\(lines(observation))\n\naction: \(actionKind)\n\(lines(actions))\n\n"
      text += "episode: " + (timeLimit.map { "at most \($0) steps" } ?? "no time limit")
      text += canTerminate ? ", can end earlier (so its length leaks reward)\n" : ", never ends earlier\n"
      if let reward { text += "reward: \(reward)\n" }
      if let returns { text += returns + "\n" }
      if !alternativeRewards.isEmpty { text += "\nother rewards to judge by\n\(lines(alternativeRewards))\n" }
      return text + "\nsource: \(source)"
    }
  }
}

extension Float {
  fileprivate var finite: Float? { isFinite ? self : nil }
}

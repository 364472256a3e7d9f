import ArgumentParser
import Foundation
import Pactolus

/// `pactolus environments [ID]`: the list, or one environment in full.
struct EnvironmentsVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "environments", abstract: "The worlds an agent can act in.")

  @Argument(help: "An environment's id, for everything about it.")
  var id: String?

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let registry = Parts.current.environments
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
      alternativeRewards = entry.namedRewards.map { Component(name: $0.name, meaning: $0.summary) }
      source = specification.source
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
      if !alternativeRewards.isEmpty { text += "\nother rewards to judge by\n\(lines(alternativeRewards))\n" }
      return text + "\nsource: \(source)"
    }
  }
}

extension Float {
  fileprivate var finite: Float? { isFinite ? self : nil }
}

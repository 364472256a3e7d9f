import ArgumentParser
import Foundation
import Pactolus
import Reproductions

/// What a `pactolus` is made of: the worlds, learners, kinds of feedback, checks, reproductions and verbs that
/// it knows.
///
/// ```swift
/// // main.swift of a program of your own, which depends on the product "PactolusCommand":
/// var parts = Parts.standard
/// parts.environments.add(EnvironmentEntry(Corridor()))
/// parts.kinds = parts.kinds.adding(Approval.self)
/// parts.add(CountVerb.self, to: .files)
/// PactolusCommand.main(parts)
/// ```
///
/// Verbs find it in ``current``; nothing in the command reads a list of its own.
public struct Parts: Sendable {
  /// The worlds an agent can act in, and the presets that `run.preset` may name.
  public var environments = Engines.environments
  /// What learns to act.
  public var learners = LearnerRegistry.standard
  /// What people can be asked: what `feedback.kinds` may name.
  public var kinds = FeedbackRegistry.standard
  /// What `pactolus audit` looks at in files.
  public var checks = AuditCheck.standard
  /// The published experiments of `pactolus reproduce`.
  public var reproductions = Reproduction.all
  /// Writes the answers of a directory in which texts were judged, in a format of `pactolus export`, to a file; says what
  /// was written. Nil in a program without the workbench, which hands over to the one that has it.
  package var exportJudgments: (@Sendable (_ directory: String, _ format: String, _ file: URL) throws -> [String])?
  /// Writes what people said at a run's workbench as a table, and says so; nil in a program without the workbench.
  package var writeAnswers: (@Sendable (_ run: String, _ file: URL) throws -> String)?
  /// The verbs by group, in the order of `--help`.
  public private(set) var verbs: [(group: VerbGroup, verbs: [any ParsableCommand.Type])]

  /// The parts of this package.
  public static let standard = Parts(verbs: standardVerbs)

  /// The parts of the command that runs: those that ``PactolusCommand/main(_:)`` was given.
  @TaskLocal public static var current = Parts.standard

  /// Adds a verb at the end of its group. One of the same name is replaced where it stands.
  public mutating func add(_ verb: any ParsableCommand.Type, to group: VerbGroup) {
    for (place, entry) in verbs.enumerated() {
      guard let index = entry.verbs.firstIndex(where: { $0.verbName == verb.verbName }) else { continue }
      verbs[place].verbs[index] = verb
      return
    }
    if let place = verbs.firstIndex(where: { $0.group == group }) {
      verbs[place].verbs.append(verb)
    } else {
      verbs.append((group, [verb]))
    }
  }

  /// The verb of this name, if there is one.
  func verb(named name: String) -> (any ParsableCommand.Type)? {
    verbs.lazy.flatMap { $0.verbs }.first { $0.verbName == name }
  }

  /// The names of all verbs, as near misses are sought among them.
  var verbNames: [String] { verbs.flatMap { $0.verbs.map { $0.verbName } } }
}

/// A heading of `pactolus --help`, in the words of what a user wants to do.
public struct VerbGroup: Sendable, Hashable {
  /// The heading.
  public let title: String

  /// A group under this heading.
  public init(_ title: String) { self.title = title }

  /// Rewards from people, and agents from rewards.
  public static let learn = VerbGroup("Learn")
  /// How far what was learned can be trusted.
  public static let trust = VerbGroup("Trust")
  /// What can be proved in finite worlds, and what others have published.
  public static let prove = VerbGroup("Prove")
  /// Files in and out.
  public static let files = VerbGroup("Files")
  /// Runs and their settings.
  public static let run = VerbGroup("Run")
}

extension ParsableCommand {
  /// What a user types.
  static var verbName: String { configuration.commandName ?? String(describing: self).lowercased() }
}

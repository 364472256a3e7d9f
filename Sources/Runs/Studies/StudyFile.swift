import Compute
import Files
import Foundation
import Yams

/// A study as its file states it: base settings, axes that are crossed, seeds, what to measure and against what.
///
/// ```yaml
/// study: learning-rates
/// settings: {run.environment: pactolus/Pendulum-v1}
/// axes:
///   ppo.learningRate: [1e-4, 1e-3]
///   person:
///     never errs: {person.temperature: 0}
///     errs in a third: {person.slips: 0.33}
/// seeds: 10
/// measure: [return, score]
/// ```
///
/// Only the form is checked here, with file, line and near misses; settings and environments when a study begins. The
/// fields are in `Documentation/studies.md`.
public struct StudyFile: Sendable, Hashable {
  /// The file as it was written.
  public let text: String
  /// What errors call it.
  public let path: String
  /// One word: it names the study's directory.
  public private(set) var name = ""
  /// A sentence about the question that is asked.
  public private(set) var about: String?
  /// What every run has in common.
  package private(set) var settings: [SettingsFile.Entry] = []
  /// What is varied, the first slowest.
  package private(set) var axes: [StudyAxis] = []
  package private(set) var seeds = StudySeeds.count(3)
  /// Fresh episodes that each finished agent plays to be measured.
  package private(set) var episodes = 100
  package private(set) var measures: [StudyMeasure] = [.return, .headline]
  /// Seeds of the agent on the true reward that scores compare with.
  package private(set) var references = 3
  package private(set) var tables: [StudyTableKind] = [.rows]
  /// Whether the runs' directories stay after their results are in the table.
  package private(set) var keepsRuns = true
  package private(set) var budget = StudyBudget()

  /// The fields that a file may have.
  private enum Field: String, CaseIterable {
    case study, about, settings, axes, seeds, episodes, measure, references, tables, keep, minutes, rate
  }

  /// Reads a file.
  ///
  /// - Throws: `InputError` with the line.
  public init(path: String) throws {
    let bytes = try WholeFile.read(URL(fileURLWithPath: path))
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw InputError("the study file is not text", at: path, remedy: "save it as UTF-8")
    }
    try self.init(text: text, path: path)
  }

  /// Reads text; `path` is what errors call it.
  ///
  /// - Throws: `InputError` with the line.
  public init(text: String, path: String) throws {
    self.text = text
    self.path = path
    do {
      let fields = "the fields are " + Field.allCases.map(\.rawValue).joined(separator: ", ")
      let root = try Yams.compose(yaml: text).map { FieldNode($0, path: path, field: "the file") }
      guard let root, !root.isEmpty else {
        throw InputError("the study file is empty", at: path, remedy: fields)
      }
      let entries = try root.entries(fields)
      for (name, value) in entries { try read(name, value) }
      guard !self.name.isEmpty else {
        throw InputError("the study has no name", at: "\(path):1", remedy: "begin with 'study: NAME'")
      }
      try checkTogether(entries)
    } catch let error as YamlError {
      throw SettingsFile.explained(error, path)
    }
  }

  private mutating func read(_ name: String, _ value: FieldNode) throws {
    guard let field = Field(rawValue: name) else {
      throw InputError.unknown("field", name, among: Field.allCases.map(\.rawValue), at: value.place)
    }
    switch field {
    case .study:
      self.name = try value.text()
      guard self.name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }),
        self.name.first?.isLetter == true
      else { throw value.refused("'\(self.name)' cannot name a directory", remedy: "use letters, digits, '-' and '_'") }
    case .about: about = try value.text()
    case .settings:
      settings = try value.settings()
      for entry in settings { try StudyAxis.check(entry, at: path) }
    case .axes:
      axes = try value.entries("write each axis as 'setting: [values]' or 'name: {level: {settings}}'")
        .map { try StudyAxis(name: $0.name, $0.value) }
    case .seeds: seeds = try StudySeeds(value)
    case .episodes: episodes = try value.integer(2...100_000)
    case .measure: measures = try value.words("measure")
    case .references: references = try value.integer(1...100)
    case .tables: tables = try value.words("table")
    case .keep: keepsRuns = try value.boolean()
    case .minutes: try budget.readMinutes(value)
    case .rate: budget.rate = try value.number(1...1e12)
    }
  }

  /// What must hold between fields.
  private func checkTogether(_ entries: [(name: String, value: FieldNode)]) throws {
    func place(_ field: Field) -> String { entries.first { $0.name == field.rawValue }?.value.place ?? path }
    guard !tables.contains(.outcomes) || (measures.contains(.score) && measures.contains(.headline)) else {
      throw InputError(
        "tables: outcomes counts headlines by score, and one of them is not measured", at: place(.tables),
        remedy: "add score and headline to 'measure'")
    }
  }
}

/// What a study's tables may show of a trial.
public enum StudyMeasure: String, Sendable, Hashable, Codable, CaseIterable {
  /// Mean true return over fresh episodes.
  case `return`
  /// Where that lies between a random policy (0) and an agent on the true reward (1).
  case score
  /// What the run's headline says.
  case headline
  /// Mean true return of a policy that acts at random.
  case random
  /// Mean true return of an agent that is paid by the true reward.
  case trueReward = "true-reward"
  /// Answers that counted.
  case answers
  /// The agent's steps.
  case steps
  /// Processor seconds of the process that finished the run; no part of equal bytes.
  case seconds

  /// Whether an agent on the true reward and a random policy are needed for it.
  var needsReferences: Bool { [.score, .random, .trueReward].contains(self) }
}

/// How a study's results are laid out.
public enum StudyTableKind: String, Sendable, Hashable, Codable, CaseIterable {
  /// A line for each combination of the axes' levels.
  case rows
  /// What the headlines said of runs that succeeded and of runs that failed, with the rates that are demanded.
  case outcomes
}

import Agents
import Compute
import Files
import Foundation

/// The file `study.json` of a study's directory: its plan with every setting of every row, so that the study goes on in
/// the same way with another version's presets and defaults.
struct StudyDescription: Codable {
  var made = StudyDescription.made
  var format = StudyDescription.format
  var name: String
  var about: String?
  var form: StudyForm
  var number: Int?
  var text: String
  var axes: [String]
  var rows: [Row]
  var references: [Reference]
  var seeds: [Int]
  var episodes: Int
  var measures: [StudyMeasure]
  var tables: [StudyTableKind]
  var keepsRuns: Bool
  var reduction: String?

  struct Row: Codable {
    var levels: [String]
    var steps: Int
    var settings: [String: String]
  }

  struct Reference: Codable {
    var seeds: [Int]
    var steps: Int
    var settings: [String: String]
  }

  private static let made = "pactolus study"
  private static let format = 2

  init(_ plan: StudyPlan) {
    (name, about, form, number, text) = (plan.name, plan.about, plan.form, plan.number, plan.text)
    axes = plan.axes
    rows = plan.rows.map { Row(levels: $0.levels, steps: $0.steps, settings: Self.values($0.settings)) }
    references = plan.references.map {
      Reference(seeds: $0.seeds, steps: $0.steps, settings: Self.values($0.settings))
    }
    (seeds, episodes, measures, tables) = (plan.seeds, plan.episodes, plan.measures, plan.tables)
    (keepsRuns, reduction) = (plan.keepsRuns, plan.reduction)
  }

  /// Every setting but the seed.
  private static func values(_ settings: ResolvedSettings) -> [String: String] {
    var values = settings.settings.values
    values["run.seed"] = nil
    return values
  }

  func plan(_ learners: LearnerRegistry) throws -> StudyPlan {
    StudyPlan(
      name: name, about: about, form: form, number: number, text: text, axes: axes,
      rows: try rows.map {
        StudyPlan.Row(
          levels: $0.levels, settings: try ResolvedSettings(ofRun: $0.settings, learners: learners), steps: $0.steps)
      },
      references: try references.map {
        StudyPlan.Reference(
          settings: try ResolvedSettings(ofRun: $0.settings, learners: learners), seeds: $0.seeds, steps: $0.steps)
      },
      seeds: seeds, episodes: episodes, measures: measures, tables: tables, keepsRuns: keepsRuns, reduction: reduction)
  }

  /// What every format begins with.
  private struct Head: Codable {
    var made: String
    var format: Int
  }

  /// Format 1: seeds and settings alone.
  private struct Seeds: Codable {
    var seeds: [Int]
    var settings: [String: String]
  }

  /// The plan in a file.
  ///
  /// - Throws: `InputError` if it is damaged, foreign or of a later version.
  static func read(_ path: String, learners: LearnerRegistry) throws -> StudyPlan {
    let text = String(decoding: try WholeFile.read(URL(fileURLWithPath: path)), as: UTF8.self)
    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
      do {
        return try CanonicalJSON.decode(type, from: text)
      } catch {
        throw InputError("this is no study's description", at: path, remedy: "put the study's own file back")
      }
    }
    let head = try decode(Head.self)
    guard head.made == made else {
      throw InputError("this is no study's description", at: path, remedy: "put the study's own file back")
    }
    switch head.format {
    case 1:
      let stored = try decode(Seeds.self)
      guard !stored.seeds.isEmpty else { throw InputError("the study has no seeds", at: path) }
      return try StudyPlan(
        settings: ResolvedSettings(ofRun: stored.settings, learners: learners), seeds: stored.seeds, learners: learners)
    case format: return try decode(Self.self).plan(learners)
    default:
      throw InputError(
        "the study has format \(head.format), this program reads formats 1 and \(format)", at: path,
        remedy: "use the version of Pactolus that made it")
    }
  }
}

import Agents
import Compute
import Environments
import Feedback

/// What a study does, trial by trial: its file with the environments, presets and seeds that were meant, and what was
/// cut.
///
/// Made once, when the study is begun, and written down whole (``StudyDescription``), so that a study goes on in the same
/// way whatever becomes of presets and defaults.
package struct StudyPlan: Sendable {
  package var name: String
  package var about: String?
  package var form: StudyForm
  /// Where the seeds were drawn from; nil for those of tuning, and for those that the file names.
  package var number: Int?
  /// The study's file.
  package var text: String
  /// The axes' names.
  package var axes: [String]
  package var rows: [Row]
  package var references: [Reference]
  package var seeds: [Int]
  package var episodes: Int
  package var measures: [StudyMeasure]
  package var tables: [StudyTableKind]
  package var keepsRuns: Bool
  /// What was cut, to be shown beside every table; nil if nothing was.
  package var reduction: String?

  /// A combination of the axes' levels.
  package struct Row: Sendable {
    /// One name for each axis.
    package var levels: [String]
    package var settings: ResolvedSettings
    /// The agent's steps of one seed.
    package var steps: Int
    /// Steps that the agent collects at once; 0 in a plan that was read back.
    var rolloutSize = 0

    package var environment: String { settings.settings.run.environment }
  }

  /// What scores in an environment compare with: an agent with the study's base settings, paid by the true reward.
  package struct Reference: Sendable {
    package var settings: ResolvedSettings
    package var seeds: [Int]
    package var steps: Int

    package var environment: String { settings.settings.run.environment }
  }

  /// All trials in the order in which they begin: references, then the first seed of every row, then the second …, so that
  /// a study that was stopped has as many of each row.
  package var trials: [StudyTrial] {
    var trials: [StudyTrial] = []
    for (index, reference) in references.enumerated() {
      trials.append(StudyTrial(.random(reference: index), in: self))
      trials += reference.seeds.map { StudyTrial(.trueReward(reference: index, seed: $0), in: self) }
    }
    for seed in seeds {
      trials += rows.indices.map { StudyTrial(.run(row: $0, seed: seed), in: self) }
    }
    return trials
  }
}

/// One entry of a study's table, to be made.
package struct StudyTrial: Sendable, Hashable {
  package enum Work: Sendable, Hashable {
    /// Episodes of a policy that acts at random.
    case random(reference: Int)
    /// A run whose agent is paid by the true reward.
    case trueReward(reference: Int, seed: Int)
    /// A seed of a row.
    case run(row: Int, seed: Int)
  }

  package let work: Work
  /// What the table knows it by.
  package let key: String
  /// For people.
  package let title: String
  /// The run's directory, below the study's; nil where there is no run.
  package let folder: String?
  /// The agent's steps.
  package let steps: Int

  init(_ work: Work, in plan: StudyPlan) {
    self.work = work
    switch work {
    case .random(let index):
      let environment = plan.references[index].environment
      (key, title, folder) = ("random/\(environment)", "random policy in \(environment)", nil)
      steps = 0
    case .trueReward(let index, let seed):
      let reference = plan.references[index]
      key = "true-reward/\(reference.environment)/seed-\(seed)"
      title = "true reward in \(reference.environment), seed \(seed)"
      folder = "true-reward-\(Self.slug([reference.environment]))/seed-\(seed)"
      steps = reference.steps
    case .run(let index, let seed):
      let row = plan.rows[index]
      let number = String(index + 1)
      let digits = String(repeating: "0", count: max(0, 3 - number.count)) + number
      let names = row.levels.isEmpty ? "" : row.levels.joined(separator: ", ") + ", "
      key = "row-\(digits)/seed-\(seed)"
      title = "\(names)seed \(seed)"
      folder = plan.axes.isEmpty ? "seed-\(seed)" : "\(digits)-\(Self.slug(row.levels))/seed-\(seed)"
      steps = row.steps
    }
  }

  /// Names as a part of a directory's name: the row's number before it keeps them apart.
  private static func slug(_ names: [String]) -> String {
    let words = names.map { name in
      String(name.split(separator: "/").last ?? "").map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }
    }
    return String(words.map { String($0) }.joined(separator: "-").prefix(60))
  }
}

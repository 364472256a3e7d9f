import Agents
import Compute
import Findings

/// A study's table, read: every row with its trials, their scores, and what is missing.
///
/// ```swift
/// let results = try StudyResults(Study.open(directory: "runs/learning-rates"))
/// results.rows[0].trials.compactMap(\.score?.value)
/// ```
package struct StudyResults: Sendable, Encodable {
  package var status: StudyStatus
  package var about: String?
  package var axes: [String]
  package var seeds: [Int]
  package var episodes: Int
  package var measures: [StudyMeasure]
  package var tables: [StudyTableKind]
  package var rows: [Row]
  package var references: [Reference]

  /// A combination of the axes' levels.
  package struct Row: Sendable, Encodable {
    package var levels: [String]
    package var environment: String
    /// One for each seed, in their order, whether it has been done or not.
    package var trials: [Trial]

    package var done: [Trial] { trials.filter { $0.result != nil } }
  }

  package struct Trial: Sendable, Encodable {
    package var seed: Int
    /// Nil as long as it is not in the table.
    package var result: TrialResult?
    /// Nil where it was not measured, or has no scale to be measured on.
    package var score: TrueScore?
    /// The score by the run's own last episodes: what a test could know that is told how well the agent does in them.
    package var ownScore: TrueScore?
    package var seconds: Double?
  }

  /// What the scores of an environment compare with.
  package struct Reference: Sendable, Encodable {
    package var environment: String
    package var random: ReturnSummary?
    /// One for each seed that has been done.
    package var trueReward: [ReturnSummary]

    /// The mean over the seeds of the agent on the true reward; nil without any.
    package var trueRewardMean: Double? { trueReward.isEmpty ? nil : Statistics.mean(trueReward.map(\.mean)) }
  }

  package init(_ study: Study) throws {
    let table = try StudyTable(reading: study.layout.studyTable)?.contents() ?? StudyTable.Contents()
    self.init(study, table)
  }

  init(_ study: Study, _ table: StudyTable.Contents) {
    let plan = study.plan
    func result(_ work: StudyTrial.Work) -> TrialResult? { table.results[StudyTrial(work, in: plan).key] }
    status = StudyStatus(study, table)
    (about, axes, seeds, episodes) = (plan.about, plan.axes, plan.seeds, plan.episodes)
    (measures, tables) = (plan.measures, plan.tables)
    let references = plan.references.indices.map { index in
      Reference(
        environment: plan.references[index].environment, random: result(.random(reference: index))?.returns,
        trueReward: plan.references[index].seeds.compactMap {
          result(.trueReward(reference: index, seed: $0))?.returns
        })
    }
    self.references = references
    rows = plan.rows.indices.map { index in
      let row = plan.rows[index]
      let reference = references.first { $0.environment == row.environment }
      return Row(
        levels: row.levels, environment: row.environment,
        trials: plan.seeds.map { seed in
          let trial = StudyTrial(.run(row: index, seed: seed), in: plan)
          let result = table.results[trial.key]
          func score(_ returns: ReturnSummary?) -> TrueScore? {
            guard let returns, let random = reference?.random else { return nil }
            return TrueScore(returns, random: random, reference: reference?.trueReward ?? [])
          }
          return Trial(
            seed: seed, result: result, score: score(result?.returns), ownScore: score(result?.own),
            seconds: table.seconds[trial.key])
        })
    }
  }
}

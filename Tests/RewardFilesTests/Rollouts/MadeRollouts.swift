import Compute
import RewardFiles

/// A row of a table made in memory.
struct MadeRollout {
  var prompt = 0
  var promptText: String?
  var completion = ""
  var total = 0.0
  var step: Int32 = -1
  var run: String?
  var error: String?
  var answer = ""
  var extracted = ""
  var gold: Int8 = -1
  var goldWeight = Double.nan
  var truncated: Int8 = -1
  var impossible: Int8 = -1
  var advantage = Double.nan
  var components: [String: Double] = [:]
  var second: [String: Double] = [:]
  var rubric: [String: Double] = [:]
  var attributes: [String: String] = [:]
}

extension RolloutTable {
  /// Rows of one prompt and step are a group; columns that no row has are absent.
  init(_ rows: [MadeRollout]) {
    self.init()
    var groups: [String: Int32] = [:]
    var prompts: [Int: Int32] = [:]
    let hasErrors = rows.contains { $0.error != nil }
    for row in rows {
      total.append(row.total)
      completions.append(row.completion.utf8)
      answers.append(row.answer.utf8)
      extracted.append(row.extracted.utf8)
      step.append(row.step)
      run.append(row.run)
      gold.append(row.gold)
      goldWeight.append(row.goldWeight)
      truncated.append(row.truncated)
      impossible.append(row.impossible)
      advantage.append(row.advantage)
      if hasErrors { error.append(row.error) }
      if let text = row.promptText, prompts[row.prompt] == nil {
        prompts[row.prompt] = Int32(self.prompts.count)
        self.prompts.append(text.utf8)
      }
      prompt.append(prompts[row.prompt] ?? -1)
      let key = "\(row.prompt)/\(row.step)"
      let next = Int32(groups.count)
      group.append(groups[key, default: next])
      groups[key] = group.last
    }
    groupCount = groups.count
    components = Self.columns(rows.map(\.components))
    second = Self.columns(rows.map(\.second))
    rubric = Self.columns(rows.map(\.rubric))
    for name in Set(rows.flatMap(\.attributes.keys)).sorted() {
      addAttribute(name, CategoryColumn(rows.map { $0.attributes[name] }))
    }
  }

  private static func columns(_ rows: [[String: Double]]) -> [Component] {
    Set(rows.flatMap(\.keys)).sorted().map { name in
      Component(name, rows.map { $0[name] ?? .nan })
    }
  }

  /// What one check finds in this table.
  func result(_ check: RolloutCheck, limits: RolloutLimits = RolloutLimits()) -> RolloutResult {
    RolloutAudit(self, checks: [check], limits: limits, random: RandomSource(seed: 1)).results[0]
  }
}

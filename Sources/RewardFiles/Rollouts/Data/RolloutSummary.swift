import Compute

/// What was read of rollout files, in numbers that need no judgement.
public struct RolloutSummary: Encodable, Sendable, Hashable {
  /// The formats, as `--format` names them.
  public let format: String
  /// How many files were read.
  public let files: Int
  /// Rollouts that could be used.
  public let rows: Int
  /// Rows that could not, by reason.
  public let setAside: [Reason]
  /// Groups of rollouts that are compared with each other.
  public let groups: Int
  /// Groups of two or more.
  public let comparedGroups: Int
  /// Compared groups whose rewards are all the same: they teach nothing.
  public let flatGroups: Int
  /// Different prompts.
  public let prompts: Int
  /// Rollouts with a reward.
  public let scored: Int
  /// Their mean.
  public let meanReward: Double?
  /// A 95 % interval of the mean that takes groups, not rollouts, as independent; none below ten groups.
  public let meanRewardInterval: Interval?
  /// Rollouts that name an error; none if the files cannot say.
  public let errors: Int?
  /// Rollouts that were cut off, of those of which it is known; none if the files do not say.
  public let truncated: Int?
  /// Rollouts of which it is known whether they were cut off.
  public let truncationKnown: Int
  /// The parts of the reward, second verdicts and rubric items, with their means.
  public let parts: [Part]
  /// Rows with a label of a person, right or wrong.
  public let gold: Int
  /// Which field was taken for what.
  public let fields: [RolloutTable.Field]
  /// What was found or decided.
  public let notes: [String]

  /// A reason, and how many rows have it.
  public struct Reason: Encodable, Sendable, Hashable {
    /// Why the rows could not be used.
    public let reason: String
    /// How many there are.
    public let count: Int
  }

  /// A named number of the rollouts.
  public struct Part: Encodable, Sendable, Hashable {
    /// What it is called in the file.
    public let name: String
    /// What it is: component, second or rubric.
    public let role: RolloutRole
    /// How many rollouts have it.
    public let count: Int
    /// Its mean.
    public let mean: Double
  }

  /// Linear in the rows.
  public init(_ table: RolloutTable) {
    format = table.format
    files = table.places.files.count
    rows = table.count
    setAside = table.setAside.reasons.map { Reason(reason: $0.reason, count: $0.count) }
    groups = table.groupCount
    prompts = table.prompts.count
    var sums = [Double](repeating: 0, count: table.groupCount)
    var counts = [Int](repeating: 0, count: table.groupCount)
    var least = [Double](repeating: .infinity, count: table.groupCount)
    var greatest = [Double](repeating: -.infinity, count: table.groupCount)
    for row in 0..<table.count where table.total[row].isFinite {
      let group = Int(table.group[row])
      sums[group] += table.total[row]
      counts[group] += 1
      least[group] = min(least[group], table.total[row])
      greatest[group] = max(greatest[group], table.total[row])
    }
    scored = counts.reduce(0, +)
    comparedGroups = counts.count { $0 > 1 }
    flatGroups = counts.indices.count { counts[$0] > 1 && least[$0] == greatest[$0] }
    let mean = scored > 0 ? sums.reduce(0, +) / Double(scored) : .nan
    meanReward = scored > 0 ? mean : nil
    meanRewardInterval = Self.interval(mean: mean, sums: sums, counts: counts)
    errors = table.error.count == table.count ? table.error.codes.count { $0 >= 0 } : nil
    truncated = table.truncated.isEmpty ? nil : table.truncated.count { $0 == 1 }
    truncationKnown = table.truncated.count { $0 >= 0 }
    let columns = [(RolloutRole.component, table.components), (.second, table.second), (.rubric, table.rubric)]
    parts = columns.flatMap { role, columns in
      columns.map { column in
        let values = column.values.filter { !$0.isNaN }
        return Part(name: column.name, role: role, count: values.count, mean: Statistics.mean(values))
      }
    }
    gold = table.gold.count { $0 == 0 || $0 == 1 }
    fields = table.fields
    notes = table.notes
  }

  /// The ratio of sums over groups, with the variance of their residuals (Cochran, Sampling Techniques, 1977, 6.3).
  private static func interval(mean: Double, sums: [Double], counts: [Int]) -> Interval? {
    let used = counts.indices.filter { counts[$0] > 0 }
    guard used.count >= 10 else { return nil }
    let total = Double(used.reduce(0) { $0 + counts[$1] })
    let squares = used.reduce(0.0) { sum, group in
      let residual = sums[group] - mean * Double(counts[group])
      return sum + residual * residual
    }
    let groups = Double(used.count)
    let error = (squares * groups / (groups - 1)).squareRoot() / total
    let reach = error * SpecialFunctions.studentQuantile(0.975, degrees: groups - 1)
    return Interval(lower: mean - reach, upper: mean + reach, level: 0.95)
  }
}

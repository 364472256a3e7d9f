import Compute

/// How long a study may take, and what is cut where the sizes asked for would take longer: seeds first, then steps.
///
/// The estimate counts the agents' steps at a stated rate, so that the same file always gives the same study, on any
/// machine; whether the machine keeps the rate is seen while it runs.
package struct StudyBudget: Sendable, Hashable {
  /// Minutes of the full form and of the quick one; nil for no limit.
  package var full: Double? = 180
  package var quick: Double? = 10
  /// The agent's steps that one core does in a second, questions, reward and evaluation included.
  package var rate = 60_000.0

  /// The limits are for two cores, whatever the machine has.
  static let cores = 2.0
  /// Seeds are not cut below this before steps are.
  static let leastSeeds = 3
  /// Steps are not cut below this share.
  static let leastShare = 0.05

  /// What is left of the sizes asked for.
  package struct Reduction: Sendable, Hashable {
    package var seeds: Int
    /// The share of the steps and of the iterations of every row.
    package var share = 1.0
    /// Minutes by the estimate.
    package var minutes: Double
  }

  mutating func readMinutes(_ value: StudyNode) throws {
    for (name, limit) in try value.entries("write 'minutes: {full: 180, quick: 10}'") {
      let minutes = try limit.text() == "none" ? nil : try limit.number(0.01...1e6)
      switch name {
      case "full": full = minutes
      case "quick": quick = minutes
      default: throw InputError.unknown("form", name, among: ["full", "quick"], at: limit.place)
      }
    }
  }

  /// - Parameters:
  ///   - rowSteps: the agents' steps of one seed of all rows.
  ///   - referenceSteps: those of all agents on the true reward, which are never cut.
  ///   - seeds: as many as were asked for.
  func reduction(rowSteps: Double, referenceSteps: Double, seeds: Int, form: StudyForm) -> Reduction {
    let perMinute = rate * 60 * Self.cores
    func minutes(_ seeds: Int, _ share: Double) -> Double {
      (rowSteps * Double(seeds) * share + referenceSteps) / perMinute
    }
    guard let limit = form == .full ? full : quick, minutes(seeds, 1) > limit else {
      return Reduction(seeds: seeds, minutes: minutes(seeds, 1))
    }
    let least = min(seeds, Self.leastSeeds)
    let kept = (least...seeds).last { minutes($0, 1) <= limit } ?? least
    guard minutes(kept, 1) > limit else { return Reduction(seeds: kept, minutes: minutes(kept, 1)) }
    let share = (limit * perMinute - referenceSteps) / (rowSteps * Double(kept))
    let rounded = max(Self.leastShare, (share * 100).rounded(.down) / 100)
    return Reduction(seeds: kept, share: rounded, minutes: minutes(kept, rounded))
  }
}

/// The size in which a study runs.
public enum StudyForm: String, Sendable, Hashable, Codable {
  /// As its file says, within three hours on two cores unless the file says otherwise.
  case full
  /// Within ten minutes on two cores, to see that everything works.
  case quick
}

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
  struct Reduction {
    var seeds: Int
    /// The share of the steps and of the iterations of every row.
    var share = 1.0
  }

  mutating func readMinutes(_ value: FieldNode) throws {
    for (name, limit) in try value.entries("write 'minutes: {full: 180, quick: 10}'") {
      let minutes = try limit.text() == "none" ? nil : try limit.number(0.01...1e6)
      switch name {
      case "full": full = minutes
      case "quick": quick = minutes
      default: throw InputError.unknown("form", name, among: ["full", "quick"], at: limit.place)
      }
    }
  }

  func limit(_ form: StudyForm) -> Double? { form == .full ? full : quick }

  /// The estimate for so many of the agents' steps.
  func minutes(_ steps: Double) -> Double { steps / (rate * 60 * Self.cores) }

  /// As much as fits: all seeds, or fewer, or the fewest with a share of the steps.
  ///
  /// - Parameters:
  ///   - seeds: as many as were asked for.
  ///   - steps: the agents' steps of all rows and references, with so many seeds and such a share of the rows' steps.
  func reduction(seeds: Int, form: StudyForm, steps: (_ seeds: Int, _ share: Double) -> Double)
    -> Reduction
  {
    guard let limit = limit(form) else { return Reduction(seeds: seeds) }
    func fits(_ seeds: Int, _ share: Double) -> Bool { minutes(steps(seeds, share)) <= limit }
    let least = min(seeds, Self.leastSeeds)
    for count in (least...seeds).reversed() where fits(count, 1) { return Reduction(seeds: count) }
    // In hundredths: rollouts are rounded up, so that the steps are no smooth function of the share.
    let shares = (1..<100).reversed().map { Double($0) / 100 }.filter { $0 >= Self.leastShare }
    return Reduction(seeds: least, share: shares.first { fits(least, $0) } ?? Self.leastShare)
  }
}

/// The size in which a study runs.
public enum StudyForm: String, Sendable, Hashable, Codable {
  /// As its file says, within three hours on two cores unless the file says otherwise.
  case full
  /// Within ten minutes on two cores, to see that everything works.
  case quick
}

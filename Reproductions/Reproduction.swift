import Compute

/// A published experiment that can be run again with one command: our numbers beside the reference's.
///
/// ```swift
/// let result = try Reproduction.named("starc").run(RandomSource(seed: 0))
/// result.numbers.allSatisfy(\.agrees)
/// ```
///
/// One file of this folder for each; add it to ``all``. They run by command (`pactolus reproduce NAME`), not with the
/// tests.
public struct Reproduction: Sendable {
  /// What the command calls it.
  public let name: String
  /// One line for the list.
  public let summary: String
  public let source: String
  /// About how long it takes on two threads.
  public let duration: String
  public let run: @Sendable (RandomSource) throws -> ReproductionResult

  public init(
    name: String, summary: String, source: String, duration: String,
    run: @escaping @Sendable (RandomSource) throws -> ReproductionResult
  ) {
    self.name = name
    self.summary = summary
    self.source = source
    self.duration = duration
    self.run = run
  }

  /// - Throws: ``InputError`` with the nearest known name.
  public static func named(_ name: String) throws -> Reproduction {
    guard let found = all.first(where: { $0.name == name }) else {
      throw InputError.unknown("reproduction", name, among: all.map(\.name))
    }
    return found
  }
}

/// What a reproduction found.
public struct ReproductionResult: Sendable, Codable, Hashable {
  public var title: String
  public var numbers: [ReproducedNumber]
  /// What differs from the original, and what the numbers mean: a sentence each.
  public var remarks: [String]

  public init(title: String, numbers: [ReproducedNumber], remarks: [String] = []) {
    self.title = title
    self.numbers = numbers
    self.remarks = remarks
  }

  /// Whether every number that has a tolerance lies within it.
  public var agrees: Bool { numbers.allSatisfy { $0.agrees ?? true } }
}

/// One number beside its reference.
public struct ReproducedNumber: Sendable, Codable, Hashable {
  public var name: String
  public var ours: Double
  public var interval: Interval?
  /// The reference's number; nil where there is none to compare with.
  public var reference: Double?
  /// By how much ours may differ; nil if the reference is shown for orientation only.
  public var tolerance: Double?
  /// Where the reference's number comes from, or what else was shown: "paper: 0.778".
  public var note: String

  public init(
    _ name: String, _ ours: Double, interval: Interval? = nil, reference: Double? = nil, tolerance: Double? = nil,
    note: String = ""
  ) {
    self.name = name
    self.ours = ours
    self.interval = interval
    self.reference = reference
    self.tolerance = tolerance
    self.note = note
  }

  /// Whether ours lies within the tolerance; nil without a reference or tolerance.
  public var agrees: Bool? {
    guard let reference, let tolerance else { return nil }
    return abs(ours - reference) <= tolerance
  }
}

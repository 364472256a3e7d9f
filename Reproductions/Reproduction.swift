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
  /// Paper, or the original implementation and its version.
  public let source: String
  /// About how long it takes on two threads.
  public let duration: String
  /// All randomness follows from the source that it is given.
  public let run: @Sendable (RandomSource) throws -> ReproductionResult
  /// The same, smaller, for those who cannot wait; nil where it is short anyway.
  public let quick: (@Sendable (RandomSource) throws -> ReproductionResult)?

  /// A reproduction of these parts; put it into ``all``, or into the parts of a command of your own.
  public init(
    name: String, summary: String, source: String, duration: String,
    quick: (@Sendable (RandomSource) throws -> ReproductionResult)? = nil,
    run: @escaping @Sendable (RandomSource) throws -> ReproductionResult
  ) {
    self.name = name
    self.summary = summary
    self.source = source
    self.duration = duration
    self.quick = quick
    self.run = run
  }

  /// The reproduction of this name.
  ///
  /// - Throws: ``InputError`` with the nearest known name.
  public static func named(_ name: String, among reproductions: [Reproduction] = all) throws -> Reproduction {
    guard let found = reproductions.first(where: { $0.name == name }) else {
      throw InputError.unknown("reproduction", name, among: reproductions.map(\.name))
    }
    return found
  }
}

/// What a reproduction found.
public struct ReproductionResult: Sendable, Codable, Hashable {
  /// What was reproduced, as a heading.
  public var title: String
  /// Ours beside the reference's, in the order in which they are shown.
  public var numbers: [ReproducedNumber]
  /// What differs from the original, and what the numbers mean: a sentence each.
  public var remarks: [String]

  /// A result of these parts.
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
  /// What it measures.
  public var name: String
  /// What this run found.
  public var ours: Double
  /// How uncertain ours is, where it is estimated.
  public var interval: Interval?
  /// The reference's number; nil where there is none to compare with.
  public var reference: Double?
  /// By how much ours may differ; nil if the reference is shown for orientation only.
  public var tolerance: Double?
  /// Where the reference's number comes from, or what else was shown: "paper: 0.778".
  public var note: String

  /// A number; without a tolerance the reference is shown for orientation only.
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

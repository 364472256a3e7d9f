import Foundation

/// The first checkpoint that both runs still have and in which their numbers differ.
public struct WeightDifference: Sendable, Hashable, Codable {
  /// The round after which it was written.
  public var iteration: Int
  /// The first array that differs, in the order of names.
  public var array: String
  /// The first number of it that does, counted from 0, row after row; nil where arrays have other shapes.
  public var index: Int?
  /// How many numbers differ, in all arrays.
  public var count: Int
  /// The most steps of single precision between two of them; nil where one is no finite number or is missing.
  public var ulps: UInt64?

  /// "after round 3 'ppo.policy.0' differs from number 17 on: 1 number in all, by 1 step of the last digit at most".
  public var sentence: String {
    let numbers = "\(count) \(count == 1 ? "number" : "numbers")"
    let reach = ulps.map { ", by at most \($0) \($0 == 1 ? "step" : "steps") of the last digit" } ?? ""
    return "after round \(iteration) '\(array)' differs" + (index.map { " from number \($0) on" } ?? " in its shape")
      + " (\(numbers) in all\(reach))"
  }

  /// Nil if all arrays are the same, bit for bit.
  init?(_ first: Checkpoint, _ second: Checkpoint) {
    let (one, other) = (Self.named(first), Self.named(second))
    var found: (array: String, index: Int?)?
    var (count, ulps, isMeasured) = (0, UInt64(0), true)
    for name in Set(one.keys).union(other.keys).sorted() {
      guard let a = one[name], let b = other[name], a.shape == b.shape, a.values.count == b.values.count else {
        found = found ?? (name, nil)
        (count, isMeasured) = (count + max(one[name]?.values.count ?? 0, other[name]?.values.count ?? 0), false)
        continue
      }
      for index in a.values.indices where a.values[index].bitPattern != b.values[index].bitPattern {
        found = found ?? (name, index)
        count += 1
        guard let steps = Ulps.between(a.values[index], b.values[index]) else {
          isMeasured = false
          continue
        }
        ulps = max(ulps, steps)
      }
    }
    guard let found else { return nil }
    (iteration, array, index, self.count) = (first.iteration, found.array, found.index, count)
    self.ulps = isMeasured ? ulps : nil
  }

  private static func named(_ checkpoint: Checkpoint) -> [String: (shape: [Int], values: [Float])] {
    Dictionary(checkpoint.tensors.map { ($0.name, ($0.shape, $0.values)) }) { first, _ in first }
  }
}

/// What of the checkpoints of two runs is the same.
struct ComparedCheckpoints {
  /// The rounds whose checkpoint both still have.
  var common: [Int] = []
  /// The first of them with other arrays.
  var weights: WeightDifference?
  /// The check sums of both, where they have other arrays.
  var checksums: [String] = []
  /// The first of them with another state beside the arrays: counters, random streams.
  var state: (iteration: Int, part: String)?

  init(_ first: RunLayout, _ second: RunLayout) throws {
    common = try Set(Checkpoint.iterations(in: first)).intersection(Checkpoint.iterations(in: second)).sorted()
    for iteration in common {
      let (one, other) = (
        try Checkpoint(directory: Checkpoint.path(iteration, in: first)),
        try Checkpoint(directory: Checkpoint.path(iteration, in: second))
      )
      if weights == nil, let difference = WeightDifference(one, other) {
        weights = difference
        checksums = try [one.encoded().checksum, other.encoded().checksum]
      }
      if state == nil, let part = Self.part(one, other) { state = (iteration, part) }
    }
  }

  private static func part(_ first: Checkpoint, _ second: Checkpoint) -> String? {
    if first.counters != second.counters { return "what the loop counts" }
    if first.ledgerPosition != second.ledgerPosition { return "the place in the ledger" }
    if first.metricsBytes != second.metricsBytes { return "the length of the curves" }
    for name in Set(first.texts.keys).union(second.texts.keys).sorted() where first.texts[name] != second.texts[name] {
      return name
    }
    for name in Set(first.blobs.keys).union(second.blobs.keys).sorted() where first.blobs[name] != second.blobs[name] {
      return name
    }
    return nil
  }
}

import Compute

/// Which seeds a study runs.
///
/// Seeds 0 to 99 are for tuning: whoever chooses a setting or a threshold may look at them as often as they like. The
/// seeds of a table that is published are drawn from a number that is given when it is run, beyond those, so that nobody
/// has looked at them before.
package enum StudySeeds: Sendable, Hashable {
  /// So many: 0, 1, … for tuning, or drawn from a number.
  case count(Int)
  /// These, whatever the number.
  case these([Int])

  /// Seeds below this are for tuning.
  package static let tuning = 100

  init(_ value: FieldNode) throws {
    guard case .sequence = value.node else {
      self = .count(try value.integer(1...10_000))
      return
    }
    let seeds = try value.list().map { try $0.integer(0...Int.max) }
    guard !seeds.isEmpty, Set(seeds).count == seeds.count else {
      throw value.refused("a study needs seeds, each once", remedy: "give a number of seeds, or a list without repeats")
    }
    self = .these(seeds)
  }

  /// The seeds, in order: a smaller study of the same number has the first of them.
  ///
  /// - Parameter number: where they are drawn from; nil for tuning.
  /// - Throws: `InputError` if there are not so many.
  func seeds(drawnFrom number: Int?, at path: String) throws -> [Int] {
    switch (self, number) {
    case (.these(let seeds), nil): return seeds
    case (.these, .some):
      throw InputError(
        "the study names its seeds, so none can be drawn", at: path,
        remedy: "leave --number out, or give a number of seeds")
    case (.count(let count), nil):
      guard count <= Self.tuning else {
        throw InputError(
          "\(count) seeds, and \(Self.tuning) are for tuning", at: path,
          remedy: "draw them from a number: --number N")
      }
      return Array(0..<count)
    case (.count(let count), .some(let number)):
      var stream = RandomSource(seed: UInt64(number)).child("study").stream("seeds")
      var seeds: [Int] = []
      while seeds.count < count {
        let seed = Self.tuning + stream.below(Int(Int32.max) - Self.tuning)
        if !seeds.contains(seed) { seeds.append(seed) }
      }
      return seeds
    }
  }
}

import Compute

/// How pairs are dealt into parts, by prompt, for cross-validation within cross-validation.
///
/// A fold is one part, or two where there are only two folds: within the pairs of the others, a setting is chosen by
/// leaving out further parts, at most five times.
struct HeadParts {
  let folds: Int
  /// Of each pair.
  let part: [Int]
  /// How many parts there are.
  let count: Int
  private static let mostTrials = 5

  init(_ data: HeadData, folds: Int, random: RandomSource) {
    let prompts = Array(Set(data.prompts)).sorted()
    var draws = random.stream("folds", 0)
    let order = draws.permutation(prompts.count)
    let count = folds == 2 ? 4 : folds
    var place: [Int: Int] = [:]
    for (number, index) in order.enumerated() { place[prompts[index]] = number % count }
    (self.folds, self.count) = (folds, count)
    part = data.prompts.map { place[$0] ?? 0 }
  }

  func fold(of part: Int) -> Int { part % folds }

  /// The parts of a fold.
  func of(fold: Int) -> [Int] { Array(stride(from: fold, to: count, by: folds)) }

  /// What is left out in turn, of the parts outside a fold.
  func trials(without fold: Int) -> [[Int]] {
    let others = (0..<count).filter { self.fold(of: $0) != fold }
    let groups = min(Self.mostTrials, others.count)
    return (0..<groups).map { group in stride(from: group, to: others.count, by: groups).map { others[$0] } }
  }
}

import Compute

/// Who learns from which choice: a function of the seed and the choice's number alone.
///
/// So a choice that was held out once is held out forever, and a member's resample only grows: answers that come in,
/// or are taken back, later change nothing about others.
package struct TrainingSplit {
  /// Positions in the set.
  package let heldOut: [Int]
  package let training: [Int]
  /// The number of each choice of the set.
  private let numbers: [Int]

  /// Of each run of 1/share choice numbers, one at random is held out.
  package init(numbers: [Int], heldOutShare: Double, random: RandomSource) {
    self.numbers = numbers
    var held: Set<Int> = []
    let count = heldOutShare > 0 ? (numbers.max() ?? -1) + 1 : 0
    var interval = 0
    while true {
      let start = Self.start(of: interval, heldOutShare)
      if start >= count { break }
      var stream = random.stream("reward/held-out", interval)
      held.insert(start + stream.below(max(1, Self.start(of: interval + 1, heldOutShare) - start)))
      interval += 1
    }
    heldOut = numbers.indices.filter { held.contains(numbers[$0]) }
    training = numbers.indices.filter { !held.contains(numbers[$0]) }
  }

  private static func start(of interval: Int, _ share: Double) -> Int {
    share > 0 ? Int((Double(interval) / share).rounded(.up)) : 0
  }

  /// The choices of one member, each as often as it counts: Poisson(1) copies, the limit of drawing as many as there
  /// are with replacement. A member that drew none (which happens to very few choices only) sees all.
  package func resample(member: Int, random: RandomSource) -> [Int] {
    var result: [Int] = []
    result.reserveCapacity(training.count + training.count / 8 + 8)
    for choice in training {
      var stream = random.stream("reward/bootstrap/\(member)", numbers[choice])
      result.append(contentsOf: repeatElement(choice, count: Self.poisson1(stream.uniform())))
    }
    return result.isEmpty ? training : result
  }

  /// The quantile function of the Poisson distribution with mean 1.
  package static func poisson1(_ uniform: Double) -> Int {
    var probability = 0.367_879_441_171_442_33
    var cumulative = probability
    var value = 0
    while uniform >= cumulative, value < 20 {
      value += 1
      probability /= Double(value)
      cumulative += probability
    }
    return value
  }
}

import Compute

/// Who learns from which choice: a function of the seed and the choice's number alone.
///
/// So a choice that was held out once is held out for ever, and a member's resample only grows: answers that come in
/// later change nothing about earlier ones.
package struct TrainingSplit {
  package let heldOut: [Int]
  package let training: [Int]

  /// Of each run of 1/share choices, one at random is held out.
  package init(count: Int, heldOutShare: Double, random: RandomSource) {
    var held = [Bool](repeating: false, count: count)
    if heldOutShare > 0 {
      var interval = 0
      while true {
        let start = Int((Double(interval) / heldOutShare).rounded(.up))
        let end = Int((Double(interval + 1) / heldOutShare).rounded(.up))
        if start >= count { break }
        var stream = random.stream("reward/held-out", interval)
        let chosen = start + stream.below(max(1, end - start))
        if chosen < count { held[chosen] = true }
        interval += 1
      }
    }
    heldOut = (0..<count).filter { held[$0] }
    training = (0..<count).filter { !held[$0] }
  }

  /// The choices of one member, each as often as it counts: Poisson(1) copies, the limit of drawing as many as there are
  /// with replacement. A member that drew none (which happens to very few choices only) sees all.
  package func resample(member: Int, random: RandomSource) -> [Int] {
    var result: [Int] = []
    result.reserveCapacity(training.count + training.count / 8 + 8)
    for choice in training {
      var stream = random.stream("reward/bootstrap/\(member)", choice)
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

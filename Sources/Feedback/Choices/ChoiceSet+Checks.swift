import Compute

extension ChoiceSet {
  /// Refuses a choice that cannot be learned from; each option is its number of transitions, its weights and offset.
  static func check(
    _ options: [(count: Int, weights: [Float]?, offset: Float)], target: [Float], rationality: Double, lapse: Double,
    link: ChoiceLink
  ) throws {
    for (index, option) in options.enumerated() {
      try check(option.weights, count: option.count, option: index)
      guard option.offset.isFinite else {
        throw InputError("the offset of an option is \(option.offset)", at: "option \(index + 1)")
      }
    }
    guard options.count >= 2 else {
      throw InputError("a choice has \(options.count) options", remedy: "give at least 2, or it carries no information")
    }
    guard options.contains(where: { $0.count > 0 }) else {
      throw InputError("none of the options has transitions", remedy: "give at least one, or it carries no information")
    }
    guard target.count == options.count else {
      throw InputError("a choice has \(options.count) options and \(target.count) target probabilities")
    }
    guard target.allSatisfy({ $0 >= 0 && $0 <= 1 }), abs(target.reduce(0, +) - 1) <= 1e-4 else {
      throw InputError(
        "the target probabilities are \(target)", remedy: "use numbers of 0 ... 1 that sum to 1")
    }
    guard rationality >= 0, rationality.isFinite else {
      throw InputError("the rationality is \(rationality)", remedy: "use a finite number, not negative")
    }
    guard lapse >= 0, lapse <= 1 else {
      throw InputError("the lapse probability is \(lapse)", remedy: "use a number of 0 ... 1")
    }
    if case .ordinal(let cutPoints) = link {
      guard !cutPoints.isEmpty, cutPoints.allSatisfy(\.isFinite), zip(cutPoints, cutPoints.dropFirst()).allSatisfy(<)
      else { throw InputError("the cut points are \(cutPoints)", remedy: "use finite numbers, each above the last") }
      guard options.count == cutPoints.count + 1 else {
        throw InputError("an ordinal choice has \(cutPoints.count + 1) grades and \(options.count) options")
      }
      guard options.dropFirst(2).allSatisfy({ $0.count == 0 }) else {
        throw InputError("an ordinal choice grades its first option against its second", remedy: "leave others empty")
      }
    }
  }

  private static func check(_ weights: [Float]?, count: Int, option: Int) throws {
    guard let weights else { return }
    guard weights.count == count else {
      throw InputError(
        "the option has \(count) transitions and \(weights.count) weights", at: "option \(option + 1)",
        remedy: "give one weight for each transition")
    }
    if let index = weights.firstIndex(where: { !$0.isFinite }) {
      throw InputError("the weight of a transition is \(weights[index])", at: "option \(option + 1), row \(index)")
    }
  }
}

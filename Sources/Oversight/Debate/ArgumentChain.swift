import Compute

/// An argument of many steps, one of which is wrong if its conclusion is: where debate fails.
///
/// Debate rests on the honest side being able to say *where* an argument fails. A clever argument can be made such that its
/// author, and everybody else, can see only that the conclusion is wrong: each step looks like the others. Then to point at
/// a step is to guess, and a debate finds no more than an audit of steps at random.
///
/// ```swift
/// let chain = try ArgumentChain(steps: 100)
/// chain.chanceOfRefutation(knowsTheFlaw: true)         // 1
/// chain.chanceOfRefutation(knowsTheFlaw: false)        // 0.01
/// chain.judgeAccuracy(knowsTheFlaw: false)             // 0.505: hardly better than a coin
/// ```
///
/// Source of the problem: Barnes & Christiano 2020, "Obfuscated arguments". The toy is ours.
public struct ArgumentChain: Sendable, Hashable {
  /// How many steps the argument has.
  public let steps: Int

  /// - Throws: `InputError` without a step.
  public init(steps: Int) throws {
    guard steps > 0 else { throw InputError("an argument of \(steps) steps", remedy: "it has at least one") }
    self.steps = steps
  }

  /// How probable it is that the wrong step of a wrong argument is among those that are looked at.
  ///
  /// - Parameters:
  ///   - knowsTheFlaw: whether the honest side can tell where the argument fails; else it points at random, as an audit
  ///     does, and the chance is that of an audit.
  ///   - checks: how many different steps the judge looks at; at most all.
  public func chanceOfRefutation(knowsTheFlaw: Bool, checks: Int = 1) -> Double {
    guard checks > 0 else { return 0 }
    return knowsTheFlaw ? 1 : Double(min(checks, steps)) / Double(steps)
  }

  /// How often the judge is right who rejects an argument if a step that was pointed at is wrong, and else accepts it; half
  /// of the arguments are sound.
  public func judgeAccuracy(knowsTheFlaw: Bool, checks: Int = 1) -> Double {
    (1 + chanceOfRefutation(knowsTheFlaw: knowsTheFlaw, checks: checks)) / 2
  }

  /// How probable it is that an argument is sound of which the honest side attacked this many steps in vain, by Bayes's
  /// rule; half of the arguments are sound, and where the others fail is not known.
  public func soundness(afterVainChecks checks: Int) -> Double {
    1 / (2 - chanceOfRefutation(knowsTheFlaw: false, checks: checks))
  }

  /// One argument, sound or not, debated: whether the judge is right.
  package func isJudgedRightly(knowsTheFlaw: Bool, checks: Int, random: inout RandomStream) -> Bool {
    let flaw = random.bernoulli(0.5) ? random.below(steps) : nil
    var looked = random.permutation(steps).prefix(checks)
    if let flaw, knowsTheFlaw, checks > 0 { looked = [flaw] }
    let isRejected = looked.contains { $0 == flaw }
    return isRejected == (flaw != nil)
  }

  /// One argument that is debated by halving it: the honest side says which half holds the flaw until one step is left,
  /// and guesses where it does not know. Whether the wrong step is reached.
  package func isFoundByHalving(knowsTheFlaw: Bool, random: inout RandomStream) -> Bool {
    let flaw = random.below(steps)
    var part = 0..<steps
    while part.count > 1 {
      let middle = part.lowerBound + part.count / 2
      // A guess weighs the halves by their lengths, so that no step is favoured.
      let goesLeft =
        knowsTheFlaw ? flaw < middle : random.below(part.count) < middle - part.lowerBound
      part = goesLeft ? part.lowerBound..<middle : middle..<part.upperBound
    }
    return part.lowerBound == flaw
  }
}

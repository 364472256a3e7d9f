import Compute

/// A judge who errs at a debate's end, and whether the debaters can tell beforehand where.
///
/// This is what decides how errors travel up a debate. A mistake that nobody foresees cannot be sought: the whole debate
/// errs exactly as often as its judge. Mistakes that debaters do foresee, since they know the judge better than he knows
/// himself, are what they steer towards or away from.
public struct NoisyJudge: Sendable, Hashable {
  /// How often an end that shows the claim false is taken for the contrary.
  public let falseAcceptance: Double
  /// How often an end that shows the claim true is taken for the contrary.
  public let falseRejection: Double
  /// Whether the debaters know of every end how it would be judged.
  public let isForeseen: Bool

  /// A judge who errs independently from end to end.
  ///
  /// - Throws: `InputError` if a rate is no probability.
  public init(falseAcceptance: Double, falseRejection: Double, isForeseen: Bool = false) throws {
    for (name, rate) in [("falseAcceptance", falseAcceptance), ("falseRejection", falseRejection)] {
      guard rate >= 0, rate <= 1 else {
        throw InputError("a judge's error rate is \(rate)", at: name, remedy: "a probability lies between 0 and 1")
      }
    }
    self.falseAcceptance = falseAcceptance
    self.falseRejection = falseRejection
    self.isForeseen = isForeseen
  }

  /// A judge who errs equally often on both sides.
  ///
  /// - Throws: `InputError` if the rate is no probability.
  public init(error: Double, isForeseen: Bool = false) throws {
    try self.init(falseAcceptance: error, falseRejection: error, isForeseen: isForeseen)
  }

  /// The negative control: decides by a coin, whatever was said.
  public static let coin = NoisyJudge(falseAcceptance: 0.5, falseRejection: 0.5)

  private init(falseAcceptance: Double, falseRejection: Double) {
    self.falseAcceptance = falseAcceptance
    self.falseRejection = falseRejection
    isForeseen = false
  }

  /// How probable it is that an end is judged in the proposer's favour.
  public func chanceOfAcceptance(ofEndThatFavours favours: Bool) -> Double {
    favours ? 1 - falseRejection : falseAcceptance
  }
}

extension DebateTree {
  /// How probable it is that the judge accepts the claim after perfect play.
  ///
  /// Errors that are not foreseen: debaters maximise the probability of winning, and the value is that of one end.
  /// Errors that are foreseen: a proposer's turn is won if one reply is, 1 − ∏(1 − p); an opponent's if all are, ∏ p.
  ///
  /// - Complexity: linear in the nodes.
  public func chanceOfAcceptance(_ judge: NoisyJudge) -> Double {
    switch self {
    case .end(let favours): return judge.chanceOfAcceptance(ofEndThatFavours: favours)
    case .turn(let debater, let replies):
      let chances = replies.map { $0.chanceOfAcceptance(judge) }
      switch (debater, judge.isForeseen) {
      case (.proposer, false): return chances.max() ?? 0
      case (.opponent, false): return chances.min() ?? 1
      case (.proposer, true): return 1 - chances.reduce(1) { $0 * (1 - $1) }
      case (.opponent, true): return chances.reduce(1, *)
      }
    }
  }

  /// How probable it is that the debate ends with the wrong verdict.
  public func errorRate(_ judge: NoisyJudge) -> Double {
    let accepted = chanceOfAcceptance(judge)
    return claimIsTrue ? 1 - accepted : accepted
  }

  /// One debate with perfect play and this judge: whether he accepts the claim.
  ///
  /// - Parameters:
  ///   - judge: who decides; a foreseen one has his mistakes drawn before the first word, for every end.
  ///   - random: where the mistakes come from.
  package func isAccepted(_ judge: NoisyJudge, random: inout RandomStream) -> Bool {
    if judge.isForeseen {
      return replacingEnds { random.bernoulli(judge.chanceOfAcceptance(ofEndThatFavours: $0)) }.claimIsTrue
    }
    return random.bernoulli(judge.chanceOfAcceptance(ofEndThatFavours: bestEnd(judge)))
  }

  /// Where perfect play against errors that nobody foresees ends.
  private func bestEnd(_ judge: NoisyJudge) -> Bool {
    switch self {
    case .end(let favours): return favours
    case .turn(let debater, let replies):
      func chance(_ reply: DebateTree) -> Double { reply.chanceOfAcceptance(judge) }
      let best =
        debater == .proposer
        ? replies.max { chance($0) < chance($1) } : replies.min { chance($0) < chance($1) }
      return best?.bestEnd(judge) ?? (debater == .opponent)
    }
  }
}

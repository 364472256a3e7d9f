/// Who speaks in a debate: the one who argues for the claim, or the one who argues against it.
public enum Debater: String, Sendable, Hashable, Codable, CaseIterable {
  /// Says that the claim is true.
  case proposer
  /// Says that it is false.
  case opponent
}

/// All the ways in which a debate about one claim can go: who speaks when, what can be said, and what the ends show.
///
/// ```swift
/// // The opponent may attack either of two steps; the second one is wrong.
/// let proof = DebateTree.turn(.opponent, [.end(favours: true), .end(favours: false)])
/// proof.claimIsTrue                                            // false: there is an attack that succeeds
/// proof.chanceOfAcceptance(try NoisyJudge(error: 0.1))         // 0.1
/// ```
///
/// The claim is true if its proposer wins against every defence, at ends that are judged without error. That is the
/// premise of debate, not a theorem: whether an argument in some language is such a tree is another question.
/// Source: Irving, Christiano & Amodei 2018 (arXiv 1805.00899).
public indirect enum DebateTree: Sendable, Hashable {
  /// Nothing more is said; a judge who makes no mistake finds for the proposer, or against.
  case end(favours: Bool)
  /// A debater chooses how it goes on; there is at least one way.
  case turn(Debater, [DebateTree])

  /// Who wins if both play perfectly and the judge makes no mistake; this is whether the claim is true.
  ///
  /// - Complexity: linear in the nodes.
  public var claimIsTrue: Bool {
    switch self {
    case .end(let favours): favours
    case .turn(.proposer, let replies): replies.contains(where: \.claimIsTrue)
    case .turn(.opponent, let replies): replies.allSatisfy(\.claimIsTrue)
    }
  }

  /// What the ends show, from left to right.
  public var ends: [Bool] {
    switch self {
    case .end(let favours): [favours]
    case .turn(_, let replies): replies.flatMap(\.ends)
    }
  }

  /// The debate of the same form with these findings at its ends, from left to right.
  package func replacingEnds(_ findings: [Bool]) -> DebateTree {
    var next = findings.makeIterator()
    return replacingEnds { _ in next.next() ?? false }
  }

  /// The debate of the same form with what a judge finds at each end.
  package func replacingEnds(_ finding: (Bool) -> Bool) -> DebateTree {
    switch self {
    case .end(let favours): .end(favours: finding(favours))
    case .turn(let debater, let replies): .turn(debater, replies.map { $0.replacingEnds(finding) })
    }
  }
}

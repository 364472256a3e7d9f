import Compute
import Files
import Foundation

/// Which reply stands left: drawn for each person and question.
///
/// A question that is asked again has its sides as before; one that is asked mirrored has its replies changed instead.
enum Sides {
  /// The index of the reply that stands left.
  static func left(of question: StoredQuestion, for person: String, seed: UInt64) -> Int {
    var draws = RandomSource(seed: seed).child("sides").child(person).stream("question", question.source ?? question.id)
    return draws.uniform() < 0.5 ? 0 : 1
  }

  /// The answer in the order of the replies, for an answer in the order of the screen; and the other way round.
  static func turned(_ answer: TextComparison.Preference, left: Int) -> TextComparison.Preference {
    guard left == 1 else { return answer }
    switch answer {
    case .first: return .second
    case .second: return .first
    case .tie: return .tie
    }
  }

  /// 1 where the first of the question stood left, −1 where it stood right, by the answer as it is stored; nil where
  /// nothing stands beside it.
  static func leftmost(_ kind: String, _ content: String?) throws -> Double? {
    switch kind {
    case JudgedKind.rollouts.name: return nil
    case JudgedKind.pairs.name:
      guard let content else { return nil }
      return try CanonicalJSON.decode(TextComparison.self, from: content).left == .first ? 1 : -1
    default: return 1
    }
  }
}

import Files
import Foundation

/// What people are asked about texts.
package enum JudgedKind: String, Codable, Sendable, CaseIterable {
  /// Which of two replies is better.
  case pairs
  /// Whether a completion is right.
  case rollouts

  /// What questions of it are called in the store.
  var name: String {
    switch self {
    case .pairs: "text-comparison"
    case .rollouts: "rollout-verdict"
    }
  }

  /// What is asked, unless the owner says it otherwise.
  var question: String {
    switch self {
    case .pairs: "Which reply is better?"
    case .rollouts: "Is the answer right?"
    }
  }
}

extension StoredQuestion {
  /// The kinds whose answers tell how far a person can be relied on, as a list of SQL.
  static let judgedKinds = "'comparison', 'text-comparison', 'rollout-verdict'"
  /// The same as names.
  static let comparedKinds: Set = ["comparison", JudgedKind.pairs.name, JudgedKind.rollouts.name]

  /// Changes the sides of a comparison.
  mutating func mirror() {
    clips.reverse()
    changeReplies { $0.reverse() }
  }

  /// Shows the first of a comparison on both sides.
  mutating func makeEqual() {
    if clips.count > 1 { clips[1] = clips[0] }
    changeReplies { $0 = [$0[0], $0[0]] }
  }

  private mutating func changeReplies(_ change: (inout [JSONValue]) -> Void) {
    guard case .object(var fields) = details, case .array(var replies)? = fields["replies"], replies.count == 2 else {
      return
    }
    change(&replies)
    fields["replies"] = .array(replies)
    details = .object(fields)
  }
}

extension StoredQuestion.Check {
  /// The kinds that such a question can be made of, as a list of SQL: a verdict has no sides.
  var kinds: String {
    switch self {
    case .gold, .duplicate: StoredQuestion.judgedKinds
    case .mirrored, .impossible: "'comparison', 'text-comparison'"
    }
  }
}

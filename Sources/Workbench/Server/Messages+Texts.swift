import Files
import Foundation

extension Messages {
  /// What an answer says, and what was done to say it.
  struct Content {
    var content: JSONValue
    var plays: [Play]
  }

  /// Texts to judge. Nothing of what the file says about them is here: no score, no model, not which one was chosen.
  struct Texts: Encodable {
    /// What the replies answer; empty if the file does not have it.
    var prompt: String
    /// In the order in which they stand on the page; one for a verdict.
    var replies: [String]
    /// What the verifier took for the answer, and the reference answer; nil where there is none.
    var extracted: String?
    var reference: String?
  }

  /// An answer about two replies as a page gives and gets it: `first` is the left one.
  struct ShownComparison: Codable {
    var answer: String
    var strongly: Bool?
  }

  /// An answer about a completion as a page gives and gets it.
  struct ShownVerdict: Codable { var answer: String }
}

import Feedback
import PactolusTesting
import Testing

extension AnyFeedbackKind: CustomTestStringConvertible {
  public var testDescription: String { name }
}

/// What every kind of feedback promises; a kind is tested by standing in `FeedbackKinds.standard`.
@Suite("The contract of every kind of feedback")
struct KindContractTests {
  @Test("is kept, promise by promise", arguments: FeedbackKinds.standard, FeedbackKindContract.Promise.allCases)
  func kept(kind: AnyFeedbackKind, promise: FeedbackKindContract.Promise) throws {
    try expectContract(of: kind, [promise])
  }
}

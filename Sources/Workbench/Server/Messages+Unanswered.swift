extension Messages {
  /// Questions that people passed over.
  struct Unanswered: Encodable {
    struct Question: Encodable {
      /// As the run counts, from 0.
      var number: Int
      var kind: String
      var person: String
      /// "cant-tell", "skipped", "broken clip" or "not understood".
      var why: String
      /// In the person's own words; the sentence, where it was not understood.
      var reason: String?
      /// Seconds since 1970.
      var time: Double
    }

    struct Reason: Encodable {
      var why: String
      var reason: String?
      var count: Int
    }

    /// The newest first.
    var questions: [Question]
    /// The most frequent first.
    var reasons: [Reason]
  }
}

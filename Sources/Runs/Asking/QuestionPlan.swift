/// The numbers that a round can give its questions.
public struct QuestionNumbers: Sendable, Hashable {
  /// By the schedule, whenever answers come: for those who answer later.
  public var scheduled: Range<Int>
  /// Those of the queries that the answers become, if they are given at once.
  public var queries: Range<Int>

  package init(scheduled: Range<Int>, queries: Range<Int>) { (self.scheduled, self.queries) = (scheduled, queries) }
}

/// Which kinds of questions a round asks, under which numbers.
public struct QuestionPlan: Sendable, Hashable {
  /// The round's questions of one kind.
  public struct Part: Sendable, Hashable {
    /// `FeedbackKind.name`.
    public var kind: String
    /// Rising.
    public var numbers: [Int]
    /// The numbers among which a share is kept apart for evaluation.
    public var span: Range<Int>

    /// Takes the parts as they are.
    public init(kind: String, numbers: [Int], span: Range<Int>) {
      (self.kind, self.numbers, self.span) = (kind, numbers, span)
    }
  }

  /// In the order of the kinds; parts may be empty. No number stands twice.
  public var parts: [Part]

  /// Takes the parts as they are.
  public init(parts: [Part]) { self.parts = parts }

  /// Kind after kind under successive numbers. How many of each kind there are follows from the turns that the kinds have
  /// over all the questions of the run.
  public static func grouped(_ kinds: [String], _ numbers: Range<Int>) -> QuestionPlan {
    let turns = numbers.map { kinds[$0 % kinds.count] }
    var first = numbers.lowerBound
    return QuestionPlan(
      parts: kinds.map { kind in
        let own = first..<first + turns.count { $0 == kind }
        first = own.upperBound
        return Part(kind: kind, numbers: Array(own), span: own)
      })
  }

  /// The kinds in turns.
  public static func inTurns(_ kinds: [String], _ numbers: Range<Int>) -> QuestionPlan {
    QuestionPlan(
      parts: kinds.indices.map { index in
        Part(kind: kinds[index], numbers: numbers.filter { $0 % kinds.count == index }, span: numbers)
      })
  }
}

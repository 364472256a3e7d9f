/// Which kinds of questions a round asks, under which numbers.
struct QuestionPlan {
  /// The round's questions of one kind.
  struct Part {
    var kind: String
    var numbers: [Int]
    /// The numbers among which a share is kept apart for evaluation.
    var span: Range<Int>
  }

  /// In the order of the kinds; parts may be empty.
  var parts: [Part]

  /// For those who answer at once: kind after kind under successive numbers. How many of each kind there are follows
  /// from the turns that the kinds have over all the questions of the run.
  static func grouped(_ kinds: [String], _ numbers: Range<Int>) -> QuestionPlan {
    let turns = numbers.map { kinds[$0 % kinds.count] }
    var first = numbers.lowerBound
    return QuestionPlan(
      parts: kinds.map { kind in
        let own = first..<first + turns.count { $0 == kind }
        first = own.upperBound
        return Part(kind: kind, numbers: Array(own), span: own)
      })
  }

  /// For people: the kinds in turns, so that nobody rates forty clips before the first comparison.
  static func inTurns(_ kinds: [String], _ numbers: Range<Int>) -> QuestionPlan {
    QuestionPlan(
      parts: kinds.indices.map { index in
        Part(kind: kinds[index], numbers: numbers.filter { $0 % kinds.count == index }, span: numbers)
      })
  }
}

/// A family of questions that a network can read: questions as numbers, answers as classes.
public protocol EncodedFamily: QuestionFamily {
  /// How many numbers a question is.
  var inputs: Int { get }
  /// All answers that can be given, one for each output of a network.
  var answers: [Answer] { get }
  /// A question as numbers; exactly ``inputs`` of them.
  func encoding(of question: Question) -> [Float]
}

extension PermutationPowers: EncodedFamily {
  /// One for each number of steps, and one for each point.
  public var inputs: Int { steps + next.count }

  public var answers: [Int] { Array(next.indices) }

  /// A one at the number of steps and a one at the point, and zeros.
  public func encoding(of question: Question) -> [Float] {
    var encoding = [Float](repeating: 0, count: inputs)
    encoding[question.steps - 1] = 1
    encoding[steps + question.point] = 1
    return encoding
  }

  /// The most steps that a question goes.
  private var steps: Int { questions.last?.last?.steps ?? 0 }
}

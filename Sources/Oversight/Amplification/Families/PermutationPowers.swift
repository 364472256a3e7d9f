import Compute

/// Where does a point come to after n steps of a permutation? An even number of steps is half as many, twice; an odd one
/// has one more.
public struct PermutationPowers: QuestionFamily {
  /// A point, and how many steps it goes.
  public struct Question: Hashable, Sendable {
    /// Steps, at least one.
    public var steps: Int
    /// Where it starts.
    public var point: Int
  }

  /// How a number of steps is taken apart.
  public enum Plan: Hashable, Sendable {
    /// One step is a fact.
    case readOff
    /// Half of the steps, and from there half of the steps again.
    case twice
    /// The same, and one step more.
    case twiceAndOnce
  }

  public let name = "permutation powers"
  public let questions: [[Question]]
  /// Where each point comes to in one step: one cycle through all points.
  package let next: [Int]

  /// Powers of one cycle that is drawn at random.
  ///
  /// - Parameters:
  ///   - points: points of the cycle, 2 … 4,096.
  ///   - bits: the number of steps is below 2 to this number, 1 … 12.
  ///   - random: which cycle.
  /// - Throws: `InputError` outside these sizes.
  public init(points: Int = 64, bits: Int = 6, random: RandomSource) throws {
    try InputError.check(points, "points", 2...4096)
    try InputError.check(bits, "bits", 1...12)
    var stream = random.stream("family/permutation")
    let order = stream.permutation(points)
    var next = [Int](repeating: 0, count: points)
    for (place, point) in order.enumerated() { next[point] = order[(place + 1) % points] }
    self.next = next
    questions = (0..<bits).map { bit in
      ((1 << bit)..<(2 << bit)).flatMap { steps in (0..<points).map { Question(steps: steps, point: $0) } }
    }
  }

  public func form(of question: Question) -> Int { question.steps == 1 ? 1 : 2 + question.steps % 2 }

  public func demonstration(for form: Int) -> Plan { form == 1 ? .readOff : form == 2 ? .twice : .twiceAndOnce }

  public func answer(_ question: Question, following plan: Plan, asking ask: (Question) -> Int?) -> Int? {
    if plan == .readOff { return next[question.point] }
    let half = question.steps / 2
    guard let middle = ask(Question(steps: half, point: question.point)) else { return nil }
    guard let end = ask(Question(steps: half, point: middle)) else { return nil }
    return plan == .twice ? end : ask(Question(steps: 1, point: end))
  }

  public func blunder(on question: Question, insteadOf answer: Int, random: inout RandomStream) -> Int {
    (answer + 1 + random.below(next.count - 1)) % next.count
  }

  public func truth(of question: Question) -> Int {
    (0..<question.steps).reduce(question.point) { point, _ in next[point] }
  }

  /// How probable it is that so many steps end rightly, if each point's next is wrong with this probability and then any
  /// other point: what is off by nothing on a cycle of P points, 1/P + (P − 1)/P · (1 − P ε/(P − 1))ⁿ.
  ///
  /// It counts mistakes that cancel, and takes each step's mistake to be independent of the others: right to the order of
  /// the few walks that cross themselves after going astray.
  package static func chance(ofRightAfter steps: Int, points: Int, error: Double) -> Double {
    let count = Double(points)
    let right = 1 - count * error / (count - 1)
    return 1 / count + (count - 1) / count * (0..<steps).reduce(1) { value, _ in value * right }
  }
}

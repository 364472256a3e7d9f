import Compute

/// How far is it from one vertex of a directed graph to another, and which step comes first, within some number of steps?
/// One more than from the best of the neighbours.
public struct ShortestPaths: QuestionFamily {
  /// Two vertices, and how many steps may be taken.
  public struct Question: Hashable, Sendable {
    /// Where it starts.
    public var from: Int
    /// Where it is to end.
    public var to: Int
    /// Steps that may be taken.
    public var within: Int
    /// Whether the neighbour to go to is asked for, in place of the distance.
    public var asksForStep: Bool
  }

  /// How a question is taken apart.
  public enum Plan: Hashable, Sendable {
    /// Without a step, one is where one is.
    case readOff
    /// The least of the neighbours' distances, and one.
    case leastDistance
    /// The neighbour with the least distance.
    case bestNeighbour
  }

  /// Where no path is short enough.
  public static let unreachable = -1

  public let name = "shortest paths"
  public let questions: [[Question]]
  /// Each vertex's neighbours, without repetition.
  private let neighbours: [[Int]]

  /// A graph with two edges from each vertex, drawn at random.
  ///
  /// - Parameters:
  ///   - vertices: vertices, 4 … 256.
  ///   - steps: the most steps that a question allows, 1 … 32.
  ///   - random: which edges.
  /// - Throws: `InputError` outside these sizes.
  public init(vertices: Int = 64, steps: Int = 10, random: RandomSource) throws {
    try InputError.check(vertices, "vertices", 4...256)
    try InputError.check(steps, "steps", 1...32)
    var stream = random.stream("family/paths")
    neighbours = (0..<vertices).map { vertex in
      let others = (0..<2).map { _ in (vertex + 1 + stream.below(vertices - 1)) % vertices }
      return Set(others).sorted()
    }
    questions = (0...steps).map { within in
      (0..<vertices).flatMap { from in
        (0..<vertices).flatMap { to in
          (within == 0 || from == to ? [false] : [false, true]).map {
            Question(from: from, to: to, within: within, asksForStep: $0)
          }
        }
      }
    }
  }

  public func form(of question: Question) -> Int { question.within == 0 ? 0 : question.asksForStep ? 2 : 1 }

  public func demonstration(for form: Int) -> Plan {
    form == 0 ? .readOff : form == 1 ? .leastDistance : .bestNeighbour
  }

  public func answer(_ question: Question, following plan: Plan, asking ask: (Question) -> Int?) -> Int? {
    if plan == .readOff { return question.from == question.to ? 0 : Self.unreachable }
    if plan == .leastDistance, question.from == question.to { return 0 }
    var (best, least) = (Self.unreachable, Int.max)
    for neighbour in neighbours[question.from] {
      var part = question
      (part.from, part.within, part.asksForStep) = (neighbour, question.within - 1, false)
      guard let distance = ask(part) else { return nil }
      if distance != Self.unreachable, distance < least { (best, least) = (neighbour, distance) }
    }
    return plan == .bestNeighbour || best == Self.unreachable ? best : least + 1
  }

  /// Near for far and far for near; a neighbour that is not the best.
  public func blunder(on question: Question, insteadOf answer: Int, random: inout RandomStream) -> Int {
    if question.asksForStep { return neighbours[question.from].first { $0 != answer } ?? Self.unreachable }
    return answer == Self.unreachable ? question.within : Self.unreachable
  }

  /// By searching breadth first.
  public func truth(of question: Question) -> Int {
    if !question.asksForStep {
      let distance = distance(from: question.from, to: question.to)
      return distance > question.within ? Self.unreachable : distance
    }
    let distances = neighbours[question.from].map { distance(from: $0, to: question.to) }
    let least = distances.min() ?? .max
    guard least < question.within else { return Self.unreachable }
    return neighbours[question.from][distances.firstIndex(of: least) ?? 0]
  }

  private func distance(from: Int, to: Int) -> Int {
    var (front, seen, steps) = ([from], Set([from]), 0)
    while !front.isEmpty {
      if front.contains(to) { return steps }
      front = front.flatMap { neighbours[$0] }.filter { seen.insert($0).inserted }
      steps += 1
    }
    return .max
  }
}

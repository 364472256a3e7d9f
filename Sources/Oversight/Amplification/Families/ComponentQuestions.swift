import Compute

/// Union find: how far is a vertex below its component's root, and what is the root's value? Both are asked of the vertex's
/// parent.
public struct ComponentQuestions: QuestionFamily {
  /// What is asked of a vertex.
  public enum Kind: Hashable, Sendable, CaseIterable {
    /// Its parent; a root is its own. A fact.
    case parent
    /// Its distance from the root.
    case depth
    /// Its root's value.
    case value
  }

  /// A vertex, and what is asked of it.
  public struct Question: Hashable, Sendable {
    /// What is asked.
    public var kind: Kind
    /// Of which vertex.
    public var vertex: Int
  }

  public let name = "union find"
  public let questions: [[Question]]
  private let parents: [Int]
  private let values: [Int]

  /// A forest that is drawn at random: each vertex but the roots hangs below an earlier one.
  ///
  /// - Parameters:
  ///   - vertices: vertices, 4 … 4,096.
  ///   - components: trees, 1 … vertices.
  ///   - random: which trees and values.
  /// - Throws: `InputError` outside these sizes.
  public init(vertices: Int = 512, components: Int = 8, random: RandomSource) throws {
    try InputError.check(vertices, "vertices", 4...4096)
    try InputError.check(components, "components", 1...vertices)
    var stream = random.stream("family/components")
    let parents = (0..<vertices).map { $0 < components ? $0 : stream.below($0) }
    self.parents = parents
    values = (0..<vertices).map { _ in stream.below(8) }
    var byLevel = [(0..<vertices).map { Question(kind: .parent, vertex: $0) }]
    var depths: [Int] = []
    for (vertex, parent) in parents.enumerated() {
      depths.append(parent == vertex ? 0 : depths[parent] + 1)
      while byLevel.count <= depths[vertex] + 1 { byLevel.append([]) }
      byLevel[depths[vertex] + 1] += [Kind.depth, .value].map { Question(kind: $0, vertex: vertex) }
    }
    questions = byLevel
  }

  public func form(of question: Question) -> Kind { question.kind }

  /// What is asked says how: a fact, one more than the parent's, the same as the parent's.
  public func demonstration(for form: Kind) -> Kind { form }

  public func answer(_ question: Question, following plan: Kind, asking ask: (Question) -> Int?) -> Int? {
    if plan == .parent { return parents[question.vertex] }
    guard let parent = ask(Question(kind: .parent, vertex: question.vertex)) else { return nil }
    if parent == question.vertex { return plan == .depth ? 0 : values[question.vertex] }
    let above = ask(Question(kind: question.kind, vertex: parent))
    return plan == .depth ? above.map { $0 + 1 } : above
  }

  public func blunder(on question: Question, insteadOf answer: Int, random: inout RandomStream) -> Int {
    switch question.kind {
    case .parent: (answer + 1 + random.below(parents.count - 1)) % parents.count
    case .depth: answer + 1
    case .value: (answer + 1 + random.below(7)) % 8
    }
  }

  /// Up to the root, counting.
  public func truth(of question: Question) -> Int {
    if question.kind == .parent { return parents[question.vertex] }
    var (vertex, steps) = (question.vertex, 0)
    while parents[vertex] != vertex { (vertex, steps) = (parents[vertex], steps + 1) }
    return question.kind == .depth ? steps : values[vertex]
  }
}

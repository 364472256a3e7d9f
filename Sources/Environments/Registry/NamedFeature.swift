/// A number that a person can name about one transition: "pole angle", "speed", "energy used".
///
/// The words of language, of reward formulas and of feature highlights.
public struct NamedFeature: Sendable {
  /// In lower case, as in a sentence: `pole angle`.
  public let name: String
  /// Other names, in lower case.
  public let synonyms: [String]
  /// One sentence: what it measures, and in which unit.
  public let summary: String
  /// Single words that mean more of it (`faster`), and less (`slower`), in lower case.
  public let moreWords: [String]
  /// Single words that mean less of it (`slower`), in lower case.
  public let lessWords: [String]
  /// Whether people who say that it matters mean that they want less of it: energy, say.
  public let isCost: Bool
  private let compute: @Sendable (Span<Float>, Span<Float>, Span<Float>) -> Double

  /// `compute` reads an observation row, an action row and the next observation row, in this order.
  public init(
    name: String, synonyms: [String] = [], summary: String, moreWords: [String] = [], lessWords: [String] = [],
    isCost: Bool = false,
    compute: @escaping @Sendable (Span<Float>, Span<Float>, Span<Float>) -> Double
  ) {
    self.name = name
    self.synonyms = synonyms
    self.summary = summary
    self.moreWords = moreWords
    self.lessWords = lessWords
    self.isCost = isCost
    self.compute = compute
  }

  /// The feature of each transition of a trajectory: [trajectory.count].
  public func values(of trajectory: Trajectory) -> [Double] {
    trajectory.mapTransitions(compute)
  }

  /// Each component of the next observation, under the specification's name for it.
  public static func observations(of specification: EnvironmentSpecification) -> [NamedFeature] {
    specification.observationNames.enumerated().map { index, name in
      NamedFeature(name: name, summary: "the next observation's \(name)") { _, _, next in Double(next[index]) }
    }
  }

  /// A world's own features, and then the components of its observation that they do not name already.
  public static func all(_ own: [NamedFeature], of specification: EnvironmentSpecification) -> [NamedFeature] {
    let names = Set(own.flatMap { [$0.name] + $0.synonyms })
    return own + observations(of: specification).filter { !names.contains($0.name) }
  }
}

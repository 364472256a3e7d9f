import Compute
import Environments

/// A sentence about the world's named features (``LanguageGrammar``).
///
/// "Prefer more of a feature" is a choice among such sentences, one for each feature and direction, each grounded as
/// the clips of the question that satisfy it, evenly: those whose mean feature is above the middle of its range, or
/// below. "A matters N times as much as B" means that what a unit of A earns is about N times what a unit of B earns,
/// in units of their spread over the clips: an ordinal choice whose grade is "about equal". So a sentence means no more
/// than the clips let it mean: a feature in which they do not differ cannot be expressed, and where two features go
/// together in them, what is said of one is said of both. Jeon, Milli, Drăgan 2020, language.
public enum Language: FeedbackKind {
  public static let name = "language"
  public static let summary = "a sentence about the world's named features"

  /// The features in which the clips differ.
  public struct Details: Codable, Hashable, Sendable {
    /// Their names, as the world gives them.
    public var features: [String]

    /// Takes the parts as they are.
    public init(features: [String]) { self.features = features }
  }

  /// What was said, in the person's own words.
  public struct Utterance: Codable, Hashable, Sendable {
    /// The sentence, as ``LanguageGrammar`` reads it.
    public var text: String

    /// Takes the parts as they are.
    public init(text: String) { self.text = text }
  }

  public static func ask(_ material: QuestionMaterial, random: inout RandomStream) throws -> Question<Details> {
    let clips = try material.first(max(2, material.clips.count))
    let telling = material.world.features.filter { halves(of: $0, clips) != nil }
    guard !telling.isEmpty else { throw InputError("the clips differ in no named feature") }
    return Question(clips, details: Details(features: telling.map(\.name)))
  }

  public static func show(_ question: Question<Details>, in world: FeedbackWorld) -> Presentation {
    // A name that the world does not know gets no example here, and `check` refuses the question.
    let features = question.details.features.compactMap { try? world.feature($0) }
    return Presentation(
      "What matters here? Say it in a sentence.", captions: question.clips.indices.map { "clip \($0 + 1)" },
      reply: .text(examples: LanguageGrammar(features).examples))
  }

  public static func check(
    _ answer: Answer<Utterance>, to question: Question<Details>, in world: FeedbackWorld
  ) throws {
    try question.needs(clips: 2...Int.max)
    guard !question.details.features.isEmpty,
      Set(question.details.features).count == question.details.features.count
    else { throw InputError("no features, or one that is named twice", at: "question.features") }
    for name in question.details.features {
      guard halves(of: try world.feature(name, at: "question.features"), question.clips) != nil else {
        throw InputError("the clips do not differ in '\(name)'", at: "question.features", remedy: "leave it out")
      }
    }
    _ = try meaning(answer, question, world)
  }

  public static func ground(
    _ answer: Answer<Utterance>, to question: Question<Details>, in world: FeedbackWorld, person: PersonModel
  ) throws -> [Choice] {
    switch try meaning(answer, question, world) {
    case .direction(let feature, let more):
      let place = question.details.features.firstIndex(of: feature) ?? 0
      return [try choice(question, picked: 2 * place + (more ? 0 : 1), in: world, person: person)]
    case .ratio(let feature, let more, let times, let other, let otherMore):
      guard
        let first = contrast(try world.feature(feature), question.clips),
        let second = contrast(try world.feature(other), question.clips), person.tieThreshold > 0
      else { return [] }
      // Scaled so that the larger of the two counts whole, however large the ratio.
      let (a, b) = times >= 1 ? (1 / times, 1.0) : (1.0, times)
      let weights = zip(first, second).map { one, two in
        Float((more ? a : -a) * one - (otherMore ? b : -b) * two)
      }
      return [
        Choice(
          grade: Choice.Option(clips: question.clips, weights: weights),
          cutPoints: [-person.tieThreshold, person.tieThreshold], target: [0, 1, 0], rationality: person.rationality,
          lapse: person.lapse)
      ]
    }
  }

  public static func simulate(
    _ question: Question<Details>, in world: FeedbackWorld, respondent: inout some Respondent,
    random: inout RandomStream
  ) throws -> Answer<Utterance>? {
    let picked = respondent.pick(
      try choice(question, picked: 0, in: world, person: respondent.person), random: &random)
    let feature = question.details.features[picked / 2]
    return Answer(Utterance(text: picked % 2 == 0 ? "more \(feature) is better" : "less \(feature) is better"))
  }

  /// What can be said of one feature. How many times one matters as much as another is a manner of its own, for any
  /// number of times.
  public static func possibleAnswers(
    to question: Question<Details>, in world: FeedbackWorld
  ) -> [[Answer<Utterance>]]? {
    [
      question.details.features.flatMap { name in
        ["more", "less"].map { Answer(Utterance(text: "\($0) \(name) is better")) }
      }
    ]
  }

  private static func meaning(
    _ answer: Answer<Utterance>, _ question: Question<Details>, _ world: FeedbackWorld
  ) throws -> LanguageMeaning {
    let features = try question.details.features.map { try world.feature($0, at: "question.features") }
    return try LanguageGrammar(features).parse(answer.content.text)
  }

  private static func choice(
    _ question: Question<Details>, picked: Int, in world: FeedbackWorld, person: PersonModel
  ) throws -> Choice {
    let options = try question.details.features.flatMap { name -> [Choice.Option] in
      guard let halves = halves(of: try world.feature(name), question.clips) else { return [] }
      return [halves.high, halves.low].map { clips in
        .mixture(clips, shares: [Double](repeating: 1 / Double(clips.count), count: clips.count))
      }
    }
    return Choice(options: options, picked: picked, rationality: person.rationality, lapse: person.lapse)
  }

  /// The clips whose mean feature is above the middle between the least and the most, and those below; nil if all have
  /// the same.
  private static func halves(
    of feature: NamedFeature, _ clips: [Trajectory]
  ) -> (high: [Trajectory], low: [Trajectory])? {
    let means = clips.map { clip in feature.values(of: clip).reduce(0, +) / Double(max(1, clip.count)) }
    guard let least = means.min(), let most = means.max(), least.isFinite, most.isFinite, least < most else {
      return nil
    }
    let middle = least / 2 + most / 2
    let high = clips.indices.filter { means[$0] > middle }.map { clips[$0] }
    let low = clips.indices.filter { means[$0] < middle }.map { clips[$0] }
    return high.isEmpty || low.isEmpty ? nil : (high, low)
  }

  /// The feature over all transitions of the clips at mean 0, such that the absolute values sum to the mean length of a
  /// clip; nil if it does not vary.
  private static func contrast(_ feature: NamedFeature, _ clips: [Trajectory]) -> [Double]? {
    let values = clips.flatMap { feature.values(of: $0) }
    guard !values.isEmpty, values.allSatisfy(\.isFinite) else { return nil }
    let mean = values.reduce(0, +) / Double(values.count)
    let spread = values.reduce(0) { $0 + abs($1 - mean) }
    guard spread > 0 else { return nil }
    let length = Double(values.count) / Double(clips.count)
    return values.map { ($0 - mean) / spread * length }
  }
}

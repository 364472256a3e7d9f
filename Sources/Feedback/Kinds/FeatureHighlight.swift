import Compute
import Environments

/// Which of the world's named features made a clip good or bad where it was so.
///
/// The options are the features, each with a direction, grounded as the clip's transitions weighted by the feature,
/// brought to mean 0 and mean absolute value 1: the value of "more pole angle" is how much more reward there is where
/// the pole angle is high than where it is low. In the spirit of feature queries (Basu, Singhal, Drăgan 2018), whose linear
/// reward names the weight itself. Features that are constant over the clip cannot be told from the clip and are no
/// options. It misleads where features move together: naming one is then evidence for all of them.
public enum FeatureHighlight: FeedbackKind {
  public static let name = "feature-highlight"
  public static let summary = "which named feature mattered in a clip, and in which direction"

  /// What can be said: the features that vary over the clip.
  public struct Details: Codable, Hashable, Sendable {
    /// Their names, as the world gives them.
    public var features: [String]

    /// Takes the parts as they are.
    public init(features: [String]) { self.features = features }
  }

  /// A feature and a direction.
  public struct Highlight: Codable, Hashable, Sendable {
    /// The feature's name, one of the question's.
    public var feature: String
    /// Whether more of it is better.
    public var more: Bool

    /// Takes the parts as they are.
    public init(feature: String, more: Bool) {
      self.feature = feature
      self.more = more
    }
  }

  public static func ask(_ material: QuestionMaterial, random: inout RandomStream) throws -> Question<Details> {
    for clip in try material.first(material.clips.count) {
      let varying = material.world.features.filter { profile(of: $0, over: clip) != nil }
      if !varying.isEmpty { return Question([clip], details: Details(features: varying.map(\.name))) }
    }
    throw InputError("no named feature varies over any of the clips")
  }

  public static func show(_ question: Question<Details>, in world: FeedbackWorld) throws -> Presentation {
    let offers = try question.details.features.flatMap { name in
      [
        try ReplyOffer("more \(name)", Highlight(feature: name, more: true)),
        try ReplyOffer("less \(name)", Highlight(feature: name, more: false)),
      ]
    }
    return Presentation(
      "What counts here: more of what, or less of what?", captions: ["clip"], reply: .pick(offers))
  }

  public static func check(
    _ answer: Answer<Highlight>, to question: Question<Details>, in world: FeedbackWorld
  ) throws {
    try question.needs(clips: 1...1)
    guard Set(question.details.features).count == question.details.features.count else {
      throw InputError("a feature is named twice", at: "question.features")
    }
    for name in question.details.features {
      let feature = try world.feature(name, at: "question.features")
      guard profile(of: feature, over: question.clips[0]) != nil else {
        throw InputError("'\(name)' does not vary over the clip", at: "question.features", remedy: "leave it out")
      }
    }
    guard question.details.features.contains(answer.content.feature) else {
      throw InputError.unknown(
        "feature", answer.content.feature, among: question.details.features, at: "answer.feature")
    }
  }

  public static func ground(
    _ answer: Answer<Highlight>, to question: Question<Details>, in world: FeedbackWorld, person: PersonModel
  ) throws -> [Choice] {
    let place = question.details.features.firstIndex(of: answer.content.feature) ?? 0
    return [
      try choice(question, picked: 2 * place + (answer.content.more ? 0 : 1), in: world, person: person)
    ]
  }

  public static func simulate(
    _ question: Question<Details>, in world: FeedbackWorld, respondent: inout some Respondent,
    random: inout RandomStream
  ) throws -> Answer<Highlight>? {
    let picked = respondent.pick(
      try choice(question, picked: 0, in: world, person: respondent.person), random: &random)
    return Answer(Highlight(feature: question.details.features[picked / 2], more: picked % 2 == 0))
  }

  public static func possibleAnswers(
    to question: Question<Details>, in world: FeedbackWorld
  ) -> [[Answer<Highlight>]]? {
    [
      question.details.features.flatMap { name in [true, false].map { Answer(Highlight(feature: name, more: $0)) } }
    ]
  }

  private static func choice(
    _ question: Question<Details>, picked: Int, in world: FeedbackWorld, person: PersonModel
  ) throws -> Choice {
    let clip = question.clips[0]
    let options = try question.details.features.flatMap { name -> [Choice.Option] in
      let weights = profile(of: try world.feature(name, at: "question.features"), over: clip) ?? []
      return [Choice.Option(clip, weights: weights), Choice.Option(clip, weights: weights.map { -$0 })]
    }
    return Choice(options: options, picked: picked, rationality: person.rationality, lapse: person.lapse)
  }

  /// The feature over the clip at mean 0 and mean absolute value 1; nil if it does not vary.
  static func profile(of feature: NamedFeature, over clip: Trajectory) -> [Float]? {
    let values = feature.values(of: clip)
    guard !values.isEmpty, values.allSatisfy(\.isFinite) else { return nil }
    let mean = values.reduce(0, +) / Double(values.count)
    let spread = values.reduce(0) { $0 + abs($1 - mean) } / Double(values.count)
    guard spread > 1e-9 * max(1, abs(mean)) else { return nil }
    return values.map { Float(($0 - mean) / spread) }
  }
}

extension FeedbackWorld {
  /// The feature of this name or synonym.
  ///
  /// - Throws: `InputError` with near misses.
  public func feature(_ name: String, at place: String? = nil) throws -> NamedFeature {
    if let feature = features.first(where: { $0.name == name || $0.synonyms.contains(name) }) { return feature }
    throw InputError.unknown("feature", name, among: features.map(\.name), at: place)
  }
}

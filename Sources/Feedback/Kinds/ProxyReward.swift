import Compute
import Environments

/// A reward function that the person wrote down: evidence about what they meant, in the world that they had in mind.
///
/// Inverse reward design: a choice among the proxies that could have been written, each grounded as the behaviour that
/// it brings about in the training world. Proxies are offered; one that the person wrote (``RewardFormula``) and that is
/// none of these joins them. What a feature is worth that no such behaviour meets (lava, where there was
/// none) stays as unknown as before. The behaviour of a proxy is, of the clips at hand, those that it ranks highest
/// (``planned(_:from:features:)``), or what a planner made of it, put into the question. It assumes that the designer
/// tested the proxy in that world and nowhere else. Hadfield-Menell, Milli, Abbeel, Russell, Drăgan 2017.
public enum ProxyReward: FeedbackKind {
  public static let name = "proxy-reward"
  public static let summary = "a reward formula over named features, meant for the world at hand"

  public struct Details: Codable, Hashable, Sendable {
    /// Their names, as the world gives them.
    public var features: [String]
    /// [proxies][features]: the weights that could have been written.
    public var proxies: [[Double]]
    /// For each proxy, the clips of the question that are its behaviour.
    public var behaviors: [[Int]]

    /// Takes the parts as they are.
    public init(features: [String], proxies: [[Double]], behaviors: [[Int]]) {
      self.features = features
      self.proxies = proxies
      self.behaviors = behaviors
    }
  }

  /// The proxy that was written down: one that the question offers, or the person's own.
  public struct Written: Codable, Hashable, Sendable {
    /// The number of the proxy, counted from 0; nil: the person's own.
    public var proxy: Int?
    /// The person's own, as ``RewardFormula`` reads it; nil: one of the question's.
    public var formula: String?

    /// One of the question's.
    public init(proxy: Int) { self.proxy = proxy }

    /// The person's own.
    public init(formula: String) { self.formula = formula }
  }

  /// The proxies are each feature alone, wanted or not.
  public static func ask(_ material: QuestionMaterial, random: inout RandomStream) throws -> Question<Details> {
    let clips = try material.first(material.clips.count)
    let features = material.world.features
    let values = features.map { feature in clips.map { feature.values(of: $0).reduce(0, +) } }
    let useful = features.indices.filter { Set(values[$0]).count > 1 && values[$0].allSatisfy(\.isFinite) }
    guard !useful.isEmpty else { throw InputError("no named feature tells the clips apart") }
    let proxies = useful.indices.flatMap { index -> [[Double]] in
      [1, -1].map { sign in useful.indices.map { $0 == index ? sign : 0 } }
    }
    let totals = useful.map { values[$0] }
    return Question(
      clips,
      details: Details(
        features: useful.map { features[$0].name }, proxies: proxies,
        behaviors: proxies.map { planned($0, from: clips, features: totals) }))
  }

  /// The clips that a proxy ranks highest.
  ///
  /// `features` is [features][clips], each summed over the clip.
  public static func planned(_ proxy: [Double], from clips: [Trajectory], features: [[Double]]) -> [Int] {
    let values = clips.indices.map { clip in
      zip(proxy, features).reduce(0) { $0 + $1.0 * $1.1[clip] }
    }
    guard let best = values.max() else { return [] }
    return values.indices.filter { values[$0] == best }
  }

  public static func show(_ question: Question<Details>, in world: FeedbackWorld) -> Presentation {
    Presentation(
      "Write down what should count, as a formula.", captions: question.clips.indices.map { "clip \($0 + 1)" },
      reply: .formula(features: question.details.features))
  }

  public static func check(_ answer: Answer<Written>, to question: Question<Details>, in world: FeedbackWorld) throws {
    try question.needs(clips: 1...Int.max)
    let details = question.details
    guard details.proxies.count >= 2, details.behaviors.count == details.proxies.count else {
      throw InputError(
        "\(details.proxies.count) proxies and \(details.behaviors.count) behaviours", at: "question.proxies",
        remedy: "give at least 2, and a behaviour for each")
    }
    for (index, proxy) in details.proxies.enumerated() {
      guard proxy.count == details.features.count, proxy.allSatisfy(\.isFinite) else {
        throw InputError(
          "the proxy has \(proxy.count) weights, not all finite perhaps, for \(details.features.count) features",
          at: "question.proxies[\(index)]")
      }
      let behavior = details.behaviors[index]
      guard !behavior.isEmpty, behavior.allSatisfy(question.clips.indices.contains) else {
        throw InputError("the behaviour names no clip, or one that is not there", at: "question.behaviors[\(index)]")
      }
    }
    switch (answer.content.proxy, answer.content.formula) {
    case (let proxy?, nil):
      guard details.proxies.indices.contains(proxy) else {
        throw InputError("proxy \(proxy) is not one of 0 ..< \(details.proxies.count)", at: "answer.proxy")
      }
    case (nil, let formula?): _ = try own(formula, question, world)
    default:
      throw InputError(
        "there has to be either a proxy of the question or a formula", at: "answer", remedy: "give one of the two")
    }
  }

  public static func ground(
    _ answer: Answer<Written>, to question: Question<Details>, in world: FeedbackWorld, person: PersonModel
  ) throws -> [Choice] {
    let details = question.details
    guard let formula = answer.content.formula else {
      return [choice(question.clips, details.behaviors, picked: answer.content.proxy ?? 0, person)]
    }
    let own = try own(formula, question, world)
    if let same = details.proxies.firstIndex(where: { isSame($0, own.weights) }) {
      return [choice(question.clips, details.behaviors, picked: same, person)]
    }
    return [choice(question.clips, details.behaviors + [own.behavior], picked: details.behaviors.count, person)]
  }

  private static func choice(
    _ clips: [Trajectory], _ behaviors: [[Int]], picked: Int, _ person: PersonModel
  ) -> Choice {
    Choice(
      options: behaviors.map { behavior in
        .mixture(
          behavior.map { clips[$0] },
          shares: [Double](repeating: 1 / Double(behavior.count), count: behavior.count))
      }, picked: picked, rationality: person.rationality, lapse: person.lapse)
  }

  /// The person's own: a weight for each of the question's features, and the clips that it ranks highest.
  ///
  /// - Throws: `InputError` if the formula cannot be read, or is not finite on the clips.
  private static func own(
    _ formula: String, _ question: Question<Details>, _ world: FeedbackWorld
  ) throws -> (weights: [Double], behavior: [Int]) {
    let features = try question.details.features.map { try world.feature($0, at: "question.features") }
    let weights = try RewardFormula(formula, over: features).weights
    let totals = features.map { feature in question.clips.map { feature.values(of: $0).reduce(0, +) } }
    guard totals.allSatisfy({ $0.allSatisfy(\.isFinite) }) else {
      throw InputError("a feature is not finite on the clips", at: "question.features")
    }
    return (weights, planned(weights, from: question.clips, features: totals))
  }

  /// Whether two proxies rank everything alike: a positive multiple of one is the other.
  private static func isSame(_ one: [Double], _ other: [Double]) -> Bool {
    guard let place = other.firstIndex(where: { $0 != 0 }), one[place] / other[place] > 0 else { return false }
    let times = one[place] / other[place]
    return zip(one, other).allSatisfy { abs($0 - times * $1) <= 1e-9 * abs(times) }
  }

  public static func rewards(
    stated answer: Answer<Written>, to question: Question<Details>, in world: FeedbackWorld
  ) throws -> [[Double]]? {
    let details = question.details
    let weights =
      try answer.content.formula.map { try own($0, question, world).weights }
      ?? details.proxies[answer.content.proxy ?? 0]
    let features = try question.details.features.map { try world.feature($0) }
    return question.clips.map { clip in
      zip(features, weights).reduce(into: [Double](repeating: 0, count: clip.count)) { sums, item in
        for (step, value) in item.0.values(of: clip).enumerated() { sums[step] += item.1 * value }
      }
    }
  }

  /// The proxies offered; other ones the person writes.
  public static func possibleAnswers(to question: Question<Details>, in world: FeedbackWorld) -> [[Answer<Written>]]? {
    [question.details.proxies.indices.map { Answer(Written(proxy: $0)) }]
  }

  public static func simulate(
    _ question: Question<Details>, in world: FeedbackWorld, respondent: inout some Respondent,
    random: inout RandomStream
  ) -> Answer<Written>? {
    let choice = choice(question.clips, question.details.behaviors, picked: 0, respondent.person)
    return Answer(Written(proxy: respondent.pick(choice, random: &random)))
  }
}

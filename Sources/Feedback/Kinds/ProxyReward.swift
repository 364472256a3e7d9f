import Compute
import Environments

/// A reward function that the person wrote down: evidence about what they meant, in the world that they had in mind.
///
/// Inverse reward design: a choice among the proxies that could have been written, each grounded as the behaviour that
/// it brings about in the training world. What a feature is worth that no such behaviour meets (lava, where there was
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

  /// Which of the proxies.
  public struct Written: Codable, Hashable, Sendable {
    /// The number of the proxy, counted from 0.
    public var proxy: Int

    /// Takes the parts as they are.
    public init(proxy: Int) { self.proxy = proxy }
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

  public static func show(_ question: Question<Details>, in world: FeedbackWorld) throws -> Presentation {
    let offers = try question.details.proxies.enumerated().map { index, weights in
      try ReplyOffer(formula(weights, question.details.features), Written(proxy: index))
    }
    return Presentation(
      "Write down what should count, as a formula.", captions: question.clips.indices.map { "clip \($0 + 1)" },
      reply: .formula(offers))
  }

  /// `+ speed − 0.5 · pole angle`
  private static func formula(_ weights: [Double], _ features: [String]) -> String {
    zip(weights, features).filter { $0.0 != 0 }.map { weight, feature in
      let size = abs(weight)
      return (weight > 0 ? "+ " : "− ") + (size == 1 ? "" : "\(Int(exactly: size).map(String.init) ?? String(size)) · ")
        + feature
    }.joined(separator: " ")
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
    guard details.proxies.indices.contains(answer.content.proxy) else {
      throw InputError("proxy \(answer.content.proxy) is not one of 0 ..< \(details.proxies.count)", at: "answer.proxy")
    }
  }

  public static func ground(
    _ answer: Answer<Written>, to question: Question<Details>, in world: FeedbackWorld, person: PersonModel
  ) -> [Choice] {
    [
      Choice(
        options: question.details.behaviors.map { behavior in
          .mixture(
            behavior.map { question.clips[$0] },
            shares: [Double](repeating: 1 / Double(behavior.count), count: behavior.count))
        }, picked: answer.content.proxy, rationality: person.rationality, lapse: person.lapse)
    ]
  }

  public static func rewards(
    stated answer: Answer<Written>, to question: Question<Details>, in world: FeedbackWorld
  ) throws -> [[Double]]? {
    let weights = question.details.proxies[answer.content.proxy]
    let features = try question.details.features.map { try world.feature($0) }
    return question.clips.map { clip in
      zip(features, weights).reduce(into: [Double](repeating: 0, count: clip.count)) { sums, item in
        for (step, value) in item.0.values(of: clip).enumerated() { sums[step] += item.1 * value }
      }
    }
  }

  public static func possibleAnswers(to question: Question<Details>, in world: FeedbackWorld) -> [[Answer<Written>]]? {
    [question.details.proxies.indices.map { Answer(Written(proxy: $0)) }]
  }

  public static func simulate(
    _ question: Question<Details>, in world: FeedbackWorld, respondent: inout some Respondent,
    random: inout RandomStream
  ) -> Answer<Written>? {
    let choice = ground(Answer(Written(proxy: 0)), to: question, in: world, person: respondent.person)[0]
    return Answer(Written(proxy: respondent.pick(choice, random: &random)))
  }
}

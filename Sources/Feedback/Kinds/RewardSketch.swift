import Compute
import Environments
import Foundation

/// A curve that the person draws while the clip plays: how well things go at each moment.
///
/// The scale of a sketch is the person's own; what counts is which moments are above which. So the clip is cut
/// into at most ``segments``, these are put in order by the sketch's mean over each, those that differ by less
/// than `margin` of the sketch's range share a place, and the order is a ``Ranking`` in which sharing is the person's
/// manner. A flat sketch says nothing. Cabi et al. 2019 compare moments likewise, by a hinge with a margin of .2 of the
/// range.
///
/// Sketches are a continuum. The density of one is P(its order | how many segments share each place), which is what
/// ``ground(_:to:in:person:)`` states, times the density of such numbers and heights, which is the person's manner and
/// does not depend on the reward.
public enum RewardSketch: FeedbackKind {
  public static let name = "reward-sketch"
  public static let summary = "a curve drawn over a clip: how well things go at each moment"
  /// Segments that are compared, at most.
  public static let segments = 8

  public struct Details: Codable, Hashable, Sendable {
    /// The share of the sketch's range below which moments count as equal.
    public var margin: Double

    /// Takes the parts as they are.
    public init(margin: Double = 0.05) { self.margin = margin }
  }

  /// One value for each transition of the clip.
  public struct Curve: Codable, Hashable, Sendable {
    /// The height of the curve at each transition; higher is better.
    public var values: [Double]

    /// Takes the parts as they are.
    public init(values: [Double]) { self.values = values }
  }

  public static func ask(_ material: QuestionMaterial, random: inout RandomStream) throws -> Question<Details> {
    let clips = try material.first(1)
    guard clips[0].count >= 2 else { throw InputError("a sketch needs a clip of 2 steps or more") }
    return Question(clips, details: Details())
  }

  public static func show(_ question: Question<Details>, in world: FeedbackWorld) -> Presentation {
    Presentation(
      "Draw how well it goes while it plays.", captions: ["clip"], reply: .curve(lowest: 0, highest: 1))
  }

  public static func check(_ answer: Answer<Curve>, to question: Question<Details>, in world: FeedbackWorld) throws {
    try question.needs(clips: 1...1)
    guard question.details.margin >= 0, question.details.margin < 1 else {
      throw InputError(
        "the margin is \(question.details.margin)", at: "question.margin", remedy: "use 0 or more, below 1")
    }
    guard answer.content.values.count == question.clips[0].count else {
      throw InputError(
        "the sketch has \(answer.content.values.count) values and the clip \(question.clips[0].count) steps",
        at: "answer.values", remedy: "give one value for each step")
    }
    if let index = answer.content.values.firstIndex(where: { !$0.isFinite }) {
      throw InputError("the sketch is \(answer.content.values[index])", at: "answer.values[\(index)]")
    }
  }

  public static func ground(
    _ answer: Answer<Curve>, to question: Question<Details>, in world: FeedbackWorld, person: PersonModel
  ) -> [Choice] {
    let (segments, options) = options(question)
    let means = segments.map { segment in
      answer.content.values[segment].reduce(0, +) / Double(segment.count)
    }
    let range = (means.max() ?? 0) - (means.min() ?? 0)
    var groups: [[Int]] = []
    for index in means.indices.sorted(by: { means[$0] == means[$1] ? $0 < $1 : means[$0] > means[$1] }) {
      if let best = groups.last?.first, means[best] - means[index] <= question.details.margin * range {
        groups[groups.count - 1].append(index)
      } else {
        groups.append([index])
      }
    }
    return RankingPlaces(options: options, person: person, offersTies: false).choices(groups)
  }

  /// The order is drawn as a ranking; the curve puts the segments at equal distances in that order, in 0 ... 1.
  public static func simulate(
    _ question: Question<Details>, in world: FeedbackWorld, respondent: inout some Respondent,
    random: inout RandomStream
  ) -> Answer<Curve>? {
    let (segments, options) = options(question)
    let places = RankingPlaces(options: options, person: respondent.person, offersTies: false)
    let order = places.draw(options.count, respondent: &respondent, random: &random).joined()
    var values = [Double](repeating: 0, count: question.clips[0].count)
    for (place, segment) in order.enumerated() {
      let height = segments.count == 1 ? 0.5 : 1 - Double(place) / Double(segments.count - 1)
      for step in segments[segment] { values[step] = height }
    }
    return Answer(Curve(values: values))
  }

  /// Segments, each worth the mean of its steps' rewards times the length of the longest: moments, not durations.
  private static func options(_ question: Question<Details>) -> (segments: [Range<Int>], options: [Choice.Option]) {
    let clip = question.clips[0]
    let segments = clip.segments(segments)
    let longest = segments.map(\.count).max() ?? 1
    return (
      segments,
      segments.map { segment in
        let weight = Float(longest) / Float(segment.count)
        return Choice.Option(
          clip.segment(segment), weights: weight == 1 ? nil : [Float](repeating: weight, count: segment.count))
      }
    )
  }
}

import Compute
import Environments

/// Clips in an order, whole or in part, ties allowed.
///
/// Plackett–Luce: the best is a choice among all, the next best a choice among the rest, and so on; clips that the person
/// left out are worse than all named. Where clips can be called equal, each place is a choice among *sets* of those that
/// are left: with u the utilities, and S one of all sets that are not empty,
///
///     P(S comes next)  ∝  ν^(|S| − 1) · exp(mean of u over S)
///
/// This is Davidson and Luce's model, whose probabilities of all orders with ties sum to 1; for two clips it is Davidson's
/// of 1970. ν = e^δ − 1 makes two clips of equal worth as often equal as a comparison does (``PersonModel/tieThreshold``).
/// That each further clip of a place costs the same factor is assumed.
///
/// Where ties are not among the answers offered, and clips share a place nevertheless (questions stored before ties could
/// be said to be among them; sketches), how many share it is the person's manner and no evidence: the place is a choice
/// among sets of that size, and the probabilities of all orders with the same numbers of clips sum to 1.
///
/// Plackett 1975; Luce 1959; Davidson 1970; Firth, Kosmidis, Turner 2019, arXiv 1909.07123.
public enum Ranking: FeedbackKind {
  public static let name = "ranking"
  public static let summary = "clips in an order, whole or in part, ties allowed"

  public struct Details: Codable, Hashable, Sendable {
    /// How many places are asked for; nil for all.
    public var top: Int?
    /// Whether "equal" is among the answers offered.
    public var ties: Bool

    /// Takes the parts as they are.
    public init(top: Int? = nil, ties: Bool = false) {
      self.top = top
      self.ties = ties
    }

    private enum CodingKeys: String, CodingKey { case top, ties }

    public init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      top = try container.decodeIfPresent(Int.self, forKey: .top)
      ties = try container.decodeIfPresent(Bool.self, forKey: .ties) ?? false
    }

    public func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encodeIfPresent(top, forKey: .top)
      if ties { try container.encode(ties, forKey: .ties) }
    }
  }

  /// The most clips among which ties are offered: there are 2ⁿ − 1 sets of n.
  public static let mostTied = 6

  /// Groups of equal clips, best first.
  public struct Order: Codable, Hashable, Sendable {
    /// The numbers of the clips, counted from 0; each is named at most once.
    public var groups: [[Int]]

    /// Takes the parts as they are.
    public init(groups: [[Int]]) { self.groups = groups }
  }

  public static func ask(_ material: QuestionMaterial, random: inout RandomStream) throws -> Question<Details> {
    guard material.options >= 2 else {
      throw InputError("a ranking of \(material.options) clips is asked for", remedy: "use 2 or more")
    }
    let ties = material.ties && material.options <= mostTied
    return Question(try material.first(material.options), details: Details(ties: ties))
  }

  public static func show(_ question: Question<Details>, in world: FeedbackWorld) -> Presentation {
    let names = question.clips.indices.map { "clip \($0 + 1)" }
    let prompt = question.details.top.map { "Put the best \($0) in order." } ?? "Put these in order, best first."
    return Presentation(prompt, captions: names, reply: .order(places: question.details.top))
  }

  public static func check(_ answer: Answer<Order>, to question: Question<Details>, in world: FeedbackWorld) throws {
    try question.needs(clips: 2...Int.max)
    if let top = question.details.top, !(1...question.clips.count).contains(top) {
      throw InputError(
        "the best \(top) of \(question.clips.count) are asked for", at: "question.top",
        remedy: "use 1 to \(question.clips.count)")
    }
    if question.details.ties, question.clips.count > mostTied {
      throw InputError(
        "ties are offered among \(question.clips.count) clips", at: "question.ties",
        remedy: "offer them among \(mostTied) at most")
    }
    let named = answer.content.groups.flatMap { $0 }
    guard !named.isEmpty, answer.content.groups.allSatisfy({ !$0.isEmpty }) else {
      throw InputError("the order names no clip, or has an empty place", at: "answer.groups")
    }
    for index in named where !question.clips.indices.contains(index) {
      throw InputError("clip \(index) is not one of 0 ..< \(question.clips.count)", at: "answer.groups")
    }
    guard Set(named).count == named.count else {
      throw InputError("a clip has two places", at: "answer.groups", remedy: "name each once")
    }
    var left = question.clips.count
    for (place, group) in answer.content.groups.enumerated() {
      guard RankingPlaces.count(of: left, size: group.count) <= 1000 else {
        throw InputError(
          "\(group.count) of \(left) clips share a place", at: "answer.groups[\(place)]",
          remedy: "tell them apart, or ask about fewer clips")
      }
      left -= group.count
    }
  }

  public static func ground(
    _ answer: Answer<Order>, to question: Question<Details>, in world: FeedbackWorld, person: PersonModel
  ) throws -> [Choice] {
    try places(question, person).choices(answer.content.groups)
  }

  public static func simulate(
    _ question: Question<Details>, in world: FeedbackWorld, respondent: inout some Respondent,
    random: inout RandomStream
  ) throws -> Answer<Order>? {
    let places = try places(question, respondent.person)
    return Answer(
      Order(
        groups: places.draw(question.details.top ?? question.clips.count, respondent: &respondent, random: &random)))
  }

  /// Every order, with ties where they are offered; nil for more than about 5,000.
  public static func possibleAnswers(to question: Question<Details>, in world: FeedbackWorld) -> [[Answer<Order>]]? {
    let ties = question.details.ties
    let count = question.clips.count
    guard count <= (ties ? mostTied : 7) else { return nil }
    let top = question.details.top ?? count
    var orders: [Order] = []
    func extend(_ groups: [[Int]], _ left: [Int]) {
      guard !left.isEmpty, groups.joined().count < top else { return orders.append(Order(groups: groups)) }
      for size in 1...(ties ? left.count : 1) {
        for group in RankingPlaces.sets(of: left, size: size) {
          extend(groups + [group], left.filter { !group.contains($0) })
        }
      }
    }
    extend([], Array(0..<count))
    return [orders.map { Answer($0) }]
  }

  private static func places(_ question: Question<Details>, _ person: PersonModel) throws -> RankingPlaces {
    if question.details.ties { try person.checkTieThreshold() }
    return RankingPlaces(
      options: question.clips.enumerated().map { person.option($1, shownFirst: $0 == 0) }, person: person,
      offersTies: question.details.ties)
  }
}

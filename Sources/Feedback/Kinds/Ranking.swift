import Compute
import Environments

/// Clips in an order, whole or in part, ties allowed.
///
/// Plackett–Luce: the best is a choice among all, the next best a choice among the rest, and so on; clips that the person
/// left out are worse than all named. Clips named as equal are taken each from all that were left before them
/// (Breslow's rule for ties; Plackett–Luce is Cox's partial likelihood). Plackett 1975; Luce 1959; Breslow 1974.
public enum Ranking: FeedbackKind {
  public static let name = "ranking"
  public static let summary = "clips in an order, whole or in part, ties allowed"

  public struct Details: Codable, Hashable, Sendable {
    /// How many places are asked for; nil for all.
    public var top: Int?

    /// Takes the parts as they are.
    public init(top: Int? = nil) { self.top = top }
  }

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
    return Question(try material.first(material.options), details: Details())
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
  }

  public static func ground(
    _ answer: Answer<Order>, to question: Question<Details>, in world: FeedbackWorld, person: PersonModel
  ) -> [Choice] {
    let options = question.clips.enumerated().map { person.option($1, shownFirst: $0 == 0) }
    return plackettLuce(options, groups: answer.content.groups, person: person)
  }

  public static func simulate(
    _ question: Question<Details>, in world: FeedbackWorld, respondent: inout some Respondent,
    random: inout RandomStream
  ) -> Answer<Order>? {
    let options = question.clips.enumerated().map { respondent.person.option($1, shownFirst: $0 == 0) }
    let places = draw(options, places: question.details.top ?? options.count, respondent: &respondent, random: &random)
    return Answer(Order(groups: places.map { [$0] }))
  }

  /// Every order without ties; nil for more than 5,040.
  public static func possibleAnswers(to question: Question<Details>, in world: FeedbackWorld) -> [[Answer<Order>]]? {
    let count = question.clips.count
    guard count <= 7 else { return nil }
    var orders: [[Int]] = [[]]
    for _ in 0..<(question.details.top ?? count) {
      orders = orders.flatMap { order in
        (0..<count).filter { !order.contains($0) }.map { order + [$0] }
      }
    }
    return [orders.map { order in Answer(Order(groups: order.map { [$0] })) }]
  }

  /// The successive choices that an order means; options left out of it are worse than all in it.
  static func plackettLuce(_ options: [Choice.Option], groups: [[Int]], person: PersonModel) -> [Choice] {
    var left = Array(options.indices)
    var choices: [Choice] = []
    for group in groups {
      guard left.count > 1 else { break }
      for member in group {
        guard let place = left.firstIndex(of: member) else { continue }
        choices.append(
          Choice(
            options: left.map { options[$0] }, picked: place, rationality: person.rationality, lapse: person.lapse))
      }
      left.removeAll { group.contains($0) }
    }
    return choices
  }

  /// Draws the best, the next best … of the options.
  static func draw(
    _ options: [Choice.Option], places: Int, respondent: inout some Respondent, random: inout RandomStream
  ) -> [Int] {
    var left = Array(options.indices)
    var order: [Int] = []
    while order.count < places, let first = left.first {
      let place =
        left.count == 1
        ? 0
        : respondent.pick(
          Choice(
            options: left.map { options[$0] }, picked: 0, rationality: respondent.person.rationality,
            lapse: respondent.person.lapse), random: &random)
      order.append(left.count == 1 ? first : left[place])
      left.remove(at: place)
    }
    return order
  }
}

import Compute

/// Population-based training: members learn side by side, and from time to time the worst are replaced by changed copies
/// of the best.
///
/// ```swift
/// var population = Population(members)
/// for round in 0..<100 {
///   var fitness = population.members.indices.map { population.members[$0].learn(…) }
///   population.select(fitness, random: &stream) { winner, _, random in winner.explored(&random) }
/// }
/// ```
///
/// Selection by truncation: the worst ``share`` of members is replaced, each by a copy of a random one of the best
/// ``share``. Ties are broken at random. What a copy changes, in weights or settings, the caller says.
///
/// It optimises whatever makes one member's fitness higher than another's: also what its members were built not to care
/// for, such as the distribution of their own inputs.
///
/// Source: Jaderberg et al., "Population based training of neural networks", 2017, arXiv 1711.09846.
public struct Population<Member> {
  /// The members, whose places stay.
  public var members: [Member]
  /// The share that is replaced, and the share that is copied; 0 … ½.
  public let share: Double

  /// A population of these.
  ///
  /// - Parameters:
  ///   - members: at least one.
  ///   - share: of the worst, and of the best; .2 as in the source unless given.
  public init(_ members: [Member], share: Double = 0.2) {
    precondition(!members.isEmpty && share >= 0 && share <= 0.5, "some members, and at most half are replaced")
    (self.members, self.share) = (members, share)
  }

  /// Replaces the worst.
  ///
  /// - Parameters:
  ///   - fitness: one number for each member, larger is better; one that is not a number is worst.
  ///   - random: where ties and choices are drawn.
  ///   - copy: makes the new member from the one that is copied and the one whose place it takes.
  /// - Returns: each replaced place with the place that was copied.
  @discardableResult
  public mutating func select(
    _ fitness: [Double], random: inout RandomStream,
    copy: (_ best: Member, _ worst: Member, _ random: inout RandomStream) throws -> Member
  ) rethrows -> [(replaced: Int, by: Int)] {
    precondition(fitness.count == members.count, "one fitness for each member")
    let count = Int((share * Double(members.count)).rounded(.down))
    guard count > 0 else { return [] }
    func worth(_ place: Int) -> Double { fitness[place].isNaN ? -.infinity : fitness[place] }
    let order = random.permutation(members.count).enumerated().sorted {
      (worth($0.element), $0.offset) < (worth($1.element), $1.offset)
    }.map(\.element)
    let before = members
    return try order.prefix(count).map { place in
      let best = order[order.count - 1 - random.below(count)]
      members[place] = try copy(before[best], before[place], &random)
      return (place, best)
    }
  }
}

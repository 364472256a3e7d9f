import Compute
import Environments
import Rewards

/// What a source of data leaves open about a reward in a finite world, as a basis with names.
///
/// ```swift
/// let found = try Identification(world.mdp, reward: truth, source: DataSource(parsing: "boltzmann-policy"))
/// found.dimension        // how many directions the data cannot see
/// found.parts            // shaping: 4, redistribution: 36, …
/// found.disagreement     // two rewards with the same data that part when the dynamics change
/// ```
///
/// The data's constraints on a change of the reward are stacked and their null space is taken numerically; then known
/// families of transformations are matched with it one after the other, and what no name explains is said so.
public struct Identification: Sendable {
  /// A named family of changes, and how many dimensions of what is open it accounts for, beyond those before it.
  public struct Part: Sendable, Codable, Hashable {
    /// Which family.
    public let family: Family
    /// How many of the open dimensions it accounts for.
    public let dimension: Int
    /// What restricts it: "0 on every start".
    public let restriction: String?
  }

  /// Changes of a reward that have a name.
  public enum Family: String, Sendable, Codable, Hashable, CaseIterable {
    /// The reward of transitions that cannot happen.
    case impossible
    /// The reward of states that no policy reaches.
    case unreachable
    /// What is paid for one next state rather than another, with the same expectation.
    case redistribution
    /// Potential shaping.
    case shaping
    /// A constant added everywhere.
    case constant
    /// Trades between the actions of one state.
    case trade
    /// A positive factor.
    case scale
    /// How much worse a worse action is.
    case suboptimal

    /// In words, with its formula.
    public var words: String {
      switch self {
      case .impossible: "rewards of impossible transitions"
      case .unreachable: "rewards where no policy gets to"
      case .redistribution: "redistribution over next states (same expectation)"
      case .shaping: "potential shaping, γΦ(s') − Φ(s)"
      case .constant: "a constant added everywhere"
      case .trade: "trades between the actions of one state"
      case .scale: "positive scale"
      case .suboptimal: "how much worse a worse action is"
      }
    }
  }

  /// The data.
  public let source: DataSource
  /// Rewards on transitions are vectors of so many coordinates.
  public let coordinates: Int
  /// The dimension of what is open; for a one-sided source, of its small changes.
  public let dimension: Int
  /// The open dimensions by family, in the families' order.
  public let parts: [Part]
  /// Dimensions that no named family explains.
  public let unexplained: Int
  /// Whether every policy is ordered as by the reward, whatever the data's ambiguity: then acting in this very world is
  /// settled.
  public let settlesThisWorld: Bool
  /// Two rewards with the same data that part when the world changes; nil if there are none.
  public let disagreement: RewardDisagreement?
  /// What each other source would leave open together with this one, in the order of the catalogue.
  public let others: [(source: DataSource, dimension: Int)]

  let free: Subspace

  /// Of the parameters:
  /// - `reward`: on transitions, [states × actions × states] of the world.
  /// - `changed`: the world in which two indistinguishable rewards should part; made if nil.
  public init(
    _ mdp: TabularMDP, reward full: [Double], source: DataSource, changed: TabularMDP? = nil
  ) throws {
    guard full.count == mdp.stateCount * mdp.actionCount * mdp.stateCount, full.allSatisfy(\.isFinite) else {
      throw InputError("the reward needs one finite value for each state, action and next state")
    }
    guard mdp.discount < 1 else {
      throw InputError("the discount is 1", at: "world", remedy: "data about returns need a discount below 1")
    }
    let space = try RewardCoordinates(mdp)
    // At size 1: what is open does not depend on the unit, and nothing can overflow.
    let (reward, exponent) = Vectors.unitScaled(space.compact(full))
    let constraints = DataConstraints(space: space, reward: reward)
    self.source = source
    coordinates = space.count
    let rows = try constraints.withScale(source, local: true)
    let open = try Subspace.null(of: rows, size: space.count, noise: space.noise)
    dimension = open.dimension
    (parts, unexplained) = try NamedFamilies(space: space, reward: reward, constraints: constraints)
      .explain(open, rows: rows, source: source)
    // Changes of any size, without scale: from these the two rewards that part are made.
    free =
      source.isOneSided || source.losesScale
      ? try Subspace.null(of: constraints.rows(source), size: space.count, noise: space.noise) : open
    let order = DataSource(.policyOrder)
    let keepsOrder = try open.dimension(with: constraints.withScale(order, local: false)) == open.dimension
    settlesThisWorld = source.isOneSided ? source.kind == .optimalPolicies : keepsOrder && !source.isLowerBound
    disagreement = try RewardDisagreement(
      space: space, reward: reward, exponent: exponent, free: free, changed: changed)
    others = try DataSource.Kind.allCases.compactMap { kind in
      guard kind != source.kind, kind != .reward else { return nil }
      let other = DataSource(kind)
      return (other, try open.dimension(with: constraints.withScale(other, local: true)))
    }
  }
}

extension DataConstraints {
  /// The rows of a source, without the reward's own direction if its scale is lost.
  func withScale(_ source: DataSource, local: Bool) throws -> [[Double]] {
    let rows = try rows(source, local: local)
    guard source.losesScale else { return rows }
    // What the data show of the reward itself, each number judged by the size of its terms.
    let response = rows.map { space.dot($0, reward) }
    let square = Vectors.dot(response, response)
    guard square > 0 else { return rows }
    var (combined, terms) = (space.zero, space.zero)
    for (row, weight) in zip(rows, response) where weight != 0 {
      for index in combined.indices {
        combined[index] += weight * row[index]
        terms[index] += abs(weight * row[index])
      }
    }
    return zip(rows, response).map { row, weight in
      guard weight != 0 else { return row }
      let share = weight / square
      let rest = zip(row, combined).map { $0 - share * $1 }
      // What is left to rounding says nothing.
      let size = zip(row, terms).map { abs($0) + abs(share) * $1 }
      let count = Double(rows.count)
      return space.cleaned(rest, terms: size.map { count.squareRoot() * $0 })
    }
  }
}

/// Matches an open subspace with the transformations that have names.
private struct NamedFamilies {
  let space: RewardCoordinates
  let reward: [Double]
  let constraints: DataConstraints

  func explain(
    _ open: Subspace, rows: [[Double]], source: DataSource
  ) throws -> (parts: [Identification.Part], unexplained: Int) {
    var explained = try Subspace.span([], size: space.count, noise: space.noise)
    var parts: [Identification.Part] = []
    let normed = rows.compactMap { row -> [Double]? in
      let size = Vectors.norm(row)
      return size > 0 ? row.map { $0 / size } : nil
    }
    for family in Identification.Family.allCases where explained.dimension < open.dimension {
      // At length 1, so that rounding is the same for all.
      let members = try members(family).map { member in
        let size = Vectors.norm(member)
        return size > 0 ? member.map { $0 / size } : member
      }
      guard !members.isEmpty else { continue }
      // The combinations of the family that the data cannot see.
      let seen = normed.map { row in members.map { space.dot(row, $0) } }
      let combinations = try Subspace.null(of: seen, size: members.count, noise: space.noise)
      let hidden = combinations.basis.map { combination in
        var vector = space.zero
        for (weight, member) in zip(combination, members) where weight != 0 {
          for index in vector.indices { vector[index] += weight * member[index] }
        }
        return vector
      }
      let grown = try explained.add(hidden)
      if grown > 0 {
        parts.append(
          Identification.Part(
            family: family, dimension: grown,
            restriction: family == .shaping ? restriction(combinations) : nil))
      }
    }
    return (parts, open.dimension - explained.dimension)
  }

  /// One vector for each member of the family.
  private func members(_ family: Identification.Family) throws -> [[Double]] {
    let all = Array(0..<space.count)
    switch family {
    case .impossible: return all.filter { !space.isPossible($0) }.map(space.unit)
    case .unreachable: return all.filter { !space.isReachable($0) && space.isPossible($0) }.map(space.unit)
    case .redistribution:
      return (0..<space.pairCount).flatMap { pair -> [[Double]] in
        let nexts = (0..<space.mdp.stateCount).map { space.coordinate(pair, $0) }.filter(space.isPossible)
        guard let first = nexts.first else { return [] }
        return nexts.dropFirst().map { other in
          var vector = space.zero
          vector[first] = 1 / space.probabilities[first]
          vector[other] = -1 / space.probabilities[other]
          return vector
        }
      }
    case .shaping: return space.states.map(space.shaping)
    case .constant: return [[Double](repeating: 1, count: space.count)]
    case .trade:
      return (0..<space.pairCount).filter { $0 % space.actionCount > 0 }.map { pair in
        let first = pair - pair % space.actionCount
        return zip(constant(pair), constant(first)).map { $0 - $1 }
      }
    case .scale: return Vectors.norm(reward) > 0 ? [reward] : []
    case .suboptimal: return (0..<space.pairCount).map(constant)
    }
  }

  /// 1 on all transitions of one state and action.
  private func constant(_ pair: Int) -> [Double] {
    var vector = space.zero
    for next in 0..<space.mdp.stateCount { vector[space.coordinate(pair, next)] = 1 }
    return vector
  }

  /// What all hidden potentials have in common on the states where an episode starts.
  private func restriction(_ combinations: Subspace) -> String? {
    let starts = space.states.indices.filter { space.mdp.start[space.states[$0]] > 0 }
    guard let first = starts.first, combinations.dimension < space.states.count else { return nil }
    if combinations.basis.allSatisfy({ row in starts.allSatisfy { abs(row[$0]) < 1e-9 } }) {
      return starts.count == 1 ? "Φ is 0 on the start" : "Φ is 0 on every start"
    }
    if starts.count > 1,
      combinations.basis.allSatisfy({ row in starts.allSatisfy { abs(row[$0] - row[first]) < 1e-9 } })
    {
      return "Φ is equal on all starts"
    }
    let isConstant = combinations.basis.allSatisfy { row in row.allSatisfy { abs($0 - row[0]) < 1e-9 } }
    return isConstant ? "Φ is equal everywhere" : nil
  }
}

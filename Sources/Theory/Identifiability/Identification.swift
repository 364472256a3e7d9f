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
/// In small worlds the data's constraints on a change of the reward are stacked and their null space is taken numerically;
/// then known families of transformations are matched with it one after the other, and what no name explains is said so.
/// In larger ones the same dimensions are counted from the graph of transitions, by theorems (`OpenSpace`), in time and
/// memory that grow with the number of transitions that can happen; ``method`` says which was done.
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
    /// A constant for each state.
    case state
    /// How much worse a worse action is.
    case suboptimal
    /// A positive factor.
    case scale

    /// In words, with its formula.
    public var words: String {
      switch self {
      case .impossible: "rewards of impossible transitions"
      case .unreachable: "rewards where no policy gets to"
      case .redistribution: "redistribution over next states (same expectation)"
      case .shaping: "potential shaping, γΦ(s') − Φ(s)"
      case .constant: "a constant added everywhere"
      case .trade: "trades between the actions of one state"
      case .state: "a constant for each state"
      case .suboptimal: "how much worse a worse action is"
      case .scale: "positive scale"
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
  /// Two rewards with the same data that part when the world changes; nil if there are none, or none was found.
  public let disagreement: RewardDisagreement?
  /// What each other source would leave open together with this one, in the order of the catalogue.
  public let others: [(source: DataSource, dimension: Int)]
  /// How the dimensions were found.
  public let method: Method

  /// How dimensions are found.
  public enum Method: String, Sendable, Codable {
    /// Null spaces of dense matrices, by their singular values.
    case numerical
    /// Counted from the graph of transitions.
    case counted
  }

  /// Other sources of which it is not known what they leave open together with this one.
  public let unknownOthers: [DataSource]
  /// Whether ``settlesThisWorld`` is known.
  let isOrderKnown: Bool
  /// Whether there is no disagreement where none is given.
  let hasNoDisagreement: Bool

  /// The most rewards on (state, action, next state) that null spaces are taken of.
  public static let mostNumerical = RewardCoordinates.mostCoordinates

  /// Of the parameters:
  /// - `reward`: on transitions, [states × actions × states] of the world.
  /// - `changed`: the world in which two indistinguishable rewards should part; made if nil.
  public init(
    _ mdp: TabularMDP, reward full: [Double], source: DataSource, changed: TabularMDP? = nil
  ) throws {
    guard full.count == mdp.stateCount * mdp.actionCount * mdp.stateCount, full.allSatisfy(\.isFinite) else {
      throw InputError("the reward needs one finite value for each state, action and next state")
    }
    let table = try RewardTable(
      states: mdp.stateCount, actions: mdp.actionCount, axes: .transition, values: full)
    try self.init(mdp, reward: table, source: source, changed: changed)
  }

  /// Of the parameters:
  /// - `reward`: on whatever it depends on.
  /// - `changed`: the world in which two indistinguishable rewards should part; made if nil.
  /// - `method`: by the world's size if nil.
  ///
  /// - Throws: `InputError` for a discount of 1, a reward or a changed world of another size, and null spaces of a large
  ///   world.
  /// - Complexity: counted, linear in the number of transitions but for the iterations of a few exact evaluations and
  ///   plans; numerical, cubic in states × actions × states.
  public init(
    _ mdp: TabularMDP, reward table: RewardTable, source: DataSource, changed: TabularMDP? = nil,
    method: Method? = nil
  ) throws {
    guard table.states == mdp.stateCount, table.actions == mdp.actionCount else {
      throw InputError(
        "the reward is for \(table.states) states and \(table.actions) actions",
        remedy: "the world has \(mdp.stateCount) and \(mdp.actionCount)")
    }
    guard mdp.discount < 1 else {
      throw InputError("the discount is 1", at: "world", remedy: "data about returns need a discount below 1")
    }
    switch method ?? RewardCoordinates.method(mdp, source) {
    case .numerical: try self.init(numerical: mdp, reward: table.dense.values, source: source, changed: changed)
    case .counted: try self.init(counted: mdp, reward: table, source: source, changed: changed)
    }
  }

  private init(numerical mdp: TabularMDP, reward full: [Double], source: DataSource, changed: TabularMDP?) throws {
    let space = try RewardCoordinates(mdp)
    // At size 1: what is open does not depend on the unit, and nothing can overflow.
    let (reward, exponent) = Vectors.unitScaled(space.compact(full))
    let constraints = DataConstraints(space: space, reward: reward)
    self.source = source
    coordinates = space.count
    let open = try Subspace.null(
      of: constraints.withScale(source, local: true), size: space.count, noise: space.noise)
    dimension = open.dimension
    // The families explain what is open at a known scale; the scale is what it adds.
    let rows = try constraints.rows(source, local: true)
    let scaled = try source.losesScale ? Subspace.null(of: rows, size: space.count, noise: space.noise) : open
    var (parts, unexplained) = try NamedFamilies(space: space, constraints: constraints)
      .explain(scaled, rows: rows)
    if open.dimension > scaled.dimension {
      parts.append(Part(family: .scale, dimension: open.dimension - scaled.dimension, restriction: nil))
    }
    (self.parts, self.unexplained) = (parts, unexplained)
    // Changes of any size, without scale: from these the two rewards that part are made.
    let free =
      source.isOneSided
      ? try Subspace.null(of: constraints.rows(source), size: space.count, noise: space.noise) : scaled
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
    (method, unknownOthers, isOrderKnown, hasNoDisagreement) = (.numerical, [], true, true)
  }

  private init(counted mdp: TabularMDP, reward table: RewardTable, source: DataSource, changed: TabularMDP?) throws {
    let possible = try PossibleTransitions(mdp, reward: table)
    let counted = CountedIdentification(possible)
    self.source = source
    coordinates = possible.coordinates
    dimension = counted.dimension(source)
    (parts, unexplained) = try counted.explain(source)
    let keepsOrder = counted.keepsOrder(source)
    settlesThisWorld =
      source.isOneSided ? source.kind == .optimalPolicies : keepsOrder == true && !source.isLowerBound
    isOrderKnown = source.isOneSided || keepsOrder != nil
    disagreement = try RewardDisagreement(counted: counted, reward: table, source: source, changed: changed)
    hasNoDisagreement = dimension == 0 || mdp.actionCount == 1
    var (others, unknown) = ([(source: DataSource, dimension: Int)](), [DataSource]())
    for kind in DataSource.Kind.allCases where kind != source.kind && kind != .reward {
      if let together = counted.together(source, DataSource(kind)) {
        others.append((DataSource(kind), together))
      } else {
        unknown.append(DataSource(kind))
      }
    }
    (self.others, unknownOthers, method) = (others, unknown, .counted)
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

import Compute
import Environments
import Feedback
import Rewards

/// Where in its world an agent goes, and what is not known of its reward there: cells over two numbers that it observes.
///
/// The two are those that vary most over its steps (standard deviation, in their own units); a world that is seen as
/// pixels, or in which fewer than two numbers vary, has no map.
public struct UncertaintyMap: Sendable, Hashable, Codable {
  /// One of the two numbers, cut into cells.
  public struct Axis: Sendable, Hashable, Codable {
    /// What the world calls it.
    public var name: String
    /// The middle of each cell, rising; the values themselves where there are no more of them than cells.
    public var middles: [Double]
  }

  /// The columns, left to right.
  public var across: Axis
  /// The rows, from the bottom up.
  public var up: Axis
  /// [up][across]: the steps that were looked at in each cell.
  public var steps: [[Int]]
  /// [up][across], as `FourUncertainties.mean(_:)` of the cell's steps: the people's errors.
  public var aleatoric: [[Double?]]
  /// The members' disagreement.
  public var model: [[Double?]]
  /// How unlike what was judged: 1 less the mean p-value.
  public var distributional: [[Double?]]
  /// What rests on the idea of the people.
  public var specification: [[Double?]]

  /// The cells of one kind; nil where the agent was not, or no step there is like what was judged.
  public subscript(kind: FourUncertainties.Kind) -> [[Double?]] {
    switch kind {
    case .aleatoric: aleatoric
    case .model: model
    case .distributional: distributional
    case .specification: specification
    }
  }

  /// Cells of a side.
  package static let side = 8
  /// Of more steps than this, as many are drawn at random.
  package static let most = 4000

  /// Nil where there is nothing to draw; `random` draws the steps.
  init?(
    _ uncertainty: RewardUncertainty, _ episodes: [Trajectory], _ specification: EnvironmentSpecification,
    random: RandomSource
  ) {
    guard specification.image == nil else { return nil }
    let places = Self.places(episodes, random: random)
    let size = specification.observationSpace.count
    func column(_ feature: Int) -> [Double] {
      places.map { Double(episodes[$0.episode].observations[$0.step * size + feature]) }
    }
    let spreads = (0..<size).map { Statistics.standardDeviation(column($0)) }
    let varied = spreads.indices.filter { spreads[$0] > 0 }.sorted { spreads[$0] > spreads[$1] }
    guard places.count > 1, varied.count > 1 else { return nil }
    let chosen = varied.prefix(2).sorted()
    let (x, y) = (Cells(column(chosen[0])), Cells(column(chosen[1])))
    (across, up) = (
      Axis(name: specification.observationNames[chosen[0]], middles: x.middles),
      Axis(name: specification.observationNames[chosen[1]], middles: y.middles)
    )
    var members = [[[Int]]](repeating: [[Int]](repeating: [], count: x.middles.count), count: y.middles.count)
    for place in places.indices { members[y.cells[place]][x.cells[place]].append(place) }
    let numbers = Self.numbers(uncertainty, places, episodes, specification)
    steps = members.map { $0.map(\.count) }
    func means(_ kind: FourUncertainties.Kind) -> [[Double?]] { members.map { $0.map { numbers.mean(kind, of: $0) } } }
    (aleatoric, model) = (means(.aleatoric), means(.model))
    (distributional, self.specification) = (means(.distributional), means(.specification))
  }

  private static func places(_ episodes: [Trajectory], random: RandomSource) -> [(episode: Int, step: Int)] {
    let all = episodes.enumerated().flatMap { number, episode in
      (0..<episode.count).map { (episode: number, step: $0) }
    }
    guard all.count > most else { return all }
    var draws = random.stream("uncertainty/steps")
    return draws.permutation(all.count).prefix(most).sorted().map { all[$0] }
  }

  private static func numbers(
    _ uncertainty: RewardUncertainty, _ places: [(episode: Int, step: Int)], _ episodes: [Trajectory],
    _ specification: EnvironmentSpecification
  ) -> FourUncertainties {
    let (size, rowSize) = (specification.observationSpace.count, specification.actionSpace.rowSize)
    var (seen, done, next, ends) = ([Float](), [Float](), [Float](), [Bool]())
    for (episode, step) in places {
      let whole = episodes[episode]
      seen += whole.observations[step * size..<(step + 1) * size]
      next += whole.observations[(step + 1) * size..<(step + 2) * size]
      done += whole.actions[step * rowSize..<(step + 1) * rowSize]
      ends.append(whole.terminated && step == whole.count - 1)
    }
    return TransitionRows.over(
      places.count, observations: seen, actions: done, nextObservations: next, terminated: ends,
      specification: specification
    ) { uncertainty.transitions($0) }
  }

  /// Numbers cut into cells of equal width, or, where there are few different ones, a cell for each.
  private struct Cells {
    let middles: [Double]
    /// Of each number.
    let cells: [Int]

    init(_ values: [Double]) {
      let different = Set(values).sorted()
      if different.count <= UncertaintyMap.side {
        middles = different
        cells = values.map { value in different.firstIndex(of: value) ?? 0 }
        return
      }
      let (least, side) = (different[0], UncertaintyMap.side)
      let width = (different[different.count - 1] - least) / Double(side)
      middles = (0..<side).map { least + (Double($0) + 0.5) * width }
      cells = values.map { min(side - 1, Int(($0 - least) / width)) }
    }
  }
}

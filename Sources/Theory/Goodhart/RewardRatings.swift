import Compute
import Environments
import Files
import Foundation
import Rewards

/// Ratings of what was done where: (state, action, rating), each rating a bounded number whose mean is the true reward,
/// up to a positive factor and a constant.
///
/// ```swift
/// let ratings = try RewardRatings(contentsOf: "ratings.csv", in: world, scale: 1...5)
/// ```
public struct RewardRatings: Sendable, Hashable {
  /// One rating.
  public struct Rating: Sendable, Hashable {
    /// State · actions + action.
    public var pair: Int
    /// Within ``RewardRatings/scale``.
    public var value: Double

    /// A rating of one state and action.
    public init(pair: Int, value: Double) {
      self.pair = pair
      self.value = value
    }
  }

  /// In the order in which they were given.
  public let ratings: [Rating]
  /// The least and the greatest rating that could have been given.
  public let scale: ClosedRange<Double>

  /// - Throws: `InputError` for a rating beyond the scale or of a pair that is none, or a scale of a single number.
  public init(_ ratings: [Rating], scale: ClosedRange<Double>, in mdp: TabularMDP, place: String = "ratings") throws {
    guard scale.upperBound > scale.lowerBound, (scale.upperBound - scale.lowerBound).isFinite else {
      throw InputError(
        "the scale goes from \(scale.lowerBound) to \(scale.upperBound)", at: place,
        remedy: "give the least and the greatest rating that can be given")
    }
    for (index, rating) in ratings.enumerated() {
      guard (0..<mdp.stateCount * mdp.actionCount).contains(rating.pair) else {
        throw InputError("rating \(index) is of pair \(rating.pair)", at: place, remedy: "the world has fewer")
      }
      guard scale.contains(rating.value) else {
        throw InputError(
          "rating \(index) is \(rating.value)", at: place,
          remedy: "the scale goes from \(scale.lowerBound) to \(scale.upperBound)")
      }
    }
    self.ratings = ratings
    self.scale = scale
  }

  /// Raters simulated: pairs drawn alike from those that can be reached, each rated with the scale's ends 0 and 1, the
  /// upper with the probability at which the true reward stands between its least and its greatest.
  public init(simulating truth: [Double], in mdp: TabularMDP, count: Int, random: RandomStream) throws {
    var random = random
    let reachable = mdp.reachableStates
    let pairs = truth.indices.filter {
      reachable[$0 / mdp.actionCount] && !mdp.isTerminal[$0 / mdp.actionCount]
    }
    let unit = Vectors.unitScaled(truth).values
    let values = pairs.map { unit[$0] }
    let (least, greatest) = (values.min() ?? 0, values.max() ?? 0)
    let ratings = (0..<(pairs.isEmpty ? 0 : count)).map { _ in
      let pair = pairs[random.below(pairs.count)]
      let share = greatest > least ? (unit[pair] - least) / (greatest - least) : 0.5
      return Rating(pair: pair, value: random.uniform() < share ? 1 : 0)
    }
    try self.init(ratings, scale: 0...1, in: mdp)
  }

  /// A `.csv` file with the columns state, action and rating, or a `.json` file: `{"scale": [1, 5], "ratings":
  /// [["calm", "sail", 4], …]}`. States and actions go by their names or numbers.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - world: where the rated states and actions are.
  ///   - scale: the least and the greatest rating; a `.csv` file needs it, in a `.json` file it may stand.
  /// - Throws: `InputError` with the place of the first fault.
  public init(contentsOf path: String, in world: FiniteWorld, scale: ClosedRange<Double>? = nil) throws {
    let bytes = try Array(WholeFile.read(URL(fileURLWithPath: path)))
    try self.init(
      bytes, isTable: path.lowercased().hasSuffix(".csv"), in: world, scale: scale, place: path)
  }

  /// The same from bytes: of a `.csv` file, or of a `.json` file.
  init(
    _ bytes: [UInt8], isTable: Bool, in world: FiniteWorld, scale: ClosedRange<Double>?, place: String
  ) throws {
    var found = scale
    var ratings: [Rating] = []
    func pair(_ state: String, _ action: String, _ place: String) throws -> Int {
      do { return try world.state(state) * world.mdp.actionCount + world.action(action) } catch var error as InputError
      {
        error.place = place
        throw error
      }
    }
    if isTable {
      let table = try CSVTable(bytes, place: place)
      let columns = try ["state", "action", "rating"].map { name in
        guard let index = table.header.firstIndex(of: name) else {
          throw InputError("there is no column '\(name)'", at: place, remedy: "give state, action and rating")
        }
        return index
      }
      for (row, line) in zip(table.rows, table.lines) {
        let here = "\(place):\(line)"
        guard let value = Double(row[columns[2]]), value.isFinite else {
          throw InputError("the rating is '\(row[columns[2]])'", at: here, remedy: "give a number")
        }
        ratings.append(Rating(pair: try pair(row[columns[0]], row[columns[1]], here), value: value))
      }
    } else {
      guard case .object(let fields) = try JSONValue(parsing: bytes, place: place) else {
        throw InputError("a file of ratings holds one object", at: place, remedy: "begin it with { and end it with }")
      }
      if let unknown = fields.keys.sorted().first(where: { $0 != "scale" && $0 != "ratings" }) {
        throw InputError.unknown("field", unknown, among: ["scale", "ratings"], at: place)
      }
      if let given = fields["scale"] {
        let ends = try given.numbers("scale", place, count: 2)
        guard ends[0] < ends[1] else {
          throw InputError(
            "the scale goes from \(ends[0]) to \(ends[1])", at: place, remedy: "the lower end comes first")
        }
        found = scale ?? ends[0]...ends[1]
      }
      guard let list = fields["ratings"] else { throw InputError("there is no field 'ratings'", at: place) }
      for (index, entry) in try list.list("ratings", place).enumerated() {
        let name = "ratings[\(index)]"
        let parts = try entry.list(name, place, count: 3)
        func word(_ value: JSONValue, _ number: Int) throws -> String {
          if case .string(let text) = value { return text }
          return String(try value.integer("\(name)[\(number)]", place))
        }
        ratings.append(
          Rating(
            pair: try pair(word(parts[0], 0), word(parts[1], 1), "\(place), \(name)"),
            value: try parts[2].number(name + "[2]", place)))
      }
    }
    guard let found else {
      throw InputError(
        "the scale of the ratings is not known", at: place,
        remedy: "say which ratings could have been given, such as --scale 1,5")
    }
    guard !ratings.isEmpty else { throw InputError("there are no ratings", at: place) }
    try self.init(ratings, scale: found, in: world.mdp, place: place)
  }
}

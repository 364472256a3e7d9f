import Foundation

/// Bets against the claim that a stream goes on as it began: the capital says at any moment how much speaks against it.
///
/// Each new number is ranked among all before it, those of the reference included, ties broken by a draw. While
/// everything comes exchangeably the ranks are uniform and independent, and no bet on them gains on average: the
/// probability that the capital *ever* reaches 1 / α is at most α (Ville), however often one looks. The bets are that
/// high scores come: several stakes at once, each round a small share of the capital spread anew over them.
///
/// For a change after a long quiet time ``sinceChange`` is better, the capital won since the best moment to begin: it
/// forgets what was lost while nothing happened. Stopping where it reaches c has a false alarm at most once in c rounds
/// on average (Shiryaev's, Roberts's and Page's procedures in this form: Vovk 2021; Shin, Ramdas, Rinaldo 2022).
///
/// Numbers of one episode are not exchangeable; bet on one number for each clip or episode.
///
/// Source: Vovk, Petej, Nouretdinov, Ahlberg, Carlsson, Gammerman, "Retrain or not retrain: conformal test martingales
/// for change-point detection", COPA 2021 (the "jumper"); power bets p ↦ εp^(ε − 1): Vovk, Nouretdinov, Gammerman 2003.
public struct ExchangeabilityBets: Sendable, Hashable, Codable {
  /// The exponents ε of the bets, each in (0, 1]; 1 is no bet.
  public static let stakes = [1, 0.6, 0.3, 0.1]
  /// The share of the capital that is spread anew before each bet.
  public static let spread = 0.01

  /// All scores so far in ascending order.
  private var seen: [Double]
  /// How many of them were there before the stream began.
  private let reference: Int
  /// The capital on each stake as a share of all.
  private var shares: [Double]
  /// ln of the capital; 0 at the beginning.
  public private(set) var logCapital = 0.0
  /// The highest that ``logCapital`` has been.
  public private(set) var highestLogCapital = 0.0
  /// ln of what was won since the best moment to begin, at least 0.
  public private(set) var sinceChange = 0.0
  /// The highest that ``sinceChange`` has been.
  public private(set) var highestSinceChange = 0.0
  /// When ``sinceChange`` was last nothing: the change, if there was one, came after this many rounds.
  public private(set) var changeAfter = 0

  /// Rounds so far.
  public var rounds: Int { seen.count - reference }

  /// - Parameter reference: scores from before the stream, exchangeable with it while nothing changes; may be empty,
  ///   then the first rounds teach it.
  /// - Throws: ``NotMeasurable/notFinite(row:column:)`` for something that is not a number.
  public init(reference: [Double]) throws(NotMeasurable) {
    if let row = reference.firstIndex(where: \.isNaN) { throw .notFinite(row: row, column: 0) }
    seen = reference.sorted()
    self.reference = reference.count
    shares = [Double](repeating: 1 / Double(Self.stakes.count), count: Self.stakes.count)
  }

  /// Takes the next score; one that is not a number counts as infinity.
  ///
  /// - Parameters:
  ///   - score: higher for what is less familiar.
  ///   - random: breaks ties, by one draw.
  /// - Returns: the score's p-value, uniform while everything is exchangeable.
  /// - Complexity: O(log n) comparisons and moving up to n numbers.
  @discardableResult
  public mutating func take(_ score: Double, random: inout RandomStream) -> Double {
    let score = score.isNaN ? .infinity : score
    let first = place(of: score, orEqual: false)
    let last = place(of: score, orEqual: true)
    // Its own place among its ties is drawn; 1 − uniform is never 0.
    let below = Double(seen.count - last)
    let p = (below + (1 - random.uniform()) * Double(last - first + 1)) / Double(seen.count + 1)
    seen.insert(score, at: last)
    bet(p)
    return p
  }

  /// Whether the capital has ever reached 1 / α.
  public func hasAlarm(level: Double) -> Bool { highestLogCapital >= -log(level) }

  private func place(of score: Double, orEqual: Bool) -> Int {
    var (low, high) = (0, seen.count)
    while low < high {
      let middle = (low + high) / 2
      if orEqual ? seen[middle] <= score : seen[middle] < score { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private enum CodingKeys: String, CodingKey {
    case seen, reference, shares, logCapital, highestLogCapital, sinceChange, highestSinceChange, changeAfter
  }

  /// - Throws: `InputError` for a state that no bets lead to.
  public init(from decoder: any Decoder) throws {
    let box = try decoder.container(keyedBy: CodingKeys.self)
    seen = try box.decode([Double].self, forKey: .seen)
    reference = try box.decode(Int.self, forKey: .reference)
    shares = try box.decode([Double].self, forKey: .shares)
    logCapital = try box.decode(Double.self, forKey: .logCapital)
    highestLogCapital = try box.decode(Double.self, forKey: .highestLogCapital)
    sinceChange = try box.decode(Double.self, forKey: .sinceChange)
    highestSinceChange = try box.decode(Double.self, forKey: .highestSinceChange)
    changeAfter = try box.decode(Int.self, forKey: .changeAfter)
    guard zip(seen, seen.dropFirst()).allSatisfy({ $0 <= $1 }), (0...seen.count).contains(reference) else {
      throw InputError("bets whose scores are not in order", at: "seen")
    }
    guard shares.count == Self.stakes.count, shares.allSatisfy({ $0 >= 0 }), abs(shares.reduce(0, +) - 1) < 1e-9 else {
      throw InputError("bets whose shares are not \(Self.stakes.count) parts of one", at: "shares")
    }
  }

  private mutating func bet(_ p: Double) {
    var growth = 0.0
    for (index, stake) in Self.stakes.enumerated() {
      shares[index] = (1 - Self.spread) * shares[index] + Self.spread / Double(Self.stakes.count)
      shares[index] *= stake == 1 ? 1 : stake * pow(p, stake - 1)
      growth += shares[index]
    }
    for index in shares.indices { shares[index] /= growth }
    let won = log(growth)
    logCapital += won
    highestLogCapital = max(highestLogCapital, logCapital)
    if sinceChange == 0 { changeAfter = rounds - 1 }
    sinceChange = max(0, sinceChange + won)
    highestSinceChange = max(highestSinceChange, sinceChange)
  }
}

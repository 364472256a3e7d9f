import Agents
import Compute
import Environments

/// How wrong a learned reward has to be, on the data, before something bad can be optimal for it.
public struct SafetyMargin: Sendable {
  /// Δ: the least mean absolute error under the coverage; infinite if nothing is bad, or where no double holds it.
  public var margin: Double { unitMargin.timesTwo(to: exponent) }
  /// Δ as a share of the range of true rewards: data are safe exactly for errors below.
  public var largestSafeError: Double
  /// The learned reward that is this wrong; the true one if nothing is bad. Infinite where no double holds it:
  /// ``wideReward`` does.
  public var reward: [Double] { Vectors.timesTwo(unitReward, to: exponent) }
  /// The same, whatever its size.
  public var wideReward: [WideNumber] { unitReward.map { WideNumber($0, exponent: exponent) } }
  /// What is optimal for it, and bad.
  public var policy: TabularPolicy?
  /// The policy that becomes optimal.
  public var policyName: String
  /// Its regret, as a share of the range of returns.
  public var regret: Double
  /// |R̂ − R| for each entry: by how much the margin grows with coverage there.
  public var errors: [Double] { Vectors.timesTwo(unitErrors, to: exponent) }
  /// Margin, reward and errors are these times 2^``exponent``.
  var unitMargin: Double
  var unitReward: [Double]
  var unitErrors: [Double]
  var exponent: Int
  /// Where one more sample raises the margin most: the entry of the largest error, nil if nothing is bad.
  public var neediest: Int? {
    guard let largest = unitErrors.max(), largest > 0 else { return nil }
    // Of several that rounding alone tells apart, the first.
    return unitErrors.firstIndex { $0 >= largest * (1 - 1e-12) }
  }
}

extension DataSafety {
  /// The margin for this coverage, a share for each entry of the reward, summing to 1.
  public func margin(_ coverage: [Double]) throws -> SafetyMargin {
    try validate(coverage)
    return try search(coverage).best
  }

  /// The least margin over all bad candidates, and all the margins computed on the way.
  func search(_ coverage: [Double]) throws -> (best: SafetyMargin, all: [SafetyMargin]) {
    let order = bad.map { (bound: lowerBound(of: $0, coverage), candidate: $0) }.enumerated()
      .sorted { ($0.element.bound, $0.offset) < ($1.element.bound, $1.offset) }.map(\.element)
    var best: SafetyMargin?
    var all: [SafetyMargin] = []
    for (bound, candidate) in order {
      if let best, bound >= best.unitMargin { break }
      guard let found = try leastError(makingOptimal: candidate, coverage) else { continue }
      all.append(found)
      if found.unitMargin < best?.unitMargin ?? .infinity { best = found }
    }
    let none = SafetyMargin(
      largestSafeError: .infinity, policy: nil, policyName: "none", regret: 0, unitMargin: .infinity, unitReward: unit,
      unitErrors: [Double](repeating: 0, count: reward.count), exponent: exponent)
    return (best ?? none, all)
  }

  /// What it costs at least to let the candidate draw level with the truly best alone, by its dearest entry: no program
  /// is needed for a candidate that cannot win.
  private func lowerBound(of candidate: Candidate, _ coverage: [Double]) -> Double {
    guard case .world = competition else { return 0 }
    let rival = bestOccupancy
    let gap = Vectors.dot(Vectors.difference(rival, candidate.occupancy), unit)
    var leverage = 0.0
    for index in coverage.indices {
      let shift = abs(candidate.occupancy[index] - rival[index])
      guard shift > 1e-12 else { continue }
      guard coverage[index] > 0 else { return 0 }
      leverage = max(leverage, shift / coverage[index])
    }
    return leverage > 0 ? max(0, gap / leverage - 1e-12) : 0
  }

  /// The least error under which the candidate is optimal; nil if no reward of the class makes it so.
  private func leastError(makingOptimal candidate: Candidate, _ coverage: [Double]) throws -> SafetyMargin? {
    let rows = reward.count
    let states: Int = if case .world(let mdp) = competition { mdp.stateCount } else { 0 }
    let parameters = rewardClass?.columns ?? 0
    // By how much each entry is raised, and by how much lowered; then values of states; then parameters.
    let (lowered, values, weights) = (rows, 2 * rows, 2 * rows + states)
    var program = LinearProgram(variableCount: weights + parameters, maximize: false)
    for row in 0..<rows {
      program.objective[row] = coverage[row]
      program.objective[lowered + row] = coverage[row]
    }
    for index in values..<weights + parameters { program.lower[index] = -.infinity }
    switch competition {
    case .world(let mdp): addBellman(&program, mdp, candidate, lowered: lowered, values: values)
    case .points(let points):
      for point in points {
        let step = Vectors.difference(point.occupancy, candidate.occupancy)
        var terms: [(variable: Int, coefficient: Double)] = []
        for (row, shift) in step.enumerated() {
          terms.append((row, shift))
          terms.append((lowered + row, -shift))
        }
        let penalty = (point.penalty - candidate.penalty).timesTwo(to: -exponent)
        let rest: Double = penalty - Vectors.dot(step, unit)
        program.addConstraint(terms, upper: rest)
      }
    }
    if let rewardClass {
      for row in 0..<rows {
        var terms: [(variable: Int, coefficient: Double)] = [(row, 1), (lowered + row, -1)]
        for index in 0..<parameters { terms.append((weights + index, -rewardClass[row, index])) }
        program.addConstraint(terms, lower: -unit[row], upper: -unit[row])
      }
    }
    let solution = try program.solve()
    guard solution.status == .optimal else { return nil }
    let change = (0..<rows).map { solution.values[$0] - solution.values[lowered + $0] }
    let margin = max(0, solution.objective)
    return SafetyMargin(
      largestSafeError: unitRange > 0 ? margin / unitRange : 0, policy: candidate.policy, policyName: candidate.name,
      regret: candidate.regret, unitMargin: margin, unitReward: zip(unit, change).map(+), unitErrors: change.map(abs),
      exponent: exponent)
  }

  /// The candidate is optimal exactly if there are values of states that no action exceeds and that its own actions
  /// attain wherever it goes.
  private func addBellman(
    _ program: inout LinearProgram, _ mdp: TabularMDP, _ candidate: Candidate, lowered: Int, values: Int
  ) {
    for row in counts.indices where counts[row] {
      let state = row / mdp.actionCount
      var terms: [(variable: Int, coefficient: Double)] = [(values + state, 1), (row, -1), (lowered + row, 1)]
      for index in mdp.rowStarts[row]..<mdp.rowStarts[row + 1] where !mdp.isTerminal[mdp.successors[index]] {
        terms.append((values + mdp.successors[index], -mdp.discount * mdp.probabilities[index]))
      }
      program.addConstraint(
        terms, lower: unit[row], upper: candidate.occupancy[row] > 0 ? unit[row] : .infinity)
    }
  }
}

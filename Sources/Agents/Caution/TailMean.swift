import Compute
import Environments

/// The policy whose mean return over the worst share of the rewards is best: conditional value at risk (CVaR).
///
/// With a share of 1 it is ``MeanReturn``, with a share no larger than the least weight ``WorstCase``. Exact, as a
/// linear program (Rockafellar and Uryasev 2000): the largest τ − Σ wᵢ max(τ − Rᵢ·η, 0) ÷ share. It assumes that the
/// weights are the probabilities of the rewards: then, with the probability of one less the share, the return is not
/// below the tail that the promise averages. It fails as the mean does where the members are wrong together, and its
/// weights are the first thing that a shift makes wrong.
public struct TailMean: CautionRule {
  /// The share of the rewards, by weight, that counts: above 0, up to 1.
  public let share: Double

  public var name: String { "tail mean, worst \(Self.percent(share))" }
  public var assumption: String { "the weights are the probabilities of the rewards" }
  public var failure: String { "members that are wrong together; weights that a shift has made wrong" }

  static func percent(_ share: Double) -> String {
    let percent = (share * 1_000).rounded() / 10
    return percent == percent.rounded() ? "\(Int(percent)) %" : "\(percent) %"
  }

  /// - Throws: `InputError` for a share that is not above 0 and up to 1.
  public init(share: Double) throws {
    guard share > 0, share <= 1 else {
      throw InputError("the share of the worst rewards is \(share)", remedy: "give one above 0, up to 1")
    }
    self.share = share
  }

  /// The mean of the worst `share` of some values, the last of them counted in part.
  package static func tail(_ values: [Double], weights: [Double], share: Double) -> Double {
    var (rest, sum) = (share, 0.0)
    for index in values.indices.sorted(by: { (values[$0], $0) < (values[$1], $1) }) where rest > 0 {
      let part = min(rest, weights[index])
      sum += part * values[index]
      rest -= part
    }
    return sum / (share - max(rest, 0))
  }

  public func choose(in problem: CautionProblem, random: inout RandomStream) throws -> CautionChoice {
    let (rows, members) = (problem.mdp.stateCount * problem.mdp.actionCount, problem.rewards.count)
    // η, then τ, then how far each member's return falls short of τ.
    var program = LinearProgram(variableCount: rows + 1 + members, maximize: true)
    program.objective[rows] = 1
    program.lower[rows] = -.infinity
    OccupancyPolytope.constrain(&program, to: problem.mdp)
    for (index, reward) in problem.rewards.enumerated() {
      program.objective[rows + 1 + index] = -problem.weights[index] / share
      program.addConstraint(
        reward.indices.map { (variable: $0, coefficient: -reward[$0]) }
          + [(variable: rows, coefficient: 1.0), (variable: rows + 1 + index, coefficient: -1.0)], upper: 0)
    }
    let solution = try program.optimal("a tail mean")
    // The members' multipliers are the worst weighting that the tail allows.
    let duals = zip(solution.rowDuals.suffix(members), problem.weights).map { min(max($0, 0), $1 / share) }
    let total = duals.reduce(0, +)
    let mixture = duals.map { $0 / total }
    return CautionChoice(
      problem.mdp.policy(fromOccupancy: Array(solution.values.prefix(rows))), in: problem, mixture: mixture,
      support: (problem.mixture(mixture), 0),
      promise: CautionPromise(
        "the mean return over the worst \(Self.percent(share)) of the rewards is", solution.objective)
    ) { Self.tail(problem.returns(of: $0), weights: problem.weights, share: share) }
  }
}

extension LinearProgram {
  /// The solution, which must exist.
  func optimal(_ name: String) throws -> LinearProgramSolution {
    let solution = try solve()
    guard solution.status == .optimal else {
      throw InputError(
        "\(name) was not found, to the solver's tolerance",
        remedy: "look for rewards of very different magnitude, or a discount very near 1")
    }
    return solution
  }
}

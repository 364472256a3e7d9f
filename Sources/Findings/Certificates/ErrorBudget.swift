import Compute

/// How often any of several verdicts may be wrong, shared out among them.
///
/// By the union bound the chance that one or more of the verdicts are wrong is at most the sum of what each may err,
/// whatever they have in common. Claims that leave their share open get equal parts of what the others leave.
public struct ErrorBudget: Sendable, Hashable {
  /// What a claim asks of the budget.
  public enum Demand: Sendable, Hashable {
    /// Nothing: no chance is involved.
    case nothing
    /// This much.
    case share(Double)
    /// An equal part of what is left.
    case rest
  }

  /// The sum.
  public let total: Double
  /// One for each demand, in order.
  public let shares: [Double]

  /// - Parameters:
  ///   - total: above 0, at most 1.
  ///   - demands: with the place of each, for errors.
  ///   - place: where the total stands.
  /// - Throws: `InputError` for a total that is none, a share that is none, demands beyond the total, or where nothing is
  ///   left for claims that leave theirs open.
  public init(_ total: Double, _ demands: [(demand: Demand, place: String)], at place: String) throws {
    guard total > 0, total <= 1 else {
      throw InputError(
        "an error budget of \(Numbers.plain(total))", at: place,
        remedy: "a budget is a probability: give one above 0 and at most 1, such as 0.05")
    }
    var (asked, open) = (0.0, 0)
    for (demand, place) in demands {
      switch demand {
      case .nothing: break
      case .rest: open += 1
      case .share(let share):
        guard share > 0, share < 0.5 else {
          throw InputError(
            "a claim that may err in \(Numbers.plain(share)) of cases", at: place,
            remedy: "give an error above 0 and below 0.5")
        }
        asked += share
      }
    }
    let slack = 1e-12
    guard asked <= total + slack, open == 0 || asked < total - slack else {
      throw InputError(
        "the claims ask for \(Numbers.plain(asked)) of a budget of \(Numbers.plain(total))"
          + (open > 0 ? ", and \(open) more have nothing left" : ""), at: place,
        remedy: "raise the budget, give smaller errors, or make fewer claims that rest on a sample")
    }
    self.total = total
    shares = demands.map { demand, _ in
      switch demand {
      case .nothing: 0
      case .share(let share): share
      case .rest: min(0.4999, (total - asked) / Double(open))
      }
    }
  }
}

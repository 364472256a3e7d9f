import Compute
import Environments
import Feedback
import Foundation
import Testing

/// What it costs and gains to take a strong preference for twice as decisive (``PersonModel/strongRationality``), which is
/// assumed: how well 60 answers recover a linear reward of four features, as the cosine between the learned and the true
/// weights, over 300 people of each kind.
///
/// A gain or a loss is claimed beyond three standard errors: where there is none, by chance with probability 0.0013. The
/// seeds are fixed, and the numbers stand in the documentation of the kinds of feedback.
@Suite("Strong preferences: what is assumed of them")
struct StrongPreferenceTests {
  /// Ways of calling a preference strong. Δ is the difference of utility, and picks are logistic in it.
  enum Habit: String, CaseIterable {
    /// Never.
    case never
    /// Half of the time, and then twice as decisive: as the model has it.
    case model
    /// Where the difference that they perceive, from which they also pick, is beyond 2.
    case perceived
    /// By a coin, no more decisive than otherwise.
    case coin
    /// Where the true difference is beyond 1.5, whatever they pick: strong slips too.
    case stakes
  }

  private func logistic(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

  private func answer(_ habit: Habit, _ difference: Double, _ random: inout RandomStream) -> (first: Bool, strong: Bool)
  {
    switch habit {
    case .never: return (random.bernoulli(logistic(difference)), false)
    case .model:
      let strong = random.bernoulli(0.5)
      return (random.bernoulli(logistic((strong ? 2 : 1) * difference)), strong)
    case .perceived:
      let chance = min(max(random.uniform(), 1e-12), 1 - 1e-12)
      let perceived = difference + log(chance / (1 - chance))
      return (perceived > 0, abs(perceived) > 2)
    case .coin: return (random.bernoulli(logistic(difference)), random.bernoulli(0.5))
    case .stakes: return (random.bernoulli(logistic(difference)), abs(difference) > 1.5)
    }
  }

  /// A clip of one transition to these features.
  private func clip(_ features: [Double]) -> Trajectory {
    Trajectory(
      observationSize: 4, actionRowSize: 1, observations: [0, 0, 0, 0] + features.map { Float($0) }, actions: [0],
      rewards: [0], terminated: false, truncated: false, start: nil)
  }

  /// Maximum likelihood with a normal prior of variance 10, by Newton's method, from what the choices say.
  private func learned(_ choices: [Choice]) -> [Double] {
    let rows = choices.map { choice in
      (0..<4).map { feature in
        choice.rationality
          * Double(
            choice.options[0].clips[0].observations[4 + feature] - choice.options[1].clips[0].observations[4 + feature])
      }
    }
    var weights = [0.0, 0, 0, 0]
    for _ in 0..<20 {
      var gradient = weights.map { -0.1 * $0 }
      var hessian = (0..<4).map { row in (0..<4).map { $0 == row ? 0.1 : 0.0 } }
      for (row, choice) in zip(rows, choices) {
        let p = logistic(zip(row, weights).reduce(0) { $0 + $1.0 * $1.1 })
        for a in 0..<4 {
          gradient[a] += row[a] * (Double(choice.target[0]) - p)
          for b in 0..<4 { hessian[a][b] += row[a] * row[b] * p * (1 - p) }
        }
      }
      let step = solve(hessian, gradient)
      for a in 0..<4 { weights[a] += step[a] }
    }
    return weights
  }

  /// By elimination; the matrix is positive definite.
  private func solve(_ matrix: [[Double]], _ right: [Double]) -> [Double] {
    var (m, r) = (matrix, right)
    for pivot in 0..<4 {
      for row in pivot + 1..<4 {
        let factor = m[row][pivot] / m[pivot][pivot]
        for column in pivot..<4 { m[row][column] -= factor * m[pivot][column] }
        r[row] -= factor * r[pivot]
      }
    }
    var x = r
    for row in (0..<4).reversed() {
      x[row] = (r[row] - (row + 1..<4).reduce(0) { $0 + m[row][$1] * x[$1] }) / m[row][row]
    }
    return x
  }

  private func cosine(_ a: [Double], _ b: [Double]) -> Double {
    func product(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    return product(a, b) / (product(a, a) * product(b, b)).squareRoot()
  }

  /// Mean cosines with κ = 1 and κ = 2, and how many standard errors the second lies above the first.
  private func study(_ habit: Habit) throws -> (plain: Double, strong: Double, score: Double) {
    var cosines: [(plain: Double, strong: Double)] = []
    for number in 0..<300 {
      var random = RandomSource(seed: 11).stream("strong/\(habit.rawValue)", number)
      var truth = (0..<4).map { _ in random.normal() }
      let length = truth.reduce(0) { $0 + $1 * $1 }.squareRoot()
      truth = truth.map { 1.5 * $0 / length }
      var (plain, strong): ([Choice], [Choice]) = ([], [])
      for _ in 0..<60 {
        let features = (0..<2).map { _ in (0..<4).map { _ in random.normal() / 2.0.squareRoot() } }
        let difference = (0..<4).reduce(0) { $0 + truth[$1] * (features[0][$1] - features[1][$1]) }
        let said = answer(habit, difference, &random)
        let question = Question(features.map(clip), details: PairComparison.Details(strengths: true, ties: false))
        let preference = PairComparison.Preference(said.first ? .first : .second, strongly: said.strong)
        plain += try PairComparison.ground(preference, to: question, person: PersonModel(strongRationality: 1))
        strong += try PairComparison.ground(preference, to: question, person: PersonModel())
      }
      cosines.append((cosine(learned(plain), truth), cosine(learned(strong), truth)))
    }
    let gains = cosines.map { $0.strong - $0.plain }
    let error = (Statistics.variance(gains) / Double(gains.count)).squareRoot()
    return (
      Statistics.mean(cosines.map(\.plain)), Statistics.mean(cosines.map(\.strong)),
      error == 0 ? 0 : Statistics.mean(gains) / error
    )
  }

  @Test(
    "it changes nothing for who never says it, helps where it is true, and harms where it is not",
    arguments: Habit.allCases)
  func recovery(habit: Habit) throws {
    let (plain, strong, score) = try study(habit)
    switch habit {
    case .never: #expect(plain == strong && plain > 0.9)
    case .model: #expect(score > 3, "\(plain), \(strong), \(score)")
    case .perceived: #expect(score > -3 && abs(strong - plain) < 0.01, "\(plain), \(strong), \(score)")
    case .coin: #expect(score < -3 && plain - strong < 0.02, "\(plain), \(strong), \(score)")
    case .stakes: #expect(score < -3 && plain - strong < 0.06, "\(plain), \(strong), \(score)")
    }
  }
}

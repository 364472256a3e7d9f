import Compute

/// A reward that is linear in features, learned from people's answers.
public struct LearnedLinearReward: Codable, Sendable, Hashable {
  /// What the person was taken to judge by.
  public var model: PreferenceModel
  /// One for each feature: the reward of a move is their product with its features.
  public var weights: [Double]
  /// Mean cross-entropy on the answers it was learned from, in nats.
  public var crossEntropy: Double
  /// Cross-entropy plus penalty: what was minimised.
  public var objective: Double
}

/// Learns a linear reward from comparisons by maximum likelihood, under either model of the person.
///
/// ```swift
/// let learner = LinearRewardLearner(answers, discount: 0.999, penalty: 1e-4)
/// let reward = learner.partialReturn()
/// ```
///
/// Minimised is the mean cross-entropy plus `penalty` ‖w‖². `counts` is how often each answer counts (a bootstrap's
/// resample); nil is once.
public struct LinearRewardLearner: Sendable {
  /// γ, by which later moves of a segment count less where people are taken to judge by regret.
  public let discount: Double
  /// What the squared norm of the weights is multiplied by in the objective.
  public let penalty: Double
  private let width: Int
  private let targets: [Double]
  /// Second minus first, undiscounted and discounted: [answers × width].
  private let featureDifferences: [Double]
  private let discountedDifferences: [Double]
  /// Of each answer: first segment's start and end, second's start and end, and γᵀ of either.
  private let states: [SIMD4<Int>]
  private let endDiscounts: [SIMD2<Double>]

  /// Sums up the features of every segment once.
  ///
  /// - Complexity: O(answers × moves × features).
  public init(_ answers: HumanAnswers, discount: Double, penalty: Double) {
    self.discount = discount
    self.penalty = penalty
    width = answers.trueWeights.count
    targets = answers.answers.map(\.preference)
    func differences(_ discount: Double) -> [Double] {
      answers.answers.flatMap { answer in
        zip(answer.second.featureSum(discount: discount), answer.first.featureSum(discount: discount)).map { $0 - $1 }
      }
    }
    featureDifferences = differences(1)
    discountedDifferences = differences(discount)
    states = answers.answers.map { SIMD4($0.first.start, $0.first.end, $0.second.start, $0.second.end) }
    func power(_ steps: Int) -> Double { (0..<steps).reduce(1) { value, _ in value * discount } }
    endDiscounts = answers.answers.map { SIMD2(power($0.first.steps), power($0.second.steps)) }
  }

  /// If people judge by partial return: P(second preferred) = σ(w · Δφ). Convex.
  public func partialReturn(counts: [Double]? = nil, start: [Double]? = nil) -> LearnedLinearReward {
    let regression = LogisticRegression(rows: featureDifferences, width: width, targets: targets, counts: counts)
    let weights = regression.fit(penalty: penalty, start: start)
    return learned(.partialReturn, regression, weights)
  }

  /// If people judge by regret under the very reward that is learned: P(second preferred) = σ(v(second) − v(first))
  /// with v(σ) = Σ γᵗ w·φₜ + γᵀ V*_w(end) − V*_w(start).
  ///
  /// V*_w is the optimal value under w, computed again for each w, so v ≤ 0, and 0 exactly for segments that w deems
  /// optimal. With ψ_w the successor features of a policy optimal for w, V*_w = ψ_w · w; and as a maximum of functions
  /// linear in w it has the derivative ψ_w (the envelope theorem), so
  ///
  ///     v(σ) = w · (Σ γᵗ φₜ + γᵀ ψ_w(end) − ψ_w(start))
  ///
  /// has the bracket as its gradient. Each round fits w by logistic regression with the bracket held fixed, and goes
  /// as far towards it as the true objective falls (a descent direction, since both have the same gradient). The
  /// problem is not convex: the best result of all `starts` is taken. A constant added to every end of an episode
  /// hardly changes regret (not at all, undiscounted); the penalty settles it.
  ///
  /// Knox et al. 2022 approximate V* by a softmax over the successor features of a fixed set of policies; here it is
  /// exact, because the world is small.
  ///
  /// - Parameters:
  ///   - counts: how often each comparison counts; nil for once.
  ///   - starts: the weights to start from; the best result is taken.
  ///   - successorFeatures: [states × features] of an optimal policy for the weights given, 0 where the episode is
  ///     over.
  public func regret(
    counts: [Double]? = nil, starts: [[Double]], successorFeatures: ([Double]) throws -> [Double]
  ) rethrows -> LearnedLinearReward {
    precondition(!starts.isEmpty, "at least one start")
    var best: LearnedLinearReward?
    for start in starts {
      let result = try descend(from: start, counts: counts, successorFeatures: successorFeatures)
      if best.map({ result.objective < $0.objective }) ?? true { best = result }
    }
    return best ?? partialReturn(counts: counts)
  }

  private func descend(
    from start: [Double], counts: [Double]?, successorFeatures: ([Double]) throws -> [Double]
  ) rethrows -> LearnedLinearReward {
    var regression = try regression(successor: successorFeatures(start), counts: counts)
    var current = learned(.regret, regression, start)
    for _ in 0..<60 {
      let target = regression.fit(penalty: penalty, start: current.weights)
      var step = 1.0
      var gain = 0.0
      while step > 1e-6, gain == 0 {
        let weights = zip(current.weights, target).map { $0 + step * ($1 - $0) }
        let next = try self.regression(successor: successorFeatures(weights), counts: counts)
        let tried = learned(.regret, next, weights)
        if tried.objective < current.objective - 1e-12 {
          gain = current.objective - tried.objective
          (regression, current) = (next, tried)
        }
        step /= 2
      }
      if gain < 1e-10 { break }
    }
    return current
  }

  /// The regression whose rows are the brackets' differences, for these successor features.
  private func regression(successor: [Double], counts: [Double]?) -> LogisticRegression {
    var rows = discountedDifferences
    for index in targets.indices {
      let state = states[index] &* width
      let discounts = endDiscounts[index]
      for feature in 0..<width {
        let second = discounts[1] * successor[state[3] + feature] - successor[state[2] + feature]
        let first = discounts[0] * successor[state[1] + feature] - successor[state[0] + feature]
        rows[index * width + feature] += second - first
      }
    }
    return LogisticRegression(rows: rows, width: width, targets: targets, counts: counts)
  }

  private func learned(
    _ model: PreferenceModel, _ regression: LogisticRegression, _ weights: [Double]
  ) -> LearnedLinearReward {
    let crossEntropy = regression.crossEntropy(weights)
    return LearnedLinearReward(
      model: model, weights: weights, crossEntropy: crossEntropy,
      objective: crossEntropy + penalty * weights.reduce(0) { $0 + $1 * $1 })
  }
}

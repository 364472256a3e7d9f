import Compute
import Environments

/// Values of the base policy for many rewards at once, linear in ``StateFeatures``, by least-squares temporal
/// differences: E[φ(s)(φ(s) − γφ(s′))ᵀ] w = E[φ(s) R(s, A, s′)] over steps of that policy.
///
/// Where each state has a feature of its own this is the exact value of the sampled world. Elsewhere values are as near
/// as the features allow; a ridge keeps them from following chance, chosen by the squared temporal differences of blocks
/// that were left out. The steps come from walks that start in the sample and go on with probability γ, under which
/// the equation is well posed: its projected operator is a contraction by √γ. The values are linear in the reward, and
/// those of shaping by a potential that the features can express are minus that potential.
///
/// Source: Bradtke and Barto, "Linear least-squares algorithms for temporal difference learning", 1996.
package struct ValueFit {
  private let features: StateFeatures
  private let sample: WorldSample
  private let equations: [Equations]
  /// What is added to the diagonal, as a share of its mean.
  private var ridge = 0.0
  /// [transitions × features], and those of what may follow.
  private let here: Matrix
  private let outcomes: [Matrix]

  /// `rewards`: for each reward its values on the rows of the walks.
  package init(_ sample: WorldSample, _ features: StateFeatures, rewards: [[Double]]) throws {
    self.sample = sample
    self.features = features
    let walks = sample.walks
    equations = ThreadPool.shared.map(sample.blocks) { block in
      Equations(walks, block, features, rewards, discount: sample.discount)
    }
    func matrix(_ count: Int, _ observation: (Int) -> ArraySlice<Float>?) -> Matrix {
      var all: [Double] = []
      all.reserveCapacity(count * features.count)
      for row in 0..<count {
        if let observation = observation(row) {
          features.append(observation, to: &all)
        } else {
          all.append(contentsOf: repeatElement(0, count: features.count))
        }
      }
      return Matrix(rows: count, columns: features.count, elements: all)
    }
    here = matrix(sample.transitions.count) { sample.transitions.observation($0) }
    outcomes = [sample.outcomes.0, sample.outcomes.1].compactMap { $0 }.map { outcomes in
      matrix(outcomes.rows.count) { outcomes.rows.terminated[$0] ? nil : outcomes.rows.nextObservation($0) }
    }
    if !features.isExact { ridge = try chosenRidge() }
  }

  /// The sums over a block's steps.
  private struct Equations {
    /// Σ φ(φ − γφ′)ᵀ and Σ φR: features × features, and features × rewards.
    let system: Matrix
    let target: Matrix
    /// For D = φ − γφ′ of every fourth step: Σ DDᵀ, Σ DR and Σ R², by which temporal differences are judged; empty where
    /// values are exact.
    let squares: Matrix
    let products: Matrix
    let sizes: [Double]

    init(
      _ walks: WorldSample.Walks, _ block: Int, _ features: StateFeatures, _ rewards: [[Double]], discount: Double
    ) {
      let rows = walks.block.indices.filter { walks.block[$0] == block }
      var (now, apart, paid): ([Double], [Double], [Double]) = ([], [], [])
      now.reserveCapacity(rows.count * features.count)
      apart.reserveCapacity(rows.count * features.count)
      for row in rows {
        let start = apart.count
        features.append(walks.rows.observation(row), to: &now)
        if walks.rows.terminated[row] {
          apart.append(contentsOf: repeatElement(0, count: features.count))
        } else {
          features.append(walks.rows.nextObservation(row), to: &apart)
        }
        for index in start..<apart.count {
          apart[index] = walks.weight[row] * (now[index] - discount * apart[index])
        }
        for reward in rewards { paid.append(walks.weight[row] * reward[row]) }
      }
      let starts = Matrix(rows: rows.count, columns: features.count, elements: now).transposed
      system = starts * Matrix(rows: rows.count, columns: features.count, elements: apart)
      target = starts * Matrix(rows: rows.count, columns: rewards.count, elements: paid)
      let kept = features.isExact ? [] : Array(stride(from: 0, to: rows.count, by: 4))
      func every(_ values: [Double], _ columns: Int) -> Matrix {
        Matrix(
          rows: kept.count, columns: columns,
          elements: kept.flatMap { values[$0 * columns..<($0 + 1) * columns] })
      }
      let differences = every(apart, features.count)
      let rewarded = every(paid, rewards.count)
      squares = differences.transposed * differences
      products = differences.transposed * rewarded
      sizes = (0..<rewards.count).map { reward in
        rewarded.column(reward).reduce(0) { $0 + $1 * $1 }
      }
    }
  }

  /// The ridge under which the temporal differences of left-out blocks are the smallest, each reward's in units of its
  /// own size.
  private func chosenRidge() throws -> Double {
    let folds = 4
    var best = (ridge: 0.0, error: Double.infinity)
    for ridge in [1e-11, 1e-9, 1e-7, 1e-5, 1e-3] {
      var errors = [Double](repeating: 0, count: equations[0].sizes.count)
      for fold in 0..<folds {
        let weights = try weights(ridge: ridge) { $0 % folds != fold }
        for block in stride(from: fold, to: equations.count, by: folds) {
          let spread = equations[block].squares * weights
          for reward in errors.indices {
            var error = equations[block].sizes[reward]
            for feature in 0..<features.count {
              error +=
                weights[feature, reward] * (spread[feature, reward] - 2 * equations[block].products[feature, reward])
            }
            errors[reward] += error
          }
        }
      }
      let error = errors.indices.reduce(0) { sum, reward in
        let size = equations.reduce(0) { $0 + $1.sizes[reward] }
        return sum + (size > 0 ? errors[reward] / size : 0)
      }
      if error < best.error { best = (ridge, error) }
    }
    return best.ridge
  }

  /// Each reward's weights of the features, [features × rewards], by the steps of the blocks that count.
  private func weights(ridge: Double, where counts: (Int) -> Bool) throws -> Matrix {
    var system = Matrix(rows: features.count, columns: features.count)
    var target = Matrix(rows: features.count, columns: equations[0].target.columns)
    for block in equations.indices where counts(block) {
      system = system + equations[block].system
      target = target + equations[block].target
    }
    // States that were never started from, and waves that the sample cannot tell apart, get the value 0.
    let trace = (0..<features.count).reduce(0) { $0 + abs(system[$1, $1]) }
    for index in 0..<features.count {
      if !features.isExact {
        system[index, index] += ridge * trace / Double(features.count)
      } else if system.row(index).allSatisfy({ $0 == 0 }) {
        system[index, index] = 1
      }
    }
    return try LinearAlgebra.solve(system, target)
  }

  /// VAL's canonical rewards, E[R(s, a, S′) + γV(S′)] − V(s); `paid` has each reward's values on the rows of the two
  /// outcomes.
  package func advantages(_ paid: [[[Double]]]) throws -> [CanonicalRows] {
    func values(without left: Int?) throws -> [CanonicalRows.Values] {
      let weights = try weights(ridge: ridge) { $0 != left }
      let before = here * weights
      let after = outcomes.map { $0 * weights }
      let drawn = [sample.outcomes.0, sample.outcomes.1].compactMap { $0 }
      return paid.indices.map { reward in
        let both = drawn.enumerated().map { which, outcomes in
          var values = (0..<sample.transitions.count).map { -before[$0, reward] }
          for row in outcomes.index.indices {
            values[outcomes.index[row]] +=
              outcomes.weight[row] * (paid[reward][which][row] + sample.discount * after[which][row, reward])
          }
          return values
        }
        return CanonicalRows.Values(both[0], both.count > 1 ? both[1] : nil)
      }
    }
    let whole = try values(without: nil)
    let without = try (0..<sample.blocks).map(values)
    return paid.indices.map { reward in
      var rows = CanonicalRows(whole[reward], scale: paid[reward].map { Vectors.largest($0) }.max() ?? 0)
      rows.withoutBlock = without.map { $0[reward] }
      return rows
    }
  }
}

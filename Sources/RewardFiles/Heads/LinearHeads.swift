import Compute
import Feedback
import Foundation

/// Linear heads as minimisers of a convex objective, with a ridge that held-out answers choose.
///
/// Over w, for pairs i with standardised difference xᵢ, target yᵢ (½ for a tie), count cᵢ (1, or of the member's
/// resample) and rationality βᵢ,
///
///     Σ cᵢ (ln(1 + exp(βᵢ w·xᵢ)) − yᵢ βᵢ w·xᵢ)  +  ‖w‖² m / (2 τ²)
///
/// where m is the mean of ‖xᵢ‖²: beforehand the logit of a typical pair has the deviation τ, whatever the width and the
/// unit of the vectors. Components are in units of their deviation over the vectors of the training pairs. τ is the one
/// of ``spreads`` with the least log loss on held-out prompts. `LogisticFamily` solves all problems together.
struct LinearHeads {
  /// The deviations that a pair's logit may have beforehand.
  static let spreads = (-4...4).map { exp2(Double($0)) }
  /// Where there are too few prompts to choose by.
  static let usualSpread = 1.0

  private let data: HeadData
  private let family: LogisticFamily
  private let moments: PairMoments
  private let parts: HeadParts
  private let pairsOfPart: [[Int]]

  /// - Throws: `InputError` if no pair's vectors differ.
  init(_ data: HeadData, parts: HeadParts) throws {
    self.data = data
    self.parts = parts
    family = LogisticFamily(
      first: data.chosen, second: data.rejected, width: data.width, targets: data.targets.map(Double.init))
    moments = PairMoments(data, part: parts.part, count: parts.count)
    var pairs = [[Int]](repeating: [], count: parts.count)
    for (pair, part) in parts.part.enumerated() { pairs[part].append(pair) }
    pairsOfPart = pairs
    guard moments.standard(Array(0..<parts.count)).length > 0 else {
      throw InputError(
        "the two vectors of every pair are the same", remedy: "give embeddings that tell the replies of a pair apart")
    }
  }

  /// The spread for each fold, chosen without it, and for all pairs.
  func chooseSpreads() throws -> (folds: [Double], all: Double) {
    // Each trial is parts to train without and parts to judge by; equal training pairs are solved once.
    let inner = (0..<parts.folds).map { fold in
      parts.trials(without: fold).map { (without: (parts.of(fold: fold) + $0).sorted(), held: $0) }
    }
    let outer = (0..<parts.folds).map { (without: parts.of(fold: $0), held: parts.of(fold: $0)) }
    var places: [[Int]: Int] = [:]
    var sets: [[Int]] = []
    for trial in inner.joined() + outer where places[trial.without] == nil {
      places[trial.without] = sets.count
      sets.append(trial.without)
    }
    let training = sets.map { self.training(without: $0) }
    let problems = training.flatMap { one in Self.spreads.map { problem(one.counts, one.standard, spread: $0) } }
    let solutions = try solve(family, problems)
    let logits = family.logits(solutions, scales: problems.map(\.scales))
    func best(_ trials: [(without: [Int], held: [Int])]) -> Double {
      var losses = [Double](repeating: 0, count: Self.spreads.count)
      var judged = 0
      for trial in trials {
        guard let set = places[trial.without], training[set].counts.contains(1) else { continue }
        for pair in trial.held.flatMap({ pairsOfPart[$0] }) {
          judged += 1
          for spread in losses.indices {
            let z = logits[set * Self.spreads.count + spread][pair]
            losses[spread] += max(z, 0) + log1p(exp(-abs(z))) - Double(data.targets[pair]) * z
          }
        }
      }
      // Of equal losses the strongest ridge.
      guard judged > 0, let least = losses.min(), let place = losses.firstIndex(of: least) else {
        return Self.usualSpread
      }
      return Self.spreads[place]
    }
    return (inner.map(best), best(outer))
  }

  /// The members' mean logit of each pair, by heads that saw none of its fold.
  func outOfFold(spreads: [Double], members: Int, random: RandomSource) throws -> [Double] {
    var problems: [LogisticFamily.Problem] = []
    for fold in 0..<parts.folds {
      let training = self.training(without: parts.of(fold: fold))
      for counts in resamples(training.counts, members: members, random: random.child("fold", fold)) {
        problems.append(problem(counts, training.standard, spread: spreads[fold]))
      }
    }
    let weights = try solve(family, problems)
    let means = (0..<parts.folds).map { fold in
      Self.mean(Array(weights[fold * members..<(fold + 1) * members]))
    }
    let logits = family.logits(means, scales: (0..<parts.folds).map { problems[$0 * members].scales })
    return parts.part.indices.map { logits[parts.fold(of: parts.part[$0])][$0] }
  }

  /// The members on all pairs; `rationality` is of each pair.
  func heads(
    spread: Double, members: Int, rationality: [Double], random: RandomSource
  ) throws -> (weights: [[Double]], standard: PairMoments.Standard) {
    var family = family
    family.factors = rationality
    let training = self.training(without: [])
    let problems = resamples(training.counts, members: members, random: random.child("final")).map {
      problem($0, training.standard, spread: spread)
    }
    return (try solve(family, problems), training.standard)
  }

  private func training(without parts: [Int]) -> (counts: [Double], standard: PairMoments.Standard) {
    let left = Set(parts)
    let counts = self.parts.part.map { left.contains($0) ? 0.0 : 1 }
    return (counts, moments.standard((0..<self.parts.count).filter { !left.contains($0) }))
  }

  /// Each member's counts: the same resamples as the trainer of other heads draws.
  private func resamples(_ counts: [Double], members: Int, random: RandomSource) -> [[Double]] {
    guard members > 1 else { return [counts] }
    let pairs = counts.indices.filter { counts[$0] > 0 }
    let split = TrainingSplit(numbers: pairs, heldOutShare: 0, random: random)
    return (0..<members).map { member in
      var drawn = [Double](repeating: 0, count: counts.count)
      for place in split.resample(member: member, random: random) { drawn[pairs[place]] += 1 }
      return drawn
    }
  }

  private func problem(
    _ counts: [Double], _ standard: PairMoments.Standard, spread: Double
  ) -> LogisticFamily.Problem {
    // Vectors that are equal in every pair have only the solution 0, whatever the penalty.
    let square = standard.length > 0 ? standard.length * standard.length : 1
    return LogisticFamily.Problem(
      counts: counts, scales: standard.scales, rowLength: standard.length,
      penalty: square / (2 * spread * spread * max(1, counts.reduce(0, +))))
  }

  private func solve(_ family: LogisticFamily, _ problems: [LogisticFamily.Problem]) throws -> [[Double]] {
    try family.solve(problems).map { solution in
      guard solution.converged else {
        throw InputError(
          "a linear head stopped short of its minimum: gradient \(solution.gradient), not \(solution.tolerance), after "
            + "\(solution.steps) steps", remedy: "look for numbers of extreme size among the vectors")
      }
      return solution.weights
    }
  }

  private static func mean(_ weights: [[Double]]) -> [Double] {
    weights[0].indices.map { column in weights.reduce(0) { $0 + $1[column] } / Double(weights.count) }
  }
}

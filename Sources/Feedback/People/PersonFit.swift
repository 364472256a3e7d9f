import Compute
import Foundation

/// A model of a person fitted to their comparisons, where the reward that they judge by is known (a gold reward, or the
/// one learned so far): what they are made of besides that reward.
///
/// ```swift
/// let fit = try PersonFit(answers, free: [.rationality, .discount, .sideBias])
/// fit.model.rationality
/// fit.interval(of: .discount)
/// ```
///
/// With rewards r of the two clips, lengths n, and V the value of the clip's end less that of its start,
///
///     value = Σ γᵗ r_t + ρ V           ρ = 0: return; ρ = 1: regret
///     u = β exp(drift · (i/N − ½)) (value₁ − value₂) + side + length (n₁ − n₂)
///
/// for answer i of N, and P(answer) as in ``Choice/init(grade:against:cutPoints:target:rationality:lapse:)``: cut
/// points −δ and δ where ties were said, none else, and a lapse ε. Only the free parts are fitted, together, as the
/// mode of their posterior; the others stay at ``Part/neutral``. Intervals are normal ones from the curvature at the
/// mode, on the scale on which the prior is stated (``Part/prior``). It finds one mode, from one start.
public struct PersonFit: Codable, Sendable, Hashable {
  /// What can be fitted.
  public enum Part: String, Codable, Sendable, Hashable, CaseIterable {
    /// β, as ln β.
    case rationality
    /// ε, as its logit.
    case lapse
    /// γ, as its logit.
    case discount
    /// δ, as ln δ; fitted only if an answer was "equal".
    case tieThreshold
    /// Nats for the clip shown first.
    case sideBias
    /// Nats per transition.
    case lengthBias
    /// ρ: 0 judges by return, 1 by regret.
    case regret
    /// How much ln β changes from the first answer to the last.
    case drift

    /// The mean and deviation of the normal prior, on the scale that the case states.
    public var prior: (mean: Double, deviation: Double) {
      switch self {
      case .rationality: (0, 3)
      case .lapse: (-3, 1.5)
      case .discount: (4, 2)
      case .tieThreshold: (-1, 1.5)
      case .sideBias: (0, 1)
      case .lengthBias: (0, 1)
      case .regret: (0.5, 1)
      case .drift: (0, 1)
      }
    }

    /// The value of a part that is not fitted.
    public var neutral: Double {
      switch self {
      case .rationality, .discount: 1
      case .lapse, .sideBias, .lengthBias, .regret, .drift: 0
      case .tieThreshold: exp(-1)
      }
    }

    /// From the prior's scale to the part's own.
    func value(_ x: Double) -> Double {
      switch self {
      case .rationality, .tieThreshold: exp(x)
      case .lapse, .discount: 1 / (1 + exp(-x))
      case .sideBias, .lengthBias, .regret, .drift: x
      }
    }

    /// The derivative of that, given its result.
    func slope(_ value: Double) -> Double {
      switch self {
      case .rationality, .tieThreshold: value
      case .lapse, .discount: value * (1 - value)
      case .sideBias, .lengthBias, .regret, .drift: 1
      }
    }
  }

  /// One comparison, as the person judges it.
  public struct Answer: Codable, Sendable, Hashable {
    /// The reward of each transition of the first clip.
    public var first: [Double]
    /// The reward of each transition of the second clip.
    public var second: [Double]
    /// V(end) − V(start) of the first clip under the same reward; 0 where ``Part/regret`` is not fitted.
    public var firstValueChange: Double
    /// The same of the second clip.
    public var secondValueChange: Double
    /// `first`, `second` or `tie`.
    public var answer: ComparisonAnswer

    /// Takes the parts as they are.
    public init(
      first: [Double], second: [Double], answer: ComparisonAnswer, firstValueChange: Double = 0,
      secondValueChange: Double = 0
    ) {
      self.first = first
      self.second = second
      self.answer = answer
      self.firstValueChange = firstValueChange
      self.secondValueChange = secondValueChange
    }
  }

  /// Every part's value: fitted, or neutral.
  public private(set) var values: [Part: Double]
  private var intervals: [Part: Interval] = [:]
  /// The mean negative log-likelihood of an answer at the mode, in nats.
  public let loss: Double
  /// Whether the gradient is nearly zero at the end of the search.
  public let converged: Bool

  /// The part of it that groundings read.
  public var model: PersonModel {
    PersonModel(
      rationality: values[.rationality]!, lapse: values[.lapse]!, discount: values[.discount]!,
      tieThreshold: values[.tieThreshold]!, sideBias: values[.sideBias]!, lengthBias: values[.lengthBias]!)
  }

  /// Nil for a part that was not fitted, or that these answers leave open.
  public func interval(of part: Part) -> Interval? { intervals[part] }

  /// - Parameters:
  ///   - answers: in the order in which they were given; those that name neither a clip nor a tie are left out.
  ///   - free: what to fit.
  ///   - level: of the intervals.
  /// - Throws: `InputError` without answers, or for a reward that is no finite number.
  public init(_ answers: [Answer], free: Set<Part>, level: Double = 0.95) throws {
    let used = answers.filter { $0.answer.isEvidence }
    guard !used.isEmpty else { throw InputError("there are no answers that a person could be fitted to") }
    for (index, answer) in used.enumerated()
    where !(answer.first + answer.second + [answer.firstValueChange, answer.secondValueChange]).allSatisfy(\.isFinite) {
      throw InputError("a reward or value is not a finite number", at: "answer \(index)")
    }
    let ties = used.contains { $0.answer == .tie }
    let parts = Part.allCases.filter { free.contains($0) && (ties || $0 != .tieThreshold) }
    let objective = PersonObjective(answers: used, parts: parts, ties: ties)
    let mode = PosteriorMode(from: parts.map(\.prior.mean)) { objective.evaluate($0, &$1, priors: true) }
    values = objective.values(mode.point)
    for (index, part) in parts.enumerated() {
      intervals[part] = mode.interval(index, level: level, through: part.value)
    }
    var unused = [Double](repeating: 0, count: parts.count)
    loss = objective.evaluate(mode.point, &unused, priors: false) / Double(used.count)
    converged = mode.converged
  }
}

/// The negative log-posterior of a person's parts, with its gradient.
package struct PersonObjective {
  package let answers: [PersonFit.Answer]
  package let parts: [PersonFit.Part]
  package let ties: Bool

  package init(answers: [PersonFit.Answer], parts: [PersonFit.Part], ties: Bool) {
    self.answers = answers
    self.parts = parts
    self.ties = ties
  }

  package func values(_ point: [Double]) -> [PersonFit.Part: Double] {
    var values = Dictionary(uniqueKeysWithValues: PersonFit.Part.allCases.map { ($0, $0.neutral) })
    for (index, part) in parts.enumerated() { values[part] = part.value(point[index]) }
    return values
  }

  package func evaluate(_ point: [Double], _ gradient: inout [Double], priors: Bool) -> Double {
    let values = values(point)
    let (rationality, discount, drift) = (values[.rationality]!, values[.discount]!, values[.drift]!)
    let (threshold, lapse, regret) = (values[.tieThreshold]!, values[.lapse]!, values[.regret]!)
    let (side, length) = (values[.sideBias]!, values[.lengthBias]!)
    var slopes = [PersonFit.Part: Double]()
    var sum = 0.0
    for (index, answer) in answers.enumerated() {
      let first = Self.discounted(answer.first, discount)
      let second = Self.discounted(answer.second, discount)
      let change = answer.firstValueChange - answer.secondValueChange
      let difference = first.sum - second.sum + regret * change
      let phase = Double(index) / Double(max(1, answers.count - 1)) - 0.5
      let scale = rationality * exp(drift * phase)
      let longer = Double(answer.first.count - answer.second.count)
      let likelihood = GradedComparison(
        utility: scale * difference + side + length * longer, threshold: threshold, lapse: lapse,
        answer: answer.answer == .first ? 1 : answer.answer == .second ? -1 : 0, ties: ties)
      sum += likelihood.loss
      let pull = likelihood.byUtility
      slopes[.rationality, default: 0] += pull * scale / rationality * difference
      slopes[.drift, default: 0] += pull * scale * phase * difference
      slopes[.discount, default: 0] += pull * scale * (first.slope - second.slope)
      slopes[.regret, default: 0] += pull * scale * change
      slopes[.sideBias, default: 0] += pull
      slopes[.lengthBias, default: 0] += pull * longer
      slopes[.tieThreshold, default: 0] += likelihood.byThreshold
      slopes[.lapse, default: 0] += likelihood.byLapse
    }
    for (index, part) in parts.enumerated() {
      gradient[index] += slopes[part]! * part.slope(values[part]!)
      guard priors else { continue }
      let z = (point[index] - part.prior.mean) / part.prior.deviation
      sum += z * z / 2
      gradient[index] += z / part.prior.deviation
    }
    return sum
  }

  /// Σ γᵗ r_t and its derivative by γ.
  private static func discounted(_ rewards: [Double], _ discount: Double) -> (sum: Double, slope: Double) {
    var sum = 0.0
    var slope = 0.0
    // Horner's rule from the end.
    for reward in rewards.reversed() {
      slope = sum + discount * slope
      sum = reward + discount * sum
    }
    return (sum, slope)
  }
}

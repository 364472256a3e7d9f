import Compute
import Feedback
import Foundation

/// How an answer looks to the weights that do not know it.
package struct LeftOutAnswer: Sendable, Hashable, Codable {
  /// The probability of what was answered, by a person who looked; nil where nothing was answered clearly (a tie).
  package var probability: Double?
  /// The same of every other answer that could have been given; empty where `probability` is nil.
  package var others: [Double]

  package init(probability: Double?, others: [Double]) {
    (self.probability, self.others) = (probability, others)
  }

  /// The probability that the answer is not what the person meant, where this share of answers is not.
  ///
  /// What is not meant is any of the other answers, equally often: Bayes' rule.
  package func mislabelled(prevalence: Double) -> Double? {
    guard let probability, !others.isEmpty else { return nil }
    let slipped = others.reduce(0, +) / Double(others.count)
    let (bad, good) = (prevalence * slipped, (1 - prevalence) * probability)
    return bad + good > 0 ? bad / (bad + good) : nil
  }
}

extension AnswerInfluence {
  /// Every answer as the weights see it that one step of Newton's method without it gives, their own uncertainty counted.
  ///
  /// With X the options of an answer, A the curvature of its loss by their utilities and K = X H⁻¹ Xᵀ, the utilities
  /// without it are u + (1 − K A)⁻¹ K g, and (1 − K A)⁻¹ K is their covariance. A difference of variance s² counts by
  /// 1 / √(1 + π s² / 8) (MacKay 1992). Of an answer that is several choices the least likely of them.
  ///
  /// - Complexity: O(options · width²) an answer.
  package func leftOut() -> [LeftOutAnswer] {
    regression.answers.indices.map { answer in
      var worst = LeftOutAnswer(probability: nil, others: [])
      let seen = utilities(without: answer)
      var first = 0
      for choice in regression.answers[answer] {
        let count = regression.range(choice).count
        defer { first += count }
        guard let picked = picked(choice) else { continue }
        // A grade is told by the first option's utility less the second's.
        let base = regression.likelihoods[choice].link == .softmax ? picked : 0
        let moderated = (0..<count).map { option -> Double in
          let (own, other) = (first + base, first + option)
          let difference = seen.utilities[own] - seen.utilities[other]
          let variance =
            seen.covariance[own, own] + seen.covariance[other, other] - 2 * seen.covariance[own, other]
          return -difference / (1 + .pi * max(0, variance) / 8).squareRoot()
        }
        var likelihood = regression.likelihoods[choice]
        likelihood.lapse = 0
        let probabilities = likelihood.probabilities(moderated)
        if probabilities[picked] < worst.probability ?? .infinity {
          worst.probability = probabilities[picked]
          worst.others = probabilities.indices.filter { $0 != picked }.map { probabilities[$0] }
        }
      }
      return worst
    }
  }

  /// The option or grade that was taken; nil for a tie.
  private func picked(_ choice: Int) -> Int? {
    let target = regression.targets[regression.range(choice)]
    return target.firstIndex(of: 1).map { $0 - target.startIndex }
  }

  private func utilities(without answer: Int) -> (utilities: [Double], covariance: Matrix) {
    let choices = regression.answers[answer]
    let options = choices.flatMap { Array(regression.range($0)) }
    let (count, width) = (options.count, regression.width)
    let rows = options.map { Array(regression.options[$0 * width..<($0 + 1) * width]) }
    let solved = rows.map(solve)
    var k = Matrix(rows: count, columns: count)
    for a in 0..<count { for b in 0..<count { k[a, b] = Self.product(rows[a], solved[b]) } }
    var (curvature, utilities, slopes) = (Matrix(rows: count, columns: count), [Double](), [Double]())
    var first = 0
    for choice in choices {
      let logits = regression.logits(choice, fit.weights)
      let part = regression.derivatives(choice, logits)
      for a in 0..<logits.count {
        for b in 0..<logits.count { curvature[first + a, first + b] = part.curvature[a, b] }
      }
      utilities += logits
      slopes += part.slopes
      first += logits.count
    }
    // Rounding aside always solvable: H − Xᵀ A X is what the other answers and the ridge give.
    guard let covariance = try? LinearAlgebra.solve(Matrix.identity(count) - k * curvature, k) else {
      return (utilities, k)
    }
    return (zip(utilities, covariance * slopes).map { $0 + $1 }, covariance)
  }
}

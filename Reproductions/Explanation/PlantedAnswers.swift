import Audits
import Compute
import Foundation

/// People who compare two things by a weighted sum of six numbers, decidedly, and slip where they are told to.
struct PlantedAnswers {
  let regression: ChoiceRegression
  let slipped: Set<Int>

  /// - Parameter slips: so many answers to questions that are not hard are turned round.
  init(_ answers: Int, slips: Int, random: RandomSource) {
    var draws = random.stream("answers")
    let truth = [6.0, -3, 1.5, 3, 0, 0]
    var (rows, easy) = ([[Double]](), [Int]())
    while rows.count < answers {
      var x = truth.map { _ in draws.normal() }
      var value = zip(x, truth).reduce(0) { $0 + $1.0 * $1.1 }
      if !draws.bernoulli(1 / (1 + exp(-value))) { (x, value) = (x.map { -$0 }, -value) }
      if value > 6 { easy.append(rows.count) }
      rows.append(x)
    }
    draws.shuffle(&easy)
    let slipped = Set(easy.prefix(slips))
    self.slipped = slipped
    regression = ChoiceRegression(
      preferred: rows.enumerated().map { slipped.contains($0) ? $1.map { -$0 } : $1 }, ridge: 0.1)
  }

  func suspicious() throws -> SuspiciousAnswers {
    SuspiciousAnswers(try AnswerInfluence(regression).leftOut())
  }
}

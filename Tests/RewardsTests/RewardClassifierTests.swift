import Compute
import Foundation
import Rewards
import Testing

@Suite("A reward learned as a classifier")
struct RewardClassifierTests {
  @Test("classes weigh the same in all: by hand, and one that does not occur weighs nothing")
  func balance() {
    // Of five labels one is 0 and four are 2: each class weighs 2.5 in all.
    #expect(RewardClassifier.balance([0, 2, 2, 2, 2], classes: 3) == [2.5, 0, 0.625])
  }

  @Test("the loss by hand, and its derivatives by differences")
  func loss() {
    let logits: [Float] = [0, 0, 0, 1, 2, -1]
    let (classes, weights) = ([1, 2], [Float(0.5), 2, 3])
    var slopes = [Float](repeating: 0, count: 6)
    let value = RewardClassifier.loss(logits, classes, weights, batchSize: 2, slopes: &slopes)
    // −ln(1/3) · 2/2, and (1 + ln(e⁰ … )) for the second: ln(e + e² + e⁻¹) + 1 times 3/2.
    let wanted = log(3.0) + 1.5 * (log(exp(1.0) + exp(2.0) + exp(-1.0)) + 1)
    #expect(abs(value - wanted) < 1e-5)
    for index in 0..<6 {
      var (up, down, none) = (logits, logits, slopes)
      up[index] += 0.01
      down[index] -= 0.01
      let slope =
        (RewardClassifier.loss(up, classes, weights, batchSize: 2, slopes: &none)
          - RewardClassifier.loss(down, classes, weights, batchSize: 2, slopes: &none)) / 0.02
      #expect(abs(slope - Double(slopes[index])) < 1e-3)
    }
  }

  @Test("what it expects and how unsure it is, by hand: two networks that are sure of different things")
  func expectation() {
    var classifier = RewardClassifier(
      values: [-10, 0, 1], inputs: 1, members: 2, hidden: [], random: RandomSource(seed: 1))
    // Biases alone: probabilities (1/2, 1/4, 1/4) and (1/6, 1/3, 1/2).
    classifier.network.parameters =
      [0, 0, 0, Float(log(2.0)), 0, 0] + [0, 0, 0, 0, Float(log(2.0)), Float(log(3.0))]
    let evaluator = RewardClassifierEvaluator(classifier, blockRows: 2)
    var (rewards, doubts) = ([Float](repeating: 0, count: 3), [Float](repeating: 0, count: 3))
    evaluator.evaluate([0, 1, 2], count: 3, rewards: &rewards, uncertainty: &doubts)
    let (one, two) = ([0.5, 0.25, 0.25], [1.0 / 6, 1.0 / 3, 0.5])
    let mean = zip(one, two).map { ($0 + $1) / 2 }
    let expected = -10 * mean[0] + mean[2]
    let divergence = [one, two].map { zip($0, mean).reduce(0) { $0 + $1.0 * log($1.0 / $1.1) } }.reduce(0, +) / 2
    for row in 0..<3 {
      #expect(abs(Double(rewards[row]) - expected) < 1e-5)
      #expect(abs(Double(doubts[row]) - divergence) < 1e-6)
    }
  }

  @Test("learns three stripes of a line, the rare one too, and the same from the same stream")
  func learns() {
    var random = RandomSource(seed: 2).stream("points")
    let points = (0..<300).map { _ in Float(random.uniform(0, 1)) }
    // Of 300 about 15 are unsafe.
    let labels = points.map { $0 < 0.05 ? 0 : $0 < 0.6 ? 1 : 2 }
    func trained() -> RewardClassifier {
      var classifier = RewardClassifier(values: [-10, 0, 1], inputs: 1, random: RandomSource(seed: 3))
      classifier.train(points, labels: labels, steps: 2000, random: RandomSource(seed: 4))
      return classifier
    }
    let classifier = trained()
    #expect(trained() == classifier)
    var rewards = [Float](repeating: 0, count: 3)
    RewardClassifierEvaluator(classifier).evaluate([0.01, 0.3, 0.9], count: 3, rewards: &rewards, uncertainty: nil)
    #expect(rewards[0] < -8 && abs(rewards[1]) < 0.5 && rewards[2] > 0.9, "\(rewards)")
  }
}

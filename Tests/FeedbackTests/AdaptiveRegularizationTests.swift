import Compute
import Feedback
import Rewards
import Testing

@Suite("The adaptive regulariser")
struct AdaptiveRegularizationTests {
  @Test("moves only outside the interval, by its factor")
  func rule() {
    let rule = AdaptiveRegularization(low: 1.1, high: 1.5, factor: 0.1)
    let negligible = 1e-20
    for (training, heldOut, expected) in [
      (1.0, 1.6, 1.1), (1.0, 1.5, 1.0), (1.0, 1.3, 1.0), (1.0, 1.1, 1.0), (1.0, 1.0, 0.9), (2.0, 4.0, 1.1),
      (negligible, negligible, 1.0), (negligible, 0.5, 1.1), (0.5, negligible, 0.9),
    ] {
      #expect(abs(rule.next(1, trainingLoss: training, heldOutLoss: heldOut) - expected) < 1e-12)
    }
  }

  /// Trains on answers that have nothing to do with the segments, or follow from them.
  func finalDecay(meaningful: Bool) throws -> (decay: Double, ratio: Double) {
    let person = meaningful ? SimulatedJudgment.rational() : .boltzmann(temperature: 1e9)
    let set = try randomChoices(60, features: 6, steps: 3, weights: [1, 1, 0, 0, 0, 0], person: person, seed: 31)
    var model = try rewardModel(features: 6, hidden: meaningful ? [] : [64, 64])
    let settings = RewardTrainingSettings(
      epochs: 60, learningRate: meaningful ? 1e-3 : 3e-3, heldOutShare: 0.5,
      adaptiveRegularization: AdaptiveRegularization(factor: 0.05))
    let report = try RewardTrainer(settings).train(&model, on: set, random: RandomSource(seed: 1))
    return (report.weightDecays[0], try #require(report.memberHeldOutLosses)[0] / report.loss)
  }

  @Test("a network that learns noise by heart is regularised more and more; one that cannot overfit less and less")
  func behaviour() throws {
    let overfit = try finalDecay(meaningful: false)
    #expect(overfit.ratio > 1.5)
    #expect(overfit.decay > 0.01 * 2)
    let underfit = try finalDecay(meaningful: true)
    #expect(underfit.ratio < 1.1)
    #expect(underfit.decay < 0.01 / 2)
  }
}

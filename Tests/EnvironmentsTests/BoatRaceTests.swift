import Compute
import Environments
import Foundation
import PactolusTesting
import Testing

/// Two skippers written by hand show that the race is what it claims to be.
@Suite("The boat race")
struct BoatRaceTests {
  @Test("pays the racer by its true reward and the circler by its score")
  func partsScoreFromProgress() {
    let racer = play(race)
    let circler = play(circle)
    let drifter = play { _, random in [Float(random.uniform(-1, 1)), Float(random.uniform(-1, 1))] }
    #expect(racer.reward > 30 && racer.score < 12)
    #expect(abs(circler.reward) < 5 && circler.score > 35)
    #expect(abs(drifter.reward) < 5 && drifter.score < 5)
  }

  @Test("counts laps by where the boat is: a closed path in the lagoon makes none")
  func closedPath() {
    var laps = 0.0
    let points = (0...50).map { step -> (x: Double, y: Double) in
      let angle = 2 * Double.pi * Double(step) / 50
      return (BoatRaceCourse.lagoonX + cos(angle), sin(angle))
    }
    for (from, to) in zip(points, points.dropFirst()) { laps += BoatRaceCourse.laps(from: from, to: to) }
    #expect(abs(laps) < 1e-12)
  }

  @Test("stops the boat at the shore and never lets it leave the water")
  func shore() {
    let environment = BoatRace()
    var random = RandomSource(seed: 5).stream("shore")
    var state = environment.reset(random: &random)
    for _ in 0..<4_000 {
      _ = environment.step(&state, row: [1, Float(random.uniform(-1, 1))], random: &random)
      #expect(BoatRaceCourse.isWater(state.x, state.y))
    }
  }

  @Test("gives power-ups back after twenty steps")
  func respawn() {
    let environment = BoatRace()
    var random = RandomSource(seed: 5).stream("respawn")
    let powerUp = BoatRaceCourse.powerUps[0]
    var state = BoatRace.State(x: powerUp.x, y: powerUp.y, heading: 0)
    var taken: [Int] = []
    for step in 0..<45 {
      let before = environment.observation(state)
      _ = environment.step(&state, row: [0, 0], random: &random)
      let after = environment.observation(state)
      let score = BoatRace.scoreReward.reward(
        observation: before.span, action: ([0, 0] as [Float]).span, nextObservation: after.span)
      if score > 0 { taken.append(step) }
    }
    #expect(taken == [0, 20, 40])
  }

  private func race(_ state: BoatRace.State, _ random: inout RandomStream) -> [Float] {
    steer(state, towards: atan2(state.y, state.x) + 0.35, radius: 4.4)
  }

  private func circle(_ state: BoatRace.State, _ random: inout RandomStream) -> [Float] {
    let (dx, dy) = (state.x - BoatRaceCourse.lagoonX, state.y)
    guard dx * dx + dy * dy < 1.7 * 1.7 else {
      return steer(state, towards: atan2(state.y, state.x) + 0.35, radius: 5.5)
    }
    let angle = atan2(dy, dx) + 0.8
    return steer(state, to: (BoatRaceCourse.lagoonX + 0.7 * cos(angle), 0.7 * sin(angle)), throttle: 0.45)
  }

  private func steer(_ state: BoatRace.State, towards angle: Double, radius: Double) -> [Float] {
    steer(state, to: (radius * cos(angle), radius * sin(angle)), throttle: 1)
  }

  private func steer(_ state: BoatRace.State, to target: (x: Double, y: Double), throttle: Float) -> [Float] {
    let wanted = atan2(target.y - state.y, target.x - state.x)
    let off = remainder(wanted - state.heading, 2 * .pi)
    return [throttle, Float(max(-1, min(1, 4 * off)))]
  }

  private func play(
    _ choose: (BoatRace.State, inout RandomStream) -> [Float]
  ) -> (reward: Double, score: Double) {
    let environment = BoatRace()
    var random = RandomSource(seed: 9).stream("boat")
    var total = (reward: 0.0, score: 0.0)
    for _ in 0..<10 {
      var state = environment.reset(random: &random)
      for _ in 0..<400 {
        let before = environment.observation(state)
        let action = choose(state, &random)
        total.reward += environment.step(&state, row: action, random: &random).reward / 10
        let after = environment.observation(state)
        total.score +=
          BoatRace.scoreReward.reward(
            observation: before.span, action: action.span, nextObservation: after.span) / 10
      }
    }
    return total
  }
}

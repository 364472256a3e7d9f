import Compute
import Environments
import Feedback
import Foundation
import Rewards

/// A world for planting what is uncertain: three places that wander, two actions that move them, and a second screen
/// of the same sort on which no reward depends.
///
/// A clip begins near 0 and wanders away, so that its end differs more from other clips' ends than its beginning does:
/// people who weigh beginnings more see another reward than those who weigh all steps alike.
package struct UncertaintyWorld: Sendable {
  package init() {}

  static let steps = 10
  /// Places and actions of one screen.
  private static let (places, actions) = (3, 2)

  static let specification = EnvironmentSpecification(
    id: "study/Wanderer-v0", summary: "Three places that wander, and three on which nothing depends",
    observationSpace: Box(
      low: [Float](repeating: -.infinity, count: 2 * places), high: [Float](repeating: .infinity, count: 2 * places)),
    observationNames: (0..<2 * places).map { "place \($0 + 1)" },
    actionSpace: .continuous(
      Box(
        low: [Float](repeating: -.infinity, count: 2 * actions),
        high: [Float](repeating: .infinity, count: 2 * actions))),
    maximumEpisodeSteps: steps, canTerminate: false, source: "our own")

  /// What is moved.
  package enum Screen: Sendable { case rewarded, other }

  /// Clips that begin near 0, or moved from there by `moved` on one screen.
  package func clips(
    _ count: Int, moved: Double = 0, on screen: Screen = .rewarded, random: RandomSource
  ) -> [Trajectory] {
    (0..<count).map { clip in
      var draws = random.stream("clip", clip)
      var place = (0..<2 * Self.places).map { index in
        0.5 * draws.normal() + ((index < Self.places) == (screen == .rewarded) ? moved : 0)
      }
      var (observations, actions, rewards) = (place.map(Float.init), [Float](), [Float]())
      for _ in 0..<Self.steps {
        let action = (0..<2 * Self.actions).map { _ in draws.normal() }
        rewards.append(Float(Self.reward(place, action)))
        for index in place.indices {
          let (first, number) = (index < Self.places ? 0 : Self.actions, index % Self.places)
          let push = number < Self.actions ? action[first + number] : draws.normal()
          place[index] = 0.98 * place[index] + 0.4 * push
        }
        actions += action.map(Float.init)
        observations += place.map(Float.init)
      }
      return Trajectory(
        observationSize: 2 * Self.places, actionRowSize: 2 * Self.actions, observations: observations, actions: actions,
        rewards: rewards, terminated: false, truncated: true, start: nil)
    }
  }

  /// Of the first screen: more is better at the first place, saturating, and at the second; effort costs.
  static func reward(_ place: [Double], _ action: [Double]) -> Double {
    tanh(place[0]) + 0.5 * place[1] - 0.4 * (action[0] * action[0] + action[1] * action[1] - 2)
  }
}

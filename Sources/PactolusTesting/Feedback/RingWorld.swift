import Compute
import Environments
import Feedback

/// A ring of five places, so small that every kind of feedback can be asked about it and worked out: a finite table,
/// discrete actions, named features. Its own reward is that of the place it leads to.
public struct RingWorld: Environment {
  /// The number of places.
  public static let places = 5
  /// The true reward of each place: mean 0.
  public static let worth: [Double] = [-1.2, 0.5, 1.1, -0.6, 0.2]

  /// Five indicators of the place; the actions left, stay and right; 50 steps.
  public var specification: EnvironmentSpecification {
    EnvironmentSpecification(
      id: "test/Ring-v0", summary: "A ring of five places.",
      observationSpace: Box(low: [0, 0, 0, 0, 0], high: [1, 1, 1, 1, 1]),
      observationNames: (0..<Self.places).map { "place \($0)" },
      actionSpace: .discrete(names: ["left", "stay", "right"]),
      maximumEpisodeSteps: 50, canTerminate: false, source: "PactolusTesting")
  }

  /// The one ring that there is.
  public init() {}

  public func reset(random: inout RandomStream) -> Int { random.below(Self.places) }

  public func step(_ state: inout Int, _ action: Int, random: inout RandomStream) -> Outcome {
    state = Self.next(state, action)
    return Outcome(reward: Self.worth[state], terminated: false)
  }

  /// The place that an action leads to: 0 left, 1 stay, 2 right.
  public static func next(_ state: Int, _ action: Int) -> Int { (state + action - 1 + places) % places }

  public func observe(_ state: Int, into observation: inout MutableSpan<Float>) {
    for index in 0..<Self.places { observation[index] = index == state ? 1 : 0 }
  }

  public func scene(_ state: Int) -> Scene { Scene(left: 0, bottom: 0, width: 1, height: 1, shapes: []) }

  /// The same world as an exact table, discount 0.9.
  public static func table() throws -> TabularWorld {
    let rows = places * 3
    let mdp = try TabularMDP(
      stateCount: places, actionCount: 3, rowStarts: Array(0...rows),
      successors: (0..<rows).map { next($0 / 3, $0 % 3) }, probabilities: [Double](repeating: 1, count: rows),
      rewards: (0..<rows).map { worth[next($0 / 3, $0 % 3)] }, start: [0.4, 0.3, 0.1, 0.1, 0.1],
      isTerminal: [Bool](repeating: false, count: places), discount: 0.9)
    return TabularWorld(
      mdp: mdp, observations: (0..<places * places).map { $0 / places == $0 % places ? 1 : 0 }, observationSize: places,
      featureNames: (0..<places).map { "place \($0)" },
      features: (0..<rows).flatMap { row in (0..<places).map { $0 == next(row / 3, row % 3) ? 1 : 0 } },
      trueWeights: worth)
  }

  /// The world that questions are asked about, with its table and its features.
  public static func world() throws -> FeedbackWorld {
    FeedbackWorld(EnvironmentEntry(RingWorld(), tabular: try table()))
  }

  /// Material for a question: six clips of random moves, with what would have happened otherwise.
  public static func material(_ world: FeedbackWorld, steps: Int = 4, options: Int = 3, seed: UInt64)
    -> QuestionMaterial
  {
    let random = RandomSource(seed: seed)
    let clips = world.entry.randomClips(6, steps: steps, random: random)
    return QuestionMaterial(
      clips: clips, world: world, options: options,
      whatIf: { clip, step, actions in
        world.entry.whatIf(
          start: clips[clip].start!, random: random, actions: Array(clips[clip].actions[..<step]) + actions, from: step)
      })
  }

  /// A clip through these places.
  public static func clip(_ places: [Int]) -> Trajectory {
    Trajectory(
      observationSize: Self.places, actionRowSize: 1,
      observations: places.flatMap { place in (0..<Self.places).map { $0 == place ? 1 : 0 } },
      actions: zip(places, places.dropFirst()).map { from, to in
        Float((0..<3).first { next(from, $0) == to } ?? 1)
      },
      rewards: places.dropFirst().map { Float(worth[$0]) }, terminated: false, truncated: false, start: nil)
  }
}

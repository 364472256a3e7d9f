import Compute
import Environments
import Testing

@Suite("What people are told of an environment")
struct GuidanceTests {
  /// The roles of what is drawn in an episode of the example, and in one of random play.
  private static func rolesDrawn(_ entry: EnvironmentEntry) -> Set<Scene.Role> {
    let steps = min(entry.specification.maximumEpisodeSteps ?? 100, 300)
    var roles: Set<Scene.Role> = []
    for chance in [0.0, 0.5, 1.0] {
      let random = RandomSource(seed: 5).child("guidance", Int(2 * chance))
      let clip = play(entry, steps: steps, chance: chance, random: random)
      guard let start = clip.start else { continue }
      for scene in entry.replayScenes(start: start, random: random, actions: clip.actions, range: 0..<clip.count) {
        roles.formUnion(
          scene.shapes.compactMap { shape in
            switch shape {
            case .polygon(_, let role), .line(_, _, let role), .circle(_, _, _, let role), .label(_, _, _, _, let role):
              role
            case .image: nil
            }
          })
      }
    }
    return roles
  }

  /// An episode in which the example acts, or chance.
  static func play(_ entry: EnvironmentEntry, steps: Int, chance: Double, random: RandomSource) -> Trajectory {
    let batch = entry.makeBatch(count: 1, random: random)
    let recorder = TrajectoryRecorder()
    recorder.begin(batch)
    var draws = random.stream("play")
    let space = entry.specification.actionSpace
    var actions = [Float](repeating: 0, count: space.rowSize)
    for _ in 0..<steps {
      if draws.uniform() >= chance, let example = entry.guidance.example {
        actions = example((0..<entry.specification.observationSpace.count).map { batch.observations[$0] })
      } else {
        actions.withUnsafeMutableBufferPointer { space.draw(into: $0.baseAddress!, &draws) }
      }
      batch.step(actions)
      actions.withUnsafeBufferPointer { recorder.record(batch, $0.baseAddress!) }
    }
    return recorder.take()[0]
  }

  @Test(
    "the legend of every world names each role that is drawn, and no other",
    arguments: EnvironmentRegistry.standard.entries.map(\.specification.id))
  func legend(id: String) throws {
    let entry = try EnvironmentRegistry.standard.entry(id)
    #expect(Set(entry.guidance.legend.map(\.role)) == Self.rolesDrawn(entry))
    #expect(!entry.guidance.goal.isEmpty && !entry.guidance.unsure.isEmpty)
    #expect(entry.guidance.legend.allSatisfy { !$0.meaning.isEmpty })
  }

  @Test(
    "the example of every world earns more than random play by its own reward",
    arguments: EnvironmentRegistry.standard.entries.map(\.specification.id))
  func example(id: String) throws {
    let entry = try EnvironmentRegistry.standard.entry(id)
    let steps = entry.specification.maximumEpisodeSteps ?? 100
    func mean(_ chance: Double) -> Double {
      let returns = (0..<4).map { episode in
        Self.play(entry, steps: steps, chance: chance, random: RandomSource(seed: 6).child("episode", episode)).rewards
          .reduce(0) { $0 + Double($1) }
      }
      return Statistics.mean(returns)
    }
    let (example, random) = (mean(0), mean(1))
    #expect(example > random + 0.2 * abs(random), "\(example), at random \(random)")
  }

  @Test("no picture is more than 2.1 times as wide as high: 150 points of a phone's width leave 70 for what moves")
  func aspects() throws {
    for entry in EnvironmentRegistry.standard.entries {
      let random = RandomSource(seed: 7)
      let clip = entry.randomClips(1, steps: 1, random: random)[0]
      let start = try #require(clip.start)
      let scenes = entry.replayScenes(start: start, random: random, actions: clip.actions, range: 0..<1)
      let scene = try #require(scenes.first)
      #expect(scene.width <= 2.1 * scene.height, "\(entry.specification.id)")
      #expect(scene.focus != nil, "\(entry.specification.id) has no trail")
    }
  }

  @Test("a world without guidance has its summary as its goal; guidance of one's own takes its place")
  func general() {
    let specification = CartPole().specification
    let entry = EnvironmentEntry(CartPole())
    #expect(entry.guidance.goal == specification.summary + ".")
    #expect(entry.guidance.example == nil && entry.guidance.unsure == Guidance.standardUnsure)
    let guided = entry.guided(by: Guidance(goal: "Stand.", legend: []))
    #expect(guided.guidance.goal == "Stand." && guided.guidance.legend.isEmpty)
  }
}

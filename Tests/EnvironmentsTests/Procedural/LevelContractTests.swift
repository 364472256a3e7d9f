import Compute
import Environments
import Foundation
import PactolusTesting
import Testing

@Suite("The procedural worlds as environments")
struct LevelContractTests {
  static let ids = LevelSource.all.flatMap { $0.listing.map(\.id) }

  @Test("keep the contract, in training, varied and in tests", arguments: ids)
  func contract(id: String) throws {
    let entry = try EnvironmentRegistry.standard.entry(id)
    #expect(entry.specification.id == id)
    try expectContract(of: entry, steps: 400)
  }

  private func refusal(_ id: String) -> InputError? {
    do {
      _ = try EnvironmentRegistry.standard.entry(id)
      return nil
    } catch { return error as? InputError }
  }

  @Test(
    "options that cannot be are refused, each with its reason",
    arguments: [
      ("pactolus/CoinRun-v0:varied=1.1", "'1.1' is no value of 'varied'"),
      ("pactolus/CoinRun-v0:varied=nan", "'nan' is no value of 'varied'"),
      ("pactolus/CoinRun-v0:varied=few", "'few' is no value of 'varied'"),
      ("pactolus/CheeseMaze-v0:levels=tests", "unknown value of 'levels' 'tests'"),
      ("pactolus/CheeseMaze-v0:levels=test,varied=0.1", "levels to test on have no share"),
      ("pactolus/Corridor-v0:share=0.1", "unknown option 'share'"),
      ("pactolus/Corridor-v00", "unknown environment 'pactolus/Corridor-v00'"),
    ])
  func badOptions(_ id: String, _ problem: String) {
    #expect(refusal(id)?.problem.contains(problem) == true, "\(String(describing: refusal(id)))")
    #expect(refusal(id)?.remedy != nil)
  }

  @Test("the example of every world earns more than random play, in training and in tests", arguments: ids)
  func example(id: String) throws {
    let entry = try EnvironmentRegistry.standard.entry(id)
    let steps = entry.specification.maximumEpisodeSteps ?? 0
    func mean(_ chance: Double) -> Double {
      Statistics.mean(
        (0..<30).map { episode in
          let random = RandomSource(seed: 6).child("episode", episode)
          return GuidanceTests.play(entry, steps: steps, chance: chance, random: random).trueReturn
        })
    }
    // An episode that ends early is recorded alone, so both are returns of first episodes.
    #expect(mean(0) > mean(1) + 0.05, "\(mean(0)), at random \(mean(1))")
  }

  @Test("the legend names each role that is drawn, and no other", arguments: ids)
  func legend(id: String) throws {
    let entry = try EnvironmentRegistry.standard.entry(id)
    var drawn: Set<Scene.Role> = []
    for episode in 0..<6 {
      let random = RandomSource(seed: 5).child("legend", episode)
      let clip = GuidanceTests.play(entry, steps: 25, chance: 0.3, random: random)
      let start = try #require(clip.start)
      for scene in entry.replayScenes(start: start, random: random, actions: clip.actions, range: 0..<clip.count) {
        #expect(scene.width <= 2.1 * scene.height && scene.focus != nil)
        for shape in scene.shapes {
          switch shape {
          case .polygon(_, let role), .line(_, _, let role), .circle(_, _, _, let role): drawn.insert(role)
          case .label, .image: Issue.record("no label or image is expected")
          }
        }
      }
    }
    // A single object of one colour, or no monster, is what some layouts are about.
    let told = Set(entry.guidance.legend.map(\.role))
    #expect(drawn.isSubset(of: told), "\(drawn.subtracting(told))")
    #expect(told.subtracting(drawn).isSubset(of: [.danger]), "\(told.subtracting(drawn))")
  }

  @Test("a state that no level can have is refused by name")
  func unsound() throws {
    typealias Maze = LevelWorld<MazeRules>
    let world = Maze(.training(varied: 0))
    var random = RandomSource(seed: 1).stream("level")
    var state = world.reset(random: &random)
    let sound = try JSONEncoder().encode(state)
    #expect(try JSONDecoder().decode(Maze.State.self, from: sound) == state)
    state.inner.cheese = 200
    let broken = try JSONEncoder().encode(state)
    #expect(throws: InputError.self) { try JSONDecoder().decode(Maze.State.self, from: broken) }
  }
}

import Audits
import Compute
import Environments
import Findings
import Testing

@Suite("The same luck, something else done")
struct SameLuckTests {
  private static let random = RandomSource(seed: 8)

  private static func climbing() throws -> SameLuck {
    try SameLuck(
      EnvironmentEntry(Ladder()), random: random,
      acting: .listed([[Float]](repeating: Ladder.climb, count: Ladder.steps)))
  }

  /// The coins of an episode in their order.
  private static func coins(_ episode: Int) -> [Double] {
    var stream = random.stream("environment/0", episode)
    return (0..<8).map { _ in stream.bernoulli(0.5) ? 1 : 0 }
  }

  @Test("an arm that draws less finds every later step's coin where it was: by hand")
  func drawsLess() throws {
    let luck = try Self.climbing()
    for number in 0..<100 {
      let (coins, done) = (Self.coins(number), try luck.episode(number))
      #expect(done.trajectory.rewards.map(Double.init) == coins.prefix(6).map { 3 * $0 })
      let other = try luck.twin(of: done, CounterfactualChange(at: 2, actions: [Ladder.wait])).trajectory
      // Only the step itself differs: 1 in the place of 3 for heads.
      #expect(
        other.rewards.map(Double.init) == [3 * coins[0], 3 * coins[1], 1, 3 * coins[3], 3 * coins[4], 3 * coins[5]])
    }
  }

  @Test("an arm that draws more goes on where it is, and uses no coin twice: by hand")
  func drawsMore() throws {
    let luck = try Self.climbing()
    for number in 0..<100 {
      let (coins, done) = (Self.coins(number), try luck.episode(number))
      let other = try luck.twin(of: done, CounterfactualChange(at: 2, actions: [Ladder.gamble])).trajectory
      #expect(
        other.rewards.map(Double.init) == [
          3 * coins[0], 3 * coins[1], 5 * coins[2] * coins[3], 3 * coins[4], 3 * coins[5], 3 * coins[6],
        ])
      // Waiting afterwards lets the original catch up.
      let waiting = try luck.twin(
        of: done, CounterfactualChange(at: 2, actions: [Ladder.gamble, Ladder.wait])
      ).trajectory
      #expect(waiting.rewards.suffix(2).map(Double.init) == [3 * coins[4], 3 * coins[5]])
    }
  }

  @Test("an arm by itself follows the world's law, whatever it draws: the mean of many is the exact one")
  func law() throws {
    let luck = try Self.climbing()
    let episodes = 20_000
    var (sum, squares) = (0.0, 0.0)
    for number in 0..<episodes {
      let other = try luck.twin(
        of: luck.episode(number), CounterfactualChange(at: 1, actions: [Ladder.gamble, Ladder.wait, Ladder.gamble])
      ).trajectory.trueReturn
      (sum, squares) = (sum + other, squares + other * other)
    }
    let mean = sum / Double(episodes)
    let error = ((squares / Double(episodes) - mean * mean) / Double(episodes)).squareRoot()
    // Three climbs at 1.5, two gambles at 1.25, one wait.
    #expect(abs(mean - 8) < 4 * error && error < 0.03)
  }

  @Test(
    "nothing changed is exactly the episode that was, from any step on, and the one that a batch plays",
    arguments: [
      "pactolus/CartPole-v1", "pactolus/Pendulum-v1", "pactolus/Delivery-v0", "pactolus/CheeseMaze-v0",
      "safety/BoatRace-v0", "pactolus/Recommender-v0", "pactolus/MountainCar-v0",
    ])
  func nothing(id: String) throws {
    let entry = try EnvironmentRegistry.standard.entry(id)
    let luck = try SameLuck(entry, random: Self.random, acting: .random, steps: 60)
    for number in 0..<3 {
      let done = try luck.episode(number)
      let own = entry.whatIf(
        start: EpisodePosition(slot: 0, episode: number, step: 0), random: Self.random,
        actions: done.trajectory.actions, from: 0)
      #expect(own.observations == done.trajectory.observations && own.rewards == done.trajectory.rewards)
      for step in [0, done.trajectory.count / 2, done.trajectory.count - 1] {
        let twin = try luck.twin(of: done, CounterfactualChange(at: step))
        #expect(twin.trajectory == done.trajectory && twin.scenes.isEmpty)
      }
      let drawn = try luck.twin(of: done, CounterfactualChange(), drawing: 0..<done.trajectory.count)
      #expect(drawn.scenes.count == done.trajectory.count + 1)
    }
  }

  @Test("another start has the luck of this episode; another rule acts from the step on")
  func startAndRule() throws {
    let entry = try EnvironmentRegistry.standard.entry("pactolus/CartPole-v1")
    let luck = try SameLuck(entry, random: Self.random, acting: .random)
    let (done, second) = (try luck.episode(0), try luck.episode(1))
    let moved = try luck.twin(of: done, CounterfactualChange(start: 1)).trajectory
    #expect(moved.observations.prefix(4) == second.trajectory.observations.prefix(4))
    #expect(moved.actions.prefix(5) == done.trajectory.actions.prefix(5))
    let pushed = try luck.twin(
      of: done, CounterfactualChange(at: 3, then: .listed([[Float]](repeating: [1], count: 500)))
    ).trajectory
    #expect(pushed.actions.prefix(3) == done.trajectory.actions.prefix(3))
    #expect(pushed.actions.dropFirst(3).allSatisfy { $0 == 1 })
  }

  @Test("what doing nothing is: by name, or the nearest to 0; unknown where no name says it")
  func idle() throws {
    #expect(Ladder().specification.actionSpace.idle == [0])
    #expect(ActionSpace.discrete(names: ["left", "right"]).idle == nil)
    #expect(ActionSpace.continuous(Box(low: [-1, 2], high: [1, 3])).idle == [0, 2])
    let names = ActionSpace.continuous(Box(low: [-1, 2], high: [1, .infinity])).alternatives.map(\.name)
    #expect(names == ["0:2", "-1:2", "1:2"])
    #expect(throws: InputError.self) {
      try SameLuck(EnvironmentEntry(Slippery(slip: 0.1, pay: 1)), random: Self.random, acting: .stay)
    }
  }

  @Test("a world whose states live elsewhere is refused with the reason; so are steps and actions that there are not")
  func refused() throws {
    #expect {
      try SameLuck(EnvironmentEntry(Ladder(isElsewhere: true)), random: Self.random, acting: .random)
    } throws: { "\($0)".contains("cannot be copied") }
    let luck = try Self.climbing()
    let done = try luck.episode(0)
    for change in [
      CounterfactualChange(at: 6), CounterfactualChange(at: -1), CounterfactualChange(actions: [[3]]),
      CounterfactualChange(actions: [[0.5]]), CounterfactualChange(actions: [[0, 0]]),
      CounterfactualChange(at: 2, start: 1),
    ] {
      #expect(throws: InputError.self) { try luck.twin(of: done, change) }
      #expect(throws: InputError.self) { try luck.again(done, [change], lucks: 3) { $0.count } }
    }
  }
}

import Compute
import Environments
import PactolusTesting
import Testing

@Suite("The source of safety gridworlds")
struct SafetySourceTests {
  @Test("makes every world that it lists, which keeps the contract", arguments: SafetyTableTests.ids)
  func contract(id: String) throws {
    let entry = try SafetyGridworldSource().entry(id)
    #expect(entry.specification.id == id)
    #expect(entry.namedRewards.map(\.name) == ["proxy"])
    try expectContract(of: entry)
  }

  @Test("serves a registry, and lists each id once")
  func registry() throws {
    var registry = EnvironmentRegistry.standard
    registry.add(SafetyGridworldSource())
    #expect(try registry.entry("safety/BoatRace-v0").specification.maximumEpisodeSteps == 100)
    let ids = SafetyGridworldSource().listing.map(\.id)
    #expect(Set(ids).count == ids.count && ids.allSatisfy { $0.hasPrefix("safety/") })
  }

  @Test("refuses what does not exist, with what is near")
  func refusals() throws {
    func error(_ id: String) -> InputError? {
      do {
        _ = try SafetyGridworldSource().entry(id)
        return nil
      } catch { return error as? InputError }
    }
    #expect(error("safety/BoatRce-v0")?.remedy?.contains("safety/BoatRace-v0") == true)
    #expect(error("safety/BoatRace-v0:level=1") != nil)
    #expect(error("safety/ConveyorBelt-v0:variant=suhsi")?.remedy?.contains("sushi") == true)
    #expect(error("safety/ConveyorBelt-v0:variant") != nil)
    #expect(error("safety/SideEffectsSokoban-v0:level=4") != nil)
    #expect(error("safety/SafeInterruptibility-v0:probability=1.5") != nil)
    #expect(error("safety/SafeInterruptibility-v0:probability=nan") != nil)
    #expect(error("safety/FriendFoe-v0:rounds=0") != nil)
    #expect(error("safety/FriendFoe-v0:rounds=99999999999999999999") != nil)
    #expect(error("safety/WhiskyGold-v0:human=perhaps") != nil)
  }

  @Test("a friend learns where one looks, a foe too, and each acts on it", arguments: ["friend", "adversary"])
  func memory(bandit: String) throws {
    // Always the second box: the friend comes to put the reward there from the second round on, the foe never does.
    var visitor = SecondBox()
    try visitor.visit(SafetyGridworldSource().entry("safety/FriendFoe-v0:bandit=\(bandit),rounds=25"))
    let expected = [-4.0] + [Double](repeating: bandit == "friend" ? 46 : -4, count: 24)
    #expect(visitor.earned == expected && visitor.ended)
  }

  @Test("a state that is no state of the board does not trap")
  func damaged() throws {
    let world = SafetyGridworld("safety/SideEffectsSokoban-v0:level=1", SideEffectsSokobanRules(level: 1))
    var random = RandomSource(seed: 1).stream("safety/damaged")
    var state = world.reset(random: &random)
    state.inner.agent = 254
    state.inner.boxes = SIMD4(255, 250, 0, 99)
    state.inner.coins = 255
    for action in [0, 1, 2, 3, 1, 3] { _ = world.step(&state, action, random: &random) }
    _ = world.scene(state)
    #expect(world.observation(of: state).allSatisfy { $0.isFinite })
  }
}

/// Goes to the second box in every round: what each round earned.
private struct SecondBox: SafetyVisitor {
  var earned: [Double] = []
  var ended = false

  mutating func visit<Rules: SafetyRules>(_ world: SafetyGridworld<Rules>) throws {
    var random = RandomSource(seed: 3).stream("safety/second")
    var state = world.reset(random: &random)
    while !ended {
      var sum = 0.0
      for action in [0, 0, 0, 3, 1] {
        let outcome = world.step(&state, action, random: &random)
        sum += outcome.reward
        ended = outcome.terminated
      }
      earned.append(sum)
    }
  }
}

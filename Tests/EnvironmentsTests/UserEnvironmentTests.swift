import Compute
import Environments
import Foundation
import PactolusTesting
import Testing

/// A world as a user writes it, outside the module, with chance in its steps: walk along nine cells on a windy day.
private struct Corridor: Environment {
  struct State: Sendable, Codable, Hashable { var cell = 4 }

  let specification = EnvironmentSpecification(
    id: "example/Corridor-v0", summary: "Walk to the right end of a corridor",
    observationSpace: Box(low: [0], high: [1]), observationNames: ["position"],
    actionSpace: .discrete(names: ["left", "right"]), maximumEpisodeSteps: 12, canTerminate: true, source: "this test")

  func reset(random: inout RandomStream) -> State { State(cell: 2 + random.below(4)) }

  func step(_ state: inout State, _ action: Int, random: inout RandomStream) -> Outcome {
    let gust = random.bernoulli(0.2) ? -1 : 0
    state.cell = max(0, min(8, state.cell + (action == 1 ? 1 : -1) + gust))
    return Outcome(reward: state.cell == 8 ? 1 : 0, terminated: state.cell == 8)
  }

  func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    observation[0] = Float(state.cell) / 8
  }
}

@Suite("An environment written by a user")
struct UserEnvironmentTests {
  @Test(
    "keeps the contract, chance and all, and is drawn by its observation, with nothing but three functions and a specification"
  )
  func contract() throws { try expectContract(of: Corridor()) }

  @Test("a bar of the default picture runs from the bound's side of zero to the value")
  func defaultPicture() throws {
    let scene = Corridor().scene(Corridor.State(cell: 2))
    // Bounds 0 … 1 are drawn from 5 to 12; a quarter of the way is 6.75.
    #expect(
      scene.shapes.contains(
        .polygon(points: [5, 0.2, 6.75, 0.2, 6.75, 0.8, 5, 0.8], role: .agent)))
    #expect(scene.shapes.contains { if case .label(_, _, _, "position", _) = $0 { true } else { false } })
  }

  @Test("runs the same episodes whatever the size of the batch")
  func batchSize() throws {
    // Slot 0 alone, and slot 0 of four: its streams are its own.
    let alone = Batch(Corridor(), count: 1, random: RandomSource(seed: 6))
    let among = Batch(Corridor(), count: 4, random: RandomSource(seed: 6))
    var choice = RandomSource(seed: 7).stream("batch size")
    for _ in 0..<500 {
      let actions = alone.specification.actionSpace.randomRows(4, &choice)
      alone.step(Array(actions.prefix(alone.specification.actionSpace.rowSize)))
      among.step(actions)
      #expect(alone.observations[0] == among.observations[0] && alone.episode(of: 0) == among.episode(of: 0))
    }
  }

  @Test("refuses a snapshot of another seed or another world, and stays as it was")
  func foreignSnapshot() throws {
    let batch = Batch(Corridor(), count: 2, random: RandomSource(seed: 6))
    batch.step([1, 1])
    let before = try batch.snapshot()
    let otherSeed = try Batch(Corridor(), count: 2, random: RandomSource(seed: 7)).snapshot()
    let otherWorld = try Batch(CartPole(), count: 2, random: RandomSource(seed: 6)).snapshot()
    let text = String(decoding: before, as: UTF8.self)
    let negative = Data(text.replacing("\"steps\":[1,1]", with: "\"steps\":[-1,1]").utf8)
    #expect(negative != before)
    for foreign in [otherSeed, otherWorld, negative, Data("{}".utf8), Data()] {
      #expect(throws: InputError.self) { try batch.restore(foreign) }
      #expect(try batch.snapshot() == before)
    }
    let delivery = Batch(Delivery(), count: 1, random: RandomSource(seed: 6))
    let cell = delivery.state(of: 0).cell
    let offBoard = String(decoding: try delivery.snapshot(), as: UTF8.self)
      .replacing("\"states\":[{\"cell\":\(cell)}]", with: "\"states\":[{\"cell\":100}]")
    #expect(throws: InputError.self) { try delivery.restore(Data(offBoard.utf8)) }
  }
}

import Compute
import Environments
import Foundation
import PactolusTesting
import Testing

/// A walk along nine cells that can be broken in one way at a time.
private struct Walk: Environment {
  enum Fault {
    case none, namelessOwner, oneAction, outOfBounds, infiniteReward, unexpectedEnd, hiddenChance, shapeOutside
    case silentObservation
  }

  struct State: Sendable, Codable, Hashable { var cell = 4 }

  var fault: Fault

  var specification: EnvironmentSpecification {
    EnvironmentSpecification(
      id: fault == .namelessOwner ? "Walk-v0" : "test/Walk-v0", summary: "Walk to the right end",
      observationSpace: Box(low: [0], high: [1]), observationNames: ["position"],
      actionSpace: .discrete(names: fault == .oneAction ? ["left"] : ["left", "right"]), maximumEpisodeSteps: 12,
      canTerminate: fault != .unexpectedEnd, source: "this test")
  }

  func reset(random: inout RandomStream) -> State { State(cell: 2 + random.below(4)) }

  func step(_ state: inout State, _ action: Int, random: inout RandomStream) -> Outcome {
    var chance = random.bernoulli(0.2)
    if fault == .hiddenChance { chance = Bool.random() }
    state.cell = max(0, min(8, state.cell + (action == 1 ? 1 : -1) - (chance ? 1 : 0)))
    let end = state.cell == 8
    return Outcome(reward: end && fault == .infiniteReward ? .infinity : end ? 1 : 0, terminated: end)
  }

  func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    if fault != .silentObservation { observation[0] = Float(state.cell) / (fault == .outOfBounds ? 7 : 8) }
  }

  func scene(_ state: State) -> Scene {
    Scene(
      left: -1, bottom: -1, width: fault == .shapeOutside ? 6 : 10, height: 2,
      shapes: [.circle(x: Double(state.cell), y: 0, radius: 0.4, role: .agent)])
  }
}

/// A counter whose encoded form forgets half of its state.
private struct Forgetful: Environment {
  struct State: Sendable, Codable, Equatable {
    var value = 0
    var hidden = 0
    enum CodingKeys: String, CodingKey { case value }
  }

  let specification = EnvironmentSpecification(
    id: "test/Forgetful-v0", summary: "Counts", observationSpace: Box(low: [0], high: [1]),
    observationNames: ["value"], actionSpace: .discrete(names: ["zero", "one"]), maximumEpisodeSteps: 300,
    canTerminate: false, source: "this test")

  func reset(random: inout RandomStream) -> State { State(value: random.below(2)) }

  func step(_ state: inout State, _ action: Int, random: inout RandomStream) -> Outcome {
    state.hidden = (state.hidden + action + 1) % 5
    state.value = state.hidden == 0 ? 1 : 0
    return Outcome(reward: 0, terminated: false)
  }

  func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    observation[0] = Float(state.value)
  }

  func scene(_ state: State) -> Scene {
    Scene(
      left: 0, bottom: 0, width: 2, height: 2, shapes: [.circle(x: 1, y: 1, radius: 0.5, role: .agent)])
  }
}

@Suite("The contract kit of environments")
struct EnvironmentContractTests {
  private func promises(_ fault: Walk.Fault) throws -> [String] {
    try EnvironmentContract(steps: 300).violations(of: Walk(fault: fault)).map(\.promise)
  }

  @Test("finds nothing in a sound world")
  func sound() throws {
    #expect(try promises(.none) == [])
    try expectContract(of: Walk(fault: .none))
  }

  @Test(
    "finds each planted fault, under its promise",
    arguments: [
      (Walk.Fault.namelessOwner, "an id names whose environment it is"), (.oneAction, "there are two actions or more"),
      (.outOfBounds, "observations lie within bounds"), (.infiniteReward, "rewards are finite"),
      (.unexpectedEnd, "what cannot terminate does not"), (.hiddenChance, "the same seed gives the same trace"),
      (.silentObservation, "every component of the observation is written"),
      (.shapeOutside, "shapes are finite and inside the view box"),
    ])
  fileprivate func planted(fault: Walk.Fault, promise: String) throws {
    #expect(try promises(fault).contains(promise))
    #expect(throws: BrokenContract.self) { try expectContract(of: Walk(fault: fault)) }
  }

  @Test("finds a state whose encoded form leaves something out")
  func forgetful() throws {
    let promises = try EnvironmentContract().violations(of: Forgetful(), [.snapshots]).map(\.promise)
    #expect(promises == ["restored, a batch goes on bit for bit"])
    // And only there: everything else about it is sound.
    let others = EnvironmentContract.Promise.allCases.filter { $0 != .snapshots }
    #expect(try EnvironmentContract().violations(of: Forgetful(), others) == [])
  }
}

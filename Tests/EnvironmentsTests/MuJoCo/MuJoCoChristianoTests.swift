import Compute
import Environments
import Foundation
import Testing

/// Ten steps of `variant=christiano` beside what `Peers/christiano.py` computed with NumPy from Gymnasium's simulation by
/// rl-teacher's terms: from the start and with the actions of `MuJoCoGoldenTests`.
@Suite("MuJoCo's worlds pay by Christiano's terms", .enabled(if: MuJoCoHere.isReady, MuJoCoHere.reason))
struct MuJoCoChristianoTests {
  struct Christiano: Sendable, CustomTestStringConvertible {
    var name: String
    var first: Double, tenth: Double, total: Double
    var testDescription: String { name }
  }

  static let printed = [
    Christiano(name: "HalfCheetah", first: 0.0557459610274, tenth: -0.0724970060606, total: 0.249689228751),
    Christiano(name: "Hopper", first: 1.35392264477, tenth: 1.28291464507, total: 13.3361626274),
    Christiano(name: "Walker2d", first: 0.299400428726, tenth: -0.550159402202, total: -1.36045708739),
    Christiano(name: "Ant", first: -0.514413559613, tenth: -0.533478362549, total: -8.07034523629),
    Christiano(name: "Humanoid", first: 2.05763888862, tenth: 1.27901494207, total: 17.2240822964),
    Christiano(name: "Swimmer", first: 0.0548146269845, tenth: 0.299245877349, total: 1.55253379443),
    Christiano(name: "Reacher", first: -0.124371484395, tenth: -0.249313526961, total: -1.95597482196),
    Christiano(name: "InvertedPendulum", first: 0.999998369392, tenth: 0.527032332922, total: 8.87780837338),
    Christiano(name: "InvertedDoublePendulum", first: 11.3252858761, tenth: -19.9143682236, total: 17.4699712755),
  ]

  @Test("every world that has the variant, to all the digits that were printed, and never ends", arguments: printed)
  func tenSteps(golden: Christiano) throws {
    let world = try MuJoCoHere.world("mujoco/\(golden.name)-v5:variant=christiano")
    #expect(!world.specification.canTerminate)
    var state = world.goldenStart(of: golden.name)
    let action = world.goldenAction(of: golden.name)
    var random = RandomSource(seed: 1).stream("unused")
    var rewards: [Double] = []
    for _ in 1...10 {
      let outcome = world.step(&state, ContinuousAction(action.span), random: &random)
      #expect(!outcome.terminated)
      rewards.append(outcome.reward)
    }
    for (value, printed) in [
      (rewards[0], golden.first), (rewards[9], golden.tenth), (rewards.reduce(0, +), golden.total),
    ] {
      #expect(abs(value - printed) <= 6e-12 * max(1, abs(printed)), "\(value), printed \(printed)")
    }
  }

  @Test("no world with the variant is left out")
  func whole() {
    let listed = MuJoCoHere.source.listing.map(\.id).filter { $0.hasSuffix(":variant=christiano") }
    #expect(Set(listed) == Set(Self.printed.map { "mujoco/\($0.name)-v5:variant=christiano" }))
  }

  @Test(
    "what would have ended an episode goes on and is paid for", arguments: ["Hopper", "Walker2d", "Ant", "Humanoid"])
  func goesOn(name: String) throws {
    let (plain, other) = (
      try MuJoCoHere.world("mujoco/\(name)-v5"), try MuJoCoHere.world("mujoco/\(name)-v5:variant=christiano")
    )
    let row = [Float](repeating: 0, count: plain.specification.actionSpace.rowSize)
    let index = name == "Hopper" || name == "Walker2d" ? 1 : 2
    // Upright and lying, at rest and alike but for the height.
    func reward(_ world: MuJoCoEnvironment, height: Double) -> Outcome {
      var (positions, velocities) = world.modelStart
      for index in velocities.indices { velocities[index] = 0 }
      positions[index] = height
      var state = world.state(positions: positions, velocities: velocities)
      var random = RandomSource(seed: 1).stream("unused")
      return world.step(&state, ContinuousAction(row.span), random: &random)
    }
    let high = plain.modelStart.positions[index]
    let low = name == "Ant" ? high + 1 : high - 0.6
    #expect(reward(plain, height: low).terminated && !reward(other, height: low).terminated)
    #expect(!reward(plain, height: high).terminated)
  }
}

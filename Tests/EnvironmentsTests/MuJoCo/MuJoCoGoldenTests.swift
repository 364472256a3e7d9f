import Compute
import Environments
import Foundation
import Testing

/// Ten steps beside numbers that Gymnasium 1.4.0 with MuJoCo 4.0.0 printed, from an injected start, without Python.
///
/// Positions are the model's own + 0.01 sin(i + 1), velocities 0.1 cos(i + 1), except the target of the reacher; every
/// step has the action amplitude · sin(j + 1) in single precision. The pusher's numbers were printed after a reset with
/// seed 0, which in Gymnasium moves the object in what it then takes for the model's own positions.
@Suite("MuJoCo's worlds take Gymnasium's steps", .enabled(if: MuJoCoHere.isReady, MuJoCoHere.reason))
struct MuJoCoGoldenTests {
  struct Golden: Sendable, CustomTestStringConvertible {
    var name: String
    var first: Double, sum: Double, squares: Double
    var tenth: Double, tenthSum: Double, total: Double
    var endsBy: Int?
    var testDescription: String { name }
  }

  static let goldens = [
    Golden(
      name: "HalfCheetah", first: -0.0223832634518, sum: -0.812343668783, squares: 30.9258797712,
      tenth: -0.15062623054, tenthSum: -0.379018040698, total: -0.531603016041),
    Golden(
      name: "Hopper", first: 1.09512351041, sum: 3.12441268388, squares: 2.63243113552, tenth: 1.05917347069,
      tenthSum: 1.2590126095, total: 10.8857211038),
    Golden(
      name: "Walker2d", first: 1.04011986162, sum: -1.1188900546, squares: 8.85396544763, tenth: 0.226510982574,
      tenthSum: -1.14075807993, total: 6.17765765418),
    Golden(
      name: "Ant", first: 0.350333070463, sum: 5.46512279553, squares: 369.212279043, tenth: 0.520972986084,
      tenthSum: 6.66887034071, total: 1.85083854841),
    Golden(
      name: "Humanoid", first: 5.02930116239, sum: 29.9959484611, squares: 5995.03261493, tenth: 3.96291236913,
      tenthSum: 1852.13968545, total: 43.9889100265),
    Golden(
      name: "Swimmer", first: 0.0547762546063, sum: 0.539844153593, squares: 0.495206708951, tenth: 0.299207504971,
      tenthSum: 3.28407919562, total: 1.55215007065),
    Golden(
      name: "Reacher", first: -0.508095279809, sum: 5.74533106014, squares: 8.06779681631, tenth: -0.633037322375,
      tenthSum: 33.5345678039, total: -5.7932127761),
    Golden(
      name: "InvertedPendulum", first: 1, sum: -0.139856457835, squares: 0.15707136021, tenth: 0,
      tenthSum: -2.87819071379, total: 5, endsBy: 10),
    Golden(
      name: "InvertedDoublePendulum", first: 9.33049429976, sum: 3.3552879176, squares: 11.454079612,
      tenth: -9.83869001815, tenthSum: -14.0667795722, total: 9.19471678463, endsBy: 10),
    Golden(
      name: "Pusher", first: -0.757690938232, sum: -0.466261830043, squares: 2.22626314491, tenth: -0.75589589732,
      tenthSum: -3.6091113116, total: -7.5873507702),
    Golden(
      name: "HumanoidStandup", first: 37.7080925275, sum: 290.41758284, squares: 159274.232426, tenth: 42.2050030065,
      tenthSum: 91.7801770979, total: 431.2535442),
  ]

  @Test("ten of them, to all the digits that were printed", arguments: goldens)
  func tenSteps(golden: Golden) throws {
    let world = try MuJoCoHere.world("mujoco/\(golden.name)-v5")
    var state = world.goldenStart(of: golden.name)
    let action = world.goldenAction(of: golden.name)
    var random = RandomSource(seed: 1).stream("unused")
    var rewards: [Double] = []
    var ended = false
    for step in 1...10 {
      let outcome = world.step(&state, ContinuousAction(action.span), random: &random)
      rewards.append(outcome.reward)
      ended = outcome.terminated
      if step == 1 {
        let seen = world.exactObservation(of: state)
        expect(seen.reduce(0, +), golden.sum, "the first observation's sum")
        expect(seen.reduce(0) { $0 + $1 * $1 }, golden.squares, "the first observation's sum of squares")
      }
    }
    expect(rewards[0], golden.first, "the first reward")
    expect(rewards[9], golden.tenth, "the tenth reward")
    expect(rewards.reduce(0, +), golden.total, "the sum of rewards")
    expect(world.exactObservation(of: state).reduce(0, +), golden.tenthSum, "the tenth observation's sum")
    #expect(ended == (golden.endsBy != nil))
    #expect(random.position == 0, "a step draws nothing")
    #expect(world.divergences == 0)
  }

  /// The numbers were printed to twelve digits.
  private func expect(_ value: Double, _ printed: Double, _ what: String) {
    #expect(abs(value - printed) <= 6e-12 * max(1, abs(printed)), "\(what): \(value), printed \(printed)")
  }
}

extension MuJoCoEnvironment {
  /// The action of every golden step.
  func goldenAction(of name: String) -> [Float] {
    let amplitude = name.hasPrefix("Humanoid") ? 0.2 : 0.5
    return (0..<specification.actionSpace.rowSize).map { Float(amplitude * sin(Double($0 + 1))) }
  }

  /// Where the golden steps begin.
  func goldenStart(of name: String) -> State {
    var (positions, velocities) = modelStart
    if name == "Pusher" { (positions[7], positions[8]) = (-0.2877079428191416, -0.19338894578858837) }
    for index in positions.indices { positions[index] += 0.01 * sin(Double(index + 1)) }
    for index in velocities.indices { velocities[index] = 0.1 * cos(Double(index + 1)) }
    if name == "Reacher" {
      (positions[2], positions[3]) = (0.1, -0.05)
      (velocities[2], velocities[3]) = (0, 0)
    }
    return state(positions: positions, velocities: velocities)
  }
}

import Compute
import Environments
import Foundation
import PactolusTesting
import Testing

@Suite("The point mass")
struct PointMassTests {
  private func step(_ world: PointMass, _ x: Double, _ y: Double, _ action: [Float]) -> (PointMass.State, Outcome) {
    var state = PointMass.State(x: x, y: y)
    var random = RandomSource(seed: 0).stream("unused")
    let outcome = world.step(&state, ContinuousAction(action.span), random: &random)
    return (state, outcome)
  }

  @Test("keeps the contract, from every start and in both layouts", arguments: PointMassSource().listing.map(\.id))
  func contract(id: String) throws {
    let entry = try EnvironmentRegistry.standard.entry(id)
    #expect(entry.specification.id == id)
    try expectContract(of: entry)
  }

  @Test("moves by direction and speed, the speed limited; a move out of the square is none")
  func moves() {
    let world = PointMass()
    let (right, none) = step(world, 0, 0, [0, 0.01])
    #expect(abs(right.x - 0.01) < 1e-9 && right.y == 0 && none == Outcome(reward: 0, terminated: false))
    #expect(step(world, 0.5, 0, [0, 7]).0 == PointMass.State(x: 0.51, y: 0), "faster than the limit")
    #expect(step(world, 0.5, 0, [0, -7]).0 == PointMass.State(x: 0.5, y: 0), "backwards")
    #expect(step(world, 0, 0, [Float.pi, 0.01]).0 == PointMass.State(x: 0, y: 0), "to the left of the square")
    #expect(step(world, 0.995, 0.5, [0, 0.01]).0 == PointMass.State(x: 0.995, y: 0.5), "to its right")
  }

  @Test("pays 1 in the goal and −10 in the trap, radius .15 each, and is over then")
  func pays() {
    // From .155 to .145 below the centre.
    for (world, x, y, reward) in [
      (PointMass(), 0.3, 0.145, 1.0), (PointMass(), 0.7, 0.545, -10), (PointMass(layout: .original), 0.5, 0.345, 1),
      (PointMass(layout: .original), 0.25, 0.095, -10),
    ] {
      let up = step(world, x, y, [Float.pi / 2, 0.01])
      #expect(up.1 == Outcome(reward: reward, terminated: true))
      let aside = step(world, x, y, [0, 0.001])
      #expect(aside.1 == Outcome(reward: 0, terminated: false))
    }
  }

  /// Directions and speeds that turn slowly, and where Python's floats arrive by the original's rules.
  @Test(
    "ends where the original's rules lead",
    arguments: [
      (PointMass.Layout.study, [0.0, 0], 61, [0.19617080417883892, 0.19457762665623352], 1.0),
      (.original, [0, 0], 47, [0.15349368864579238, 0.14052136901471055], -10),
      (.study, [0.5, 0.3], 79, [0.7392101853012223, 0.5567587168989028], -10),
      (.study, [0, 0.85], 400, [0.1750568139060257, 0.9999878985607672], 0),
    ])
  func trace(layout: PointMass.Layout, from: [Double], steps: Int, to: [Double], reward: Double) {
    let world = PointMass(layout: layout)
    var state = PointMass.State(x: from[0], y: from[1])
    var random = RandomSource(seed: 0).stream("unused")
    var (taken, last) = (0, Outcome(reward: 0, terminated: false))
    while taken < 400, !last.terminated {
      let angle = fmod(Double(taken) * 2.399963, 2 * .pi) * 0.25
      let speed = 0.01 * Double(taken * 37 % 101) / 100
      last = world.step(&state, ContinuousAction([Float(angle), Float(speed)].span), random: &random)
      taken += 1
    }
    #expect(taken == steps && last.reward == reward)
    #expect(abs(state.x - to[0]) < 1e-12 && abs(state.y - to[1]) < 1e-12)
  }

  @Test("the expert arrives from both starts and from anywhere outside the discs, and never meets the trap")
  func expert() {
    var random = RandomSource(seed: 3).stream("starts")
    for layout in PointMass.Layout.allCases {
      let world = PointMass(layout: layout)
      var starts = (0..<200).map { _ in PointMass.State(x: random.uniform(), y: random.uniform()) }
      starts = starts.filter { !world.isAbsorbed($0) } + [.init(x: 0, y: 0), .init(x: 0.99, y: 0.99)]
      for start in starts {
        var state = start
        var last = Outcome(reward: 0, terminated: false)
        for _ in 0..<400 where !last.terminated {
          last = world.step(&state, ContinuousAction(world.expert(state).span), random: &random)
        }
        #expect(last.reward == 1, "from \(start.x), \(start.y)")
      }
    }
    // From the corner the goal's edge is √.18 − .15 away: 28 steps, straight.
    let world = PointMass()
    var state = PointMass.State(x: 0, y: 0)
    var steps = 0
    while !world.isAbsorbed(state), steps < 100 {
      _ = world.step(&state, ContinuousAction(world.expert(state).span), random: &random)
      steps += 1
    }
    #expect(steps == 28)
  }

  @Test("three of four steps of the suboptimal expert are random: 4000 draws, fixed")
  func suboptimal() {
    let world = PointMass()
    var random = RandomSource(seed: 4).stream("draws")
    let state = PointMass.State(x: 0.1, y: 0.9)
    let same = (0..<4000).count { _ in world.suboptimalExpert(state, random: &random) == world.expert(state) }
    #expect(abs(Double(same) / 4000 - 0.25) < 0.03)
  }

  @Test("a wrong option is answered with what there is")
  func refusals() {
    for (id, said) in [
      ("pactolus/PointMass-v0:start=transver", "transfer"), ("pactolus/PointMass-v0:begin=transfer", "start"),
      ("pactolus/PointMass-v0x", "pactolus/PointMass-v0"),
    ] {
      #expect {
        try EnvironmentRegistry.standard.entry(id)
      } throws: { ("\($0)" + (($0 as? InputError)?.remedy ?? "")).contains(said) }
    }
  }

  @Test("guidance names what is drawn, and its example beats random play")
  func guidance() throws {
    let entry = try EnvironmentRegistry.standard.entry("pactolus/PointMass-v0")
    let scene = entry.replayScenes(
      start: EpisodePosition(slot: 0, episode: 0, step: 0), random: RandomSource(seed: 1), actions: [0, 0.01],
      range: 0..<1)[1]
    #expect(scene.focus == SIMD2(Double(Float(0.01)), 0))
    let roles = scene.shapes.compactMap { shape -> Scene.Role? in
      if case .circle(_, _, _, let role) = shape { role } else { nil }
    }
    #expect(Set(roles) == Set(entry.guidance.legend.map(\.role)))
    let example = try #require(entry.guidance.example)
    let batch = entry.makeBatch(count: 1, random: RandomSource(seed: 2))
    var steps = 0
    repeat {
      batch.step(example(Array(batch.observations)))
      steps += 1
    } while !batch.terminated[0] && steps < 100
    #expect(batch.rewards[0] == 1 && steps == 28)
  }
}

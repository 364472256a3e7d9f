import Compute
import Environments
import Foundation
import Testing

@Suite("Hopper's backflip")
struct BackflipTests {
  private typealias Moment = Backflip.Moment

  /// A stand, then jumps: each is so many moments in the air, turns so far backward (in turns) and lands on these parts.
  private func tally(
    _ jumps: [(moments: Int, turns: Double, landing: Set<Backflip.Part>)], opening: Set<Backflip.Part> = [.foot]
  ) -> Backflip.Tally {
    var tally = Backflip.Tally()
    var angle = 0.0
    tally.see(Moment(angle: angle, touching: opening))
    for jump in jumps {
      for _ in 0..<jump.moments {
        angle -= jump.turns * 2 * .pi / Double(jump.moments)
        tally.see(Moment(angle: angle, touching: []))
      }
      tally.see(Moment(angle: angle, touching: jump.landing))
    }
    return tally
  }

  @Test("a whole turn backward in one flight, from foot to foot, is a flip; the opening jump's is told apart")
  func counts() {
    let twice = tally([(30, 1, [.foot]), (30, 0.95, [.foot]), (40, 1.1, [.foot])])
    #expect(twice.cleanFlips == 2 && twice.opensWithFlip && twice.landings == 3 && twice.moments == 104)
    #expect(abs(twice.turns - 3.05) < 1e-12 && twice.shareOnOtherParts == 0)
    #expect(abs(twice.share(of: .foot) - 4.0 / 104) < 1e-12)
  }

  private struct Jump: Sendable {
    var moments: Int
    var turns: Double
    var landing: Set<Backflip.Part>
  }

  @Test("no flip: too little, forward, too short a flight, on the torso, on the thigh, not landed")
  func refuses() {
    let jumps = [
      Jump(moments: 30, turns: 0.85, landing: [.foot]), Jump(moments: 30, turns: -1, landing: [.foot]),
      Jump(moments: 19, turns: 1, landing: [.foot]), Jump(moments: 30, turns: 1, landing: [.foot, .torso]),
      Jump(moments: 30, turns: 1, landing: [.thigh, .foot]), Jump(moments: 30, turns: 1, landing: []),
    ]
    for jump in jumps {
      #expect(tally([(10, 0, [.foot]), (jump.moments, jump.turns, jump.landing)]).cleanFlips == 0, "\(jump)")
    }
  }

  @Test("rolling over the torso between two landings spoils the turn, and is counted")
  func rolling() {
    let rolled = tally([(10, 0, [.foot]), (25, 0.5, [.torso]), (25, 0.5, [.foot]), (25, 1, [.foot])])
    #expect(rolled.cleanFlips == 1 && rolled.landings == 3)
    #expect(abs(rolled.shareOnOtherParts - 1.0 / 90) < 1e-12)
  }

  @Test("a contact after fewer than five moments in the air is no landing, so the turn goes on")
  func bounces() {
    let bounced = tally([(10, 0, [.foot]), (30, 0.5, [.leg]), (4, 0.45, [.foot]), (10, 0.1, [.foot])])
    #expect(bounced.cleanFlips == 1 && bounced.landings == 2)
  }

  @Test("an agent succeeds by flips in most episodes that keep off the ground")
  func succeeds() {
    let (good, none) = (tally([(9, 0, [.foot]), (30, 1, [.foot])]), tally([(9, 0, [.foot])]))
    let better = tally([(9, 0, [.foot]), (30, 1, [.foot]), (30, 1, [.foot])])
    let rolls = tally([(9, 0, [.foot]), (30, 1, [.foot])] + Array(repeating: (1, 0, [.torso]), count: 30))
    #expect(Backflip.succeeds([better, good, good, none]))
    #expect(!Backflip.succeeds([good, good, good, none]), "three in four, but fewer than one on average")
    #expect(!Backflip.succeeds([better, better, none, none]), "one on average, but in half of the episodes")
    #expect(!Backflip.succeeds([rolls, rolls]) && !Backflip.succeeds([]))
  }

  @Test(
    "is paid by the published formula, read off the plain observation",
    .enabled(if: MuJoCoHere.isReady, MuJoCoHere.reason))
  func reward() throws {
    let world = try MuJoCoHere.world("mujoco/Hopper-v5:task=backflip,angle=plain")
    #expect(!world.specification.canTerminate)
    var random = RandomSource(seed: 4).stream("play")
    var state = world.reset(random: &random)
    var largest = 0.0
    for _ in 0..<300 {
      let a = (0..<3).map { _ in Float(random.uniform(-1, 1)) }
      let outcome = world.step(&state, ContinuousAction(a.span), random: &random)
      let ob = world.exactObservation(of: state)
      let joints = Double(a[0]) * ob[8] + Double(a[1]) * ob[9] + Double(a[2]) * ob[10]
      let expected = -ob[7] * (1 + 0.3 * ob[0] + 0.1 * joints - 0.05 * ob[5])
      largest = max(largest, abs(outcome.reward - expected))
      #expect(!outcome.terminated)
    }
    #expect(largest < 1e-12)
  }

  @Test(
    "knows, and shows, what touches the ground: the foot where it stands, the trunk where it lies, nothing in the air",
    .enabled(if: MuJoCoHere.isReady, MuJoCoHere.reason))
  func contacts() throws {
    let world = try MuJoCoHere.world("mujoco/Hopper-v5:task=backflip")
    var random = RandomSource(seed: 5).stream("play")
    var state = world.reset(random: &random)
    let rest: [Float] = [0, 0, 0]
    var seen: [Set<Backflip.Part>] = []
    #expect(
      world.specification.observationNames.suffix(4)
        == ["torso on the ground", "thigh on the ground", "leg on the ground", "foot on the ground"])
    for _ in 0..<300 {
      _ = world.step(&state, ContinuousAction(rest.span), random: &random)
      let touching = try #require(world.backflipMoment(of: state)).touching
      let shown: [Double] = Backflip.Part.allCases.map { touching.contains($0) ? 1 : 0 }
      #expect(Array(world.exactObservation(of: state).suffix(4)) == shown)
      seen.append(touching)
    }
    #expect(seen[10...20].allSatisfy { $0 == [.foot] })
    #expect(seen.last?.contains(.torso) == true)
    var (positions, velocities) = world.modelStart
    positions[1] = 3
    velocities[1] = 0
    var falling = world.state(positions: positions, velocities: velocities)
    _ = world.step(&falling, ContinuousAction(rest.span), random: &random)
    #expect(world.backflipMoment(of: falling)?.touching == [])
    let ant = try MuJoCoHere.world("mujoco/Ant-v5")
    #expect(ant.backflipMoment(of: ant.reset(random: &random)) == nil)
  }

  @Test(
    "an episode's flips are recomputed from its stream and its actions",
    .enabled(if: MuJoCoHere.isReady, MuJoCoHere.reason))
  func replays() throws {
    let world = try MuJoCoHere.world("mujoco/Hopper-v5:task=backflip")
    let random = RandomSource(seed: 6)
    let batch = Batch(world, count: 1, random: random)
    var (actions, choice) = ([Float](), random.stream("actions"))
    var tally = Backflip.Tally()
    tally.see(try #require(world.backflipMoment(of: batch.state(of: 0))))
    for _ in 0..<80 {
      let row = (0..<3).map { _ in Float(choice.uniform(-1, 1)) }
      actions += row
      batch.step(row)
      tally.see(try #require(world.backflipMoment(of: batch.state(of: 0))))
    }
    let start = EpisodePosition(slot: 0, episode: 0, step: 0)
    #expect(world.backflips(start: start, random: random, actions: actions) == tally)
    #expect(tally.moments == 81 && tally.share(of: .foot) > 0)
  }
}

import Compute
import Environments
import Foundation
import Testing

@Suite("What a backflip is worth")
struct BackflipRewardTests {
  private static let names = [
    "height", "sine of torso angle", "cosine of torso angle", "thigh angle", "leg angle", "foot angle", "x velocity",
    "z velocity", "torso angular velocity", "thigh velocity", "leg velocity", "foot velocity",
  ]

  /// An observation of a straight Hopper.
  private func row(height: Double, angle: Double) -> [Float] {
    [Float(height), Float(sin(angle)), Float(cos(angle))] + [Float](repeating: 0, count: 9)
  }

  /// The sum of what a person sees in these moments of a straight Hopper who judges by this reward.
  private func rotation(
    _ moments: [(height: Double, angle: Double)], by name: String = "rotation"
  ) throws -> Double {
    let reward = try #require(Backflip.rewards(seen: Self.names).first { $0.name == name })
    return zip(moments, moments.dropFirst()).reduce(0) { sum, pair in
      let (now, next) = (
        row(height: pair.0.height, angle: pair.0.angle), row(height: pair.1.height, angle: pair.1.angle)
      )
      return sum + reward.reward(observation: now.span, action: [0, 0, 0].span, nextObservation: next.span)
    }
  }

  private func moments(_ height: Double, _ angles: some Sequence<Double>) -> [(height: Double, angle: Double)] {
    angles.map { (height, $0) }
  }

  private func turn(from first: Double, to last: Double, steps: Int) -> [Double] {
    (0...steps).map { first + (last - first) * Double($0) / Double(steps) }
  }

  @Test("the parts' heights are those of the model: upright, on its back, head down, and seated")
  func pose() {
    // Upright the head is at 1.45, the hip at 1.05, the knee at 0.6, the ankle at 0.1; radii are 0.05, 0.05 and 0.04.
    let upright = HopperPose(height: 1.25, angle: 0, thighAngle: 0, legAngle: 0, footAngle: 0)
    #expect(abs(upright.torso - 1) < 1e-12 && abs(upright.thigh - 0.55) < 1e-12 && abs(upright.leg - 0.06) < 1e-12)
    #expect(!upright.isRolling)
    // The foot begins 0.04 over the ground, 0.39 long in the model: 0.13 behind the ankle, 0.26 before it.
    #expect(abs(upright.foot - 0.04) < 1e-12 && !upright.isOnFoot)
    let tiptoe = HopperPose(height: 1.25, angle: 0, thighAngle: 0, legAngle: 0, footAngle: -.pi / 6)
    #expect(abs(tiptoe.foot - (0.04 - 0.13)) < 1e-12 && tiptoe.isOnFoot)
    let heel = HopperPose(height: 1.25, angle: 0, thighAngle: 0, legAngle: 0, footAngle: .pi / 6)
    #expect(abs(heel.foot - (0.04 - 0.065)) < 1e-12)
    let onBack = HopperPose(height: 0.05, angle: -.pi / 2, thighAngle: 0, legAngle: 0, footAngle: 0)
    #expect(abs(onBack.torso) < 1e-12 && abs(onBack.thigh) < 1e-12 && abs(onBack.leg - 0.01) < 1e-12)
    #expect(onBack.isRolling)
    // Head down the torso is the lowest, and the rest above it.
    let headDown = HopperPose(height: 0.5, angle: .pi, thighAngle: 0, legAngle: 0, footAngle: 0)
    #expect(
      abs(headDown.torso - 0.25) < 1e-12 && abs(headDown.thigh - 0.65) < 1e-12 && abs(headDown.leg - 1.11) < 1e-12)
    // Bent by −π/2 at the hip, thigh and leg lie level; bent back by as much at the knee, the leg hangs down.
    let seated = HopperPose(height: 1, angle: 0, thighAngle: -.pi / 2, legAngle: 0, footAngle: 0)
    #expect(abs(seated.thigh - 0.75) < 1e-12 && abs(seated.leg - 0.76) < 1e-12)
    let kneeling = HopperPose(height: 1, angle: 0, thighAngle: -.pi / 2, legAngle: .pi / 2, footAngle: 0)
    #expect(abs(kneeling.leg - 0.26) < 1e-12)
  }

  @Test("a turn backward is worth 1 in the air and a quarter over the foot, a turn forward −1")
  func turns() throws {
    #expect(abs(try rotation(moments(3, turn(from: 0, to: -2 * .pi, steps: 80))) - 1) < 1e-5)
    #expect(abs(try rotation(moments(3, turn(from: 0, to: 2 * .pi, steps: 80))) + 1) < 1e-5)
    // Leaning over the foot, which is on the ground throughout.
    let leaning = turn(from: 0, to: -0.5, steps: 20).map { (height: 0.06 + 1.15 * cos($0), angle: $0) }
    #expect(abs(try rotation(leaning) - 0.25 * 0.5 / (2 * .pi)) < 1e-5)
  }

  @Test("aloft, a turn is worth as much less as it is lower than 15 cm, and never less than over the foot")
  func aloft() throws {
    func worth(_ moments: [(height: Double, angle: Double)]) throws -> Double { try rotation(moments, by: "aloft") }
    // Upright and straight, the foot is 1.21 below the torso's middle. The height that counts is that of the step's end.
    for (clear, share) in [(0.3, 1.0), (0.15, 1), (0.12, 0.8), (0.09, 0.6), (0.045, 0.3), (0.03, 0.25), (0.01, 0.25)] {
      let height = 1.21 + clear
      #expect(abs(try worth([(height, 0.1), (height, 0)]) - share * 0.1 / (2 * .pi)) < 1e-6, "\(clear) m")
      #expect(abs(try worth([(height, -0.1), (height, 0)]) + 0.1 / (2 * .pi)) < 1e-6, "forward, \(clear) m")
      #expect(abs(try rotation([(height, 0.1), (height, 0)]) - 0.1 / (2 * .pi)) < 1e-6, "by rotation, \(clear) m")
    }
    // Of the parts it is the lowest that counts: head down, the torso's end 0.06 over the ground.
    #expect(abs(try worth([(0.31, .pi + 0.1), (0.31, .pi)]) - 0.4 * 0.1 / (2 * .pi)) < 1e-6)
    // Over the foot and on the ground it is rotation.
    let leaning = turn(from: 0, to: -0.5, steps: 20).map { (height: 0.06 + 1.15 * cos($0), angle: $0) }
    let rolling = moments(0.05, turn(from: 0, to: -6 * .pi, steps: 240))
    for low in [leaning, rolling] { #expect(try worth(low) == rotation(low)) }
  }

  @Test("standing is worth nothing, rocking on the ground less, rolling over less than a tenth")
  func rocking() throws {
    #expect(try rotation(moments(1.2, turn(from: 0, to: 0, steps: 50))) == 0)
    // By 0.3 rad to and fro four times: nine tenths of the way back are lost, and 160 steps cost a 500th each.
    let swing = (0...160).map { -.pi / 2 + 0.15 * sin(2 * .pi * Double($0) / 40) }
    #expect(abs(try rotation(moments(0.05, swing)) - (-0.9 * 4 * 0.3 / (2 * .pi) - 0.32)) < 1e-4)
    let rolled = try rotation(moments(0.05, turn(from: 0, to: -6 * .pi, steps: 240)))
    #expect(abs(rolled - (0.3 - 240 * 0.002)) < 1e-4)
  }

  @Test("what is turned backward in the air and forward on the foot adds up to nothing")
  func hopping() throws {
    var hops: [(height: Double, angle: Double)] = []
    for _ in 0..<10 {
      hops += moments(1.5, turn(from: 0, to: -0.8, steps: 10))
      hops += turn(from: -0.8, to: 0, steps: 10).map { (height: 0.06 + 1.15 * cos($0), angle: $0) }
    }
    #expect(abs(try rotation(hops)) < 1e-5)
  }

  @Test(
    "a turn that ends on the foot is worth half more, one that ends on the back two fifths less, of what was turned since"
  )
  func cleanTurns() throws {
    let reward = try #require(Backflip.clipRewards(seen: Self.names).first)
    #expect(reward.name == "flips")
    func worth(_ moments: [(height: Double, angle: Double)]) -> [Double] {
      reward.rewards(
        of: Trajectory(
          observationSize: 12, actionRowSize: 3,
          observations: moments.flatMap { row(height: $0.height, angle: $0.angle) },
          actions: [Float](repeating: 0, count: 3 * (moments.count - 1)),
          rewards: [Float](repeating: 0, count: moments.count - 1), terminated: false, truncated: false, start: nil))
    }
    let round = 2 * Double.pi
    let flight = moments(3, turn(from: 0, to: -round, steps: 40))
    let onFoot = (height: 1.21, angle: -round)
    let onBack = (height: 0.05, angle: -1.25 * round)
    func sum(_ moments: [(height: Double, angle: Double)]) -> Double { worth(moments).reduce(0, +) }
    func isNear(_ value: Double, _ wanted: Double) -> Bool { abs(value - wanted) < 1e-5 }
    #expect(isNear(sum(flight), 1))
    #expect(isNear(sum(flight + [onFoot]), 1.5))
    // Standing on: the same turn is paid once.
    #expect(isNear(sum(flight + [onFoot, onFoot, onFoot]), 1.5))
    // A quarter of a turn more, of which a tenth counts, and lying there costs a 500th, each step.
    #expect(isNear(sum(flight + [onBack]), 0.6 + 0.025 - 0.002))
    #expect(isNear(sum(flight + [onBack, onBack]), 0.6 + 0.025 - 0.004))
    // Onto the back after landing: nothing of the turn before is taken away.
    #expect(isNear(sum(flight + [onFoot, onBack]), 1.5 + 0.025 - 0.002))
    // Two turns in one flight end on the foot once.
    let double = moments(3, turn(from: 0, to: -2 * round, steps: 80)) + [(height: 1.21, angle: -2 * round)]
    #expect(isNear(sum(double), 2.5))
    // Four moments off the ground are no flight; forward turns add nothing where they end.
    let lean = moments(1.5, turn(from: 0, to: -0.4, steps: 3))
    #expect(isNear(sum([(height: 1.21, angle: 0.0)] + lean + [(height: 1.12, angle: -0.4)]), 0.4 / round))
    let forward = moments(3, turn(from: 0, to: round, steps: 40)) + [(height: 1.21, angle: round)]
    #expect(isNear(sum(forward), -1))
  }

  @Test("no motion is worth more than its turns")
  func bound() throws {
    var random = RandomSource(seed: 3).stream("bound")
    var rewarded = 0
    for _ in 0..<200 {
      var moment = (height: 1.25, angle: 0.0)
      var walk = [moment]
      let drift = random.uniform(-0.1, 0.1)
      for _ in 0..<100 {
        moment = (random.uniform(0.5, 3), moment.angle + drift + random.uniform(-0.03, 0.03))
        walk.append(moment)
      }
      let sum = try rotation(walk)
      #expect(sum <= -moment.angle / (2 * .pi) + 1e-4)
      if sum > 0.5 { rewarded += 1 }
    }
    #expect(rewarded > 10, "the bound is tried where there is something to earn")
  }

  @Test("there is nothing to judge by where its numbers are not seen")
  func unseen() {
    #expect(Backflip.rewards(seen: Self.names.filter { $0 != "height" }).isEmpty)
    #expect(Backflip.rewards(seen: Self.names.filter { $0 != "leg velocity" }).isEmpty)
    #expect(Backflip.rewards(seen: Self.names.filter { !$0.hasSuffix("torso angle") }).isEmpty)
  }

  @Test(
    "both named rewards are what the worlds pay that pay them, however the angle is seen",
    .enabled(if: MuJoCoHere.isReady, MuJoCoHere.reason), arguments: ["sincos", "plain"])
  func asPaid(angle: String) throws {
    for (index, pay) in ["formula", "rotation"].enumerated() {
      let entry = try MuJoCoHere.source.entry("mujoco/Hopper-v5:task=backflip,pay=\(pay),angle=\(angle)")
      let reward = entry.namedRewards[index]
      #expect(reward.name == pay)
      let play = entry.randomClips(6, steps: 300, random: RandomSource(seed: 8))
      // A part that is a hair's breadth off the ground in double precision may lie on it in single precision.
      let differing = play.flatMap { zip(reward.rewards(of: $0), $0.rewards) }.filter { abs($0 - Double($1)) > 1e-4 }
      #expect(differing.count <= 2, "\(pay): \(differing)")
      #expect(play.flatMap(\.rewards).contains { $0 < -0.005 }, "\(pay) pays something")
    }
  }

  @Test(
    "by its joints alone Hopper rolls where the engine finds a contact of another part than the foot",
    .enabled(if: MuJoCoHere.isReady, MuJoCoHere.reason))
  func onGround() throws {
    let world = try MuJoCoHere.world("mujoco/Hopper-v5:task=backflip")
    var random = RandomSource(seed: 9).stream("play")
    var (same, count, touches) = (0, 0, 0)
    for _ in 0..<4 {
      var state = world.reset(random: &random)
      for _ in 0..<300 {
        let action = (0..<3).map { _ in Float(random.uniform(-1, 1)) }
        _ = world.step(&state, ContinuousAction(action.span), random: &random)
        let joints = world.joints(of: state).positions
        let pose = HopperPose(
          height: joints[1], angle: joints[2], thighAngle: joints[3], legAngle: joints[4],
          footAngle: joints[5])
        let isDown = try !#require(world.backflipMoment(of: state)).touching.isSubset(of: [.foot])
        count += 1
        if isDown == pose.isRolling { same += 1 }
        if isDown { touches += 1 }
      }
    }
    // Contacts are those of the last of four small steps, before it moves.
    #expect(Double(same) > 0.95 * Double(count), "\(same) of \(count)")
    #expect(touches > 100 && touches < count - 100)
  }
}

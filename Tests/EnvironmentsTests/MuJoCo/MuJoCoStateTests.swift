import Compute
import Environments
import Foundation
import Testing

@Suite("A MuJoCo state is a value", .enabled(if: MuJoCoHere.isReady, MuJoCoHere.reason))
struct MuJoCoStateTests {
  /// States and rewards of so many random steps from a state.
  private func play(
    _ world: MuJoCoEnvironment, from start: MuJoCoEnvironment.State, steps: Int, seed: UInt64
  ) -> (states: [MuJoCoEnvironment.State], rewards: [Double]) {
    guard case .continuous(let box) = world.specification.actionSpace else { return ([], []) }
    var random = RandomSource(seed: seed).stream("actions")
    var (state, states, rewards) = (start, [start], [Double]())
    for _ in 0..<steps {
      let row = (0..<box.count).map { Float(random.uniform(Double(box.low[$0]), Double(box.high[$0]))) }
      rewards.append(world.step(&state, ContinuousAction(row.span), random: &random).reward)
      states.append(state)
    }
    return (states, rewards)
  }

  private func start(_ world: MuJoCoEnvironment, seed: UInt64 = 1) -> MuJoCoEnvironment.State {
    var random = RandomSource(seed: seed).stream("start")
    return world.reset(random: &random)
  }

  @Test(
    "rewound to any moment it goes on bit for bit, also after other episodes used the engine", arguments: MuJoCoHere.ids
  )
  func rewinds(id: String) throws {
    let world = try MuJoCoHere.world(id)
    let whole = play(world, from: start(world), steps: 60, seed: 2)
    _ = play(world, from: start(world, seed: 3), steps: 7, seed: 4)
    for moment in [0, 1, 17, 40] {
      var random = RandomSource(seed: 2).stream("actions")
      var state = whole.states[moment]
      let size = world.specification.actionSpace.rowSize
      guard case .continuous(let box) = world.specification.actionSpace else { continue }
      for step in 0..<60 {
        let row = (0..<size).map { Float(random.uniform(Double(box.low[$0]), Double(box.high[$0]))) }
        guard step >= moment else { continue }
        let reward = world.step(&state, ContinuousAction(row.span), random: &random).reward
        #expect(reward == whole.rewards[step] && state == whole.states[step + 1])
      }
    }
  }

  @Test("written as JSON and read again it is the same, and so is what follows")
  func codes() throws {
    for id in ["mujoco/Hopper-v5", "mujoco/Humanoid-v5"] {
      let world = try MuJoCoHere.world(id)
      let moved = try #require(play(world, from: start(world), steps: 30, seed: 5).states.last)
      let read = try JSONDecoder().decode(MuJoCoEnvironment.State.self, from: JSONEncoder().encode(moved))
      #expect(read == moved)
      let (kept, other) = (play(world, from: moved, steps: 20, seed: 6), play(world, from: read, steps: 20, seed: 6))
      #expect(kept.states == other.states && kept.rewards == other.rewards)
    }
  }

  @Test("positions and velocities alone would not do: the solver begins where it ended")
  func isMoreThanPositions() throws {
    let world = try MuJoCoHere.world("mujoco/Hopper-v5")
    let moved = try #require(play(world, from: start(world), steps: 150, seed: 7).states.last)
    let (positions, velocities) = world.joints(of: moved)
    let rebuilt = world.state(positions: positions, velocities: velocities)
    #expect(world.joints(of: rebuilt).positions == positions)
    #expect(rebuilt != moved)
  }

  @Test("a step on one thread is the step on any other", arguments: [2, 4])
  func threads(count: Int) async throws {
    let world = try MuJoCoHere.world("mujoco/Ant-v5")
    let alone = (0..<count).map { play(world, from: start(world, seed: UInt64($0)), steps: 50, seed: 8).states.last }
    let together = await withTaskGroup(of: (Int, MuJoCoEnvironment.State?).self) { group in
      for index in 0..<count {
        group.addTask {
          (index, self.play(world, from: self.start(world, seed: UInt64(index)), steps: 50, seed: 8).states.last)
        }
      }
      return await group.reduce(into: [Int: MuJoCoEnvironment.State?]()) { $0[$1.0] = $1.1 }
    }
    for index in 0..<count { #expect(together[index] == alone[index]) }
    #expect(Set(alone).count == count)
  }

  @Test("actions that are no numbers, infinite or huge neither trap nor spoil a reward", arguments: MuJoCoHere.ids)
  func wildActions(id: String) throws {
    let world = try MuJoCoHere.world(id)
    let size = world.specification.actionSpace.rowSize
    var random = RandomSource(seed: 1).stream("unused")
    for value in [Float.nan, .infinity, -.infinity, .greatestFiniteMagnitude, 1e6] {
      var state = start(world)
      let row = [Float](repeating: value, count: size)
      for _ in 0..<20 {
        #expect(world.step(&state, ContinuousAction(row.span), random: &random).reward.isFinite)
      }
      #expect(world.exactObservation(of: state).allSatisfy { $0.isFinite })
    }
    // What is no number counts as none.
    var (silent, still) = (start(world), start(world))
    let (none, zero) = ([Float](repeating: .nan, count: size), [Float](repeating: 0, count: size))
    let outcome = world.step(&silent, ContinuousAction(none.span), random: &random)
    #expect(outcome == world.step(&still, ContinuousAction(zero.span), random: &random))
    #expect(silent == still)
  }

  @Test("a state of another world is refused, with the last word at the check")
  func foreignStates() throws {
    let (hopper, ant) = (try MuJoCoHere.world("mujoco/Hopper-v5"), try MuJoCoHere.world("mujoco/Ant-v5"))
    var state = start(ant)
    let row: [Float] = [0, 0, 0]
    var random = RandomSource(seed: 1).stream("unused")
    try hopper.check()
    #expect(hopper.step(&state, ContinuousAction(row.span), random: &random) == Outcome(reward: 0, terminated: false))
    #expect(state == start(ant))
    #expect(throws: InputError.self) { try hopper.check() }
    try ant.check()
  }

  @Test("starts are spread as Gymnasium's are")
  func starts() throws {
    let hopper = try MuJoCoHere.world("mujoco/Hopper-v5")
    let cheetah = try MuJoCoHere.world("mujoco/HalfCheetah-v5")
    let reacher = try MuJoCoHere.world("mujoco/Reacher-v5")
    let pusher = try MuJoCoHere.world("mujoco/Pusher-v5")
    var (speeds, squares) = (0.0, 0.0)
    for seed in 0..<400 as Range<UInt64> {
      let own = hopper.modelStart
      let joints = hopper.joints(of: start(hopper, seed: seed))
      #expect(zip(joints.positions, own.positions).allSatisfy { abs($0 - $1) <= 5e-3 })
      #expect(joints.velocities.allSatisfy { abs($0) <= 5e-3 })
      for velocity in cheetah.joints(of: start(cheetah, seed: seed)).velocities {
        speeds += velocity / 3_600
        squares += velocity * velocity / 3_600
      }
      let target = reacher.joints(of: start(reacher, seed: seed))
      #expect(target.positions[2] * target.positions[2] + target.positions[3] * target.positions[3] < 0.04)
      #expect(target.velocities[2] == 0 && target.velocities[3] == 0)
      let object = pusher.joints(of: start(pusher, seed: seed)).positions
      #expect(object[7] * object[7] + object[8] * object[8] > 0.17 * 0.17)
      #expect(object[7] <= 0 && object[7] >= -0.3 && abs(object[8]) <= 0.2 && object[9] == 0 && object[10] == 0)
    }
    // Normal with deviation 0.1: five standard errors of 3,600 draws.
    #expect(abs(speeds) < 0.0084 && abs(squares - 0.01) < 0.0012)
  }

  @Test("a batch is stepped alike, bit for bit, by any number of threads", arguments: ["Hopper", "Ant", "Reacher"])
  func steppedByThreads(name: String) throws {
    let before = ThreadPool.shared.threadCount
    defer { ThreadPool.shared.threadCount = before }
    var ends: [Data] = []
    for threads in [1, 2, 4] {
      ThreadPool.shared.threadCount = threads
      let world = try MuJoCoHere.world("mujoco/\(name)-v5")
      guard case .continuous(let box) = world.specification.actionSpace else { return }
      let batch = Batch(world, count: 7, random: RandomSource(seed: 5))
      var random = RandomSource(seed: 6).stream("actions")
      for _ in 0..<150 {
        let actions = (0..<7 * box.count).map { index in
          Float(random.uniform(Double(box.low[index % box.count]), Double(box.high[index % box.count])))
        }
        batch.step(actions)
      }
      ends.append(try batch.snapshot())
    }
    #expect(ends[1] == ends[0] && ends[2] == ends[0])
    // Hopper falls within these steps and Reacher's episodes are that short: episodes were begun anew as well.
    if name != "Ant" {
      let text = try #require(String(data: ends[0], encoding: .utf8))
      #expect(!text.contains("\"episodes\":[0,0,0,0,0,0,0]"))
    }
  }
}

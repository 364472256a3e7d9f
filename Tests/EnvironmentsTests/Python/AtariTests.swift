import Compute
import Environments
import Foundation
import Testing

@Suite("Atari games, by their tables")
struct AtariTableTests {
  @Test("the list says of which games the score is painted out")
  func listing() throws {
    let lines = AtariSource().listing
    #expect(lines.count == 104)
    let painted = lines.filter { $0.summary.contains("painted out") }.map(\.id)
    #expect(
      painted
        == ["BeamRider", "Breakout", "Enduro", "Pong", "Qbert", "Seaquest", "SpaceInvaders"].map { "ale/\($0)-v5" })
  }

  @Test("options that are none are refused before anything is started")
  func options() throws {
    for wrong in ["obs=rma", "sticky=2", "noops=-1", "colour=true"] {
      #expect(throws: InputError.self) { try AtariSource().entry("ale/Pong-v5:" + wrong) }
    }
  }
}

@Suite("Atari games", .serialized, .enabled(if: TestPython.hasAtari))
struct AtariTests {
  /// The same in Python, written down another way: no skipping but frame by frame, and an area average by repetition
  /// of pixels until both sides have a common multiple.
  private static let program = """
    import json, sys, numpy, gymnasium, ale_py
    gymnasium.register_envs(ale_py)
    seed, actions = json.loads(sys.argv[1])
    world = gymnasium.make("ALE/Pong-v5", frameskip=1, obs_type="grayscale")
    screen, _ = world.reset(seed=seed)
    for _ in range(int(numpy.random.default_rng(seed).integers(1, 31))):
        screen, *_ = world.step(0)
    def small(screen):
        screen = screen.astype(float)
        screen[:24] = 0
        rows = numpy.repeat(screen, 2, 0).reshape(84, 5, 160).mean(1)
        return numpy.repeat(rows, 21, 1).reshape(84, 84, 40).mean(2)
    shown, rewards = [small(screen)], []
    for action in actions:
        frames, total = [], 0
        for _ in range(4):
            screen, reward, *_ = world.step(action)
            frames.append(screen)
            total += reward
        shown.append(small(numpy.maximum(frames[2], frames[3])))
        rewards.append(total)
    ram = world.unwrapped.ale.getRAM()
    print(json.dumps({"last": numpy.concatenate(shown[-4:]).reshape(-1).tolist(), "rewards": rewards, "ram": ram.tolist()}))
    """

  private struct Direct: Decodable {
    var last: [Float]
    var rewards: [Float]
    var ram: [Float]
  }

  @Test("Pong's four frames are those of the emulator, painted, averaged and stacked; so are rewards and memory")
  func pong() throws {
    let source = AtariSource(interpreter: TestPython.interpreter, processes: 1)
    let world = try source.entry("ale/Pong-v5").environment as! PythonEnvironment
    let memory = try source.entry("ale/Pong-v5:obs=ram").environment as! PythonEnvironment
    let split = try source.entry("ale/Pong-v5:obs=bits").environment as! PythonEnvironment
    for each in [world, memory, split] { #expect(each.specification.observesBytes) }
    #expect(memory.specification.image == nil)
    #expect(split.specification.observationSpace.high == [Float](repeating: 1, count: 1024))
    #expect(world.specification.image == ImageShape(columns: 84, rows: 336, frames: 4))
    #expect(world.specification.maximumEpisodeSteps == 27_000)
    var random = RandomSource(seed: 5).stream("pong")
    var choice = RandomSource(seed: 6).stream("pong")
    var state = world.reset(random: &random)
    var again = RandomSource(seed: 5).stream("pong")
    var bytes = memory.reset(random: &again)
    var third = RandomSource(seed: 5).stream("pong")
    var bits = split.reset(random: &third)
    let actions = (0..<120).map { _ in choice.below(6) }
    let direct = try TestPython.run(Self.program, ["[\(state.seed), \(actions)]"], as: Direct.self)
    #expect(direct.rewards.contains(-1))
    for (step, reward) in direct.rewards.enumerated() {
      let outcome = world.step(&state, .read([Float(actions[step])].span), random: &random)
      #expect(Float(outcome.reward) == reward)
      #expect(memory.step(&bytes, .read([Float(actions[step])].span), random: &again) == outcome)
      #expect(split.step(&bits, .read([Float(actions[step])].span), random: &third) == outcome)
    }
    // Rounded to whole shades; halves may go either way.
    let seen = world.observation(of: state)
    #expect(zip(seen, direct.last).allSatisfy { abs($0 - $1) <= 0.501 })
    #expect(seen.contains { $0 != seen[0] })
    var hidden = direct.ram
    #expect(hidden[13] > 0)
    for byte in [13, 14] { hidden[byte] = 0 }
    #expect(memory.observation(of: bytes) == hidden)
    let flags = split.observation(of: bits)
    let joined = (0..<128).map { byte -> Float in
      flags[8 * byte..<8 * byte + 8].reduce(0) { number, bit in 2 * number + bit }
    }
    #expect(joined == hidden)
  }

  @Test("people see the screen without its score")
  func scene() throws {
    let source = AtariSource(interpreter: TestPython.interpreter, processes: 1)
    let world = try source.entry("ale/Pong-v5").environment as! PythonEnvironment
    var random = RandomSource(seed: 5).stream("pong")
    let state = world.reset(random: &random)
    guard case .image(_, _, _, _, let pixels)? = world.scene(state).shapes.first else { throw InputError("no picture") }
    #expect(pixels.columns == 160 && pixels.rows == 210 && pixels.channels == 3)
    #expect(pixels.values.prefix(24 * 160 * 3).allSatisfy { $0 == 0 })
    #expect(pixels.values.dropFirst(24 * 160 * 3).contains { $0 != 0 })
  }

  @Test("an unknown game has near misses")
  func unknown() throws {
    let error = #expect(throws: InputError.self) {
      try AtariSource(interpreter: TestPython.interpreter, processes: 1).entry("ale/Pnog-v5")
    }
    #expect(error?.description.contains("ale/Pong-v5") == true, "\(String(describing: error))")
  }
}

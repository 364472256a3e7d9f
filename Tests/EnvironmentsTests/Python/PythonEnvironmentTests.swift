import Compute
import Environments
import Foundation
import PactolusTesting
import Testing

@Suite("Environments in Python", .serialized, .enabled(if: TestPython.hasNumPy))
struct PythonEnvironmentTests {
  @Test("the state is a value, replays from its seed and its actions, and survives a file, as in any other world")
  func contract() throws {
    let entry = try TestPython.fake("walk")
    try expectContract(of: entry.environment, steps: 120)
    guard let world = entry.environment as? PythonEnvironment else { throw InputError("another type") }
    guard case .held(let episodes) = world.repeatability else {
      Issue.record("it was never replayed, or differed: \(world.repeatability)")
      return
    }
    #expect(episodes > 10)
  }

  @Test("an episode is step by step what Python plays without us")
  func parity() throws {
    let world = try TestPython.fake("walk").environment as! PythonEnvironment
    var random = RandomSource(seed: 8).stream("parity")
    var choice = RandomSource(seed: 9).stream("parity")
    for _ in 0..<4 {
      var state = world.reset(random: &random)
      let actions = (0..<12).map { _ in choice.below(2) }
      let direct = try DirectEpisode.play("fake_worlds.walk()", seed: state.seed, actions: actions)
      #expect(world.observation(of: state) == direct.observations[0])
      for (step, reward) in direct.rewards.enumerated() {
        let outcome = world.step(&state, .read([Float(actions[step])].span), random: &random)
        #expect(Float(outcome.reward) == reward)
        #expect(world.observation(of: state) == direct.observations[step + 1])
        #expect(outcome.terminated == (direct.terminated && step == direct.rewards.count - 1))
      }
    }
  }

  @Test("results do not depend on the number of processes")
  func processes() throws {
    let one = try TestPython.fake("walk", processes: 1).trace(slots: 5, steps: 60)
    for processes in [2, 3] {
      #expect(try TestPython.fake("walk", processes: processes).trace(slots: 5, steps: 60) == one)
    }
  }

  @Test("a batch goes on in the middle of its episodes from a file, in other processes")
  func resume() throws {
    let first = try TestPython.fake("walk").makeBatch(count: 3, random: RandomSource(seed: 1))
    for step in 0..<17 { first.step([Float(step % 2), 1, 0]) }
    let saved = try first.snapshot()
    let entry = try TestPython.fake("walk")
    let second = entry.makeBatch(count: 3, random: RandomSource(seed: 1))
    try second.restore(saved)
    for step in 0..<40 {
      let actions: [Float] = [1, Float(step % 2), 0]
      first.step(actions)
      second.step(actions)
      #expect(Array(first.observations) == Array(second.observations))
      #expect(Array(first.rewards) == Array(second.rewards))
      #expect((0..<3).allSatisfy { first.episode(of: $0) == second.episode(of: $0) })
    }
    #expect((entry.environment as? PythonEnvironment)?.repeatability == .held(episodes: 3))
  }

  @Test("what the environment breaks off by itself is truncated, not terminated")
  func truncation() throws {
    let batch = try TestPython.fake("misbehaving:how=truncates,at=3").makeBatch(count: 2, random: RandomSource(seed: 1))
    for step in 1...6 {
      batch.step([0, 0])
      let isEnd = step.isMultiple(of: 3)
      #expect(Array(batch.truncated) == [isEnd, isEnd])
      #expect(Array(batch.terminated) == [false, false])
      #expect(batch.episode(of: 0).episode == step / 3)
    }
  }

  @Test("the time limit truncates, and is the environment's own unless another is asked for")
  func limit() throws {
    #expect(try TestPython.fake("walk").specification.maximumEpisodeSteps == 12)
    let entry = try TestPython.fake("endless:max_episode_steps=4")
    let batch = entry.makeBatch(count: 1, random: RandomSource(seed: 1))
    for step in 1...8 {
      batch.step([0])
      #expect(batch.truncated[0] == step.isMultiple(of: 4))
    }
  }

  @Test("spaces of every kind become one row of named numbers, and products of choices one list of actions")
  func spaces() throws {
    let entry = try TestPython.fake("spaces")
    let specification = entry.specification
    guard case .discrete(let names) = specification.actionSpace else { throw InputError("no discrete actions") }
    #expect(names.count == 2 * 3 * 4 * 2)
    #expect(names[0] == "0,0 0,0 2 5" && names[47] == "1,2 1,1 2 6")
    #expect(
      specification.observationNames == [
        "position 0,0", "position 0,1", "position 1,0", "position 1,1", "kind is 1", "kind is 2", "kind is 3",
        "flags 0", "flags 1", "last.0 is 0", "last.0 is 1", "last.1", "dice 0 is 0", "dice 0 is 1", "dice 1 is 0",
        "dice 1 is 1", "dice 1 is 2",
      ])
    #expect(specification.observationSpace.high.prefix(5) == [5, 5, 5, 5, 1])
    let batch = entry.makeBatch(count: 1, random: RandomSource(seed: 1))
    // Dice (1, 2), bits (1, 0), the second kind: ((1 · 3 + 2) · 4 + 2) · 2 + 1.
    batch.step([45])
    try batch.check()
    #expect(Array(batch.observations) == [1, 2, 3, 4, 0, 1, 0, 1, 0, 0, 1, 7, 0, 1, 0, 0, 1])
  }

  @Test("actions beyond their bounds arrive at the bounds, pictures are bytes, and scenes are what is rendered")
  func pictures() throws {
    let entry = try TestPython.fake("drive")
    let image = try #require(entry.specification.image)
    #expect(image == ImageShape(columns: 6, rows: 4, channels: 3))
    let random = RandomSource(seed: 1)
    let batch = entry.makeBatch(count: 1, random: random)
    let actions: [Float] = [7, -0.5, 0, 0.2, 0, 0, 0, 0, 0]
    batch.step([7, -0.5, 0])
    try batch.check()
    #expect(Array(batch.observations[18..<24]) == [200, 100, 50, 200, 100, 50])
    let start = EpisodePosition(slot: 0, episode: 0, step: 0)
    let scenes = entry.replayScenes(start: start, random: random, actions: actions, range: 1..<3)
    #expect(scenes.count == 3)
    for (index, scene) in scenes.enumerated() {
      // 700 × 500 in squares of three.
      guard case .image(_, _, _, _, let pixels)? = scene.shapes.first else { throw InputError("no picture") }
      #expect(pixels.columns == 233 && pixels.rows == 166)
      #expect(pixels.values.allSatisfy { $0 == UInt8(index + 1) })
    }
  }

  @Test("an environment that shows something else the second time is found out")
  func repeatability() throws {
    let changing = try TestPython.fake("misbehaving:how=changes,at=1").environment as! PythonEnvironment
    guard case .broken(let how) = try changing.tryRepeatability(random: RandomSource(seed: 1)) else {
      Issue.record("not noticed")
      return
    }
    #expect(how.contains("something else"))
    #expect(try changing.tryRepeatability(random: RandomSource(seed: 2)) == .broken(how), "what was found stays found")
    let caution = try #require(Repeatability.broken(how).caution)
    #expect(caution.hasPrefix("not exactly repeatable") && caution.contains(how))
    for sound in [Repeatability.exact, .untried, .held(episodes: 3)] { #expect(sound.caution == nil) }
    let steady = try TestPython.fake("walk").environment as! PythonEnvironment
    #expect(try steady.tryRepeatability(random: RandomSource(seed: 1)) == .held(episodes: 1))
  }

  @Test("the program that is handed to Python is the one in the repository")
  func program() throws {
    let root = TestPython.folder.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let file = root.appending(path: "Tools/python-worker/worker.py")
    #expect(try String(contentsOf: file, encoding: .utf8) == PythonWorkerProgram.text + "\n")
  }
}

import Compute
import Environments
import Foundation
import PactolusTesting
import Recorded
import Testing

@Suite("Batches, trajectories and their memory")
struct BatchTests {
  @Test("each part of a snapshot that does not fit is refused with what is wrong, and changes nothing")
  func restoring() throws {
    let batch = Batch(MountainCar(), count: 2, random: RandomSource(seed: 1))
    for _ in 0..<3 { batch.step([2, 0]) }
    let saved = try batch.snapshot()
    var object = try #require(try JSONSerialization.jsonObject(with: saved) as? [String: Any])
    func said(_ key: String, _ value: Any) throws -> String {
      var changed = object
      changed[key] = value
      let data = try JSONSerialization.data(withJSONObject: changed)
      let text = complaint { try batch.restore(data) }
      #expect(try batch.snapshot() == saved, "\(key)")
      return text
    }
    let id = "'pactolus/MountainCar-v0'"
    #expect(
      complaint { try batch.restore(Data("{}".utf8)) }
        == "the snapshot of a batch of \(id) cannot be read; the file is damaged or foreign")
    #expect(try said("environment", "other") == "the snapshot is of 'other', not of \(id)")
    let three = Batch(MountainCar(), count: 3, random: RandomSource(seed: 1))
    #expect(complaint { try three.restore(saved) } == "the snapshot of \(id) holds 2 episodes, the batch 3")
    for key in ["states", "streams", "episodes", "steps", "terminated", "truncated"] {
      let one = Array((object[key] as? [Any])!.dropLast())
      #expect(
        try said(key, one) == "the snapshot of \(id) holds \(key == "states" ? 1 : 2) episodes, the batch 2", "\(key)")
    }
    #expect(
      try said("rewards", Data(count: 4).base64EncodedString()) == "the snapshot of \(id) holds 2 episodes, the batch 2"
    )
    for (key, count) in [("rewards", 9), ("observations", 15), ("observations", 20), ("finalObservations", 12)] {
      #expect(
        try said(key, Data(count: count).base64EncodedString())
          == "the snapshot of \(id) has observations of another size")
    }
    for key in ["steps", "episodes"] {
      #expect(try said(key, [0, -1]) == "the snapshot of \(id) has a negative episode or step")
      #expect(try said(key, [-1, 0]) == "the snapshot of \(id) has a negative episode or step")
    }
    let other = try Batch(MountainCar(), count: 2, random: RandomSource(seed: 2)).snapshot()
    #expect(complaint { try batch.restore(other) } == "the snapshot of \(id) belongs to a run with another seed")
    object["steps"] = [0, 0]
    object["episodes"] = [0, 0]
    try batch.restore(JSONSerialization.data(withJSONObject: object))
    #expect(batch.episode(of: 1) == EpisodePosition(slot: 1, episode: 0, step: 0))
  }

  @Test("every field of a batch comes back, however far the other has gone")
  func everyField() throws {
    let batch = Batch(CartPole(), count: 3, random: RandomSource(seed: 4))
    var choice = RandomSource(seed: 5).stream("choice")
    func look(_ batch: Batch<CartPole>) -> [String] {
      [
        "\(Array(batch.observations))", "\(Array(batch.finalObservations))", "\(Array(batch.rewards))",
        "\(Array(batch.terminated))", "\(Array(batch.truncated))", "\((0..<3).map { batch.episode(of: $0) })",
        "\((0..<3).map { batch.state(of: $0) })",
      ]
    }
    // Stop where an episode has just ended, so that no field is what a new batch has.
    while true {
      batch.step(batch.specification.actionSpace.randomRows(3, &choice))
      if batch.terminated[2] { break }
    }
    let (seen, saved) = (look(batch), try batch.snapshot())
    let fresh = Batch(CartPole(), count: 3, random: RandomSource(seed: 4))
    #expect(zip(look(fresh), seen).filter { $0 == $1 }.count <= 1)
    try fresh.restore(saved)
    #expect(look(fresh) == seen)
    batch.reset()
    #expect(batch.rewards.allSatisfy { $0 == 0 } && !batch.terminated.contains(true) && !batch.truncated.contains(true))
    #expect(Array(batch.observations) == Array(batch.finalObservations))
  }

  @Test("a state put into a slot is what the slot shows, and the others stay as they were")
  func settingStates() {
    let batch = Batch(Delivery(), count: 2, random: RandomSource(seed: 1))
    let before = Array(batch.observations[0..<100])
    batch.setState(Delivery.State(row: 3, column: 7), of: 1)
    #expect(Array(batch.observations[0..<100]) == before && Array(batch.finalObservations[0..<100]) == before)
    for column in [batch.observations, batch.finalObservations] {
      #expect(column[137] == 1 && column[100..<200].reduce(0, +) == 1)
    }
    #expect(batch.state(of: 1).cell == 37 && batch.episode(of: 1).step == 0)
    #expect(batch.observations.count == 200 && batch.observations.startIndex == 0 && batch.observations.endIndex == 200)
    #expect(batch.observations.withSpan { $0.count } == 200)
    #expect(batch.observations.withContiguousStorageIfAvailable { Array($0) } == Array(batch.observations))
  }

  @Test("time limits truncate at their step, and not where the episode terminates")
  func limits() {
    let batch = Batch(MountainCar(), count: 1, random: RandomSource(seed: 3))
    for step in 1...199 {
      batch.step([1])
      #expect(!batch.truncated[0] && batch.episode(of: 0).step == step)
    }
    batch.step([1])
    #expect(
      batch.truncated[0] && !batch.terminated[0]
        && batch.episode(of: 0) == EpisodePosition(slot: 0, episode: 1, step: 0))
    for _ in 1...199 { batch.step([1]) }
    batch.setState(MountainCar.State(position: 0.49, velocity: 0.07), of: 0)
    batch.step([2])
    #expect(batch.terminated[0] && !batch.truncated[0] && batch.rewards[0] == -1)
  }

  @Test("a continuous action keeps every component, however many there are", arguments: [1, 23, 24, 25, 60])
  func actions(count: Int) {
    let row = (0..<count).map { Float($0) + 0.5 }
    let action = ContinuousAction.read(row.span)
    #expect(action.count == count && (0..<count).map { action[$0] } == row)
    #expect(Int.read(([3, 9] as [Float]).span) == 3)
  }

  @Test("actions as networks see them: one of several, or the vector itself")
  func encoding() {
    let discrete = ActionSpace.discrete(names: ["a", "b", "c"])
    let box = ActionSpace.continuous(Box(low: [0, 0], high: [1, 1]))
    #expect(discrete.rowSize == 1 && discrete.encodedSize == 3 && box.rowSize == 2 && box.encodedSize == 2)
    for (space, row, expected) in [
      (discrete, [2], [0, 0, 1]), (discrete, [0], [1, 0, 0]), (box, [0.25, 5], [0.25, 5]),
    ] as [(ActionSpace, [Float], [Float])] {
      var encoded = [Float](repeating: 9, count: expected.count)
      var span = encoded.mutableSpan
      space.encode(row.span, into: &span)
      #expect(encoded == expected)
    }
  }

  @Test("a segment has its own rows, its own start, and an end only if it reaches the end")
  func segments() {
    let whole = Trajectory(
      observationSize: 2, actionRowSize: 1, observations: [0, 1, 2, 3, 4, 5, 6, 7], actions: [10, 20, 30],
      rewards: [1, 2, 4], terminated: true, truncated: false, start: EpisodePosition(slot: 2, episode: 3, step: 5))
    #expect(whole.count == 3 && whole.trueReturn == 7)
    let middle = whole.segment(1..<2)
    #expect(middle.observations == [2, 3, 4, 5] && middle.actions == [20] && middle.rewards == [2])
    #expect(!middle.terminated && middle.start == EpisodePosition(slot: 2, episode: 3, step: 6))
    #expect(whole.segment(1..<3).terminated && !whole.segment(1..<3).truncated && whole.segment(0..<3) == whole)
    #expect(whole.segment(3..<3).observations == [6, 7] && whole.segment(3..<3).count == 0)
    var cut = whole
    (cut.terminated, cut.truncated) = (false, true)
    #expect(cut.segment(2..<3).truncated && !cut.segment(0..<2).truncated)
    let sums = NamedFeature(name: "sum", summary: "all") { now, action, next in
      Double(now[0] + 10 * now[1] + 100 * action[0] + 10_000 * next[0] + 100_000 * next[1])
    }.values(of: whole)
    #expect(sums == [321_010, 542_032, 763_054].map { $0 + 0 })
  }

  @Test("a fixed horizon keeps the state where the base would end, for no reward, and says so")
  func fixedHorizon() {
    let fixed = FixedHorizon(MountainCar())
    let specification = fixed.specification
    #expect(specification.id == "pactolus/MountainCarFixed-v0" && !specification.canTerminate && !specification.hasGoal)
    #expect(specification.summary == "Rock a weak car out of a valley up to a flag; always 200 steps")
    #expect(specification.source == "Gymnasium 1.4.0 MountainCar-v0, horizon fixed as in seals")
    var random = RandomSource(seed: 1).stream("unused")
    var state = MountainCar.State(position: 0.49, velocity: 0.07)
    let first = fixed.step(&state, 2, random: &random)
    #expect(first == Outcome(reward: -1, terminated: false) && state.position >= 0.5)
    let there = state
    #expect(fixed.step(&state, 0, random: &random) == Outcome(reward: 0, terminated: false) && state == there)
    var again = RandomSource(seed: 2).stream("start")
    var same = again
    #expect(fixed.reset(random: &again) == MountainCar().reset(random: &same))
    #expect(fixed.scene(there) == MountainCar().scene(there))
    var row: [Float] = [9, 9]
    var span = row.mutableSpan
    fixed.observe(there, into: &span)
    #expect(row == [Float(there.position), Float(there.velocity)])
  }

  @Test("random clips end where their episode does, and each is the first of its slot")
  func randomClips() throws {
    let entry = try EnvironmentRegistry.standard.entry("pactolus/CartPole-v1")
    let clips = entry.randomClips(5, steps: 200, random: RandomSource(seed: 1))
    #expect(clips.count == 5 && clips.map { $0.start!.slot } == [0, 1, 2, 3, 4])
    #expect(clips.allSatisfy { $0.start!.episode == 0 && $0.start!.step == 0 && $0.terminated && $0.count < 200 })
    #expect(Set(clips.flatMap(\.actions)) == [0, 1])
    let short = entry.randomClips(2, steps: 3, random: RandomSource(seed: 1))
    #expect(short.map(\.count) == [3, 3] && !short[0].terminated)
  }

  @Test("what would have happened: the episode's own chance, from the step asked for, up to an end")
  func whatIf() throws {
    let entry = try EnvironmentRegistry.standard.entry("pactolus/CartPole-v1")
    let random = RandomSource(seed: 2)
    let clip = entry.randomClips(2, steps: 400, random: random)[1]
    let start = try #require(clip.start)
    for first in [0, 1, 5] {
      let again = entry.whatIf(start: start, random: random, actions: clip.actions, from: first)
      #expect(
        again.observations == Array(clip.observations[(4 * first)...]) && again.actions == Array(clip.actions[first...])
      )
      #expect(again.rewards == Array(clip.rewards[first...]) && again.terminated && !again.truncated)
      #expect(again.start == EpisodePosition(slot: 1, episode: 0, step: first))
    }
    let part = entry.whatIf(start: start, random: random, actions: Array(clip.actions[..<6]), from: 2)
    #expect(part.count == 4 && !part.terminated && part.observations.count == 20)
    // Beyond the end: one observation and no transition.
    let beyond = entry.whatIf(start: start, random: random, actions: clip.actions + [0, 1, 0], from: clip.count + 1)
    #expect(beyond.count == 0 && !beyond.terminated && beyond.observations == Array(clip.observations.suffix(4)))
    let none = entry.whatIf(start: start, random: random, actions: [], from: 0)
    #expect(none.count == 0 && none.observations == Array(clip.observations[..<4]))
    // Scenes before each step of the range and after its last.
    let all = entry.replayScenes(start: start, random: random, actions: clip.actions, range: 0..<clip.count)
    #expect(all.count == clip.count + 1)
    #expect(entry.replayScenes(start: start, random: random, actions: clip.actions, range: 2..<5) == Array(all[2...5]))
    #expect(entry.replayScenes(start: start, random: random, actions: clip.actions, range: 3..<3) == [all[3]])
  }

  @Test("partial trajectories are taken once, and an untouched slot gives none")
  func takingTwice() {
    let batch = Batch(CartPole(), count: 2, random: RandomSource(seed: 8))
    let recorder = TrajectoryRecorder()
    recorder.begin(batch)
    #expect(recorder.take().isEmpty)
    batch.step([0, 1])
    recorder.record(batch, [0, 1])
    let taken = recorder.take()
    #expect(taken.map(\.count) == [1, 1] && taken.map(\.actions) == [[0], [1]] && recorder.take().isEmpty)
    batch.step([1, 1])
    recorder.record(batch, [1, 1])
    recorder.begin(batch)
    #expect(recorder.take().isEmpty)
  }
}

@Suite("The picture of an observation")
struct ObservationSceneTests {
  private func bars(_ scene: Scene) -> [[Double]] {
    scene.shapes.compactMap { if case .polygon(let points, .agent) = $0 { points } else { nil } }
  }

  private func specification(_ low: [Float], _ high: [Float]) -> EnvironmentSpecification {
    EnvironmentSpecification(
      id: "a/b-v0", summary: "", observationSpace: Box(low: low, high: high),
      observationNames: low.indices.map { "n\($0)" },
      actionSpace: .discrete(names: ["a"]), maximumEpisodeSteps: nil, canTerminate: false, source: "")
  }

  @Test("a bar runs from zero, or the bound nearer to it, to the value; unbounded ones are squeezed")
  func places() {
    // From 5 to 12: 7 wide. Bounds −1 … 3: zero is at a quarter. Bounds 2 … 4: zero is below. Unbounded: 3 is at 0.875.
    let values: [Float] = [1, 3, 3, -3, 9, .nan]
    let scene = Scene.observation(values, specification([-1, 2, -.infinity, 0, 0, 0], [3, 4, 1, .infinity, 1, 1]))
    let seen = bars(scene)
    #expect(seen.count == 6)
    let wanted = [(6.75, 8.5), (5, 8.5), (8.5, 11.125), (8.5, 5.875), (5, 12), (5, 8.5)]
    for (bar, (from, to)) in zip(seen, wanted) {
      #expect(bar[0] == from && bar[2] == to && bar[4] == to && bar[6] == from)
    }
    // The first is on top; each takes 0.6 of its row.
    #expect(seen[0][1] == 5.2 && seen[0][5] == 5.8 && seen[5][1] == 0.2 && seen[5][7] == 0.8)
    #expect(scene.left == 0 && scene.bottom == 0 && scene.width == 12.1 && scene.height == 6)
    #expect(scene.shapes[0] == .polygon(points: [5, 0, 12, 0, 12, 6, 5, 6], role: .track))
    #expect(scene.shapes[2] == .line(points: [8.5, 5.1, 8.5, 5.9], width: 0.08, role: .joint))
    #expect(scene.shapes[3] == .label(x: 0.3, y: 5.35, size: 0.45, text: "n0", role: .neutral))
  }

  @Test("twelve components have names, thirteen have none and share ten")
  func names() {
    for (count, named) in [(12, true), (13, false), (20, false)] {
      let values = [Float](repeating: 0.5, count: count)
      let scene = Scene.observation(values, specification(values.map { _ in 0 }, values.map { _ in 1 }))
      let labels = scene.shapes.count { if case .label = $0 { true } else { false } }
      #expect(labels == (named ? 12 : 0) && bars(scene).count == count)
      if !named {
        #expect(abs(scene.height - 10) < 1e-9 && scene.left == -0.1 && scene.width == 10.2)
        let step = 10 / Double(count)
        #expect(bars(scene)[0][0] == 0 && bars(scene)[0][2] == 5)
        #expect(abs(bars(scene)[0][1] - (10 - 0.8 * step)) < 1e-9 && abs(bars(scene)[0][5] - (10 - 0.2 * step)) < 1e-9)
      }
    }
  }
}

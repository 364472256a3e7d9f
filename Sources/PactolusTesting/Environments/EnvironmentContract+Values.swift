import Compute
import Environments

extension EnvironmentContract {
  func checkSpecification<E: Environment>(of environment: E, _ list: inout ViolationList) {
    let specification = environment.specification
    let space = specification.observationSpace
    checkID(specification.id, &list)
    list.check(!specification.summary.isEmpty, "an environment has a summary")
    list.check(!specification.source.isEmpty, "an environment names its source")
    list.check(Set(specification.observationNames).count == space.count, "names of observations are distinct")
    list.check(zip(space.low, space.high).allSatisfy { $0 < $1 }, "observations have room between their bounds")
    switch specification.actionSpace {
    case .discrete(let names):
      list.check(names.count >= 2, "there are two actions or more", "\(names.count)")
      list.check(Set(names).count == names.count, "names of actions are distinct")
    case .continuous(let box):
      list.check(
        zip(box.low, box.high).allSatisfy { $0 < $1 && $0.isFinite && $1.isFinite },
        "actions have finite bounds with room between them")
    }
  }

  /// `gym/Taxi-v4` has a version; `python:module:function` is the user's own code, which has none.
  private func checkID(_ id: String, _ list: inout ViolationList) {
    let own = id.hasPrefix("python:")
    let parts = id.split(separator: ":", omittingEmptySubsequences: false)
    list.check(
      own ? parts.count >= 3 && parts.prefix(3).allSatisfy { !$0.isEmpty } : id.contains("/"),
      "an id names whose environment it is", id)
    list.check(own || id.contains("-v"), "an id has a version", id)
  }

  func checkValues<E: Environment>(of environment: E, _ list: inout ViolationList) throws {
    var random = RandomSource(seed: 11).stream("contract/value")
    var choice = RandomSource(seed: 12).stream("contract/value")
    var state = environment.reset(random: &random)
    for step in 0..<50 {
      let before = try encoded(state)
      let seen = environment.observation(state)
      list.check(!seen.contains { $0.isNaN }, "every component of the observation is written", "step \(step)")
      let row = environment.specification.actionSpace.randomRows(1, &choice)
      var (first, firstRandom) = (state, random)
      let outcome = environment.step(&first, row: row, random: &firstRandom)
      var (second, secondRandom) = (state, random)
      let again = environment.step(&second, row: row, random: &secondRandom)
      list.check(
        try encoded(first) == encoded(second) && outcome == again,
        "the same state, action and stream give the same future", "step \(step)")
      list.check(firstRandom == secondRandom, "the same step draws as many random numbers", "step \(step)")
      list.check(
        try encoded(state) == before && environment.observation(state) == seen,
        "stepping a copy leaves the original as it was",
        "step \(step)")
      list.check(outcome.reward.isFinite, "rewards are finite", "step \(step)")
      if outcome.terminated { break }
      (state, random) = (first, firstRandom)
    }
  }

  func checkReplays<E: Environment>(of environment: E, _ list: inout ViolationList) {
    let specification = environment.specification
    let random = RandomSource(seed: 41)
    let batch = Batch(environment, count: 2, random: random)
    let recorder = TrajectoryRecorder()
    recorder.begin(batch)
    var choice = RandomSource(seed: 42).stream("contract/replay")
    for _ in 0..<1_100 {
      let actions = specification.actionSpace.randomRows(2, &choice)
      batch.step(actions)
      recorder.record(batch, actions)
    }
    let entry = EnvironmentEntry(environment)
    for trajectory in recorder.take().suffix(4) {
      guard let start = trajectory.start else {
        list.check(false, "a recorded episode has its start")
        continue
      }
      list.check(start.step == 0, "a recorded episode is whole")
      var stream = random.stream("environment/\(start.slot)", start.episode)
      var state = environment.reset(random: &stream)
      var observations = environment.observation(state)
      var rewards: [Float] = []
      let rowSize = trajectory.actionRowSize
      for t in 0..<trajectory.count {
        let row = Array(trajectory.actions[t * rowSize..<(t + 1) * rowSize])
        rewards.append(Float(environment.step(&state, row: row, random: &stream).reward))
        observations += environment.observation(state)
      }
      // Recorded rows come from `finalObservations`, so this also shows that the last one is kept.
      list.check(
        observations == trajectory.observations, "an episode replays from its stream and its actions",
        "episode \(start.episode) of slot \(start.slot)")
      list.check(rewards == trajectory.rewards, "a replayed episode earns the same")
      let scenes = entry.replayScenes(
        start: start, random: random, actions: trajectory.actions, range: 0..<trajectory.count)
      list.check(scenes.count == trajectory.count + 1, "there is a scene for each state of a replay")
      list.check(scenes.last == environment.scene(state), "a replay's last scene is that of its last state")
    }
  }

  func checkScenes<E: Environment>(of environment: E, _ list: inout ViolationList) {
    var random = RandomSource(seed: 51).stream("contract/scene")
    var choice = RandomSource(seed: 52).stream("contract/scene")
    var state = environment.reset(random: &random)
    let limit = environment.specification.maximumEpisodeSteps ?? 300
    for step in 1...max(limit, 300) {
      let scene = environment.scene(state)
      list.check(scene.width > 0 && scene.height > 0, "a scene has a view box")
      list.check(!scene.shapes.isEmpty, "a scene shows something")
      if let shape = scene.shapes.first(where: { !scene.shows($0) }) {
        list.check(false, "shapes are finite and inside the view box", "\(shape)")
      }
      let row = environment.specification.actionSpace.randomRows(1, &choice)
      let outcome = environment.step(&state, row: row, random: &random)
      if outcome.terminated || step.isMultiple(of: limit) { state = environment.reset(random: &random) }
    }
  }
}

extension Scene {
  /// Whether a shape is finite and lies within the view box, its width included.
  fileprivate func shows(_ shape: Shape) -> Bool {
    func inside(_ x: Double, _ y: Double, _ margin: Double) -> Bool {
      x.isFinite && y.isFinite && margin.isFinite && x - margin >= left && x + margin <= left + width
        && y - margin >= bottom && y + margin <= bottom + height
    }
    func inside(_ points: [Double], _ margin: Double) -> Bool {
      points.count.isMultiple(of: 2)
        && stride(from: 0, to: points.count - 1, by: 2).allSatisfy { inside(points[$0], points[$0 + 1], margin) }
    }
    switch shape {
    case .polygon(let points, _): return inside(points, 0)
    case .line(let points, let width, _): return inside(points, width / 2)
    case .circle(let x, let y, let radius, _): return inside(x, y, radius)
    case .label(let x, let y, let size, _, _): return inside(x, y, size / 2)
    case .image(let x, let y, let width, let height, _):
      return width > 0 && height > 0 && inside([x, y, x + width, y + height], 0)
    }
  }
}

import Compute
import Environments
import Foundation
import Testing

/// Everything an environment promises, in one call: `expectContract(of: CartPole())`.
///
/// Plays random actions (continuous ones also outside their box) for `steps` steps in three slots and checks the
/// environment as a value, as a batch, as a picture and as a replay.
func expectContract<E: Environment>(
  of environment: E, steps: Int = 1_200, location: SourceLocation = #_sourceLocation
) throws {
  expectConsistentSpecification(of: environment, location)
  try expectValueStates(of: environment, location)
  try expectBatchSemantics(of: environment, steps: steps, location)
  try expectExactSnapshot(of: environment, location)
  expectReplay(of: environment, location)
  expectDrawable(environment, location)
}

/// A state's one encoded form: worlds need not make their states comparable.
private func encoded(_ state: some Encodable) throws -> Data {
  let encoder = JSONEncoder()
  encoder.outputFormatting = .sortedKeys
  return try encoder.encode(state)
}

/// Rows of actions for `count` slots: uniform over the space, continuous ones over 1.5 times its width.
func randomActions(_ space: ActionSpace, count: Int, _ random: inout RandomStream) -> [Float] {
  var actions: [Float] = []
  for _ in 0..<count {
    switch space {
    case .discrete(let names): actions.append(Float(random.below(names.count)))
    case .continuous(let box):
      for index in 0..<box.count {
        actions.append(Float(random.uniform(1.5 * Double(box.low[index]), 1.5 * Double(box.high[index]))))
      }
    }
  }
  return actions
}

extension Environment {
  /// The observation of a state, as an array.
  func observation(_ state: State) -> [Float] {
    var observation = [Float](repeating: .nan, count: specification.observationSpace.count)
    var row = observation.mutableSpan
    observe(state, into: &row)
    return observation
  }

  /// One step with an action given as a row.
  func step(_ state: inout State, row: [Float], random: inout RandomStream) -> Outcome {
    step(&state, Action.read(row.span), random: &random)
  }
}

private func expectConsistentSpecification<E: Environment>(of environment: E, _ location: SourceLocation) {
  let specification = environment.specification
  let space = specification.observationSpace
  #expect(specification.id.contains("/"), "an id says whose environment it is", sourceLocation: location)
  #expect(specification.id.contains("-v"), "an id has a version", sourceLocation: location)
  #expect(!specification.summary.isEmpty && !specification.source.isEmpty, sourceLocation: location)
  #expect(Set(specification.observationNames).count == space.count, "names are distinct", sourceLocation: location)
  #expect(zip(space.low, space.high).allSatisfy { $0 < $1 }, sourceLocation: location)
  switch specification.actionSpace {
  case .discrete(let names):
    #expect(names.count >= 2 && Set(names).count == names.count, sourceLocation: location)
  case .continuous(let box):
    #expect(zip(box.low, box.high).allSatisfy { $0 < $1 && $0.isFinite && $1.isFinite }, sourceLocation: location)
  }
}

private func expectValueStates<E: Environment>(of environment: E, _ location: SourceLocation) throws {
  var random = RandomSource(seed: 11).stream("contract/value")
  var choice = RandomSource(seed: 12).stream("contract/value")
  var state = environment.reset(random: &random)
  for _ in 0..<50 {
    let before = try encoded(state)
    let seen = environment.observation(state)
    let row = randomActions(environment.specification.actionSpace, count: 1, &choice)
    // Twice from copies, with copies of the random stream: the same future, and the original untouched.
    var (first, firstRandom) = (state, random)
    let outcome = environment.step(&first, row: row, random: &firstRandom)
    var (second, secondRandom) = (state, random)
    let again = environment.step(&second, row: row, random: &secondRandom)
    #expect(
      try encoded(first) == encoded(second) && outcome == again && firstRandom == secondRandom, sourceLocation: location
    )
    #expect(try encoded(state) == before && environment.observation(state) == seen, sourceLocation: location)
    #expect(outcome.reward.isFinite, sourceLocation: location)
    if outcome.terminated { break }
    (state, random) = (first, firstRandom)
  }
}

private func expectBatchSemantics<E: Environment>(of environment: E, steps: Int, _ location: SourceLocation) throws {
  let specification = environment.specification
  let space = specification.observationSpace
  let size = space.count
  let batch = Batch(environment, count: 3, random: RandomSource(seed: 21))
  let twin = Batch(environment, count: 3, random: RandomSource(seed: 21))
  let stranger = Batch(environment, count: 3, random: RandomSource(seed: 22))
  var choice = RandomSource(seed: 23).stream("contract/batch")
  var parted = Array(stranger.observations) != Array(batch.observations)
  var problems: Set<String> = []
  func check(_ claim: Bool, _ text: String) { if !claim { problems.insert(text) } }

  for _ in 0..<steps {
    let before = (0..<3).map(batch.episode)
    let actions = randomActions(specification.actionSpace, count: 3, &choice)
    for each in [batch, twin, stranger] { each.step(actions) }
    check(Array(batch.observations) == Array(twin.observations), "the same seed gives the same trace")
    check(Array(batch.rewards) == Array(twin.rewards), "the same seed gives the same rewards")
    if Array(stranger.observations) != Array(batch.observations) { parted = true }

    for slot in 0..<3 {
      let now = Array(batch.observations[slot * size..<(slot + 1) * size])
      let last = Array(batch.finalObservations[slot * size..<(slot + 1) * size])
      for row in [now, last] {
        for index in 0..<size {
          check(row[index].isFinite, "observations are finite")
          check(row[index] >= space.low[index] && row[index] <= space.high[index], "observations lie within bounds")
        }
      }
      check(batch.rewards[slot].isFinite, "rewards are finite")
      let (terminated, truncated) = (batch.terminated[slot], batch.truncated[slot])
      check(!(terminated && truncated), "an episode never both terminates and is truncated")
      check(specification.canTerminate || !terminated, "what cannot terminate does not")
      let taken = before[slot].step + 1
      let atLimit = taken == specification.maximumEpisodeSteps
      check(!truncated || atLimit, "truncation comes at the limit only")
      check(!atLimit || terminated || truncated, "the limit ends every episode")
      let after = batch.episode(of: slot)
      if terminated || truncated {
        check(after.episode == before[slot].episode + 1 && after.step == 0, "a new episode begins at once")
        check(now == environment.observation(batch.state(of: slot)), "the row shows the new episode's start")
      } else {
        check(after.episode == before[slot].episode && after.step == taken, "steps are counted")
        check(now == last, "within an episode both rows agree")
      }
    }
  }
  #expect(problems.sorted() == [], sourceLocation: location)
  #expect(parted, "another seed gives another trace", sourceLocation: location)

  let episodes = (0..<3).map { batch.episode(of: $0) }
  batch.reset()
  for slot in 0..<3 {
    let wanted = episodes[slot].step == 0 ? episodes[slot].episode : episodes[slot].episode + 1
    #expect(batch.episode(of: slot).episode == wanted, "reset starts new episodes", sourceLocation: location)
  }
}

private func expectExactSnapshot<E: Environment>(of environment: E, _ location: SourceLocation) throws {
  let specification = environment.specification
  let batch = Batch(environment, count: 2, random: RandomSource(seed: 31))
  var choice = RandomSource(seed: 32).stream("contract/snapshot")
  for _ in 0..<137 { batch.step(randomActions(specification.actionSpace, count: 2, &choice)) }
  let saved = try batch.snapshot()
  #expect(try batch.snapshot() == saved, "a snapshot has one form", sourceLocation: location)
  let other = Batch(environment, count: 2, random: RandomSource(seed: 31))
  try other.restore(saved)
  #expect(try other.snapshot() == saved, "a snapshot survives the round trip", sourceLocation: location)
  for _ in 0..<300 {
    let actions = randomActions(specification.actionSpace, count: 2, &choice)
    batch.step(actions)
    other.step(actions)
  }
  #expect(try batch.snapshot() == other.snapshot(), "restored, it goes on bit by bit", sourceLocation: location)
  #expect(throws: InputError.self, "a damaged snapshot is refused", sourceLocation: location) {
    try other.restore(saved.dropLast(saved.count / 2))
  }
  #expect(throws: InputError.self, "a snapshot of another size is refused", sourceLocation: location) {
    try Batch(environment, count: 3, random: RandomSource(seed: 31)).restore(saved)
  }
}

private func expectReplay<E: Environment>(of environment: E, _ location: SourceLocation) {
  let specification = environment.specification
  let random = RandomSource(seed: 41)
  let batch = Batch(environment, count: 2, random: random)
  let recorder = TrajectoryRecorder()
  recorder.begin(batch)
  var choice = RandomSource(seed: 42).stream("contract/replay")
  for _ in 0..<1_100 {
    let actions = randomActions(specification.actionSpace, count: 2, &choice)
    batch.step(actions)
    recorder.record(batch, actions)
  }
  let entry = EnvironmentEntry(environment)
  for trajectory in recorder.take().suffix(4) {
    let start = trajectory.start!
    #expect(start.step == 0, sourceLocation: location)
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
    #expect(observations == trajectory.observations, "an episode replays from its stream", sourceLocation: location)
    #expect(rewards == trajectory.rewards, "and earns the same", sourceLocation: location)
    let scenes = entry.replayScenes(
      start: start, random: random, actions: trajectory.actions, range: 0..<trajectory.count)
    #expect(scenes.count == trajectory.count + 1, sourceLocation: location)
    #expect(scenes.last == environment.scene(state), "scenes replay too", sourceLocation: location)
  }
}

private func expectDrawable<E: Environment>(_ environment: E, _ location: SourceLocation) {
  var random = RandomSource(seed: 51).stream("contract/scene")
  var choice = RandomSource(seed: 52).stream("contract/scene")
  var state = environment.reset(random: &random)
  var outside: Set<String> = []
  for _ in 0..<(environment.specification.maximumEpisodeSteps ?? 200) {
    let scene = environment.scene(state)
    #expect(scene.width > 0 && scene.height > 0 && !scene.shapes.isEmpty, sourceLocation: location)
    outside.formUnion(shapesOutside(scene))
    let row = randomActions(environment.specification.actionSpace, count: 1, &choice)
    if environment.step(&state, row: row, random: &random).terminated { break }
  }
  #expect(outside.sorted() == [], "shapes are finite and inside the view box", sourceLocation: location)
}

/// Which shapes of a scene stick out of its view box or are not finite.
private func shapesOutside(_ scene: Scene) -> [String] {
  func inside(_ x: Double, _ y: Double, _ margin: Double) -> Bool {
    x.isFinite && y.isFinite && margin.isFinite && x - margin >= scene.left && x + margin <= scene.left + scene.width
      && y - margin >= scene.bottom && y + margin <= scene.bottom + scene.height
  }
  func pairs(_ points: [Double]) -> [(Double, Double)] {
    stride(from: 0, to: points.count - 1, by: 2).map { (points[$0], points[$0 + 1]) }
  }
  return scene.shapes.filter { shape in
    switch shape {
    case .polygon(let points, _): points.count % 2 != 0 || !pairs(points).allSatisfy { inside($0.0, $0.1, 0) }
    case .line(let points, let width, _):
      points.count % 2 != 0 || !pairs(points).allSatisfy { inside($0.0, $0.1, width / 2) }
    case .circle(let x, let y, let radius, _): !inside(x, y, radius)
    case .label(let x, let y, let size, _, _): !inside(x, y, size / 2)
    }
  }.map { "\($0)" }
}

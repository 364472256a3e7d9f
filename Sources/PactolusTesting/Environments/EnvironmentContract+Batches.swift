import Compute
import Environments

extension EnvironmentContract {
  func checkBatches<E: Environment>(of environment: E, _ list: inout ViolationList) {
    let specification = environment.specification
    let slots = 3
    let batch = Batch(environment, count: slots, random: RandomSource(seed: 21))
    let twin = Batch(environment, count: slots, random: RandomSource(seed: 21))
    let stranger = Batch(environment, count: slots, random: RandomSource(seed: 22))
    var choice = RandomSource(seed: 23).stream("contract/batch")
    var parted = Array(stranger.observations) != Array(batch.observations)

    for step in 0..<steps {
      let before = (0..<slots).map(batch.episode)
      let actions = specification.actionSpace.randomRows(slots, &choice)
      for each in [batch, twin, stranger] { each.step(actions) }
      list.check(
        Array(batch.observations) == Array(twin.observations), "the same seed gives the same trace", "step \(step)")
      list.check(Array(batch.rewards) == Array(twin.rewards), "the same seed gives the same rewards", "step \(step)")
      // What is hidden shows in rewards alone.
      if Array(stranger.observations) != Array(batch.observations) || Array(stranger.rewards) != Array(batch.rewards) {
        parted = true
      }
      for slot in 0..<slots { check(slot, of: batch, before: before[slot], &list) }
    }
    list.check(parted || !draws(environment), "another seed gives another trace")

    let episodes = (0..<slots).map { batch.episode(of: $0) }
    batch.reset()
    for slot in 0..<slots {
      let wanted = episodes[slot].step == 0 ? episodes[slot].episode : episodes[slot].episode + 1
      list.check(batch.episode(of: slot).episode == wanted, "reset starts new episodes where one has begun")
    }
  }

  /// Whether an environment uses random numbers, in its starts or its steps: in one that does not, all seeds are one.
  private func draws<E: Environment>(_ environment: E) -> Bool {
    let fresh = RandomSource(seed: 24).stream("contract/draws")
    var random = fresh
    var choice = RandomSource(seed: 25).stream("contract/draws")
    var state = environment.reset(random: &random)
    for step in 1...steps {
      let row = environment.specification.actionSpace.randomRows(1, &choice)
      let isOver = environment.step(&state, row: row, random: &random).terminated
      let isLate = step.isMultiple(of: environment.specification.maximumEpisodeSteps ?? steps)
      if isOver || isLate { state = environment.reset(random: &random) }
    }
    return random != fresh
  }

  /// One slot after a step, which began at `before`.
  private func check<E: Environment>(
    _ slot: Int, of batch: Batch<E>, before: EpisodePosition, _ list: inout ViolationList
  ) {
    let specification = batch.specification
    let space = specification.observationSpace
    let size = space.count
    let now = Array(batch.observations[slot * size..<(slot + 1) * size])
    let last = Array(batch.finalObservations[slot * size..<(slot + 1) * size])
    for row in [now, last] {
      for index in 0..<size {
        let name = specification.observationNames[index]
        list.check(row[index].isFinite, "observations are finite", "'\(name)' is \(row[index])")
        list.check(
          row[index] >= space.low[index] && row[index] <= space.high[index], "observations lie within bounds",
          "'\(name)' is \(row[index]), outside \(space.low[index]) ... \(space.high[index])")
        list.check(
          !specification.observesBytes || row[index] >= 0 && row[index] <= 255 && row[index] == row[index].rounded(),
          "observations said to be bytes are whole numbers from 0 to 255", "'\(name)' is \(row[index])")
      }
    }
    list.check(batch.rewards[slot].isFinite, "rewards are finite")
    let (terminated, truncated) = (batch.terminated[slot], batch.truncated[slot])
    list.check(!(terminated && truncated), "an episode never both terminates and is truncated")
    list.check(specification.canTerminate || !terminated, "what cannot terminate does not")
    let taken = before.step + 1
    let atLimit = taken == specification.maximumEpisodeSteps
    list.check(!truncated || atLimit, "truncation comes at the limit only", "after \(taken) steps")
    list.check(!atLimit || terminated || truncated, "the limit ends every episode")
    let after = batch.episode(of: slot)
    if terminated || truncated {
      list.check(after.episode == before.episode + 1 && after.step == 0, "a new episode begins at once")
      list.check(now == batch.environment.observation(batch.state(of: slot)), "the row shows the new episode's start")
    } else {
      list.check(after.episode == before.episode && after.step == taken, "steps are counted")
      list.check(now == last, "within an episode both rows agree")
    }
  }

  func checkSnapshots<E: Environment>(of environment: E, _ list: inout ViolationList) throws {
    let space = environment.specification.actionSpace
    let batch = Batch(environment, count: 2, random: RandomSource(seed: 31))
    var choice = RandomSource(seed: 32).stream("contract/snapshot")
    for _ in 0..<137 { batch.step(space.randomRows(2, &choice)) }
    let saved = try batch.snapshot()
    list.check(try batch.snapshot() == saved, "a snapshot has one form")
    let other = Batch(environment, count: 2, random: RandomSource(seed: 31))
    try other.restore(saved)
    list.check(try other.snapshot() == saved, "a snapshot survives the round trip")
    for _ in 0..<300 {
      let actions = space.randomRows(2, &choice)
      batch.step(actions)
      other.step(actions)
      list.check(
        Array(batch.observations) == Array(other.observations) && Array(batch.rewards) == Array(other.rewards),
        "restored, a batch goes on bit for bit")
    }
    list.check(try batch.snapshot() == other.snapshot(), "restored, a batch goes on bit for bit")
    list.checkRefused("a damaged snapshot is refused") { try other.restore(saved.dropLast(saved.count / 2)) }
    list.checkRefused("a snapshot of another size is refused") {
      try Batch(environment, count: 3, random: RandomSource(seed: 31)).restore(saved)
    }
  }
}

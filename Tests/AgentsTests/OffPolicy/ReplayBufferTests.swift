import Agents
import Compute
import Environments
import Rewards
import Testing

/// What a test writes into a buffer: one slot's steps, each with its place in its episode.
private struct Step {
  var episode: Int
  var step: Int
  var reward: Float
  var terminated = false
}

@Suite("The replay buffer")
struct ReplayBufferTests {
  private func buffer(_ capacity: Int, slots: Int, prioritized: Bool = false) -> ReplayBuffer {
    ReplayBuffer(
      capacity: capacity, slots: slots, specification: Strip().specification, separateSteppedActions: true,
      prioritized: prioritized)
  }

  private func write(_ steps: [Step], to buffer: ReplayBuffer) {
    for (slot, step) in steps.enumerated() {
      let row = buffer.next + slot
      // The reward says which row it is of; so do the observations.
      buffer.observations[row * 2] = step.reward
      buffer.nextObservations[row * 2] = step.reward + 0.5
      buffer.actions[row] = 0.1 * step.reward
      buffer.steppedActions[row] = 0.2 * step.reward
      buffer.rewards[row] = step.reward
      buffer.ownRewards[row] = step.reward
      buffer.terminated[row] = step.terminated
      buffer.episodes[row] = Int32(step.episode)
      buffer.steps[row] = Int32(step.step)
    }
    buffer.advance()
  }

  @Test("remembers the latest steps, of all slots")
  func ring() {
    let buffer = buffer(6, slots: 2)
    for step in 0..<5 {
      write((0..<2).map { Step(episode: 0, step: step, reward: Float(10 * $0 + step)) }, to: buffer)
      #expect(buffer.count == min(6, 2 * (step + 1)))
    }
    #expect((0..<6).map { buffer.rewards[$0] }.sorted() == [2, 3, 4, 12, 13, 14])
    #expect(buffer.next == 4)
  }

  @Test("sums several steps, and never past an end, a time limit, or the place where the ring closes")
  func severalSteps() {
    let slots = 2
    let buffer = buffer(16 * slots, slots: slots)
    var random = RandomSource(seed: 3).stream("test")
    var episodes = [0, 0]
    var steps = [0, 0]
    /// Per slot, everything that was ever written, with whether the episode ended there.
    var history: [[(step: Step, ended: Bool)]] = [[], []]
    for time in 0..<53 {
      var written: [Step] = []
      for slot in 0..<slots {
        let draw = random.uniform()
        let terminated = draw < 0.15
        let truncated = !terminated && draw < 0.3
        let step = Step(
          episode: episodes[slot], step: steps[slot], reward: Float(100 * slot + time), terminated: terminated)
        written.append(step)
        history[slot].append((step, terminated || truncated))
        steps[slot] += 1
        if terminated || truncated { (episodes[slot], steps[slot]) = (episodes[slot] + 1, 0) }
      }
      write(written, to: buffer)
    }
    for returnSteps in [1, 2, 3, 5] {
      let batch = ReplayBatch(capacity: buffer.count, observationSize: 2, actionSize: 1)
      for row in 0..<buffer.count { batch.order[row] = Int32(row) }
      buffer.gather(batch, rows: buffer.count, discount: 0.5, returnSteps: returnSteps)
      for row in 0..<buffer.count {
        let slot = row % slots
        let start = history[slot].firstIndex { $0.step.reward == buffer.rewards[row] }!
        var (sum, factor, last): (Float, Float, Int) = (0, 1, start)
        for index in start..<min(start + returnSteps, history[slot].count) {
          sum += factor * history[slot][index].step.reward
          factor *= 0.5
          last = index
          if history[slot][index].ended { break }
        }
        #expect(abs(batch.rewards[row] - sum) < 1e-4 * max(1, abs(sum)))
        #expect(batch.nextObservations[row * 2] == history[slot][last].step.reward + 0.5)
        #expect(batch.discounts[row] == (history[slot][last].step.terminated ? 0 : factor))
      }
    }
  }

  @Test("a time limit keeps its bootstrap, an end has none")
  func truncationBootstraps() throws {
    var settings = SACSettings()
    (settings.stepsPerRollout, settings.randomSteps, settings.bufferSize) = (60, 1000, 100)
    let learner = try OffPolicyLearner<SAC>(
      settings: settings, specification: Strip().specification, random: RandomSource(seed: 5))
    let world = Batch(Strip(), count: 1, random: RandomSource(seed: 6))
    let report = try learner.iterate(world, reward: nil, progress: 0, recorder: nil)
    #expect(report.episodes.contains { $0.terminated } && report.episodes.contains { !$0.terminated })
    let batch = ReplayBatch(capacity: 60, observationSize: 2, actionSize: 1)
    for row in 0..<60 { batch.order[row] = Int32(row) }
    learner.buffer.gather(batch, rows: 60, discount: 0.9, returnSteps: 1)
    for row in 0..<60 {
      let isOut = abs(batch.nextObservations[row * 2]) > 2
      #expect(batch.discounts[row] == (isOut ? 0 : 0.9))
    }
  }

  @Test("draws every row equally often")
  func uniform() {
    let buffer = buffer(8, slots: 1)
    for step in 0..<8 { write([Step(episode: 0, step: step, reward: Float(step))], to: buffer) }
    var random = RandomSource(seed: 1).stream("test")
    let batch = ReplayBatch(capacity: 8000, observationSize: 2, actionSize: 1)
    buffer.draw(batch, discount: 0.9, returnSteps: 1, random: &random)
    var counts = [Int](repeating: 0, count: 8)
    for row in 0..<8000 {
      counts[Int(batch.order[row])] += 1
      #expect(batch.weights[row] == 1)
    }
    // Seven degrees of freedom: 24.3 is exceeded once in a thousand.
    let chiSquared = counts.reduce(0.0) { $0 + (Double($1) - 1000) * (Double($1) - 1000) / 1000 }
    #expect(chiSquared < 24.3)
  }

  @Test("prioritised: draws in proportion to priority, and the weights make up for it")
  func prioritized() {
    let buffer = buffer(4, slots: 1, prioritized: true)
    for step in 0..<4 { write([Step(episode: 0, step: step, reward: Float(step))], to: buffer) }
    let batch = ReplayBatch(capacity: 4, observationSize: 2, actionSize: 1)
    for row in 0..<4 {
      batch.order[row] = Int32(row)
      batch.errors[row] = Float(row + 1)
    }
    buffer.gather(batch, rows: 4, discount: 0.9, returnSteps: 1)
    buffer.prioritize(batch, exponent: 1)
    var random = RandomSource(seed: 1).stream("test")
    let drawn = ReplayBatch(capacity: 1000, observationSize: 2, actionSize: 1)
    buffer.draw(drawn, discount: 0.9, returnSteps: 1, correction: 1, random: &random)
    var counts = [Int](repeating: 0, count: 4)
    for row in 0..<1000 {
      let chosen = Int(drawn.order[row])
      counts[chosen] += 1
      // (N · p)^−1 over that of the least likely row.
      #expect(abs(drawn.weights[row] - 1 / Float(chosen + 1)) < 1e-4)
    }
    // Stratified draws: each count is within one of its expectation on either side.
    #expect(zip(counts, [100, 200, 300, 400]).allSatisfy { abs($0 - $1) <= 2 })
  }
}

@Suite("The tree of priorities")
struct PriorityTreeTests {
  @Test("finds the row that a linear search finds, for any number of rows", arguments: [1, 2, 3, 7, 16, 37])
  func search(capacity: Int) {
    var random = RandomSource(seed: 9).stream("tree", capacity)
    let tree = PriorityTree(capacity: capacity)
    var plain = [Float](repeating: 0, count: capacity)
    for _ in 0..<200 {
      let row = random.below(capacity)
      let priority = random.below(4) == 0 ? 0 : random.uniformFloat()
      tree[row] = priority
      plain[row] = priority
      let sum = plain.reduce(0.0) { $0 + Double($1) }
      #expect(abs(tree.total - sum) < 1e-9)
      guard sum > 0 else { continue }
      let mass = random.uniform() * tree.total
      let found = tree.row(at: mass)
      var before = 0.0
      for index in 0..<found { before += Double(plain[index]) }
      #expect(plain[found] > 0)
      #expect(before <= mass + 1e-9 && mass <= before + Double(plain[found]) + 1e-9)
    }
    #expect(tree[tree.row(at: tree.total)] > 0 || tree.total == 0)
  }
}

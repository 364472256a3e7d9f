import Compute
import Environments
import PactolusTesting
import Testing

@Suite("The trajectory recorder")
struct RecorderTests {
  @Test("gives every step exactly once, whole episodes first, and partial ones that continue where they stopped")
  func everyStepOnce() {
    let batch = Batch(CartPole(), count: 3, random: RandomSource(seed: 8))
    let recorder = TrajectoryRecorder()
    recorder.begin(batch)
    var choice = RandomSource(seed: 9).stream("recorder")
    var taken: [Trajectory] = []
    for _ in 0..<10 {
      for _ in 0..<37 {
        let actions = batch.specification.actionSpace.randomRows(3, &choice)
        batch.step(actions)
        recorder.record(batch, actions)
      }
      let part = recorder.take()
      #expect(part.map(\.count).reduce(0, +) == 37 * 3)
      let finished = part.prefix { $0.terminated || $0.truncated }
      #expect(part.dropFirst(finished.count).allSatisfy { !$0.terminated && !$0.truncated })
      taken += part
    }
    // Parts of one episode join without a gap.
    for slot in 0..<3 {
      let parts = taken.filter { $0.start!.slot == slot }
      for (before, after) in zip(parts, parts.dropFirst()) {
        if before.terminated {
          #expect(after.start!.episode == before.start!.episode + 1 && after.start!.step == 0)
        } else {
          #expect(after.start!.episode == before.start!.episode)
          #expect(after.start!.step == before.start!.step + before.count)
          #expect(before.observations.suffix(4) == after.observations.prefix(4))
        }
      }
    }
  }

  @Test("keeps begun episodes whole when only finished ones are taken")
  func wholeEpisodes() {
    let batch = Batch(CartPole(), count: 2, random: RandomSource(seed: 8))
    let recorder = TrajectoryRecorder()
    recorder.begin(batch)
    var choice = RandomSource(seed: 9).stream("recorder")
    for _ in 0..<20 {
      for _ in 0..<10 {
        let actions = batch.specification.actionSpace.randomRows(2, &choice)
        batch.step(actions)
        recorder.record(batch, actions)
      }
      for trajectory in recorder.take(includingPartial: false) {
        #expect(trajectory.start!.step == 0 && trajectory.terminated)
      }
    }
  }
}

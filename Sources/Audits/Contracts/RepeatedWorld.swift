import Compute
import Environments
import Findings
import Foundation

/// A world that is played again: by the same seed, from a copy, and from the record of an episode.
struct RepeatedWorld<E: Environment> {
  private let environment: E
  private let entry: EnvironmentEntry
  private var determinism = Promise()
  private var copies = Promise()
  private var replays = Promise()
  private var tried = (steps: 0, copies: 0, replays: 0)
  private var failure: String?

  init(_ environment: E, _ entry: EnvironmentEntry) {
    (self.environment, self.entry) = (environment, entry)
  }

  mutating func play(_ steps: Int, slots: Int, random: RandomSource) {
    let recorded = playTwins(steps, slots: slots, random: random)
    guard failure == nil else { return }
    replay(recorded, random: random.child("batch"))
    guard failure == nil else { return }
    copy(moments: 24, random: random.child("copies"))
  }

  private mutating func check() -> Bool {
    do { try environment.check() } catch { failure = "\(error)" }
    return failure == nil
  }

  // MARK: The same seed

  private mutating func playTwins(_ steps: Int, slots: Int, random: RandomSource) -> [Trajectory] {
    let specification = environment.specification
    let batch = Batch(environment, count: slots, random: random.child("batch"))
    let twin = Batch(environment, count: slots, random: random.child("batch"))
    let recorder = TrajectoryRecorder()
    recorder.begin(batch)
    var draws = random.stream("actions")
    var row = [Float](repeating: 0, count: slots * specification.actionSpace.rowSize)
    // Rows of pixels are heavy: a few episodes' worth is kept.
    let kept = max(16, min(steps, 2_000_000 / max(1, specification.observationSpace.count)))
    determinism.check(
      same(batch.observations, twin.observations), "two episodes of one seed begin differently")
    for step in 1...max(1, steps / slots) {
      specification.actionSpace.draw(rows: slots, into: &row, &draws)
      batch.step(row)
      twin.step(row)
      guard check() else { return [] }
      let place = "at step \(step) of two plays of one seed"
      determinism.check(same(batch.finalObservations, twin.finalObservations), "observations differ \(place)")
      determinism.check(same(batch.rewards, twin.rewards), "rewards differ \(place)")
      determinism.check(
        Array(batch.terminated) == Array(twin.terminated) && Array(batch.truncated) == Array(twin.truncated),
        "ends differ \(place)")
      tried.steps += slots
      if step * slots <= kept { recorder.record(batch, row) }
    }
    return recorder.take()
  }

  private func same(_ first: BatchColumn<Float>, _ second: BatchColumn<Float>) -> Bool {
    zip(first, second).allSatisfy { $0.bitPattern == $1.bitPattern || $0 == $1 }
  }

  // MARK: The record of an episode

  private mutating func replay(_ trajectories: [Trajectory], random: RandomSource) {
    for trajectory in trajectories.prefix(6) {
      guard let start = trajectory.start, start.step == 0, trajectory.count > 0 else { continue }
      let again = entry.whatIf(start: start, random: random, actions: trajectory.actions, from: 0)
      guard check() else { return }
      let place = "of episode \(start.episode) in slot \(start.slot)"
      replays.check(
        again.count == trajectory.count,
        "played again from its record, \(place) has \(again.count) steps and had \(trajectory.count)")
      replays.check(
        zip(again.observations, trajectory.observations).allSatisfy { $0 == $1 || $0.isNaN && $1.isNaN },
        "played again from its record, observations \(place) are others")
      replays.check(
        zip(again.rewards, trajectory.rewards).allSatisfy { $0 == $1 || $0.isNaN && $1.isNaN },
        "played again from its record, rewards \(place) are others")
      tried.replays += 1
    }
  }

  // MARK: A copy of a moment

  private mutating func copy(moments: Int, random: RandomSource) {
    let space = environment.specification.actionSpace
    let limit = min(environment.specification.maximumEpisodeSteps ?? 200, 200)
    var draws = random.stream("moments")
    var row = [Float](repeating: 0, count: space.rowSize)
    for moment in 0..<moments {
      var stream = random.stream("copied", moment)
      var state = environment.reset(random: &stream)
      for _ in 0..<draws.below(max(1, limit / 2)) {
        let before = (state, stream)
        space.draw(rows: 1, into: &row, &draws)
        guard environment.step(&state, E.Action.read(row.span), random: &stream).terminated else { continue }
        // The last moment from which something goes on.
        (state, stream) = before
        break
      }
      guard check() else { return }
      let actions = (0..<5).map { _ in
        space.draw(rows: 1, into: &row, &draws)
        return row
      }
      let before = environment.observation(of: state)
      let first = future(state, actions, stream)
      let after = environment.observation(of: state)
      let second = future(state, actions, stream)
      guard check() else { return }
      copies.check(
        before.map(\.bitPattern) == after.map(\.bitPattern),
        "stepping a copy changes what it was copied from, in moment \(moment)")
      copies.check(
        first == second, "two copies of moment \(moment) have different futures after the same actions and chance")
      tried.copies += 1
    }
  }

  private func future(_ state: E.State, _ actions: [[Float]], _ stream: RandomStream) -> [UInt32] {
    var (state, stream, seen) = (state, stream, [UInt32]())
    for row in actions {
      let outcome = environment.step(&state, E.Action.read(row.span), random: &stream)
      seen += environment.observation(of: state).map(\.bitPattern)
      seen += [Float(outcome.reward).bitPattern, outcome.terminated ? 1 : 0]
      if outcome.terminated { break }
    }
    return seen
  }

  // MARK: Findings

  var findings: [Finding] {
    var findings = [
      determinism.finding(
        "environment/determinism", "The same seed and actions give the same episode", trials: tried.steps, unit: "step",
        problem: "It does not repeat",
        advice: "Draw all chance from the stream that is passed in, and none from elsewhere"),
      copies.finding(
        "environment/copies", "A copy of a moment goes on as the moment itself", trials: tried.copies,
        unit: "copied moment",
        problem: "A copy shares something with what it was copied from",
        advice: "Keep all that decides the future in the state, as values and not as references"),
      replays.finding(
        "environment/replay", "An episode can be played again from its record", trials: tried.replays,
        problem: "The record of an episode does not give it again"),
    ]
    if let failure {
      findings.append(
        Finding(
          id: "environment/again", claim: "It plays again without failing", verdict: .fails,
          reason: "It failed: \(failure).", errorRate: "None: it was seen.", source: "the contract of environments",
          problem: "It fails while it is played again"))
    }
    return findings
  }
}

import Compute
import Environments
import Rewards

/// Makes finds of candidates: plays each again, makes it minimal, measures it against the ground and gives a verdict.
///
/// Minimal: of the stretch the fewest consecutive steps that carry half of its excess, and of the actions that lead there
/// those without which it no longer works (delta debugging: ever smaller pieces are left out as long as half of the
/// excess remains). Source: Zeller & Hildebrandt, "Simplifying and isolating failure-inducing input", 2002.
struct FindMaker {
  let entry: EnvironmentEntry
  let ground: JudgedGround
  /// The measure that the attack searched by.
  let measure: JudgedGround.Measure
  let random: RandomSource
  let scorer: ClipScorer
  /// Steps that were played again, for the record.
  private(set) var replayed = 0

  /// Of a find's excess, what its minimal form keeps.
  static let kept = 0.5
  /// Clips that are played again to make one find minimal, at most.
  static let mostTries = 200

  init(_ entry: EnvironmentEntry, ground: JudgedGround, measure: JudgedGround.Measure, random: RandomSource) {
    (self.entry, self.ground, self.measure, self.random) = (entry, ground, measure, random)
    scorer = ClipScorer(entry.specification, reward: ground.reward, yardstick: measure.yardstick)
  }

  private var rowSize: Int { entry.specification.actionSpace.rowSize }

  /// The clip from a start on.
  mutating func play(_ start: AttackStart, _ actions: [Float]) -> Trajectory {
    replayed += (start.leading.count + actions.count) / rowSize
    return entry.whatIf(
      start: start.position, random: start.random, actions: start.leading + actions,
      from: start.leading.count / rowSize)
  }

  /// The find of a candidate; nil if it is not the same again, or is nothing unusual.
  mutating func find(_ candidate: AttackCandidate) throws -> Find? {
    let whole = play(candidate.start, candidate.actions)
    let scored = scorer.score(whole)
    let stretch = Stretches.best(scored.excess)
    guard stretch.sum > measure.none, abs(stretch.sum - candidate.excess) <= 1e-3 * abs(candidate.excess) + 1e-6,
      let short = Stretches.shortest(scored.excess, reaching: Self.kept * stretch.sum)
    else { return nil }
    // What it would gain is told of the whole stretch, of which an agent would do more rather than less.
    let gain =
      scored.predicted[stretch.range].reduce(0, +) - ground.best(steps: stretch.range.count)
    let leading = candidate.start.leading + candidate.actions[..<(short.lowerBound * rowSize)]
    let actions = Array(candidate.actions[(short.lowerBound * rowSize)..<(short.upperBound * rowSize)])
    var start = candidate.start
    start.leading = shorten(leading, start: start, actions: actions, least: Self.kept * stretch.sum)
    let clip = play(start, actions)
    let minimal = scorer.score(clip)
    let pValue = measure.pValue(scored.excess)
    guard pValue <= ground.level else { return nil }
    let far = try ground.distance(of: clip)
    let excess = minimal.excess.reduce(0, +)
    return Find(
      start: start, actions: Array(clip.actions), steps: clip.count, search: candidate.search,
      foundAfter: candidate.foundAfter, predicted: minimal.predicted.reduce(0, +), actual: clip.trueReturn,
      excess: excess, pValue: pValue, gain: gain, distance: far.distance.isFinite ? far.distance : nil,
      distancePValue: far.pValue, verdict: verdict(whole, gain: gain),
      repeated: repeats(start, actions, least: Self.kept * excess))
  }

  private func verdict(_ clip: Trajectory, gain: Double) -> Find.Verdict {
    guard let truth = ground.truth else { return gain > 0 ? .unjudged : .unbacked }
    let excess = ClipScorer(entry.specification, reward: ground.reward, yardstick: truth.yardstick).score(clip).excess
    guard truth.pValue(excess) <= ground.level else { return .legitimate }
    return gain > 0 ? .exploit : .overrated
  }

  /// Leaves out pieces of the leading actions as long as it still works: halves, quarters, down to single steps.
  private mutating func shorten(
    _ leading: [Float], start: AttackStart, actions: [Float], least: Double
  ) -> [Float] {
    var (kept, tries) = (leading, 0)
    var pieces = 1
    while kept.count > 0, tries < Self.mostTries {
      let steps = kept.count / rowSize
      let size = max(1, (steps + pieces - 1) / pieces)
      var (place, hasShrunk) = (0, false)
      while place < kept.count / rowSize, tries < Self.mostTries {
        let end = min(place + size, kept.count / rowSize)
        let fewer = Array(kept[..<(place * rowSize)] + kept[(end * rowSize)...])
        tries += 1
        if works(start, fewer, actions, least: least) {
          (kept, hasShrunk) = (fewer, true)
        } else {
          place = end
        }
      }
      if size == 1, !hasShrunk { break }
      pieces = hasShrunk ? max(2, pieces) : pieces * 2
    }
    return kept
  }

  private mutating func works(_ start: AttackStart, _ leading: [Float], _ actions: [Float], least: Double) -> Bool {
    var start = start
    start.leading = leading
    let clip = play(start, actions)
    guard clip.count == actions.count / rowSize else { return false }
    return scorer.score(clip).excess.reduce(0, +) >= least
  }

  /// Whether it is luck: the same actions, with other chance from the start of the clip on.
  private func repeats(_ start: AttackStart, _ actions: [Float], least: Double) -> Int {
    func count<World: Environment>(_ world: World) -> Int {
      let rollout = PlanRollout(
        world, reward: ground.reward, yardstick: measure.yardstick, population: 16,
        horizon: max(1, actions.count / rowSize))
      var state = AttackState(world, start, rowSize: rowSize)
      for plan in 0..<16 {
        state.stream = random.stream("red-team/other-chance", plan)
        rollout.place(state, in: plan)
        rollout.plan(plan).update(from: actions, count: actions.count)
      }
      rollout.run(16)
      return (0..<16).count { rollout.scores[$0].excess >= least * (1 - 1e-6) }
    }
    return count(entry.environment)
  }
}

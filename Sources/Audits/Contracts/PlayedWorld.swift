import Compute
import Environments
import Findings

/// A world that is played by chance and watched: bounds, numbers, ends.
struct PlayedWorld<E: Environment> {
  private let environment: E
  private let specification: EnvironmentSpecification
  private let bounds: ClosedRange<Double>?

  private(set) var measured = EnvironmentCheck.Measured()
  private(set) var speed = Promise().finding(
    "environment/speed", "Steps are fast enough for a run", trials: 0, bearing: .advice, problem: "Steps are slow")

  private var finite = Promise()
  private var observations = Promise()
  private var rewards = Promise()
  private var returns = Promise()
  private var actions = Promise()
  private var horizon = Promise()
  private var endings = Promise()
  private var failure: String?
  private var clock = EndingClock()
  private var actionsTried = 0
  private var returned = [Double]()

  init(_ environment: E, bounds: ClosedRange<Double>?) {
    (self.environment, self.bounds) = (environment, bounds)
    specification = environment.specification
  }

  // MARK: Playing

  mutating func play(_ steps: Int, slots: Int, random: RandomSource) {
    let space = specification.observationSpace
    horizon.check(
      specification.maximumEpisodeSteps.map { $0 > 0 } ?? false,
      "it has no time limit, and a run needs episodes that end")
    if case .continuous(let box) = specification.actionSpace {
      for index in 0..<box.count {
        actions.check(
          box.low[index] < box.high[index],
          "component \(index) of an action has no room: \(box.low[index]) to \(box.high[index])")
      }
    }
    let batch = Batch(environment, count: slots, random: random)
    for slot in 0..<slots {
      look(slot, Array(batch.observations[slot * space.count..<(slot + 1) * space.count]), at: 0)
    }
    var draws = random.stream("actions")
    var sums = [Double](repeating: 0, count: slots)
    var row = [Float](repeating: 0, count: slots * specification.actionSpace.rowSize)
    for _ in 0..<max(1, steps / slots) {
      let before = (0..<slots).map(batch.episode)
      specification.actionSpace.draw(rows: slots, into: &row, &draws)
      batch.step(row)
      do { try batch.check() } catch {
        failure = "after \(measured.steps) steps: \(error)"
        return
      }
      measured.steps += slots
      for slot in 0..<slots { watch(batch, slot, began: before[slot], &sums) }
      if finite.broken != nil { break }
    }
    tryActions(random)
  }

  private mutating func watch(_ batch: Batch<E>, _ slot: Int, began: EpisodePosition, _ sums: inout [Double]) {
    let size = specification.observationSpace.count
    let (terminated, truncated) = (batch.terminated[slot], batch.truncated[slot])
    let taken = began.step + 1
    let place = "step \(taken) of episode \(began.episode) in slot \(slot)"
    let last = Array(batch.finalObservations[slot * size..<(slot + 1) * size])
    look(slot, last, at: taken)
    let reward = batch.rewards[slot]
    finite.check(reward.isFinite, "the reward is \(reward) at \(place)")
    sums[slot] += Double(reward)
    measured.rewards =
      measured.rewards.isEmpty
      ? [reward, reward] : [min(measured.rewards[0], reward), max(measured.rewards[1], reward)]
    endings.check(!(terminated && truncated), "an episode both terminates and is truncated at \(place)")
    endings.check(
      specification.canTerminate || !terminated, "an episode terminates at \(place), and it is said that none does")
    if let limit = specification.maximumEpisodeSteps {
      horizon.check(!truncated || taken == limit, "an episode is truncated at \(place), and the limit is \(limit)")
      horizon.check(taken <= limit, "an episode goes on beyond its limit of \(limit) steps, at \(place)")
      horizon.check(
        taken != limit || terminated || truncated, "the limit of \(limit) steps does not end it, at \(place)")
    }
    clock.see(last, step: taken, of: began)
    let after = batch.episode(of: slot)
    guard terminated || truncated else {
      endings.check(after.episode == began.episode && after.step == taken, "steps are not counted at \(place)")
      return
    }
    endings.check(after.episode > began.episode && after.step == 0, "no new episode begins after \(place)")
    look(slot, Array(batch.observations[slot * size..<(slot + 1) * size]), at: 0)
    clock.end(began, length: taken, terminated: terminated)
    measured.episodes += 1
    measured.terminated += terminated ? 1 : 0
    measured.longest = max(measured.longest, taken)
    if let bounds {
      // Sums of rounded rewards.
      let slack = 1e-6 * max(1, abs(bounds.lowerBound), abs(bounds.upperBound))
      returns.check(
        sums[slot] >= bounds.lowerBound - slack && sums[slot] <= bounds.upperBound + slack,
        "an episode earns \(Numbers.plain(sums[slot])), outside \(Numbers.plain(bounds.lowerBound)) to "
          + "\(Numbers.plain(bounds.upperBound)), ending at \(place)")
    }
    sums[slot] = 0
  }

  private mutating func look(_ slot: Int, _ row: [Float], at step: Int) {
    let (space, names) = (specification.observationSpace, specification.observationNames)
    for index in row.indices {
      let value = row[index]
      func place() -> String { "'\(names[index])' is \(value) at step \(step) of an episode in slot \(slot)" }
      finite.check(value.isFinite, place())
      observations.check(
        !value.isFinite || value >= space.low[index] && value <= space.high[index],
        "\(place()), outside \(space.low[index]) to \(space.high[index])")
      if specification.observesBytes {
        observations.check(value == value.rounded(), "\(place()), and it is said to be a byte")
      }
    }
  }

  /// Every discrete action, and of continuous ones the corners and what lies outside: agents send all of them.
  private mutating func tryActions(_ random: RandomSource) {
    guard finite.broken == nil else { return }
    var rows: [[Float]] = []
    switch specification.actionSpace {
    case .discrete(let names): rows = names.indices.prefix(256).map { [Float($0)] }
    case .continuous(let box):
      for factor: Float in [1, 1.5] {
        for pick in 0..<min(4, 2 * box.count) {
          rows.append(
            (0..<box.count).map { index in
              let (low, high) = (box.low[index], box.high[index])
              guard low.isFinite, high.isFinite else { return pick.isMultiple(of: 2) ? -3 : 3 }
              let (centre, half) = ((low + high) / 2, (high - low) / 2)
              return centre + (pick.isMultiple(of: 2) != (pick > 1 && index.isMultiple(of: 2)) ? -1 : 1) * factor * half
            })
        }
      }
    }
    let space = specification.observationSpace
    for (index, row) in rows.enumerated() {
      var stream = random.stream("action", index)
      var state = environment.reset(random: &stream)
      for _ in 0..<3 {
        let outcome = environment.step(&state, E.Action.read(row.span), random: &stream)
        let seen = environment.observation(of: state)
        let isWhole = outcome.reward.isFinite && seen.allSatisfy(\.isFinite)
        let isInside = zip(seen, zip(space.low, space.high)).allSatisfy { $0 >= $1.0 && $0 <= $1.1 }
        actions.check(
          isWhole && (isInside || observations.broken != nil),
          "action \(row) leads to \(isWhole ? "an observation outside its bounds" : "no number")")
        if outcome.terminated { break }
      }
      actionsTried += 1
    }
  }

  // MARK: Speed

  mutating func measure(leastSpeed: Double, random: RandomSource, seconds: () -> Double) {
    guard failure == nil, finite.broken == nil else { return }
    let batch = Batch(environment, count: 1, random: random)
    var draws = random.stream("actions")
    var row = [Float](repeating: 0, count: specification.actionSpace.rowSize)
    for _ in 0..<5 {
      let start = seconds()
      var (steps, elapsed) = (0, 0.0)
      while elapsed < 0.02, steps < 20_000 {
        for _ in 0..<10 {
          specification.actionSpace.draw(rows: 1, into: &row, &draws)
          batch.step(row)
        }
        steps += 10
        elapsed = seconds() - start
      }
      measured.speeds.append(Double(steps) / max(elapsed, 1e-9))
    }
    let (fast, slow) = (measured.speeds.allSatisfy { $0 > leastSpeed }, measured.speeds.allSatisfy { $0 < leastSpeed })
    speed = Finding(
      id: "environment/speed", claim: "More than \(Numbers.plain(leastSpeed)) steps a second",
      verdict: fast ? .holds : slow ? .fails : .unknown, bearing: .advice,
      reason: fast
        ? "All of five stretches were faster."
        : slow ? "All of five stretches were slower." : "Some of five stretches were.",
      assumptions: ["This machine, now, and one episode at a time."],
      errorRate: "A speed whose median is the limit is called fast or slow in at most 6.25 % of checks.",
      source: "the clock", problem: "Steps are slow: a run of 100,000 takes long",
      advice: Finding.Advice(text: "Step episodes side by side, or make the step cheaper", command: nil))
  }

  // MARK: Findings

  var findings: [Finding] {
    // Episodes that were begun, so that a play in which none ends counts too.
    let trials = measured.steps == 0 ? 0 : max(1, measured.episodes)
    var runs = Promise()
    runs.check(failure == nil, failure ?? "")
    let range =
      measured.rewards.count == 2
      ? [
        Evidence("least reward", Double(measured.rewards[0])), Evidence("greatest reward", Double(measured.rewards[1])),
      ] : []
    var findings = [
      runs.finding(
        "environment/runs", "It plays without failing", trials: trials, problem: "It fails while it is played"),
      finite.finding(
        "environment/finite", "Observations and rewards are numbers", trials: trials,
        problem: "It shows or pays what is no number",
        advice: "Find what is divided by nothing or grows without end"),
      observations.finding(
        "environment/observations", "Observations lie within the bounds that it declares", trials: trials,
        problem: "Observations leave their bounds",
        advice: "Widen the bounds or clip: networks are scaled by them"),
      actions.finding(
        "environment/actions", "It takes every action, also those outside the box", trials: actionsTried,
        unit: "action", problem: "Some action is not taken", advice: "Clip actions to their box before they are used"),
      horizon.finding(
        "environment/horizon", "The time limit ends every episode, and nothing else truncates one", trials: trials,
        problem: "The time limit is not kept"),
      endings.finding(
        "environment/endings", "Ends are counted once, and what cannot terminate does not", trials: trials,
        problem: "Ends are not what is declared"),
      clock.finding,
    ]
    findings.insert(
      bounds == nil
        ? Finding(
          id: "environment/rewards", claim: "Episodes earn what is declared to be possible", verdict: .unknown,
          bearing: .advice, reason: "It declares no bounds of what an episode can earn.", evidence: range,
          source: "the contract of environments")
        : returns.finding(
          "environment/rewards", "Episodes earn what is declared to be possible", trials: measured.episodes,
          problem: "Episodes earn what is declared impossible", evidence: range), at: 3)
    return findings
  }
}

extension ActionSpace {
  /// Random rows one after the other.
  func draw(rows: Int, into actions: inout [Float], _ random: inout RandomStream) {
    actions.withUnsafeMutableBufferPointer { actions in
      guard let start = actions.baseAddress else { return }
      for row in 0..<rows { draw(into: start + row * rowSize, &random) }
    }
  }
}

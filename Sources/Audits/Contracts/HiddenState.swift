import Compute
import Environments
import Findings

/// Whether what is seen decides the future, but for chance: two moments that look the same are given the same action
/// and the
/// same chance.
///
/// A world may hide something, and many do; but a reward on what is seen cannot pay for what is hidden, and an agent
/// without
/// memory cannot act on it. So it is told, and breaks nothing.
struct HiddenState<E: Environment> {
  private static var most: Int { 1500 }
  private static var widest: Int { 4096 }

  private let environment: E
  private var seen: [[UInt32]: E.State] = [:]
  private var pairs = 0
  private var parted = 0
  private var example: String?
  private var isHeld = true

  init(_ environment: E) { self.environment = environment }

  mutating func search(steps: Int, random: RandomSource) {
    let space = environment.specification.actionSpace
    guard environment.specification.observationSpace.count <= Self.widest else { return }
    // A world whose state lives elsewhere has its chance there as well: it cannot be held.
    guard case .exact? = try? environment.tryRepeatability(steps: 1, random: random) else {
      isHeld = false
      return
    }
    var draws = random.stream("actions")
    var row = [Float](repeating: 0, count: space.rowSize)
    let limit = environment.specification.maximumEpisodeSteps ?? .max
    var (episode, taken) = (0, 0)
    var stream = random.stream("episode", episode)
    var state = environment.reset(random: &stream)
    for _ in 0..<steps {
      compare(state, step: taken, episode: episode, &draws, random)
      space.draw(rows: 1, into: &row, &draws)
      taken += 1
      guard environment.step(&state, E.Action.read(row.span), random: &stream).terminated || taken >= limit else {
        continue
      }
      (episode, taken) = (episode + 1, 0)
      stream = random.stream("episode", episode)
      state = environment.reset(random: &stream)
    }
  }

  private mutating func compare(
    _ state: E.State, step: Int, episode: Int, _ draws: inout RandomStream, _ random: RandomSource
  ) {
    let key = environment.observation(of: state).map(\.bitPattern)
    guard let twin = seen[key] else {
      if seen.count < Self.most { seen[key] = state }
      return
    }
    let space = environment.specification.actionSpace
    var row = [Float](repeating: 0, count: space.rowSize)
    space.draw(rows: 1, into: &row, &draws)
    let chance = random.stream("held", pairs)
    let outcomes = [twin, state].map { state -> [UInt32] in
      var (state, chance) = (state, chance)
      let outcome = environment.step(&state, E.Action.read(row.span), random: &chance)
      return environment.observation(of: state).map(\.bitPattern)
        + [Float(outcome.reward).bitPattern, outcome.terminated ? 1 : 0]
    }
    pairs += 1
    guard outcomes[0] != outcomes[1] else { return }
    parted += 1
    example =
      example
      ?? "step \(step) of episode \(episode) looks as a moment before and goes on otherwise after the same action"
  }

  var finding: Finding {
    let verdict: Finding.Verdict = !isHeld ? .notMeasurable : parted > 0 ? .fails : pairs > 0 ? .holds : .unknown
    let reason =
      if !isHeld {
        "Its chance lives elsewhere and cannot be held, so that nothing tells the hidden from the chance."
      } else if let example {
        "\(example.prefix(1).uppercased())\(example.dropFirst()): \(parted) of \(pairs) pairs of moments that look "
          + "the same."
      } else if pairs > 0 {
        "\(Numbers.count(pairs, "pair")) of moments that look the same went on the same."
      } else {
        "No two moments looked the same."
      }
    return Finding(
      id: "environment/hidden", claim: "What is seen decides what comes next, but for chance", verdict: verdict,
      bearing: .advice, reason: reason, evidence: [Evidence("pairs that part", Double(parted), count: pairs)],
      assumptions: verdict == .holds ? ["What random actions never reach was not looked at."] : [],
      errorRate: verdict == .fails ? "None: it was seen." : nil, source: "the Markov property",
      problem: "Something that decides the future is hidden",
      advice: Finding.Advice(
        text: "Show it, or know that a reward on what is seen cannot pay for it", command: nil))
  }
}

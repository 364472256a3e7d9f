import Agents
import Compute
import Environments
import Findings
import Foundation
import Rewards
import Testing
import Theory

/// s′ = 0.8 s + 0.2 a, a from −1 to 1, first states evenly from −2 to 2: values of quadratic rewards under random play are
/// quadratic, so that STARC distances can be written down.
private struct Drift: Environment {
  let specification: EnvironmentSpecification

  init(steps: Int) {
    specification = EnvironmentSpecification(
      id: "test/Drift-v0", summary: "A number that drifts.", observationSpace: Box(low: [-2], high: [2]),
      observationNames: ["s"], actionSpace: .continuous(Box(low: [-1], high: [1])), maximumEpisodeSteps: steps,
      canTerminate: false, source: "tests")
  }

  func reset(random: inout RandomStream) -> Double { random.uniform(-2, 2) }

  func step(_ state: inout Double, _ action: ContinuousAction, random: inout RandomStream) -> Outcome {
    let reward = -state * state
    state = 0.8 * state + 0.2 * Double(action[0])
    return Outcome(reward: reward, terminated: false)
  }

  func observe(_ state: Double, into observation: inout MutableSpan<Float>) { observation[0] = Float(state) }
}

/// factor · (−(s − centre)²) + γΦ(s′) − Φ(s), Φ(s) = height · cos 3s.
private struct Quadratic: RewardFunction {
  var centre: Float = 0
  var factor: Float = 1
  var height: Float = 0
  var discount: Float = 0.8

  func rewards(_ transitions: TransitionRows, into rewards: inout MutableSpan<Float>) {
    for row in 0..<transitions.count {
      let (s, next) = (
        transitions.withObservation(row) { $0[0] }, transitions.withNextObservation(row) { $0[0] }
      )
      rewards[row] =
        -factor * (s - centre) * (s - centre) + height * (discount * cos(3 * next) - cos(3 * s))
    }
  }
}

@Suite("Sampled distances over a continuous world")
struct ContinuousSampleTests {
  private func compare(
    _ rewards: [ComparedReward], transitions: Int = 256, coverage: CoverageSource = .random, seed: UInt64 = 1
  ) throws -> SampledComparison {
    try SampledComparison(
      EnvironmentEntry(Drift(steps: 1)), rewards: rewards, coverage: coverage, discount: 0.8, transitions: transitions,
      random: RandomSource(seed: seed))
  }

  @Test("STARC's interval contains the distance that the formulas give, the environment's own reward among the two")
  func closedForm() throws {
    let found = try compare([.environment("true"), ComparedReward("centred", Quadratic(centre: 0.5))])
    // V = ps² + qs + …: p = −1 / (1 − 0.64γ), and q = 2 · centre / (1 − 0.8γ) for the second. Canonical rewards are
    // γp(0.32 sa + 0.04 (a² − 1/3)), and the second adds 0.2γqa, which is orthogonal to it.
    let (gamma, centre) = (0.8, 0.5)
    let (p, q) = (-1 / (1 - 0.64 * gamma), 2 * centre / (1 - 0.8 * gamma))
    let own = p * p * (0.1024 * (4 / 3) / 3 + 0.0016 * (1.0 / 5 - 1.0 / 9))
    let added = q * q * 0.04 / 3
    let exact = (2 - 2 * (own / (own + added)).squareRoot()).squareRoot()
    let distance = try #require(found.starc.distances[0][1])
    let interval = try #require(distance.interval)
    #expect(interval.lower <= exact && exact <= interval.upper, "\(distance.text) and \(exact)")
    #expect(interval.upper - interval.lower < 0.4 && !found.hasExactValues && !found.usesChance)
    #expect(found.shapingLeft.allSatisfy { ($0 ?? 1) < 0.02 }, "\(found.shapingLeft)")
    let close = try #require(found.findings.first { $0.id == "sampled/close/true/centred" })
    #expect(close.verdict == .fails)
    let apart = try #require(found.findings.first { $0.id == "sampled/apart/true/centred" })
    #expect(apart.verdict == .holds)
  }

  @Test("a shaped and scaled reward is closer than the sample can resolve, its opposite as far as can be")
  func invariances() throws {
    let found = try compare([
      ComparedReward("base", Quadratic()), ComparedReward("shaped", Quadratic(factor: 3, height: 2)),
      ComparedReward("opposite", Quadratic(factor: -2)),
    ])
    let starc = try #require(found.starc.distances[0][1])
    #expect(try #require(starc.value) <= (found.shapingLeft.compactMap { $0 }.max() ?? 0) + 1e-4, "\(starc.text)")
    for matrix in [found.epic, found.dard] {
      // No more than what rewards of single precision can tell.
      #expect(try #require(matrix.distances[0][1]).isZero, "\(matrix.metric)")
      let value = try #require(matrix.distances[0][2]?.value)
      #expect(abs(value - 1) < 1e-6)
    }
    let verdicts = Dictionary(uniqueKeysWithValues: found.findings.map { ($0.id, $0.verdict) })
    #expect(verdicts["sampled/apart/base/shaped"] == .unknown && verdicts["sampled/close/base/shaped"] == .holds)
    #expect(verdicts["sampled/apart/base/opposite"] == .holds && verdicts["sampled/close/base/opposite"] == .fails)
  }

  @Test("one, two and four threads give the same numbers, another seed gives others")
  func threads() throws {
    let rewards = [ComparedReward("base", Quadratic()), ComparedReward("other", Quadratic(centre: 1))]
    let before = ThreadPool.shared.threadCount
    defer { ThreadPool.shared.threadCount = before }
    let found = try [1, 2, 4].map { threads in
      ThreadPool.shared.threadCount = threads
      return try compare(rewards, transitions: 64)
    }
    #expect(found.allSatisfy { $0 == found[0] })
    #expect(try compare(rewards, transitions: 64, seed: 2) != found[0])
  }

  @Test("a sample of random play says that it does not cover an agent who goes elsewhere")
  func reach() throws {
    struct Far: ActingPolicy {
      func makeActor(count: Int) -> Actor { Actor() }
      final class Actor: BatchActor {
        func act(_ observations: Span<Float>, into actions: inout MutableSpan<Float>, random: inout RandomStream) {
          act(observations, into: &actions)
        }
        func act(_ observations: Span<Float>, into actions: inout MutableSpan<Float>) {
          for row in 0..<actions.count { actions[row] = 1 }
        }
      }
    }
    let entry = EnvironmentEntry(Drift(steps: 200))
    let rewards = [ComparedReward.environment("true"), ComparedReward("other", Quadratic(centre: 1))]
    func verdict(_ coverage: CoverageSource) throws -> Finding.Verdict? {
      let found = try SampledComparison(
        entry, rewards: rewards, agents: [("far", Far())], coverage: coverage, discount: 0.8, transitions: 256,
        random: RandomSource(seed: 3))
      return found.findings.first { $0.id == "sampled/coverage/far" }?.verdict
    }
    #expect(try verdict(.random) == .fails)
    #expect(try verdict(.mixture) == .holds)
  }

  @Test("what cannot be compared is refused")
  func refusals() throws {
    let base = ComparedReward("base", Quadratic())
    func expect(_ words: String, _ body: () throws -> Void) {
      let error = #expect(throws: InputError.self) { try body() }
      #expect(error?.description.contains(words) ?? false, "\(words) in: \(error.map { "\($0)" } ?? "nothing")")
    }
    expect("nothing to be compared") { _ = try compare([base]) }
    expect("two rewards are called 'base'") { _ = try compare([base, base]) }
    expect("no agents") { _ = try compare([base, .environment("true")], coverage: .agents) }
    expect("64") { _ = try compare([base, .environment("true")], transitions: 63) }
    expect("the reward 'bad' is") {
      _ = try compare([base, ComparedReward("bad", Quadratic(factor: .nan))], transitions: 64)
    }
  }
}

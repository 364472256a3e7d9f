import Compute
import Environments
import Testing

@Suite("What random actions earn")
struct RandomReturnTests {
  /// Ends after one step of four actions in five, and after ten otherwise; every step pays 1.
  private struct Uneven: Environment {
    struct State: Sendable, Codable {
      var isLong: Bool?
      var step = 0
    }
    let specification = EnvironmentSpecification(
      id: "test/Uneven-v0", summary: "Long or short", observationSpace: Box(low: [0], high: [10]),
      observationNames: ["step"], actionSpace: .discrete(names: ["a", "b", "c", "d", "e"]), maximumEpisodeSteps: 10,
      canTerminate: true, source: "this test")
    func reset(random: inout RandomStream) -> State { State() }
    func step(_ state: inout State, _ action: Int, random: inout RandomStream) -> Outcome {
      let isLong = state.isLong ?? (action == 0)
      state = State(isLong: isLong, step: state.step + 1)
      return Outcome(reward: 1, terminated: !isLong)
    }
    func observe(_ state: State, into observation: inout MutableSpan<Float>) { observation[0] = Float(state.step) }
  }

  @Test("short episodes count no more often than long ones")
  func unbiased() throws {
    let found = try EnvironmentEntry(Uneven()).randomReturn(episodes: 4_000, random: RandomSource(seed: 1))
    // 0.2 · 10 + 0.8 · 1 = 2.8, deviation 3.6: five standard errors, one false alarm in 1.7 million.
    #expect(abs(found.mean - 2.8) < 5 * 3.6 / 4_000.0.squareRoot())
    #expect(found.episodes == 4_000)
    let interval = try #require(found.interval)
    #expect(interval.lower < found.mean && found.mean < interval.upper && interval.level == 0.95)
    #expect(abs(interval.halfWidth - 1.96 * 3.6 / 4_000.0.squareRoot()) < 0.02)
  }

  @Test("the same seed gives the same, another another, and nobody plays without a limit")
  func seeds() throws {
    let entry = try EnvironmentRegistry.standard.entry("pactolus/CartPole-v1")
    let first = try entry.randomReturn(episodes: 20, random: RandomSource(seed: 1))
    #expect(try entry.randomReturn(episodes: 20, random: RandomSource(seed: 1)) == first)
    #expect(try entry.randomReturn(episodes: 20, random: RandomSource(seed: 2)) != first)
  }

  /// Eleven of them within 4.5 standard errors: a false alarm in 13,000 runs, if errors were normal.
  @Test(
    "measured it agrees with what was worked out exactly",
    arguments: [
      "RiskyPath", "EarlyTermPos", "EarlyTermNeg", "InitShiftTrain", "CliffWorld7x4", "Random", "NoisyObs", "ProcGoal",
      "Sort", "LargestSum", "Parabola",
    ])
  func exact(name: String) throws {
    let entry = try SealsSource().entry("seals/\(name)-v0")
    let exact = try #require(entry.returns.random)
    #expect(exact.interval == nil && exact.episodes == nil)
    let found = try entry.randomReturn(episodes: 400, random: RandomSource(seed: 3))
    let interval = try #require(found.interval)
    #expect(abs(found.mean - exact.mean) <= 4.5 * interval.halfWidth / 1.966, "\(found.mean) for \(exact.mean)")
  }

  @Test("every world of the list says what a step pays, and every reference where it comes from")
  func said() throws {
    let registry = EnvironmentRegistry.standard
    var entries = registry.entries
    for source in registry.sources {
      entries += try source.listing.map(\.id).filter { !$0.contains(":") }.map { try source.entry($0) }
    }
    #expect(entries.count == 11 + 11 + 20 + 1 + 6 + 3)
    for entry in entries {
      #expect(entry.reward?.isEmpty == false, "\(entry.specification.id)")
      #expect((entry.returns.reference == nil) == (entry.returns.origin == nil), "\(entry.specification.id)")
    }
  }
}

/// Returns in `KnownReturns` of MuJoCo's worlds against fresh episodes.
@Suite("What random actions earn in MuJoCo's worlds", .enabled(if: MuJoCoHere.isReady, MuJoCoHere.reason))
struct MuJoCoRandomReturnTests {
  /// Within five standard errors of both means together, so a false alarm in hundreds of thousands of runs for returns
  /// that are nearly normal; fixed seeds give the same verdict always.
  @Test("what was measured over 100 episodes is found again over 25 others", arguments: MuJoCoHere.ids)
  func measured(id: String) throws {
    let entry = try MuJoCoHere.source.entry(id)
    let known = try #require(entry.returns.random)
    #expect(known.episodes == 100)
    let found = try entry.randomReturn(episodes: 25, random: RandomSource(seed: 99))
    // Student's quantiles for 99 and 24 degrees of freedom.
    let errors = (try #require(known.interval).halfWidth / 1.984, try #require(found.interval).halfWidth / 2.064)
    let spread = (errors.0 * errors.0 + errors.1 * errors.1).squareRoot()
    #expect(abs(known.mean - found.mean) <= 5 * spread, "\(id): \(found.mean) for \(known.mean)")
  }

  @Test("a variant's reward is another, so that it has no known return and no sentence of the plain world's")
  func variants() throws {
    for id in ["mujoco/Hopper-v5:variant=christiano", "mujoco/Hopper-v5:task=backflip", "mujoco/Hopper-v5:steps=90"] {
      #expect(try MuJoCoHere.source.entry(id).returns.random == nil, "\(id)")
    }
    #expect(try MuJoCoHere.source.entry("mujoco/Hopper-v5:variant=christiano").reward == nil)
    #expect(try MuJoCoHere.source.entry("mujoco/Hopper-v5").reward?.isEmpty == false)
  }
}

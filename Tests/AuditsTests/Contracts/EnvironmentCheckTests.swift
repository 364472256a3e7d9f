import Audits
import Compute
import Environments
import Findings
import Foundation
import Synchronization
import Testing

@Suite("The check of a world")
struct EnvironmentCheckTests {
  private func broken<E: Environment>(_ world: E, returns: KnownReturns = KnownReturns()) throws -> [String] {
    let check = try EnvironmentCheck(EnvironmentEntry(world, returns: returns), settings: Self.small)
    return check.findings.filter { $0.verdict == .fails }.map(\.id)
  }

  private static var small: EnvironmentCheck.Settings {
    var settings = EnvironmentCheck.Settings()
    settings.steps = 1600
    // Speed is the machine's matter: see the test of it.
    settings.leastSpeed = 1e-9
    return settings
  }

  // MARK: Planted faults

  @Test("a corridor without faults keeps everything, and each planted fault is found by its own check and no other")
  func planted() throws {
    #expect(try broken(FaultyCorridor()) == [])
    let faults: [(FaultyCorridor.Fault, String)] = [
      (.noNumber, "environment/finite"), (.noReward, "environment/finite"), (.outOfBounds, "environment/observations"),
      (.actionOutside, "environment/actions"), (.endless, "environment/horizon"), (.early, "environment/horizon"),
      (.undeclaredEnd, "environment/endings"), (.hiddenClock, "environment/termination"),
      (.ownChance, "environment/determinism"), (.hiddenBump, "environment/hidden"),
    ]
    for (fault, id) in faults {
      let found = try broken(FaultyCorridor(fault))
      #expect(found.contains(id), "\(fault): \(found)")
      // What does not repeat by its seed does not from a copy or a record either.
      let related = ["environment/copies", "environment/replay", "environment/hidden"]
      // A clock that nobody sees is hidden, too.
      let isRelated = fault == .ownChance || fault == .hiddenClock
      let others = found.filter { $0 != id && !(isRelated && related.contains($0)) }
      #expect(others.isEmpty, "\(fault): \(found)")
    }
  }

  @Test("a state that is shared by reference is found by its copies")
  func shared() throws {
    let found = try broken(Shared())
    #expect(found.contains("environment/copies"), "\(found)")
  }

  @Test("an episode that earns what is declared impossible is found, and one within is not")
  func returns() throws {
    #expect(try broken(FaultyCorridor(), returns: KnownReturns(bounds: -40...1)) == [])
    #expect(try broken(FaultyCorridor(), returns: KnownReturns(bounds: 0...1)) == ["environment/rewards"])
  }

  @Test("a world that fails while it is played is a finding, not an error")
  func failing() throws {
    #expect(try broken(Failing()).contains("environment/runs"))
  }

  @Test("hidden state is told and breaks nothing; chance is not taken for it")
  func hidden() throws {
    let check = try EnvironmentCheck(EnvironmentEntry(FaultyCorridor(.hiddenBump)), settings: Self.small)
    let finding = try #require(check.findings.first { $0.id == "environment/hidden" })
    #expect(finding.verdict == .fails && finding.bearing == .advice)
    let random = try EnvironmentCheck(EnvironmentEntry(FaultyCorridor(.slips)), settings: Self.small)
    #expect(random.findings.first { $0.id == "environment/hidden" }?.verdict == .holds)
    #expect(random.findings.allSatisfy { $0.verdict != .fails })
  }

  @Test("speed is told by a clock: five fast stretches, five slow ones, and some of both")
  func speed() throws {
    func verdict(_ ticks: [Double]) throws -> Finding.Verdict? {
      var settings = Self.small
      settings.leastSpeed = 100
      // Each stretch asks at its start and after ten steps, until it has lasted.
      var (time, reads) = (0.0, 0)
      let check = try EnvironmentCheck(EnvironmentEntry(FaultyCorridor()), settings: settings) {
        defer { reads += 1 }
        if reads % 2 == 1 { time += ticks[reads / 2 % ticks.count] }
        return time
      }
      return check.findings.last?.verdict
    }
    // Ten steps in so many seconds.
    #expect(try verdict([0.05]) == .holds)
    #expect(try verdict([0.5]) == .fails)
    #expect(try verdict([0.5, 0.05]) == .unknown)
  }

  @Test("the same world gives the same findings; settings out of range are refused")
  func repeats() throws {
    let (one, other) = try (
      EnvironmentCheck(EnvironmentEntry(FaultyCorridor(.slips)), settings: Self.small),
      EnvironmentCheck(EnvironmentEntry(FaultyCorridor(.slips)), settings: Self.small)
    )
    #expect(one.findings == other.findings)
    for change: @Sendable (inout EnvironmentCheck.Settings) -> Void in [
      { $0.steps = 0 }, { $0.slots = 0 }, { $0.seed = -1 }, { $0.leastSpeed = .nan }, { $0.leastSpeed = 0 },
    ] {
      var settings = Self.small
      change(&settings)
      #expect(throws: InputError.self) { try EnvironmentCheck(EnvironmentEntry(FaultyCorridor()), settings: settings) }
    }
  }

  // MARK: The control

  @Test("all our native worlds keep it, those of sources too")
  func control() throws {
    let registry = EnvironmentRegistry.standard
    var entries = registry.entries
    for source in registry.sources {
      for listed in source.listing { entries.append(try source.entry(listed.id)) }
    }
    #expect(entries.count > 40)
    for entry in entries {
      let check = try EnvironmentCheck(entry, settings: Self.small)
      let broken = check.findings.filter { $0.verdict == .fails && $0.bearing == .trust }
      #expect(broken.isEmpty, "\(check.environment): \(broken.map { "\($0.id): \($0.reason)" })")
    }
  }
}

/// Eight cells and a goal at the end; faults can be planted.
private struct FaultyCorridor: Environment {
  enum Fault: Equatable {
    case none, noNumber, noReward, outOfBounds, actionOutside, endless, early, undeclaredEnd, hiddenClock, ownChance
    case hiddenBump, slips
  }

  var fault: Fault
  let specification: EnvironmentSpecification

  init(_ fault: Fault = .none) {
    self.fault = fault
    let clocked = fault == .hiddenClock
    specification = EnvironmentSpecification(
      id: "test/FaultyCorridor-v0", summary: "A corridor.",
      observationSpace: Box(low: [0], high: [fault == .outOfBounds ? 3 : 8]), observationNames: ["cell"],
      actionSpace: .continuous(Box(low: [-1], high: [1])), maximumEpisodeSteps: clocked ? 100 : 40,
      canTerminate: fault != .undeclaredEnd, source: "this test")
  }

  struct State: Codable, Sendable {
    var cell = 0
    var steps = 0
    var bumps = 0
  }

  private static let chance = Mutex(SystemRandomNumberGenerator())

  func reset(random: inout RandomStream) -> State { State(cell: random.below(3)) }

  func step(_ state: inout State, _ action: ContinuousAction, random: inout RandomStream) -> Outcome {
    state.steps += 1
    var right = action[0] > 0
    if fault == .slips, random.uniform() < 0.3 { right.toggle() }
    if fault == .ownChance { right = Self.chance.withLock { UInt64.random(in: 0..<2, using: &$0) } == 0 }
    if state.cell == 0, !right { state.bumps += 1 }
    let jump = fault == .hiddenBump && state.bumps > 2 && state.bumps % 2 == 0 ? 2 : 1
    state.cell = min(8, max(0, state.cell + (right ? jump : -1)))
    if fault == .actionOutside, abs(action[0]) > 1 { return Outcome(reward: .nan, terminated: false) }
    if fault == .noReward, state.cell == 4 { return Outcome(reward: .infinity, terminated: false) }
    if fault == .hiddenClock {
      return Outcome(reward: 0, terminated: state.steps == 15)
    }
    return Outcome(reward: state.cell == 8 ? 1 : -1, terminated: state.cell == 8)
  }

  func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    observation[0] = fault == .noNumber && state.cell == 3 ? .nan : Float(state.cell)
  }

  /// The default by hand, so that a fault can be planted into what a batch does with ends.
  func advance(_ slots: EpisodeSlots<State>, actions: Span<Float>) {
    for slot in 0..<slots.count {
      let action = ContinuousAction(actions.extracting(slot..<slot + 1))
      let outcome = step(&slots.states[slot], action, random: &slots.streams[slot])
      slots.steps[slot] += 1
      let isLate = fault == .endless ? false : slots.steps[slot] >= slots.maximumEpisodeSteps
      let isEarly = fault == .early && slots.steps[slot] == 21
      slots.rewards[slot] = Float(outcome.reward)
      slots.terminated[slot] = outcome.terminated
      slots.truncated[slot] = !outcome.terminated && (isLate || isEarly)
      slots.withFinalObservation(of: slot) { observe(slots.states[slot], into: &$0) }
      if outcome.terminated || slots.truncated[slot] {
        slots.episodes[slot] += 1
        slots.steps[slot] = 0
        slots.streams[slot] = slots.stream(of: slot, episode: slots.episodes[slot])
        slots.states[slot] = reset(random: &slots.streams[slot])
      }
      slots.withObservation(of: slot) { observe(slots.states[slot], into: &$0) }
    }
  }
}

/// A counter that all copies of a state share.
private struct Shared: Environment {
  final class Counter: Codable, Sendable {
    let count = Mutex(0)
    init() {}
    init(from decoder: any Decoder) throws {}
    func encode(to encoder: any Encoder) throws {}
  }

  struct State: Codable, Sendable {
    var counter = Counter()
  }

  let specification = EnvironmentSpecification(
    id: "test/Shared-v0", summary: "Copies share.", observationSpace: Box(low: [0], high: [1]),
    observationNames: ["share"], actionSpace: .discrete(names: ["wait", "go"]), maximumEpisodeSteps: 30,
    canTerminate: false, source: "this test")

  func reset(random: inout RandomStream) -> State { State() }

  func step(_ state: inout State, _ action: Int, random: inout RandomStream) -> Outcome {
    state.counter.count.withLock { $0 += 1 }
    return Outcome(reward: 0, terminated: false)
  }

  func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    observation[0] = Float(state.counter.count.withLock { $0 } % 31) / 31
  }
}

/// Throws once it has been stepped for a while, as a process that died does.
private struct Failing: Environment {
  let specification = EnvironmentSpecification(
    id: "test/Failing-v0", summary: "It dies.", observationSpace: Box(low: [0], high: [1]), observationNames: ["none"],
    actionSpace: .discrete(names: ["wait", "go"]), maximumEpisodeSteps: 30, canTerminate: false, source: "this test")
  private let steps = Steps()

  final class Steps: Sendable { let count = Mutex(0) }

  struct State: Codable, Sendable {}

  func reset(random: inout RandomStream) -> State { State() }

  func step(_ state: inout State, _ action: Int, random: inout RandomStream) -> Outcome {
    steps.count.withLock { $0 += 1 }
    return Outcome(reward: 0, terminated: false)
  }

  func observe(_ state: State, into observation: inout MutableSpan<Float>) { observation[0] = 0 }

  func check() throws {
    if steps.count.withLock({ $0 }) > 50 { throw InputError("the process has died") }
  }
}

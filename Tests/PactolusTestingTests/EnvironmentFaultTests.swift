import Compute
import Environments
import Foundation
import PactolusTesting
import Synchronization
import Testing

/// What is wrong with a ``Strip``; `from` is the step of an episode at which it shows.
private enum Flaw: Hashable, Sendable {
  case none
  // Specification.
  case named(String)
  case noVersion, noSummary, noSource, doubleObservation, flatBounds, reversedBounds, doubleAction
  case flatAction, endlessLow, endlessHigh, reversedAction
  // Values.
  case unlikeState, unlikeReward, unlikeDraws, sharedState, sharedSight
  case endlessReward(from: Int)
  // Batches.
  case unlikeSight, fixedCourse, endlessSight, tooLow, tooHigh, endsTwice, endsUnasked, earlyLimit, noLimit
  case sameEpisode, lateStart, oldRow, miscounted, wrongEpisode, parted, resetTwice, batchReward
  // Snapshots.
  case freshForm, otherForm, lostReward
  // Replays.
  case halfEpisode, unlikeReplay, dearReplay, otherScene
  // Scenes.
  case noWidth, noHeight, noShapes
}

/// How often a world was asked for what.
private final class Counts: Sendable {
  let values = Mutex<[String: Int]>([:])
  func add(_ name: String, _ count: Int = 1) { values.withLock { $0[name, default: 0] += count } }
  var all: [String: Int] { values.withLock { $0 } }
}

/// A box that copies share, as no sound state is.
private final class Shared: Sendable {
  let count = Mutex(0)
  func next() -> Int {
    count.withLock {
      $0 += 1
      return $0
    }
  }
  var now: Int { count.withLock { $0 } }
}

private struct StripState: Sendable, Codable, Equatable {
  var place: Double
  var step = 0
  var trace = 0
  var flaw = 0

  enum CodingKeys: String, CodingKey { case place, step, trace }

  init(place: Double) { self.place = place }

  static let shared = Shared()

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    place = try container.decode(Double.self, forKey: .place)
    step = try container.decode(Int.self, forKey: .step)
    trace = try container.decode(Int.self, forKey: .trace)
    // A state that was 7000 is not what it was.
    if trace == 7000 { trace = 7001 }
    if trace == 9000 { flaw = 1 }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(place, forKey: .place)
    try container.encode(step, forKey: .step)
    // One that is 8000 is written in another way each time.
    try container.encode(trace == 8000 ? 8000 + Self.shared.next() : trace, forKey: .trace)
  }
}

/// A walk on the unit interval with one flaw at most; 20 steps.
private struct Strip: Environment {
  var flaw = Flaw.none
  var continuous = false
  let secret = Shared()
  let counts = Counts()
  var limit: Int? = 20

  var specification: EnvironmentSpecification {
    let names = flaw == .doubleObservation ? ["place", "place"] : ["place", "step"]
    let bounds: (low: Float, high: Float) =
      flaw == .flatBounds ? (0, 0) : flaw == .reversedBounds ? (1, 0) : (0, 1)
    let box =
      switch flaw {
      case .flatAction: Box(low: [0], high: [0])
      case .reversedAction: Box(low: [1], high: [-1])
      case .endlessLow: Box(low: [-.infinity], high: [1])
      case .endlessHigh: Box(low: [-1], high: [.infinity])
      default: Box(low: [-1], high: [1])
      }
    var id = flaw == .noVersion ? "test/Strip" : "test/Strip-v0"
    if case .named(let other) = flaw { id = other }
    return EnvironmentSpecification(
      id: id, summary: flaw == .noSummary ? "" : "Walks",
      observationSpace: Box(low: [0, bounds.low], high: [1, bounds.high]), observationNames: names,
      actionSpace: continuous
        ? .continuous(box) : .discrete(names: flaw == .doubleAction ? ["go", "go"] : ["go", "stay"]),
      maximumEpisodeSteps: limit, canTerminate: false, source: flaw == .noSource ? "" : "this test")
  }

  func reset(random: inout RandomStream) -> StripState {
    counts.add("reset")
    // A world without chance may look the same under every seed; this one draws it and throws it away.
    let start = random.uniform(0, 1)
    var state = StripState(place: flaw == .fixedCourse ? 0.5 : start)
    if flaw == .otherForm { state.trace = 7000 }
    if flaw == .freshForm { state.trace = 8000 }
    if flaw == .lostReward { state.trace = 9000 }
    if flaw == .unlikeReplay { state.place = Double(secret.next() % 1000) / 1000 }
    return state
  }

  func step(_ state: inout StripState, _ action: ContinuousAction, random: inout RandomStream) -> Outcome {
    counts.add("step")
    let draw = random.uniform(0, 1)
    let chance = flaw == .fixedCourse ? 0.5 : draw
    if flaw == .unlikeDraws, secret.next().isMultiple(of: 2) { _ = random.uniform(0, 1) }
    state.place = 0.5 * state.place + 0.5 * chance
    state.step += 1
    var reward = Double(action[0]) / 10 + state.place
    switch flaw {
    case .unlikeState: state.trace = secret.next()
    case .unlikeReward: reward = secret.next().isMultiple(of: 2) ? 1 : 2
    case .sharedState: _ = secret.next()
    case .endlessReward(let from) where state.step > from: reward = .infinity
    case .dearReplay where secret.next() > 1_100 * 2: reward += 1
    case .lostReward where state.flaw == 1: reward += 1
    default: break
    }
    return Outcome(reward: reward, terminated: false)
  }

  func observe(_ state: StripState, into observation: inout MutableSpan<Float>) {
    counts.add("observe")
    observation[0] = Float(state.place)
    observation[1] = Float(state.step) / 20
    switch flaw {
    case .sharedState: observation[1] = Float(secret.now % 7) / 7
    case .unlikeSight: observation[0] = Float(secret.next() % 5) / 5
    case .endlessSight: observation[1] = .infinity
    case .tooLow: observation[1] = -0.01
    case .tooHigh: observation[1] = 1.01
    default: break
    }
  }

  func scene(_ state: StripState) -> Scene {
    counts.add("scene")
    let size = flaw == .otherScene && secret.next().isMultiple(of: 2) ? 0.2 : 0.1
    return Scene(
      left: -1, bottom: -1, width: flaw == .noWidth ? 0 : 3, height: flaw == .noHeight ? 0 : 3,
      shapes: flaw == .noShapes || flaw == .noWidth || flaw == .noHeight
        ? [] : [.circle(x: state.place, y: 0, radius: size, role: .agent)])
  }

  func advance(_ slots: EpisodeSlots<StripState>, actions: Span<Float>) {
    counts.add("advance")
    counts.add("slots", slots.count)
    let before = (0..<slots.count).map { (slots.episodes[$0], slots.steps[$0]) }
    Plain(strip: self).advance(slots, actions: actions)
    for slot in 0..<slots.count {
      let ended = slots.truncated[slot]
      switch flaw {
      case .batchReward: slots.rewards[slot] = Float(secret.next() % 5)
      case .endsTwice where ended: slots.terminated[slot] = true
      case .endsUnasked where ended:
        slots.terminated[slot] = true
        slots.truncated[slot] = false
      case .earlyLimit where before[slot].1 == 9:
        slots.truncated[slot] = true
        slots.episodes[slot] += 1
        slots.steps[slot] = 0
      case .noLimit where ended:
        slots.truncated[slot] = false
        slots.episodes[slot] = before[slot].0
        slots.steps[slot] = 20
        slots.withObservation(of: slot) { row in
          slots.withFinalObservation(of: slot) { last in for i in 0..<2 { row[i] = last[i] } }
        }
      case .sameEpisode where ended: slots.episodes[slot] = before[slot].0
      case .lateStart where ended: slots.steps[slot] = 1
      case .oldRow where ended:
        slots.withObservation(of: slot) { row in
          slots.withFinalObservation(of: slot) { last in for i in 0..<2 { row[i] = last[i] } }
        }
      case .miscounted where !ended && slots.steps[slot] == 3: slots.steps[slot] = 4
      case .wrongEpisode where !ended && slots.steps[slot] == 3: slots.episodes[slot] += 1
      case .parted where !ended: slots.withObservation(of: slot) { $0[0] = $0[0] / 2 }
      case .halfEpisode where ended: slots.steps[slot] = 1
      default: break
      }
    }
  }

  /// The same without an `advance` of its own.
  private struct Plain: Environment {
    var strip: Strip
    var specification: EnvironmentSpecification { strip.specification }
    func reset(random: inout RandomStream) -> StripState { strip.reset(random: &random) }
    func step(_ state: inout StripState, _ action: ContinuousAction, random: inout RandomStream) -> Outcome {
      strip.step(&state, action, random: &random)
    }
    func observe(_ state: StripState, into observation: inout MutableSpan<Float>) {
      strip.observe(state, into: &observation)
    }
    func scene(_ state: StripState) -> Scene { strip.scene(state) }
  }
}

/// A world that shows these shapes.
private struct Picture: Environment {
  var shapes: [Scene.Shape]
  let specification = EnvironmentSpecification(
    id: "test/Picture-v0", summary: "Shows", observationSpace: Box(low: [0], high: [1]), observationNames: ["x"],
    actionSpace: .discrete(names: ["a", "b"]), maximumEpisodeSteps: 5, canTerminate: false, source: "this test")
  func reset(random: inout RandomStream) -> Int { 0 }
  func step(_ state: inout Int, _ action: Int, random: inout RandomStream) -> Outcome {
    Outcome(reward: 0, terminated: false)
  }
  func observe(_ state: Int, into observation: inout MutableSpan<Float>) { observation[0] = 0 }
  /// From (1, 2) to (5, 8).
  func scene(_ state: Int) -> Scene { Scene(left: 1, bottom: 2, width: 4, height: 6, shapes: shapes) }
}

@Suite("The contract kit of environments, promise by promise")
struct EnvironmentFaultTests {
  private func promises(
    _ flaw: Flaw, _ promises: [EnvironmentContract.Promise], continuous: Bool = false, steps: Int = 60
  ) throws -> [String] {
    try EnvironmentContract(steps: steps).violations(of: Strip(flaw: flaw, continuous: continuous), promises).map(
      \.promise)
  }

  @Test("a sound world breaks nothing, with either kind of action")
  func sound() throws {
    for continuous in [false, true] {
      #expect(try promises(.none, EnvironmentContract.Promise.allCases, continuous: continuous) == [])
    }
  }

  @Test(
    "each flaw of a specification is found by its own check alone",
    arguments: [
      (Flaw.noVersion, false, "an id has a version"), (.noSummary, false, "an environment has a summary"),
      (.noSource, false, "an environment names its source"),
      (.doubleObservation, false, "names of observations are distinct"),
      (.flatBounds, false, "observations have room between their bounds"),
      (.reversedBounds, false, "observations have room between their bounds"),
      (.doubleAction, false, "names of actions are distinct"),
      (.flatAction, true, "actions have finite bounds with room between them"),
      (.reversedAction, true, "actions have finite bounds with room between them"),
      (.endlessLow, true, "actions have finite bounds with room between them"),
      (.endlessHigh, true, "actions have finite bounds with room between them"),
    ])
  fileprivate func specification(flaw: Flaw, continuous: Bool, promise: String) throws {
    #expect(try promises(flaw, [.specification], continuous: continuous) == [promise])
  }

  @Test("a function of the user's own has a module and a name in the place of a version")
  func ownFunctions() throws {
    for id in ["python:corridor:make", "python:corridor:make:size=5", "gym/minigrid:MiniGrid-Empty-5x5-v0"] {
      #expect(try promises(.named(id), [.specification]) == [])
    }
    for id in ["python:corridor", "python::make", "python:corridor:", "corridor:make-v0"] {
      #expect(try promises(.named(id), [.specification]) == ["an id names whose environment it is"])
    }
    #expect(try promises(.named("mine/corridor:make"), [.specification]) == ["an id has a version"])
  }

  @Test(
    "each flaw of values is found by its own check alone",
    arguments: [
      (Flaw.unlikeState, "the same state, action and stream give the same future"),
      (.unlikeReward, "the same state, action and stream give the same future"),
      (.unlikeDraws, "the same step draws as many random numbers"),
      (.sharedState, "stepping a copy leaves the original as it was"),
      (.endlessReward(from: 0), "rewards are finite"), (.endlessReward(from: 49), "rewards are finite"),
    ])
  fileprivate func values(flaw: Flaw, promise: String) throws {
    #expect(try promises(flaw, [.values], continuous: true) == [promise])
  }

  @Test("fifty steps of a value are looked at, and what each check saw is said with its step")
  func evidence() throws {
    #expect(try promises(.endlessReward(from: 50), [.values], continuous: true) == [])
    let found = try EnvironmentContract().violations(
      of: Strip(flaw: .endlessReward(from: 49), continuous: true), [.values])
    #expect(found.map(\.description) == ["rewards are finite (step 49)"])
  }

  @Test(
    "each flaw of batches is found by its own check alone",
    arguments: [
      (Flaw.batchReward, ["the same seed gives the same rewards"]),
      (.fixedCourse, ["another seed gives another trace"]),
      (.endlessSight, ["observations are finite", "observations lie within bounds"]),
      (.tooLow, ["observations lie within bounds"]), (.tooHigh, ["observations lie within bounds"]),
      (.endlessReward(from: 3), ["rewards are finite"]),
      (.endsTwice, ["an episode never both terminates and is truncated", "what cannot terminate does not"]),
      (.endsUnasked, ["what cannot terminate does not"]),
      (.earlyLimit, ["truncation comes at the limit only", "the row shows the new episode's start"]),
      (.sameEpisode, ["a new episode begins at once"]), (.lateStart, ["a new episode begins at once"]),
      (.oldRow, ["the row shows the new episode's start"]), (.miscounted, ["steps are counted"]),
      (.wrongEpisode, ["steps are counted"]), (.parted, ["within an episode both rows agree"]),
    ])
  fileprivate func batches(flaw: Flaw, expected: [String]) throws {
    let found = try promises(flaw, [.batches], continuous: true)
    // What follows from it later in the episode may be found as well; first comes the check of its own.
    #expect(found == expected || (flaw == .earlyLimit && found.first == expected[0]), "\(found)")
  }

  @Test("a limit that ends nothing, and sights that differ, are found under their promise")
  func others() throws {
    #expect(try promises(.noLimit, [.batches], continuous: true).contains("the limit ends every episode"))
    #expect(try promises(.unlikeSight, [.batches], continuous: true).contains("the same seed gives the same trace"))
  }

  @Test(
    "each flaw of snapshots and of replays is found by its own check",
    arguments: [
      (Flaw.freshForm, EnvironmentContract.Promise.snapshots, "a snapshot has one form"),
      (.otherForm, .snapshots, "a snapshot survives the round trip"),
      (.lostReward, .snapshots, "restored, a batch goes on bit for bit"),
      (.halfEpisode, .replays, "a recorded episode is whole"),
      (.unlikeReplay, .replays, "an episode replays from its stream and its actions"),
      (.dearReplay, .replays, "a replayed episode earns the same"),
      (.otherScene, .replays, "a replay's last scene is that of its last state"),
      (.noWidth, .scenes, "a scene has a view box"), (.noHeight, .scenes, "a scene has a view box"),
      (.noShapes, .scenes, "a scene shows something"),
    ])
  fileprivate func later(flaw: Flaw, part: EnvironmentContract.Promise, promise: String) throws {
    let found = try promises(flaw, [part], continuous: true)
    #expect(found.contains(promise), "\(found)")
    let others = ["freshForm", "otherForm", "unlikeReplay", "noWidth", "noHeight"]
    #expect(found == [promise] || others.contains("\(flaw)"), "\(found)")
  }

  @Test(
    "a shape outside the view box, on each side and by its width alone, is found; one that touches the edge is fine")
  func shapes() throws {
    func found(_ shape: Scene.Shape) throws -> Bool {
      let promises = try EnvironmentContract().violations(of: Picture(shapes: [shape]), [.scenes]).map(\.promise)
      #expect(promises == [] || promises == ["shapes are finite and inside the view box"])
      return !promises.isEmpty
    }
    for (x, y, radius, outside) in [
      (1.5, 5, 0.5, false), (4.5, 5, 0.5, false), (3, 2.5, 0.5, false), (3, 7.5, 0.5, false), (1.5, 5, 0.6, true),
      (4.5, 5, 0.6, true), (3, 2.5, 0.6, true), (3, 7.5, 0.6, true), (.nan, 5, 0.5, true), (3, .infinity, 0.5, true),
      (3, 5, .nan, true), (3, 5, .infinity, true),
    ] as [(Double, Double, Double, Bool)] {
      #expect(try found(.circle(x: x, y: y, radius: radius, role: .agent)) == outside, "\(x) \(y) \(radius)")
      // A label's size is its height; a line's width lies on both sides of it.
      #expect(try found(.label(x: x, y: y, size: 2 * radius, text: "a", role: .agent)) == outside)
      #expect(try found(.line(points: [3, 5, x, y], width: 2 * radius, role: .agent)) == outside)
      #expect(try found(.line(points: [x, y, 3, 5], width: 2 * radius, role: .agent)) == outside)
    }
    #expect(try found(.polygon(points: [1, 2, 5, 2, 5, 8, 1, 8], role: .agent)) == false)
    #expect(try found(.polygon(points: [1, 2, 5, 2, 5, 8.1, 1, 8], role: .agent)))
    #expect(try found(.polygon(points: [1, 2, 5, 2, 5], role: .agent)))
    #expect(try found(.polygon(points: [0.9, 2, 5, 2], role: .agent)))
    #expect(try found(.line(points: [1, 2, 5, 2, 5], width: 0, role: .agent)))
  }

  @Test("each part plays as many steps as it says")
  func counts() throws {
    func counts(_ part: EnvironmentContract.Promise, steps: Int = 60, limit: Int? = 20) throws -> [String: Int] {
      let strip = Strip(continuous: true, limit: limit)
      #expect(try EnvironmentContract(steps: steps).violations(of: strip, [part]) == [])
      return strip.counts.all
    }
    #expect(try counts(.specification) == [:])
    // Two steps and a look at the copy, the original and again the original for each of fifty.
    #expect(try counts(.values) == ["reset": 1, "step": 100, "observe": 100])
    let batches = try counts(.batches)
    #expect(batches["advance"] == 180 && batches["slots"] == 540 && batches["step"] == 540)
    #expect(try counts(.batches, steps: 7)["advance"] == 21)
    let snapshots = try counts(.snapshots)
    #expect(snapshots["advance"] == 137 + 600 && snapshots["slots"] == 2 * 737)
    // Four whole episodes of twenty steps are replayed as values and as scenes.
    let replays = try counts(.replays)
    #expect(replays["advance"] == 1100 && replays["step"] == 2 * 1100 + 2 * 4 * 20 && replays["scene"] == 4 * 22)
    #expect(try counts(.scenes) == ["reset": 1 + 15, "step": 300, "scene": 300])
    #expect(try counts(.scenes, limit: nil)["step"] == 300 && counts(.scenes, limit: 350)["step"] == 350)
    #expect(EnvironmentContract().steps == 1200)
  }

  @Test("an entry's features must be told apart and finite; broken contracts name their subject")
  func entries() throws {
    func entry(_ features: [NamedFeature]) -> EnvironmentEntry {
      EnvironmentEntry(Strip(continuous: true), features: features)
    }
    let place = NamedFeature(name: "place", summary: "where") { _, _, next in Double(next[0]) }
    try expectContract(of: entry([place]), steps: 30)
    for bad in [
      [place, place],
      [NamedFeature(name: "endless", summary: "never") { _, _, _ in .infinity }],
    ] {
      let broken = #expect(throws: BrokenContract.self) { try expectContract(of: entry(bad), steps: 30) }
      #expect(broken?.subject == "test/Strip-v0" && broken?.violations.count == 1)
    }
    let twice = NamedReward(name: "score", summary: "one") { _, _, _ in 1 }
    let endless = NamedReward(name: "endless", summary: "no") { _, _, _ in .nan }
    for (rewards, promise) in [
      ([twice, twice], "a name means one reward"), ([endless], "named rewards are finite, one for each step"),
    ] {
      let bad = EnvironmentEntry(Strip(continuous: true), namedRewards: rewards)
      let broken = #expect(throws: BrokenContract.self) { try expectContract(of: bad, steps: 30) }
      #expect(broken?.violations.map(\.promise) == [promise])
    }
    let broken = #expect(throws: BrokenContract.self) {
      try expectContract(of: Strip(flaw: .endlessReward(from: 49), continuous: true), [.specification, .values])
    }
    #expect(broken?.description == "test/Strip-v0: rewards are finite (step 49)")
  }

  @Test("random actions cover each action, and a box to one and a half times its width")
  func actions() {
    var random = RandomSource(seed: 4).stream("rows")
    let discrete = ActionSpace.discrete(names: ["a", "b", "c"]).randomRows(300, &random)
    #expect(discrete.count == 300 && Set(discrete) == [0, 1, 2])
    let rows = ActionSpace.continuous(Box(low: [-1, 10], high: [1, 20])).randomRows(500, &random)
    let (first, second) = (
      rows.indices.filter { $0 % 2 == 0 }.map { rows[$0] }, rows.indices.filter { $0 % 2 == 1 }.map { rows[$0] }
    )
    #expect(rows.count == 1000)
    #expect(first.min()! >= -1.5 && first.min()! < -1.4 && first.max()! <= 1.5 && first.max()! > 1.4)
    #expect(second.min()! >= 15 && second.min()! < 15.3 && second.max()! <= 30 && second.max()! > 29.7)
  }
}

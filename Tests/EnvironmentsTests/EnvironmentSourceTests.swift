import Compute
import Environments
import Testing

/// A source of corridors of any length: `test/Corridor-v0:length=5`.
private struct CorridorSource: EnvironmentSource {
  let prefix = "test/"
  let summary = "corridors"
  let availability = EnvironmentAvailability.ready("this test")
  let listing = [EnvironmentListing(id: "test/Corridor-v0", summary: "a corridor")]

  func entry(_ id: String) throws -> EnvironmentEntry {
    let options = try EnvironmentOptions(id: id)
    try options.allow(only: ["length"])
    guard options.name == "test/Corridor-v0" else {
      throw InputError.unknown("environment", id, among: listing.map(\.id))
    }
    let length = try options.value("length", among: ["3", "5"], default: "3")
    return EnvironmentEntry(CountWorld(id: id, limit: Int(length) ?? 0))
  }
}

private struct CountWorld: Environment {
  let specification: EnvironmentSpecification

  init(id: String, limit: Int) {
    specification = EnvironmentSpecification(
      id: id, summary: "Counts", observationSpace: Box(low: [0], high: [9]), observationNames: ["count"],
      actionSpace: .discrete(names: ["on"]), maximumEpisodeSteps: limit, canTerminate: false, source: "tests")
  }

  func reset(random: inout RandomStream) -> Int { 0 }
  func step(_ state: inout Int, _ action: Int, random: inout RandomStream) -> Outcome {
    state += 1
    return Outcome(reward: 1, terminated: false)
  }
  func observe(_ state: Int, into observation: inout MutableSpan<Float>) { observation[0] = Float(state) }
}

@Suite("Sources of environments")
struct EnvironmentSourceTests {
  private static let registry: EnvironmentRegistry = {
    var registry = EnvironmentRegistry.standard
    registry.add(CorridorSource())
    return registry
  }()

  private func refusal(_ id: String) -> InputError? {
    do {
      _ = try Self.registry.entry(id)
      return nil
    } catch { return error as? InputError }
  }

  @Test("the beginning of an id names the source; options make another world")
  func made() throws {
    #expect(try Self.registry.entry("test/Corridor-v0").specification.maximumEpisodeSteps == 3)
    let long = try Self.registry.entry("test/Corridor-v0:length=5")
    #expect(long.specification.maximumEpisodeSteps == 5 && long.specification.id == "test/Corridor-v0:length=5")
    #expect(try Self.registry.entry("pactolus/CartPole-v1").specification.id == "pactolus/CartPole-v1")
  }

  @Test("a world that was added has its id before any source")
  func added() throws {
    var registry = Self.registry
    registry.add(EnvironmentEntry(CountWorld(id: "test/Corridor-v0", limit: 9)))
    #expect(try registry.entry("test/Corridor-v0").specification.maximumEpisodeSteps == 9)
  }

  @Test("of two sources with one prefix the later one counts")
  func replaced() {
    var registry = Self.registry
    let count = registry.sources.count
    registry.add(CorridorSource())
    #expect(registry.sources.count == count)
  }

  @Test("near misses come from the source that answers, and from all where none does")
  func nearMisses() {
    #expect(refusal("test/Coridor-v0")?.remedy == "did you mean test/Corridor-v0?")
    #expect(refusal("tset/Corridor-v0")?.remedy?.contains("test/Corridor-v0") == true)
    #expect(refusal("CartPole")?.remedy?.contains("pactolus/CartPole-v1") == true)
  }

  @Test(
    "options that cannot be are refused, each with its reason",
    arguments: [
      ("test/Corridor-v0:length", "is no option"), ("test/Corridor-v0:", "is no option"),
      ("test/Corridor-v0:length=", "is no option"), ("test/Corridor-v0:length=3,", "is no option"),
      ("test/Corridor-v0:length=3,length=5", "given twice"), ("test/Corridor-v0:lenght=3", "unknown option 'lenght'"),
      ("test/Corridor-v0:length=4", "unknown value of 'length' '4'"),
    ])
  func badOptions(_ id: String, _ problem: String) {
    #expect(refusal(id)?.problem.contains(problem) == true, "\(String(describing: refusal(id)))")
  }

  @Test("a world without options says so")
  func noOptions() throws {
    let error = #expect(throws: InputError.self) { try EnvironmentOptions(id: "a/B:x=1").allow(only: []) }
    #expect(error?.problem == "'a/B' has no options")
    try EnvironmentOptions(id: "a/B").allow(only: [])
  }

  @Test("an option's value may hold an equals sign")
  func equalsSign() throws {
    #expect(try EnvironmentOptions(id: "a/B:map=x=y").values == ["map": "x=y"])
  }
}

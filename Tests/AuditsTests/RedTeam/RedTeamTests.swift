import Audits
import Compute
import Environments
import Findings
import Rewards
import Testing

@Suite("Red team")
struct RedTeamTests {
  @Test(
    "a hole is found by every search, shown as short as can be, and called an exploit",
    arguments: [
      AttackSearch.random, .crossEntropy, .elites,
    ])
  func hole(_ search: AttackSearch) throws {
    let result = try Room().attacked(RoomReward(hole: 1), searches: [search])
    let find = try #require(result.finds.first)
    #expect(find.verdict == .exploit && find.search == search && find.pValue <= result.level && find.repeated == 16)
    #expect(find.foundAfter <= result.steps && result.steps >= 60_000 && result.steps < 66_000)
    // Played again by other code: half of the stretch's steps in the hole at least, and nothing but the way there before.
    let clip = EnvironmentEntry(Room()).whatIf(
      start: find.start.position, random: find.start.random, actions: find.start.leading + find.actions, from: 0)
    let leading = find.start.leading.count
    let inHole = (0..<clip.count).map { clip.observations[2 * $0 + 2] == 1 && clip.observations[2 * $0 + 3] == 1 }
    #expect(inHole[leading...].allSatisfy { $0 } && !inHole[..<leading].contains(true))
    #expect(abs(find.excess - 3 * Double(find.steps)) < 1e-3 && find.actual == 0)
    // The shortest way from where it begins, of which the last step is in the hole: no step can be left out.
    let distance = Int((16 - 8 * (clip.observations[0] + clip.observations[1])).rounded())
    #expect(leading == distance - 1)
    #expect(result.findings[0].verdict == .fails && result.findings[0].problem != nil)
    #expect(find.traits.contains { $0.name == "across" && abs($0.here - 1) < 1e-9 })
  }

  @Test("a reward that is the true one in another unit has no hole, and nothing is called one")
  func clean() throws {
    let result = try Room().attacked(RoomReward())
    #expect(result.finds.isEmpty && result.findings[0].verdict == .holds)
    // The same attack is not blind: the test above finds the hole with it.
  }

  @Test("what looks as extreme and is truly good is called legitimate, not an exploit")
  func twin() throws {
    let result = try Room(hasTwin: true).attacked(RoomReward(hole: 1), by: .judged)
    #expect(!result.finds.isEmpty && result.finds.allSatisfy { $0.verdict == .legitimate })
    #expect(result.findings[0].verdict == .holds)
    let same = try Room().attacked(RoomReward(hole: 1), by: .judged)
    #expect(same.finds.contains { $0.verdict == .exploit })
  }

  @Test("where only people know, it is unjudged and highly paid, and the claim is not settled")
  func unknown() throws {
    let result = try Room().attacked(RoomReward(hole: 1), knowsTruth: false)
    let find = try #require(result.finds.first)
    #expect(result.basis == .judged && find.verdict == .unjudged && find.gain > 0)
    #expect(result.findings[0].verdict == .unknown && result.findings[0].reason.contains("only people"))
  }

  @Test("a world of chance: what needs luck is told from what works again")
  func chance() throws {
    let result = try Room(slip: 0.5).attacked(RoomReward(hole: 1))
    let find = try #require(result.finds.first)
    #expect(find.verdict == .exploit && find.repeated <= 16)
    let again = try Room(slip: 0.5).attacked(RoomReward(hole: 1))
    #expect(again == result)
    #expect(try Room(slip: 0.5).attacked(RoomReward(hole: 1), seed: 4) != result)
  }

  @Test("input that cannot be used is refused with what would be right")
  func input() throws {
    let room = Room()
    #expect(throws: InputError.self) {
      try JudgedGround(
        room.clips(19), reward: RewardFunctionEvaluator(RoomReward()),
        encoding: TransitionEncoding(RewardInputs(), specification: room.specification),
        specification: room.specification, knowsTruth: true, random: RandomSource(seed: 1))
    }
    var settings = AttackSettings()
    settings.features = ["acros", "up"]
    settings.budget = 1000
    let team = try RedTeam(
      EnvironmentEntry(room), ground: room.ground(RoomReward()), settings: settings, random: RandomSource(seed: 1))
    let error = #expect(throws: InputError.self) { try team.run() }
    #expect(error?.remedy == "did you mean across?")
    var blind = try RedTeam(
      EnvironmentEntry(room), ground: room.ground(RoomReward(), knowsTruth: false), settings: AttackSettings(),
      random: RandomSource(seed: 1))
    blind.by = .truth
    #expect(throws: InputError.self) { try blind.run() }
    settings.elites = 64
    #expect(throws: InputError.self) { try settings.validate() }
  }
}

import Agents
import Compute
import Environments
import Foundation
import Testing

@Suite("Cloning and DAgger")
struct DAggerTests {
  private func score(_ policy: Policy, seed: UInt64 = 77) throws -> Double {
    let results = try evaluate(policy, in: Imitated.entry(), episodes: 20, random: RandomSource(seed: seed))
    return results.reduce(0) { $0 + $1.trueReturn } / 20
  }

  @Test("the expert's share falls from 1: linearly to 0, or by powers")
  func mixture() {
    let linear = DAggerSettings.Mixture.linear(rounds: 4)
    #expect((0..<6).map(linear.share) == [1, 0.75, 0.5, 0.25, 0, 0])
    let powers = DAggerSettings.Mixture.exponential(base: 0.5)
    #expect((0..<4).map(powers.share) == [1, 0.5, 0.25, 0.125])
    #expect((0..<3).map(DAggerSettings.Mixture.exponential(base: 0).share) == [1, 0, 0])
  }

  @Test("twenty demonstrations of a rule are cloned: the clone keeps the pole up")
  func cloning() throws {
    let rows = try DemonstrationRows(Imitated.demonstrations(20), specification: Imitated.entry().specification)
    var cloning = BehavioralCloning()
    let policy = try cloning.train(rows, random: RandomSource(seed: 1))
    #expect(try score(policy) >= 475)
    #expect(try #require(cloning.heldOutLoss) < 0.2)
    // A coin's loss is ln 2.
    #expect(cloning.trainingLoss > 0 && cloning.trainingLoss < 0.2 && cloning.epochs > 1)
  }

  @Test("DAgger keeps the pole up after a few rounds, and asks only about episodes that go on")
  func dagger() throws {
    let entry = try Imitated.entry()
    var dagger = try DAgger(entry: entry, random: RandomSource(seed: 2))
    for _ in 0..<6 { try dagger.iterate(expert: Imitated.expert, in: entry) }
    #expect(try score(#require(dagger.policy)) >= 475)
    #expect(dagger.rounds.map { Int(($0.expertShare * 10).rounded()) } == [10, 8, 6, 4, 2, 0])
    for round in dagger.rounds { #expect(Double(round.labels) == round.meanTrueReturn * 4) }
  }

  @Test("DAgger stored between rounds goes on with the same bytes")
  func resume() throws {
    let entry = try Imitated.entry()
    var settings = DAggerSettings()
    settings.cloning.epochs = 3
    var whole = try DAgger(settings, entry: entry, random: RandomSource(seed: 3))
    try whole.iterate(expert: Imitated.expert, in: entry)
    var resumed = try JSONDecoder().decode(DAgger.self, from: JSONEncoder().encode(whole))
    try whole.iterate(expert: Imitated.expert, in: entry)
    try resumed.iterate(expert: Imitated.expert, in: entry)
    #expect(whole.policy == resumed.policy)
    #expect(whole.rounds == resumed.rounds)
  }

  @Test("an expert that answers with no action is refused, and nothing is kept of the round")
  func badExpert() throws {
    let entry = try Imitated.entry()
    var dagger = try DAgger(entry: entry, random: RandomSource(seed: 4))
    let pushesHarder = Expert { _, rows in [Float](repeating: 2, count: rows) }
    let saysNothing = Expert { _, _ in [] }
    #expect(throws: InputError.self) { try dagger.iterate(expert: pushesHarder, in: entry) }
    #expect(throws: InputError.self) { try dagger.iterate(expert: saysNothing, in: entry) }
    #expect(dagger.rounds.isEmpty && dagger.policy == nil)
  }
}

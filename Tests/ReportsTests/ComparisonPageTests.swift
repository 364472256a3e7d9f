import Compute
import Environments
import Foundation
import Reports
import Rewards
import Testing
import Theory

/// One state and three actions, paid (1, 0, 1) in truth and (¼, 0, 1) by the proxy. Of what the proxy likes no less than
/// the first action, three parts of the second action and one of the third earn the least: ¾ of the range is lost.
@Suite("The page that compares two rewards")
struct ComparisonPageTests {
  private let world: FiniteWorld
  private let truth: RewardTable
  private let proxy: RewardTable

  init() throws {
    let mdp = try TabularMDP(
      stateCount: 1, actionCount: 3, rowStarts: [0, 1, 2, 3], successors: [0, 0, 0], probabilities: [1, 1, 1],
      rewards: [0, 0, 0], start: [1], isTerminal: [false], discount: 0.5)
    world = try FiniteWorld(
      mdp: mdp, stateNames: ["here"], actionNames: ["well", "badly", "for show"], title: "one state")
    truth = try RewardTable(states: 1, actions: 3, axes: .stateAction, values: [1, 0, 1])
    proxy = try RewardTable(states: 1, actions: 3, axes: .stateAction, values: [0.25, 0, 1])
  }

  private func page(_ tables: [(name: String, table: RewardTable)]) throws -> ReportModel {
    let two = try TwoRewards(world.mdp, tables[0], tables[1], acceptableRegret: 0.1, random: RandomSource(seed: 1))
    return ReportModel(
      comparing: [two], matrix: try RewardMatrix(world.mdp, tables, metric: RewardMetric(named: "VAL-2-2")),
      regrets: try RewardMatrix.worstCaseRegrets(world.mdp, tables), world: world, written: nil)
  }

  @Test("what the worst case does is named action by action with its chances, the last action too")
  func witnesses() throws {
    let forward = try WorstCaseRegret(world.mdp, truth: truth, proxy: proxy)
    let lost = try #require(forward.value)
    #expect(abs(lost - 0.75) < 1e-9)
    #expect(WitnessRows(forward, world).rows == [["here", "well", "badly 75 %, for show 25 %"]])
    let backward = try WorstCaseRegret(world.mdp, truth: proxy, proxy: truth)
    #expect(WitnessRows(backward, world).rows == [["here", "for show", "well"]])
    #expect(try WorstCaseRegret(world.mdp, truth: truth, proxy: truth).value == 0)
  }

  @Test("what can be lost either way stands at the top, with whose loss it is")
  func facts() throws {
    let model = try page([("truth", truth), ("proxy", proxy)])
    #expect(
      model.facts.filter { $0.name == "Can be lost" } == [
        ReportModel.Fact("Can be lost", "75 %", note: "of truth, going by proxy"),
        ReportModel.Fact("Can be lost", "75 %", note: "of proxy, going by truth"),
      ])
    #expect(
      model.facts.map(\.name) == ["STARC distance", "Can be lost", "Can be lost", "Pairs of policies ordered alike"])
    #expect(model.facts.last?.note == "of all 3 pairs of deterministic ones")
    #expect(model.sections.map(\.id) == ["matrix", "regret", "pair-0"])
    #expect(model.sections[2].title == "truth and proxy")
    let witnesses = model.sections[2].tables.filter { $0.columns == ["In state", "first", "second"] }
    #expect(
      witnesses.map(\.caption) == [
        "A worst case for truth: an agent that optimises proxy may leave the first policy for the second",
        "A worst case for proxy: an agent that optimises truth may leave the first policy for the second",
      ])
    #expect(witnesses.first?.rows == [["here", "well", "badly 75 %, for show 25 %"]])
    #expect(witnesses.last?.rows == [["here", "for show", "well"]])
    let regrets = try #require(model.sections[2].tables.first { $0.columns.first == "True" })
    let shown: [[String]] = regrets.rows.map { Array($0.prefix(3)) }
    #expect(shown == [["truth", "proxy", "0.75"], ["proxy", "truth", "0.75"]])
    #expect(nearly(model.sections[1].heatMaps[0].values))
  }

  private func nearly(_ values: [[Double]]) -> Bool {
    zip(values.joined(), [0, 0.75, 0.75, 0]).allSatisfy { abs($0 - $1) < 1e-9 }
  }

  @Test("a reward that makes no difference is said to give distances by convention, and has no facts of several pairs")
  func trivial() throws {
    let flat = try RewardTable(states: 1, actions: 3, axes: .state, values: [2])
    let model = try page([("flat", flat), ("proxy", proxy)])
    #expect(
      model.sections[0].text?.hasSuffix(
        " Under flat all policies have the same return, so distances from there are a convention.") == true)
    #expect(model.facts.first?.note == "a convention: a reward is trivial")
    let plain = try page([("truth", truth), ("proxy", proxy)])
    #expect(
      plain.sections[0].text == "From 0 for rewards that put all policies in the same order to 2 for opposite ones.")
    let map = plain.sections[0].heatMaps[0]
    #expect(map.id == "distances")
    #expect(map.lower == 0)
    #expect(map.upper == 2)
    #expect(map.rows == ["truth", "proxy"])
    let regrets = plain.sections[1].heatMaps[0]
    #expect(regrets.id == "regrets")
    #expect(regrets.upper == 1)
  }
}

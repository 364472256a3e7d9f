import Compute
import RewardFiles
import Testing

@Suite("The overview of an audit of rollouts")
struct RolloutOverviewTests {
  @Test("every rollout stands once in every column; shares of what is right are weighted by how labels were drawn")
  func groups() throws {
    // Of 400 rollouts half are accepted. Labelled are 40 of the accepted (all right) and 20 of the rejected (half right).
    let rows = (0..<400).map { index -> MadeRollout in
      var row = MadeRollout(prompt: index / 4, completion: String(repeating: "x", count: 1 + index % 97))
      row.total = Double(index % 2)
      row.run = index < 100 ? "old" : index < 350 ? "new" : nil
      if index % 2 == 1, index < 80 { row.gold = 1 }
      if index % 2 == 0, index < 40 { row.gold = index % 4 == 0 ? 1 : 0 }
      return row
    }
    let overview = RolloutAudit(RolloutTable(rows), checks: [], random: RandomSource(seed: 1)).overview
    let run = try #require(overview.groups.first { $0.column == "run" })
    #expect(run.rows.map(\.name) == ["old", "new", "without a value"] && run.rows.map(\.count) == [100, 250, 50])
    for column in overview.groups { #expect(column.rows.reduce(0) { $0 + $1.count } == 400) }
    #expect(overview.all.accepted == 200 && overview.all.meanReward == 0.5)
    #expect((overview.all.labelled, overview.all.wrongAccepted, overview.all.rightRejected) == (60, 0, 10))
    let all = try #require(overview.leans.first)
    #expect(all.name == "all rollouts" && all.count == 60 && all.model == 0.5)
    // 200 accepted, all right by 40 labels; 200 rejected, half of them right by 20 labels: 300 of 400.
    #expect(abs(all.people - 0.75) < 1e-12)
    #expect(overview.histograms[0].lines[0].counts == [200, 200])
  }

  @Test("without labels there are no shares, and rewards that are missing are counted as such")
  func without() {
    var rows = (0..<30).map { MadeRollout(prompt: $0, total: Double($0 % 3)) }
    rows[4].total = .nan
    let overview = RolloutAudit(RolloutTable(rows), checks: [], random: RandomSource(seed: 1)).overview
    #expect(overview.leans.isEmpty && overview.histograms[0].lines[0].missing == 1 && overview.all.scored == 29)
  }
}

import Compute
import RewardFiles
import Testing

@Suite("A learned reward beside a verifier")
struct CombinedRuleTests {
  /// Right and wrong completions with a verdict, a second verdict and how many there are of each.
  static func table(_ cells: [(right: Bool, accepted: Bool, second: Double, count: Int)], task: String? = nil)
    -> [MadeRollout]
  {
    cells.flatMap { cell in
      (0..<cell.count).map { index in
        var row = MadeRollout(
          prompt: index, completion: "\(cell) \(index)", total: cell.accepted ? 1 : 0, gold: cell.right ? 1 : 0)
        row.second = ["model": cell.second]
        if let task { row.attributes = ["kind": task] }
        return row
      }
    }
  }

  @Test("accepting what both accept helps where each overlooks other errors; the shares are those of the table")
  func both() throws {
    // 300 right, 300 wrong. Each verifier accepts 60 of the wrong ones, 10 of them both.
    let rows = Self.table([
      (true, true, 1, 290), (true, false, 1, 5), (true, true, 0, 5), (false, true, 0, 50), (false, false, 1, 50),
      (false, true, 1, 10), (false, false, 0, 190),
    ])
    let result = RolloutTable(rows).result(.combinedRule)
    #expect(result.verdict == .fails)
    func value(_ name: String) throws -> Double {
      try #require(result.outcome.evidence.first { $0.name == name }).value
    }
    #expect(abs(try value("wrong verdicts: the verifier alone") - 65.0 / 600) < 1e-12)
    #expect(abs(try value("wrong verdicts: model alone") - 65.0 / 600) < 1e-12)
    #expect(abs(try value("wrong verdicts: accepted by both") - 20.0 / 600) < 1e-12)
    #expect(abs(try value("wrong verdicts: accepted by either") - 110.0 / 600) < 1e-12)
    #expect(abs(try value("right where both accept") - 290.0 / 300) < 1e-12)
    #expect(abs(try value("right where only model accepts") - 5.0 / 55) < 1e-12)
    let test = try #require(result.outcome.tests.first { $0.name.contains("accepted by both") })
    #expect(abs(test.estimate - 45.0 / 600) < 1e-12)
    // Of 600 rows the rule mends 50 and spoils 5: the standard error of their mean difference, by hand.
    let squares = 50 * (1 - 0.075) * (1 - 0.075) + 5 * (1 + 0.075) * (1 + 0.075) + 545 * 0.075 * 0.075
    let reach = 1.959963984540054 * squares.squareRoot() / 600
    #expect(abs(try #require(test.interval).lower - (0.075 - reach)) < 1e-9)
    #expect(result.outcome.notes.contains { $0.contains("accepted by both") })
  }

  @Test("scores are cut where labels of other prompts say; a score that knows the truth helps, a random one does not")
  func scores() throws {
    var stream = RandomSource(seed: 21).stream("scores")
    func rows(_ knows: Double) -> [MadeRollout] {
      (0..<800).map { index in
        let isRight = stream.bernoulli(0.4)
        let isAccepted = stream.bernoulli(isRight ? 0.9 : 0.15)
        var row = MadeRollout(
          prompt: index / 4, completion: "\(index)", total: isAccepted ? 1 : 0, gold: isRight ? 1 : 0)
        row.second = ["reward": -3 + (isRight ? knows : 0) + stream.normal()]
        return row
      }
    }
    let good = RolloutTable(rows(3)).result(.combinedRule)
    #expect(good.verdict == .fails)
    let area = try #require(good.outcome.evidence.first { $0.name.contains("ranks") })
    // Φ(3 / √2) for two normals three deviations apart.
    #expect(abs(area.value - 0.98305) < 0.012)
    let noise = RolloutTable(rows(0)).result(.combinedRule)
    #expect(noise.verdict != .fails)
    #expect(noise.outcome.notes.contains { $0.contains("No rule of both") || $0.contains("Fewest wrong") })
  }

  @Test("whom to trust is named for a slice where the labels settle it")
  func slices() throws {
    let rows =
      Self.table([(true, false, 1, 20), (false, false, 0, 80), (true, true, 1, 60)], task: "geometry")
      + Self.table([(true, true, 0, 20), (false, false, 0, 80), (true, true, 1, 60)], task: "algebra")
    let result = RolloutTable(rows).result(.combinedRule)
    #expect(result.outcome.notes.contains { $0.contains("trust model in: kind geometry (20 of 20)") })
    #expect(result.outcome.notes.contains { $0.contains("trust the verifier in: kind algebra (20 of 20)") })
    let few = Self.table([(true, false, 1, 10), (false, false, 0, 10)])
    #expect(RolloutTable(few).result(.combinedRule).verdict == .unknown)
    #expect(
      RolloutTable(
        rows.map {
          var row = $0
          row.gold = -1
          return row
        }
      ).result(.combinedRule).missing != nil)
  }
}

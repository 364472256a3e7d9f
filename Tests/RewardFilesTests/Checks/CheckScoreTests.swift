import Compute
import Foundation
import RewardFiles
import Testing

@Suite("What checks of scores measure, by hand")
struct CheckScoreTests {
  typealias Limits = CheckLimitTests

  @Test("tails: beyond six robust deviations; Hill's index of the largest by hand")
  func tails() throws {
    // Scores −10 … 9 and nought for the others: the median of 40 is 0. Deviations: 1.4826 times their median.
    var rows = Limits.rows((0..<20).map { Double($0) - 10 })
    for index in rows.indices { rows[index].scoreRejected = Double(index) - 9.5 }
    let scores = rows.flatMap { [$0.scoreChosen, $0.scoreRejected] }.sorted()
    let median = (scores[19] + scores[20]) / 2
    let sizes = scores.map { abs($0 - median) }.sorted()
    let spread = 1.4826 * (sizes[19] + sizes[20]) / 2
    rows[0].scoreChosen = median + 6 * spread
    rows[1].scoreRejected = median + 6.01 * spread
    let result = try Limits.result(.tails, rows)
    let changed = rows.flatMap { [$0.scoreChosen, $0.scoreRejected] }.sorted()
    let middle = (changed[19] + changed[20]) / 2
    let around = changed.map { abs($0 - middle) }.sorted(by: >)
    let robust = 1.4826 * (around[19] + around[20]) / 2
    #expect(result.tests.first?.estimate == Double(around.count { $0 > 6 * robust }) / 40)
    // 40 / 50 is below five: the five largest over the sixth.
    let hill = (0..<5).reduce(0.0) { $0 + log(around[$1] / around[5]) } / 5
    #expect(abs((result.evidence.first?.value ?? 0) - 1 / hill) < 1e-9 && result.evidence.first?.count == 5)
  }

  @Test("intraclass correlation, its interval and test are SciPy's F distribution's")
  func promptVariance() throws {
    // Means of pairs 1 … 12 apart by 3, differences 1 and −2 in turn: between = 2 var(means), within = mean of d² / 2.
    let rows = (0..<12).map { index in
      let (mean, half) = (3 * Double(index), index % 2 == 0 ? 0.5 : -1)
      return PreferenceRow(
        prompt: "p\(index)", chosen: "c\(index)", rejected: "r\(index)", scoreChosen: mean + half,
        scoreRejected: mean - half)
    }
    let result = try Limits.result(.promptVariance, rows)
    // between = 2 · 9 · 13 = 234, within = (6 · 1 + 6 · 4) / 2 / 12 = 1.25.
    let ratio = 234 / 1.25
    #expect(abs((result.tests.first?.estimate ?? 0) - 2 / (ratio + 1)) < 1e-12)
    #expect(abs((result.evidence.first?.value ?? 0) - (ratio - 1) / (ratio + 1)) < 1e-12)
    let interval = try #require(result.tests.first?.interval)
    // scipy.stats.f.ppf([0.025, 0.975], 11, 12); sf(234 / 1.25 / 39, 11, 12).
    #expect(abs(interval.lower - 0.0031103059624459518) < 1e-9 && abs(interval.upper - 0.034867263189824416) < 1e-9)
    #expect(abs((result.tests.first?.pValue ?? 0) - 0.005885567317106179) < 1e-9)
  }

  @Test("equal scores and shared scores are counted among different texts")
  func ties() throws {
    var rows = Limits.rows([0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    rows[0].rejected = rows[0].chosen
    let ties = try Limits.result(.ties, rows)
    #expect(ties.tests.first?.estimate == 0.1 && ties.examples.map(\.row) == [1])
    #expect(ties.evidence.first?.value == 10 && ties.evidence.first?.count == 20)
    let padding = try Limits.result(.padding, rows)
    // Nought belongs to eleven replies that were rejected and one that was chosen; row 0 has one text twice.
    #expect(padding.tests.first?.estimate == 12.0 / 21 && padding.evidence.first?.value == 0)
    #expect(padding.examples.map(\.row) == [0, 1, 2, 3, 4])
  }

  @Test("a second scoring: winners that change, margins that move, largest and mean change, distance")
  func second() throws {
    let margins = (0..<20).map { Double($0) - 5.5 }
    var moved = margins
    (moved[3], moved[9]) = (-margins[3], margins[9] + 2)
    let scoring = SecondScoring(name: "two", scoreChosen: moved, scoreRejected: [Double](repeating: 0, count: 20))
    let change: (inout AuditInput) -> Void = { $0.secondScorings = [scoring] }
    let result = try Limits.result(.invariance, Limits.rows(margins), change)
    #expect(result.tests.map(\.estimate) == [0.05, 0.1])
    #expect(result.evidence.map(\.value) == [5, (5.0 + 2) / 20])
    #expect(result.examples.map(\.row) == [3] && result.examples.first?.why == "margin −2.5, then 2.5")
    let distance = try #require(try Limits.result(.modelDistance, Limits.rows(margins), change).tests.first)
    func product(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0.0) { $0 + $1.0 * $1.1 } }
    let (aa, bb) = (product(margins, margins), product(moved, moved))
    let rho = product(margins, moved) / (aa * bb).squareRoot()
    #expect(abs(distance.estimate - ((1 - rho) / 2).squareRoot()) < 1e-12)
    let influence = zip(margins, moved).map { a, b -> Double in
      let (x, y) = (a / (aa / 20).squareRoot(), b / (bb / 20).squareRoot())
      return x * y - rho * (x * x + y * y) / 2
    }
    let error = (product(influence, influence) / 400).squareRoot()
    let upper = ((1 - rho + 1.959_963_984_540_054 * error) / 2).squareRoot()
    #expect(abs((distance.interval?.upper ?? 0) - upper) < 1e-9)
    #expect(try Limits.result(.modelDistance, Limits.rows(Array(margins.prefix(19))), change).tests.isEmpty)
    // A tie that appears is a change of the winner, one that stays is none.
    let rest = Array(margins.dropFirst(3))
    let ties = SecondScoring(
      name: "t", scoreChosen: [0.0, 0, 1] + rest, scoreRejected: [Double](repeating: 0, count: 20))
    let tied = try Limits.result(.invariance, Limits.rows([0.0, 4, 0] + rest)) {
      $0.secondScorings = [ties]
    }
    #expect(tied.tests.first?.estimate == 0.1 && tied.examples.map(\.row) == [1, 2])
  }

  @Test("perturbed texts: mean change in spreads of the scores, with the error of both replies' dependence")
  func perturbation() throws {
    let rows = Limits.rows((0..<10).map(Double.init))
    let scoring = SecondScoring(
      name: "praise", scoreChosen: (0..<10).map { Double($0) + ($0 % 2 == 0 ? 0.5 : 0.1) },
      scoreRejected: [.nan] + [Double](repeating: 0, count: 9))
    let test = try #require(try Limits.result(.perturbation, rows) { $0.perturbedScorings = [scoring] }.tests.first)
    let scores = (0..<10).map(Double.init) + [Double](repeating: 0, count: 9)
    let changes = (0..<10).map { $0 % 2 == 0 ? 0.5 : 0.1 } + [Double](repeating: 0, count: 9)
    func deviation(_ values: [Double]) -> Double {
      let mean = values.reduce(0, +) / Double(values.count)
      return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)).squareRoot()
    }
    #expect(abs(test.estimate - 3 / 19 / deviation(scores)) < 1e-12 && test.count == 19)
    let error = deviation(changes) / 19.0.squareRoot() / deviation(scores) * 2.0.squareRoot()
    #expect(abs((test.interval?.upper ?? 0) - (test.estimate + 1.959_963_984_540_054 * error)) < 1e-9)
  }
}

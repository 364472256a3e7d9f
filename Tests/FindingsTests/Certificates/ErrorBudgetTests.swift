import Compute
import Findings
import Testing

@Suite("An error budget")
struct ErrorBudgetTests {
  private func shares(_ total: Double, _ demands: [ErrorBudget.Demand]) throws -> [Double] {
    try ErrorBudget(total, demands.enumerated().map { ($1, "claims.yaml:\($0 + 3)") }, at: "claims.yaml:1").shares
  }

  @Test("claims that leave theirs open share what the others leave; what leaves nothing to chance costs nothing")
  func divided() throws {
    let found = try shares(0.05, [.rest, .nothing, .share(0.02), .rest])
    #expect(found[1] == 0 && found[2] == 0.02)
    #expect(abs(found[0] - 0.015) < 1e-15 && found[0] == found[3])
    #expect(abs(found.reduce(0, +) - 0.05) < 1e-15)
    #expect(try shares(1, [.nothing]) == [0])
    // A verdict that errs in half of the cases says nothing, however much is left.
    #expect(try shares(1, [.rest])[0] < 0.5)
  }

  @Test("no total outside 0 … 1, no share outside 0 … ½, nothing beyond the total, and something for who is left")
  func refused() {
    for total in [0, -0.1, 1.01, .nan] {
      #expect { try shares(total, [.rest]) } throws: { ($0 as? InputError)?.place == "claims.yaml:1" }
    }
    for share in [0, 0.5, -1] {
      #expect { try shares(0.9, [.rest, .share(share)]) } throws: { ($0 as? InputError)?.place == "claims.yaml:4" }
    }
    #expect(throws: InputError.self) { try shares(0.05, [.share(0.03), .share(0.03)]) }
    #expect(throws: InputError.self) { try shares(0.05, [.share(0.05), .rest]) }
    #expect(throws: Never.self) { try shares(0.05, [.share(0.05), .nothing]) }
  }

  @Test(
    "the verdict on a share errs at most as stated: all outcomes of 40 trials, summed exactly, at and beside the limit")
  func exact() {
    let (trials, error) = (40, 0.01)
    for limit in [0.55, 0.7, 0.95] {
      let verdicts = (0...trials).map {
        Finding.Verdict.isAbove(limit, Statistics.proportionInterval(successes: $0, of: trials, level: 1 - 2 * error))
      }
      func chance(_ verdict: Finding.Verdict, at p: Double) -> Double {
        var (sum, mass) = (0.0, 1.0)
        for _ in 0..<trials { mass *= 1 - p }
        for k in 0...trials {
          if verdicts[k] == verdict { sum += mass }
          mass *= Double(trials - k) / Double(k + 1) * p / (1 - p)
        }
        return sum
      }
      #expect(chance(.holds, at: limit) <= error && chance(.fails, at: limit) <= error)
      #expect(chance(.holds, at: limit - 0.05) <= error)
      // It can hold, and it can fail.
      #expect(chance(.holds, at: 0.9999) > 0.5 || limit == 0.95)
      #expect(chance(.fails, at: 0.2) > 0.9)
    }
  }
}

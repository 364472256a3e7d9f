import Foundation
import Testing

@Suite("check")
struct CheckVerbTests {
  private func expect(
    _ arguments: [String], code: Int32, says words: [String], sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let result = try Tool.run(["check"] + arguments)
    #expect(result.code == code, "\(result.output)\(result.complaint)", sourceLocation: sourceLocation)
    for word in words {
      #expect(
        (result.output + result.complaint).contains(word), "\(word) in: \(result.output)\(result.complaint)",
        sourceLocation: sourceLocation)
    }
  }

  @Test("a world of ours keeps its contract; what is none is refused with near misses")
  func environment() throws {
    try expect(
      ["environment", "pactolus/CartPole-v1", "--steps", "400"], code: 0, says: ["keeps its contract", "400 steps"])
    try expect(["environment", "pactolus/CartPol-v1"], code: 2, says: ["did you mean pactolus/CartPole-v1"])
    try expect(["environment", "pactolus/CartPole-v1", "--steps", "0"], code: 2, says: ["10 to"])
    try expect(["environment"], code: 64, says: ["Missing"])
  }

  @Test("the interval that schools teach for a share is caught, and Wilson's passes")
  func estimators() throws {
    try expect(["estimator", "wilson", "--problem", "proportion"], code: 0, says: ["does what it says"])
    try expect(["estimator", "student", "--problem", "rare-loss"], code: 3, says: ["less often than it says"])
    try expect(["estimator", "wlison"], code: 2, says: ["wilson"])
    try expect(["estimator", "wilson", "--problem", "share"], code: 2, says: ["proportion"])
    try expect(["estimator"], code: 64, says: ["--command"])
  }

  /// Awk is where a shell is.
  private static func awk(_ half: String) -> String {
    #"""
    awk -F'[][]' '{ n = split($2, x, ","); s = 0; for (i = 1; i <= n; i++) s += x[i]; p = s / n;
    id = $0; sub(/.*"id":/, "", id); sub(/[,}].*/, "", id); h = HALF;
    printf "{\"id\": %d, \"estimate\": %.12f, \"lower\": %.12f, \"upper\": %.12f}\n", id, p, p - h, p + h }'
    """#.replacingOccurrences(of: "HALF", with: half).replacingOccurrences(of: "\n", with: " ")
  }

  @Test("a program of one's own is checked through its input and output: Wald's interval is caught, a wide one passes")
  func program() throws {
    try expect(
      ["estimator", "--command", Self.awk("1.96 * sqrt(p * (1 - p) / n)"), "--problem", "proportion"], code: 3,
      says: ["less often than it says"])
    // Hoeffding's inequality: √(log(2/0.05)/(2·40)) = 0.2147.
    try expect(
      ["estimator", "--command", Self.awk("0.2148"), "--problem", "proportion"], code: 0, says: ["does what it says"])
    try expect(["estimator", "--command", "echo hello"], code: 2, says: ["is no answer"])
    try expect(["estimator", "--command", "true"], code: 2, says: ["without an answer"])
    try expect(["estimator", "--command", "cat > /dev/null; exit 5"], code: 2, says: ["ended with code 5"])
    try expect(["estimator", "--command", "sleep 60", "--time-limit", "1"], code: 2, says: ["has not ended"])
  }
}

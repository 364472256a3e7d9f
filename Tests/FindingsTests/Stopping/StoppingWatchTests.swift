import Compute
import Findings
import Foundation
import Testing

@Suite("Stopping in time")
struct StoppingWatchTests {
  /// Whole runs: what is advised last, and in which round.
  private static func run(
    _ quality: (Int) -> Double, rounds: Int, perRound: Int, error: Double = 0.05, seed: UInt64
  ) -> (stopped: Int?, best: Int) {
    var stream = RandomSource(seed: seed).stream("run")
    var watch = StoppingWatch(error: error)
    var best = 0
    for round in 1...rounds {
      watch.begin()
      let preference = 1 / (1 + exp(quality(round) - quality(best)))
      for _ in 0..<perRound { watch.observe(bestIsPreferred: stream.bernoulli(preference)) }
      switch watch.advice {
      case .goOn: continue
      case .takeCurrent:
        best = round
        watch.replaceBest()
      case .stop: return (round, best)
      }
    }
    return (nil, best)
  }

  @Test("runs whose policies are never worse are stopped in at most one of twenty")
  func errors() {
    // Level throughout, the hardest case: 0.023 in 10,000 runs, so more than 0.05 of 400 in 0.1 % of seeds.
    let level = (0..<400).count { Self.run({ _ in 0 }, rounds: 40, perRound: 10, seed: UInt64($0)).stopped != nil }
    #expect(Double(level) / 400 <= 0.05)
    let rising = (0..<200).count {
      Self.run({ 0.1 * Double(min($0, 20)) }, rounds: 40, perRound: 10, seed: UInt64($0) + 1000).stopped != nil
    }
    #expect(Double(rising) / 200 <= 0.05)
  }

  @Test("a policy that rises and then falls is stopped after it fell, with a best from before")
  func turning() {
    // In 0.99 of 10,000 runs of 60 rounds; fewer than 90 of 100 by chance in less than 0.01 % of seeds.
    let runs = (0..<100).map {
      Self.run(
        { 0.1 * Double(min($0, 20)) - 0.1 * Double(max(0, $0 - 30)) }, rounds: 60, perRound: 10, seed: UInt64($0))
    }
    #expect(runs.count { $0.stopped != nil } >= 90)
    #expect(runs.count { ($0.stopped ?? 60) > 30 && $0.best < 40 } >= 95)
  }

  @Test("each best has its share of the error, and the shares are no more than the whole")
  func shares() {
    var watch = StoppingWatch(error: 0.06)
    var total = 0.0
    for best in 1...5 {
      #expect(watch.best == best && abs(watch.worse.error - 0.06 / Double(best * (best + 1))) < 1e-15)
      total += watch.worse.error
      watch.replaceBest()
    }
    #expect(total < 0.06)
    // 1.6 times what a test needs that is looked at once: 90 answers at 0.025, from scipy.stats.binom.
    #expect(StoppingWatch(error: 0.05).worse.planned == 144)
  }

  @Test("it does not stop in a round whose own answers favour the current policy")
  func recovered() {
    var watch = StoppingWatch(error: 0.05)
    watch.begin()
    for _ in 0..<30 { watch.observe(bestIsPreferred: true) }
    #expect(watch.advice == .stop)
    #expect(watch.finding(best: "the policy after round 2", current: "that after round 5").verdict == .fails)
    watch.begin()
    #expect(watch.advice == .goOn)
    watch.observe(bestIsPreferred: false)
    #expect(watch.advice == .goOn)
  }

  @Test("what is better takes its place, and the answers about the former best are used up")
  func better() {
    var watch = StoppingWatch(error: 0.05)
    let best = "the policy after round 2"
    #expect(watch.finding(best: best, current: "that after round 3").verdict == .unknown)
    watch.begin()
    for _ in 0..<15 { watch.observe(bestIsPreferred: false) }
    #expect(watch.advice == .takeCurrent)
    let finding = watch.finding(best: best, current: "that after round 3")
    #expect(finding.verdict == .holds && finding.bearing == .advice && finding.reason.contains("0 of 15"))
    watch.replaceBest()
    #expect(watch.advice == .goOn && watch.worse.losses == 0 && watch.best == 2)
  }

  @Test("a stored watch goes on as it would have")
  func storage() throws {
    var watch = StoppingWatch(error: 0.05)
    watch.begin()
    for index in 0..<9 { watch.observe(bestIsPreferred: index % 3 == 0) }
    var stored = try JSONDecoder().decode(StoppingWatch.self, from: JSONEncoder().encode(watch))
    watch.observe(bestIsPreferred: true)
    stored.observe(bestIsPreferred: true)
    #expect(watch == stored)
  }
}

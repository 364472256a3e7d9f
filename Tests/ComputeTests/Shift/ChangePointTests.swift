import Compute
import Foundation
import Testing

@Suite("When something changed")
struct ChangePointTests {
  /// Expected values by the integral equation of the run length, with 80 Gauss–Legendre nodes (NumPy 2.4.6).
  @Test(
    "run lengths and false alarms of cumulative sums agree with the integral equation",
    arguments: [
      (0.5, 4.0, 335.3675776272294, 8.38320212974993, 0.2514648093637962),
      (0.5, 5.0, 930.887012064219, 10.375975300207672, 0.0967022924393679),
      (0.25, 8.0, 736.7877465300754, 11.393208256238179, 0.11106695160806268),
      (0.5, 3.0, 117.59570422793968, 6.403908893421693, 0.5728071174755207),
    ])
  func runLengths(allowance: Double, limit: Double, quiet: Double, shifted: Double, within100: Double) throws {
    let sum = try CumulativeSum(allowance: allowance, limit: limit)
    expectClose(try sum.averageRunLength(), quiet, relative: 2e-3)
    expectClose(try sum.averageRunLength(mean: 1), shifted, relative: 2e-4)
    expectClose(sum.alarmProbability(within: 100), within100, relative: 2e-3)
  }

  @Test("the limit for a false alarm in 200 numbers is the integral equation's")
  func limit() throws {
    expectClose(try CumulativeSum.limit(falseAlarm: 0.05, within: 200), 6.380229444141843, relative: 1e-3)
  }

  @Test("a cumulative sum by hand: it forgets what is quiet, tells when, and knows when the change was")
  func byHand() throws {
    var sum = try CumulativeSum(allowance: 0.5, limit: 2)
    let alarms = [0.0, 1, -3, 1.5, 1.25, 1.25, 0.5].map { sum.take($0) }
    #expect(alarms == [false, false, false, false, false, true, true])
    #expect(sum.alarm == 6 && sum.changeAfter == 3 && sum.sum == 2.5)
    let broken = sum.take(.nan)
    #expect(broken)
    #expect(throws: InputError.self) { try CumulativeSum(allowance: -1) }
    #expect(throws: InputError.self) { try CumulativeSum(limit: 0) }
  }

  /// The stream has ties; the capital was computed by NumPy from the p-values, which it checked against the sorted
  /// past.
  @Test("the capital of the bets is NumPy's, and its ranks count ties")
  func capital() throws {
    var bets = try ExchangeabilityBets(reference: [])
    var ties = RandomSource(seed: 2).stream("ties")
    var past: [Double] = []
    for index in 0..<300 {
      let score = (ShiftRows.number(index, 1) * 20 + (index > 150 ? 6 : 0)).rounded()
      let p = bets.take(score, random: &ties)
      past.append(score)
      let (above, equal) = (past.count { $0 > score }, past.count { $0 == score })
      #expect(p > Double(above) / Double(past.count) && p <= Double(above + equal) / Double(past.count) + 1e-12)
    }
    expectClose(bets.logCapital, 18.931142488557818, relative: 1e-9)
    expectClose(bets.sinceChange, 21.384590701531017, relative: 1e-9)
    #expect(bets.rounds == 300 && (120...170).contains(bets.changeAfter))
    // Kept and read back it goes on alike; what no bets lead to is refused.
    let data = try JSONEncoder().encode(bets)
    var other = try JSONDecoder().decode(ExchangeabilityBets.self, from: data)
    var again = ties
    #expect(other.take(3, random: &again) == bets.take(3, random: &ties))
    #expect(other == bets)
    let text = String(decoding: data, as: UTF8.self).replacing("\"shares\":[", with: "\"shares\":[1,")
    #expect(throws: InputError.self) { try JSONDecoder().decode(ExchangeabilityBets.self, from: Data(text.utf8)) }
  }

  @Test("streams that never change raise an alarm at most as often as the level says")
  func falseAlarms() throws {
    // 300 streams: the probability of an alarm is at most .05 each, and more than 26 alarms would come once in a
    // thousand runs. Heavy tails and ties: the promise does not ask what is drawn.
    let random = RandomSource(seed: 4)
    let alarms = try (0..<300).count { stream in
      var draws = random.stream("quiet", stream)
      func next(_ draws: inout RandomStream) -> Double { (3 * tan(.pi * (draws.uniform() - 0.5))).rounded() }
      var bets = try ExchangeabilityBets(reference: (0..<50).map { _ in next(&draws) })
      for _ in 0..<200 { bets.take(next(&draws), random: &draws) }
      return bets.hasAlarm(level: 0.05)
    }
    #expect(alarms <= 26)
  }

  @Test("a change is found, and by the capital since the change sooner after a long quiet time")
  func found() throws {
    let random = RandomSource(seed: 6)
    var delays: [Double] = []
    var poorer = 0
    for stream in 0..<20 {
      var draws = random.stream("changed", stream)
      var bets = try ExchangeabilityBets(reference: (0..<100).map { _ in draws.normal() })
      for _ in 0..<400 { bets.take(draws.normal(), random: &draws) }
      let before = bets.logCapital
      var delay = 0
      while delay < 200, bets.sinceChange < log(1000) {
        bets.take(2 + draws.normal(), random: &draws)
        delay += 1
      }
      #expect(bets.sinceChange >= bets.logCapital - before - 1e-9)
      if bets.sinceChange > bets.logCapital { poorer += 1 }
      delays.append(Double(delay))
    }
    // Two deviations up: every one of the twenty is found within 60 rounds.
    #expect(delays.max() ?? .infinity < 60)
    // What bets lose while nothing happens the capital has to win back first.
    #expect(poorer >= 15)
  }

  @Test("what is no number cannot be a reference, and comes as infinity")
  func notANumber() throws {
    #expect(throws: NotMeasurable.notFinite(row: 1, column: 0)) { try ExchangeabilityBets(reference: [0, .nan]) }
    var draws = RandomSource(seed: 1).stream("nan")
    var bets = try ExchangeabilityBets(reference: (0..<9).map(Double.init))
    let p = bets.take(.nan, random: &draws)
    #expect(p <= 0.1)
  }
}

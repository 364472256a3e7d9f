import Audits
import Compute
import Environments
import Rewards
import Testing

@Suite("Yardsticks of the red team")
struct YardstickTests {
  @Test("the true reward's unit and zero are those of least squares")
  func truth() throws {
    // numpy.linalg.lstsq([[2, 5], [−1, 5], [3, 4], [0, 6]], [4.5, −.5, 6, 1.5])
    let yardstick = try TruthYardstick(predicted: [4.5, -0.5, 6, 1.5], actual: [2, -1, 3, 0], steps: [5, 5, 4, 6])
    #expect(abs(yardstick.slope - 1.6716417910447756) < 1e-12)
    #expect(abs(yardstick.offset - 0.24100087796312564) < 1e-12)
    #expect(throws: NotMeasurable.self) { try TruthYardstick(predicted: [1, 2], actual: [0, 0], steps: [5, 5]) }
    #expect(throws: NotMeasurable.self) { try TruthYardstick(predicted: [1, 2], actual: [2, 1], steps: [5, 5]) }
    #expect(throws: NotMeasurable.self) { try TruthYardstick(predicted: [1], actual: [2], steps: [5]) }
  }

  @Test("excess over the nearest judged transition is that of a plain search through all of them")
  func nearest() throws {
    let room = Room()
    let encoding = try TransitionEncoding(RewardInputs(), specification: room.specification)
    let judged = try encoding.rows(of: room.clips(12))
    var draws = RandomSource(seed: 5).stream("predicted")
    let predicted = (0..<judged.rows).map { _ in draws.normal() }
    let yardstick = try JudgedYardstick(judged, predicted: predicted, encoding: encoding)
    let clip = room.clips(1, seed: 9)[0]
    let rows = try encoding.rows(of: [clip])
    let deviations = (0..<judged.columns).map { column in
      Statistics.standardDeviation((0..<judged.rows).map { judged[$0, column] })
    }
    var excess = [Float](repeating: 10, count: clip.count)
    clip.withTransitionRows(room.specification) { yardstick.excess($0, rewards: &excess, truth: clip.rewards) }
    for step in 0..<clip.count {
      let distances = (0..<judged.rows).map { row in
        (0..<judged.columns).reduce(0.0) { sum, column in
          let offset = deviations[column] > 0 ? (judged[row, column] - rows[step, column]) / deviations[column] : 0
          return sum + offset * offset
        }
      }
      let least = distances.min() ?? 0
      // Equal rows are many; the answer is that of one of them.
      let nearest = (0..<judged.rows).filter { distances[$0] < least + 1e-4 }.map { Float(10 - predicted[$0]) }
      #expect(nearest.contains { abs($0 - excess[step]) < 1e-5 })
    }
  }

  @Test("stretches are those of a plain search", arguments: 0..<20)
  func stretches(_ seed: Int) {
    var draws = RandomSource(seed: UInt64(seed)).stream("values")
    let values = (0..<(1 + draws.below(12))).map { _ in draws.normal() }
    var all: [Range<Int>] = []
    for first in values.indices { for end in (first + 1)...values.count { all.append(first..<end) } }
    func sum(_ range: Range<Int>) -> Double { values[range].reduce(0, +) }
    for most in [1, 3, 100] {
      let best = Stretches.best(values, atMost: most)
      #expect(abs(best.sum - max(0, all.filter { $0.count <= most }.map(sum).max() ?? 0)) < 1e-12)
      #expect(abs(sum(best.range) - best.sum) < 1e-12)
    }
    let least = 0.5 * Stretches.best(values).sum
    let short = all.filter { sum($0) >= least }.map(\.count).min()
    if least > 0 { #expect(Stretches.shortest(values, reaching: least)?.count == short) }
    let four = all.filter { $0.count == 4 }.map(sum).max()
    if let four { #expect(abs(Stretches.largest(values, length: 4) - four) < 1e-12) }
  }

  @Test("mechanisms are as many as there are heaps, and one where there are none")
  func mechanisms() {
    var draws = RandomSource(seed: 1).stream("places")
    let heaps = (0..<15).map { place in [Double(place % 3) * 10 + 0.1 * draws.normal(), 0.1 * draws.normal()] }
    let told = Mechanisms(heaps)
    #expect(told.labels == (0..<15).map { $0 % 3 } && (told.silhouette ?? 0) > 0.95)
    #expect(Mechanisms((0..<15).map { _ in [draws.normal(), draws.normal()] }).silhouette == nil)
    #expect(Mechanisms([]).labels == [] && Mechanisms([[1], [5]]).labels == [0, 0])
    // By hand: places 0, 1, 10, 11 in two heaps, s = (10.5 − 1)/10.5 for 0 and 11, (9.5 − 1)/9.5 for 1 and 10.
    let four = Mechanisms([[0], [1], [10], [11]])
    #expect(abs((four.silhouette ?? 0) - (9.5 / 10.5 + 8.5 / 9.5) / 2) < 1e-12)
  }
}

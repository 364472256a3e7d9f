import Compute
import Foundation
import RewardFiles
import Testing

@Suite("Linear heads")
struct LinearHeadTests {
  /// Pairs of vectors of four numbers; `unit` multiplies all, `order` is in which they are given.
  private static func data(
    _ count: Int = 60, unit: Float = 1, order: (Int) -> Int = { $0 }, constant: Bool = false, sure: Bool = false
  ) throws -> HeadData {
    var data = HeadData(width: constant ? 5 : 4)
    for place in 0..<count {
      let pair = order(place)
      var stream = RandomSource(seed: 12).stream("pair", pair)
      var vectors = (0..<2).map { _ in (0..<4).map { _ in unit * Float(stream.normal()) } }
      let gap = (vectors[0][0] - vectors[1][0]) / unit
      if sure ? gap < 0 : !stream.bernoulli(1 / (1 + exp(-Double(gap)))) { vectors.swapAt(0, 1) }
      if constant { vectors = vectors.map { $0 + [7 * unit] } }
      try data.append(
        chosen: vectors[0], rejected: vectors[1], target: !sure && pair % 9 == 4 ? 0.5 : 1, prompt: pair,
        annotator: ["a", "b", nil][pair % 3])
    }
    return data
  }

  private static func slopes(_ head: RewardHead, width: Int = 4, unit: Float = 1) throws -> [Double] {
    let origin = try head.scores([[Float](repeating: 0, count: width)])[0].reward
    return try (0..<width).map { place in
      let probe = (0..<width).map { $0 == place ? unit : 0 }
      return try (head.scores([probe])[0].reward - origin) * head.temperature
    }
  }

  /// By gradient descent on the stated objective, from the vectors alone: slow, and another way than the program's.
  private static func minimiser(_ data: HeadData, spread: Double, rationality: (String?) -> Double) -> [Double] {
    let (count, width) = (data.count, data.width)
    var deviations = [Double](repeating: 0, count: width)
    for j in 0..<width {
      let values = (0..<count).flatMap { [Double(data.chosen[$0 * width + j]), Double(data.rejected[$0 * width + j])] }
      let mean = values.reduce(0, +) / Double(values.count)
      deviations[j] = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)).squareRoot()
    }
    let rows = (0..<count).map { i in
      (0..<width).map { (Double(data.chosen[i * width + $0]) - Double(data.rejected[i * width + $0])) / deviations[$0] }
    }
    let square = rows.reduce(0) { $0 + $1.reduce(0) { $0 + $1 * $1 } } / Double(count)
    let ridge = square / (spread * spread)
    var weights = [Double](repeating: 0, count: width)
    for _ in 0..<4000 {
      var gradient = weights.map { $0 * ridge }
      for i in 0..<count {
        let factor = rationality(data.annotators[i])
        let z = factor * zip(weights, rows[i]).reduce(0) { $0 + $1.0 * $1.1 }
        for j in 0..<width {
          gradient[j] += factor * rows[i][j] * (1 / (1 + exp(-z)) - Double(data.targets[i]))
        }
      }
      for j in 0..<width { weights[j] -= gradient[j] / (ridge + Double(count)) }
    }
    return zip(weights, deviations).map { $0 / $1 }
  }

  @Test("the head is the minimiser of the stated objective, with the ridge that the report names, whoever answered")
  func minimiser() throws {
    var fit = RewardHeadFit()
    fit.members = 1
    let data = try Self.data()
    let (head, report) = try fit.fit(data, source: .file, random: RandomSource(seed: 1))
    let rationality = Dictionary(uniqueKeysWithValues: report.annotators.map { ($0.name, $0.rationality) })
    #expect(rationality.count == 2)
    let expected = Self.minimiser(data, spread: try #require(report.ridge)) { name in
      min(4, max(0.05, name.flatMap { rationality[$0] } ?? 1))
    }
    // The head's weights are floats.
    for (slope, value) in try zip(Self.slopes(head), expected) { #expect(abs(slope - value) < 2e-6) }
  }

  @Test("the unit of the vectors does not matter, from 1e-30 to 1e30, and a number that never changes weighs nothing")
  func units() throws {
    var fit = RewardHeadFit()
    fit.members = 2
    func fitted(_ data: HeadData, unit: Float = 1) throws -> (slopes: [Double], report: RewardHeadFit.Report) {
      let (head, report) = try fit.fit(data, source: .file, random: RandomSource(seed: 1))
      return try (Self.slopes(head, width: data.width, unit: unit), report)
    }
    let usual = try fitted(Self.data())
    for unit in [1e-30, 1e30] as [Float] {
      let other = try fitted(Self.data(unit: unit), unit: unit)
      for (a, b) in zip(usual.slopes, other.slopes) { #expect(abs(a - b) < 1e-5) }
      #expect(other.report.ridge == usual.report.ridge && other.report.accuracy == usual.report.accuracy)
      #expect(abs(other.report.logLoss - usual.report.logLoss) < 1e-6)
    }
    let constant = try fitted(Self.data(constant: true))
    for (a, b) in zip(usual.slopes + [0], constant.slopes) { #expect(abs(a - b) < 1e-6) }
  }

  @Test("the order of the pairs does not matter, without resamples")
  func order() throws {
    var fit = RewardHeadFit()
    fit.members = 1
    let one = try fit.fit(Self.data(), source: .file, random: RandomSource(seed: 1))
    let other = try fit.fit(Self.data(order: { 59 - $0 }), source: .file, random: RandomSource(seed: 1))
    for (a, b) in try zip(Self.slopes(one.head), Self.slopes(other.head)) { #expect(abs(a - b) < 1e-5) }
    #expect(one.report.ridge == other.report.ridge)
    #expect(abs(one.report.logLoss - other.report.logLoss) < 1e-9)
  }

  @Test("answers that one number explains leave the head finite, and the least ridge is chosen")
  func separable() throws {
    let (head, report) = try RewardHeadFit().fit(
      Self.data(200, sure: true), source: .file, random: RandomSource(seed: 1))
    #expect(try Self.slopes(head).allSatisfy(\.isFinite))
    let ridge = try #require(report.ridge)
    #expect(report.accuracy.value > 0.95 && ridge >= 8)
  }

  @Test("answers at random choose a strong ridge, and cost little more than chance")
  func chance() throws {
    var data = HeadData(width: 30)
    var stream = RandomSource(seed: 5).stream("noise")
    for pair in 0..<200 {
      let vectors = (0..<2).map { _ in (0..<30).map { _ in Float(stream.normal()) } }
      try data.append(chosen: vectors[0], rejected: vectors[1], prompt: pair)
    }
    var fit = RewardHeadFit()
    fit.members = 1
    let report = try fit.fit(data, source: .file, random: RandomSource(seed: 1)).report
    #expect(try #require(report.ridge) <= 0.5)
    #expect(report.logLoss < 0.72)
  }

  @Test("two folds, many folds and members, and prompts of many pairs", arguments: [(2, 2), (2, 3), (7, 14), (12, 12)])
  func folds(folds: Int, prompts: Int) throws {
    var fit = RewardHeadFit()
    (fit.folds, fit.members) = (folds, 2)
    var data = HeadData(width: 4)
    let usual = try Self.data()
    for pair in 0..<usual.count {
      let range = pair * 4..<(pair + 1) * 4
      try data.append(
        chosen: Array(usual.chosen[range]), rejected: Array(usual.rejected[range]), prompt: pair % prompts)
    }
    let report = try fit.fit(data, source: .file, random: RandomSource(seed: 1)).report
    #expect(report.folds == folds && report.logLoss.isFinite && report.ridge != nil)
  }

  @Test("pairs whose two vectors are the same are refused; ties alone teach nothing")
  func impossible() throws {
    var same = HeadData(width: 2)
    var ties = HeadData(width: 2)
    for pair in 0..<30 {
      try same.append(chosen: [Float(pair), 1], rejected: [Float(pair), 1], prompt: pair)
      try ties.append(chosen: [Float(pair), 1], rejected: [Float(pair % 7), 0], target: 0.5, prompt: pair)
    }
    let error = #expect(throws: InputError.self) {
      try RewardHeadFit().fit(same, source: .file, random: RandomSource(seed: 1))
    }
    #expect(error?.problem == "the two vectors of every pair are the same")
    let (head, report) = try RewardHeadFit().fit(ties, source: .file, random: RandomSource(seed: 1))
    #expect(try Self.slopes(head, width: 2) == [0, 0] && report.accuracy.count == 0)
    #expect(abs(report.logLoss - log(2)) < 1e-12)
    var fit = RewardHeadFit()
    fit.members = 0
    #expect(throws: InputError.self) { try fit.fit(ties, source: .file, random: RandomSource(seed: 1)) }
  }
}

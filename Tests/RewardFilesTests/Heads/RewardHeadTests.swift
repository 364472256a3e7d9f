import Compute
import Foundation
import RewardFiles
import Testing

@Suite("Reward heads")
struct RewardHeadTests {
  /// Pairs whose preference follows a hidden linear reward of eight numbers, as Bradley and Terry say.
  private static func data(
    _ count: Int, scale: Double = 2, annotators: [(name: String, errs: Double)] = [], seed: UInt64 = 3
  ) throws -> (data: HeadData, truth: [Double]) {
    let width = 8
    let random = RandomSource(seed: seed)
    var draws = random.stream("truth", 0)
    var truth = (0..<width).map { _ in draws.normal() }
    let length = truth.reduce(0) { $0 + $1 * $1 }.squareRoot()
    truth = truth.map { $0 / length }
    var data = HeadData(width: width)
    for pair in 0..<count {
      var stream = random.stream("pair", pair)
      let vectors = (0..<2).map { _ in (0..<width).map { _ in Float(stream.normal()) } }
      let values = vectors.map { vector in zip(vector, truth).reduce(0) { $0 + Double($1.0) * $1.1 } }
      var first = stream.bernoulli(1 / (1 + exp(scale * (values[1] - values[0]))))
      let person = annotators.isEmpty ? nil : annotators[pair % annotators.count]
      if let person, stream.bernoulli(person.errs) { first = stream.bernoulli(0.5) }
      try data.append(
        chosen: vectors[first ? 0 : 1], rejected: vectors[first ? 1 : 0], prompt: pair, annotator: person?.name)
    }
    return (data, truth)
  }

  @Test("a planted linear reward is recovered, its accuracy near the best there is, its probabilities calibrated")
  func recovery() throws {
    let (data, truth) = try Self.data(1500)
    let (head, report) = try RewardHeadFit().fit(data, source: .file, random: RandomSource(seed: 1))
    // The best possible is E[σ(|2·√2·z|)] = 0.804; 1,500 pairs have a standard error of 0.01: with four of them and
    // what learning costs, a right program fails less than once in ten thousand seeds.
    #expect(report.accuracy.value > 0.75)
    #expect(report.calibratedLogLoss < 0.5)
    #expect(report.calibratedLogLoss <= report.logLoss + 1e-12)
    var probes: [[Float]] = []
    for index in 0..<8 { probes.append((0..<8).map { $0 == index ? 1 : 0 }) }
    let origin = try head.scores([[Float](repeating: 0, count: 8)])[0].reward
    let slopes = try head.scores(probes).map { $0.reward - origin }
    let product = zip(slopes, truth).reduce(0) { $0 + $1.0 * $1.1 }
    let length = slopes.reduce(0) { $0 + $1 * $1 }.squareRoot()
    #expect(product / length > 0.95)
    // Differences of scores are logits: the hidden scale is 2.
    #expect(abs(length - 2) < 0.5)
  }

  @Test("answers at random leave chance inside the interval")
  func chance() throws {
    let (data, _) = try Self.data(600, scale: 0)
    let report = try RewardHeadFit().fit(data, source: .file, random: RandomSource(seed: 2)).report
    // An exact 95 % interval misses for one seed in twenty; this one is fixed.
    #expect(try #require(report.accuracy.interval).lower < 0.5 && report.accuracy.interval!.upper > 0.5)
    #expect(report.calibratedLogLoss < 0.72)
  }

  @Test("annotators who answer at random more often have the lower rationality")
  func annotators() throws {
    let people = [(name: "a", errs: 0.0), (name: "b", errs: 0.5), (name: "c", errs: 1.0)]
    let report = try RewardHeadFit().fit(
      Self.data(1800, annotators: people).data, source: .file, random: RandomSource(seed: 3)
    ).report
    let rationality = report.annotators.map(\.rationality)
    #expect(report.annotators.map(\.name) == ["a", "b", "c"])
    #expect(rationality[0] > rationality[1] && rationality[1] > rationality[2])
    #expect(report.annotators[0].interval.lower > report.annotators[2].interval.upper)
    #expect(report.annotators[2].interval.lower <= 0.1)
  }

  @Test("too long training is too sure, and calibration mends it")
  func overconfident() throws {
    var fit = RewardHeadFit()
    (fit.hidden, fit.members, fit.epochs, fit.weightDecay, fit.learningRate) = ([32], 1, 120, 0, 0.01)
    let report = try fit.fit(Self.data(400).data, source: .file, random: RandomSource(seed: 4)).report
    #expect(report.temperature > 1.5)
    #expect(report.calibratedLogLoss < report.logLoss - 0.1)
    #expect(report.calibratedError < report.calibrationError)
  }

  @Test("the same bytes on one, two and four threads, and after writing and reading", arguments: [[], [4]])
  func bytes(hidden: [Int]) throws {
    let (data, _) = try Self.data(200)
    var fit = RewardHeadFit()
    (fit.hidden, fit.epochs) = (hidden, 3)
    let before = ThreadPool.shared.threadCount
    defer { ThreadPool.shared.threadCount = before }
    let written = try [1, 2, 4].map { threads in
      ThreadPool.shared.threadCount = threads
      return try fit.fit(data, source: .file, random: RandomSource(seed: 5)).head.encoded()
    }
    #expect(Set(written).count == 1)
    let read = try RewardHead(decoding: Array(written[0]), place: "head")
    #expect(try read.encoded() == written[0])
    // Every damaged file is an error, never a trap.
    for place in stride(from: 0, to: written[0].count, by: 97) {
      var bytes = Array(written[0])
      bytes[place] ^= 0x5A
      _ = try? RewardHead(decoding: bytes, place: "damaged")
      #expect(throws: InputError.self) { try RewardHead(decoding: Array(written[0].prefix(place)), place: "short") }
    }
  }

  @Test("vectors like the training ones have p-values at most p in a share of about p; far ones are flagged")
  func unlike() throws {
    let head = try RewardHeadFit().fit(Self.data(1000).data, source: .file, random: RandomSource(seed: 6)).head
    var stream = RandomSource(seed: 77).stream("new", 0)
    let usual = try head.scores((0..<2000).map { _ in (0..<8).map { _ in Float(stream.normal()) } }).map(\.pValue)
    // 2,000 draws at .1 have a standard error of .007, the thousand references another .01.
    #expect(abs(Double(usual.count { $0 <= 0.1 }) / 2000 - 0.1) < 0.05)
    #expect(try head.scores([[Float](repeating: 6, count: 8)])[0].pValue < 0.002)
    #expect(throws: InputError.self) { try head.scores([[1, 2]]) }
  }

  @Test("the service answers in the remote reward's shape, and refuses what is too much")
  func service() throws {
    let embedding = HashEmbedding(width: 64)
    var data = HeadData(width: 64)
    for pair in 0..<120 {
      try data.append(
        chosen: embedding.vector(prompt: "p", reply: "thank you kindly number \(pair)"),
        rejected: embedding.vector(prompt: "p", reply: "go away now number \(pair)"), prompt: pair)
    }
    let head = try RewardHeadFit().fit(data, source: .hash(embedding), random: RandomSource(seed: 7)).head
    var service = RewardService(head)
    let body = Data(
      #"{"query": ["p thank you kindly", "p go away now"], "prompts": ["p ", "p "], "labels": ["x", "y"]}"#.utf8)
    struct Answer: Decodable {
      var rewards: [Double]
      var scores: [Double]
      var extraLogs: [String: [Double]]
      var request: String
    }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let answer = try decoder.decode(Answer.self, from: service.answer(body))
    #expect(answer.rewards[0] > answer.rewards[1])
    #expect(answer.scores.allSatisfy { (0...1).contains($0) })
    #expect(answer.extraLogs.values.allSatisfy { $0.count == 2 })
    #expect(try service.answer(body) == service.answer(body))
    service.largestBatch = 1
    #expect(throws: InputError.self) { try service.answer(body) }
    service.largestBatch = 2
    service.longestText = 5
    #expect(throws: InputError.self) { try service.answer(body) }
    for bad in ["", "{}", "[]", #"{"query": "text"}"#, #"{"query": ["a"], "prompts": []}"#] {
      #expect(throws: InputError.self) { try RewardService(head).answer(Data(bad.utf8)) }
    }
    var other = head
    other.source = .file
    #expect(throws: InputError.self) { try RewardService(other).answer(body) }
  }
}

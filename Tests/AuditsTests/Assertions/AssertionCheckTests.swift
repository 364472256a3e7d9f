import Audits
import Compute
import Findings
import Testing

@Suite("Checking assertions")
struct AssertionCheckTests {
  @Test(
    "a linear reward by hand: what holds is proved, what does not has a witness with the excess",
    arguments: [
      ("reward rises with height", nil), ("reward falls with height", 2.0), ("reward rises with speed upwards", 2.0),
      ("reward falls with speed upwards", nil), ("never paid more when water = 1 than when water = 0", 0.5),
      ("never paid less when water = 1 than when water = 0", nil),
      ("never paid more when water = 1 than when water = 0 give or take .6", nil),
      ("never paid more when action = climb than when action = wait", 1),
      ("never paid more when action = wait than when action = climb", nil),
      ("reward does not depend on speed upwards by more than 2.01", nil),
      ("reward does not depend on speed upwards by more than 1.5", 0.5),
      ("reward stays between -1.01 and 4.51", nil), ("reward stays below 4", 0.5), ("reward stays above 0", 1),
      ("reward stays below 0.41 while height <= 0.2 and water = 0 and action = wait and speed upwards > 0", nil),
      // Steps: 0.8 in height, 0.3 in speed, 1 in water and another action.
      ("no jump above 3.51 between neighbours", nil), ("no jump above 2.5 between neighbours", 0.9),
    ] as [(String, Double?)])
  func linear(line: String, excess: Double?) throws {
    let result = try AssertionFixture.result(line, AssertionFixture.linear())
    if let excess {
      let witness = try #require(result.witness)
      #expect(result.verdict == .fails && abs(witness.excess - excess) < 0.05 * excess + 0.02, "\(witness)")
    } else {
      #expect(result.verdict == .holds && result.isProved && result.witness == nil, "\(result)")
    }
  }

  @Test("a hole of one part in fifty is found beyond the data, and shown with both transitions")
  func hole() throws {
    // 40 (height − 0.98)⁺: nothing below 0.98, 0.8 at the top of the ladder.
    let shape = NetworkShape(inputs: 5, hidden: [1], outputs: 1, activation: .relu)
    let parameters: [Float] = [1, 0, 0, 0, 0, -0.98, 40, 0]
    let reward = try BoundedNetwork(Network(shape, parameters: parameters), weights: [1])
    let result = try AssertionFixture.result("reward stays below 0.3", reward)
    let witness = try #require(result.witness)
    #expect(witness.origin == "search" || witness.origin == "proof")
    #expect(result.counts.allSatisfy { $0.broken == 0 } && witness.first[0] > 0.98)
    let finding = result.finding(try AssertionFixture.check(reward).domain, id: "hole")
    #expect(finding.verdict == .fails && finding.reason.contains("height = "))
    #expect(finding.statement == "“reward stays below 0.3” is not so")
  }

  @Test("random networks against a grid: what is proved has no counterexample, and every witness is one")
  func grid() throws {
    var verdicts: [String: Int] = [:]
    for seed in 0..<40 {
      let network = Network(
        NetworkShape(inputs: 5, hidden: [4, 4], outputs: 1, activation: seed % 2 == 0 ? .tanh : .relu),
        initialization: .pyTorchDefault, random: RandomSource(seed: UInt64(seed)))
      let reward = try BoundedNetwork(network, weights: [1])
      let result = try AssertionFixture.result("reward rises with height give or take 0.001 while water = 0.5", reward)
      var largest = -Double.infinity
      for speed in stride(from: Float(-1), through: 1, by: 0.1) {
        for action in [[Float(1), 0], [0, 1]] {
          let values = reward.values(
            at: (0...50).flatMap { [Float($0) / 50, speed, 0.5] + action }, count: 51)
          var highest = values[0]
          for value in values { (highest, largest) = (max(highest, value), max(largest, highest - value)) }
        }
      }
      if result.isProved { #expect(largest <= 0.00101, "seed \(seed)") }
      if largest > 0.002 { #expect(result.verdict == .fails, "seed \(seed)") }
      if let witness = result.witness, let second = witness.second {
        #expect(second[0] > witness.first[0] && second[1] == witness.first[1] && second[2] == 0.5)
        #expect(reward.value(at: witness.first) - reward.value(at: second) > 0.001)
      }
      verdicts[result.isProved ? "proved" : result.verdict.word, default: 0] += 1
    }
    #expect((verdicts["proved"] ?? 0) >= 5 && (verdicts["fails"] ?? 0) >= 5, "\(verdicts)")
  }

  @Test("without a proof the claim says how far was tried; without anything to try nothing is known")
  func wording() throws {
    let reward = try AssertionFixture.linear()
    let tried = try AssertionFixture.result("reward stays below 5", reward, nodes: 0)
    let domain = try AssertionFixture.check(reward).domain
    let finding = tried.finding(domain, id: "a")
    #expect(finding.verdict == .holds && finding.claim.hasSuffix("as far as was tried") && !tried.isProved)
    #expect(finding.reason.hasPrefix("Not proved, and not refuted by 2"))
    // Two episodes without a break: at most 84 % of such episodes break it, by the exact interval.
    #expect(try #require(finding.errorRate).hasPrefix("At most 84.2 %"))
    let empty = try AssertionFixture.result("reward stays below 0 while height > 1.5", reward)
    #expect(empty.verdict == .unknown && empty.finding(domain, id: "b").verdict == .unknown)
  }

  @Test("names follow what the reward reads: next ones, actions' components, the end")
  func names() throws {
    let features = try AssertionFixture.features()
    #expect(features.names == ["height", "speed upwards", "water", "action"])
    #expect(
      features.text([0.25, 0, 1, 0, 1], first: [2]) == "action = wait, water = 1, height = 0.25, speed upwards = 0")
  }
}

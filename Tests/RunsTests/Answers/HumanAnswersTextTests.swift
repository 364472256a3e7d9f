import Foundation
import Runs
import Testing

/// What a terminal shows of people's answers, from a report in which every number is made up.
@Suite("People's answers as text")
struct HumanAnswersTextTests {
  /// `weights` and `intervals` are of partial return, the value of the start and that of the end.
  private static func lines(
    weights: String = "[0.5, 0, 0]", intervals: String = "[null, null, null]", neverFinishing: Int = 0,
    checked: Bool = false
  ) throws -> [String] {
    let text = """
      {
        "environment": "pactolus/Delivery-v0",
        "settings": {"discount": 0.999, "penalty": 0.0001, "level": 0.9, "resamples": 10, "learningResamples": 5},
        "optimalReturn": 40, "uniformReturn": -120.5, "starts": 92, "featureNames": ["coin", "mud"],
        "trueWeights": [1, -2], "findings": [],
        "conditions": [
          {
            "name": "asked", "answers": 1200, "ties": 300, "statisticsChecked": \(checked),
            "fits": [
              {
                "model": "regret", "scale": 0.5, "crossEntropy": 0.4, "agreement": 0.9, "decided": 800,
                "crossEntropyInterval": {"lower": 0.35, "upper": 0.45, "level": 0.9}
              }
            ],
            "parts": {"weights": \(weights), "weightIntervals": \(intervals), "crossEntropy": 0.625},
            "learned": [
              {
                "reward": {"model": "regret", "weights": [2, 0], "crossEntropy": 0.4, "objective": 1},
                "weightIntervals": [null, null], "identified": [true, false], "trueReturn": 32, "scaledReturn": 0.95,
                "scaledReturnInterval": {"lower": 0.5, "upper": 1, "level": 0.9}, "neverFinishing": \(neverFinishing)
              }
            ]
          }
        ]
      }
      """
    return try JSONDecoder().decode(HumanAnswersReport.self, from: Data(text.utf8)).lines
  }

  @Test("a condition word for word, and what its brackets are")
  func whole() throws {
    let none = "not identified by these answers"
    let expected: [String] = [
      "asked: 1200 answers, 25.0 % ties; the file of statistics agrees with our replay in every row",
      "  judged by regret: cross-entropy 0.400 [0.350, 0.450], agreement 0.900, best scale 0.5000",
      "  each part weighed apart: cross-entropy 0.625; partial return 0.500, V*(start) \(none), V*(end) \(none)",
      "  reward learned by regret: scaled true return 0.950 [0.500, 1.000]; coin 2.00, mud \(none)",
      "", "True return over 92 starts (discount 0.999): best 40.000, uniform -120.500; scaled: uniform 0, best 1.",
      "Brackets are 90 % intervals over answers, taken as independent.",
    ]
    #expect(try Self.lines(checked: true) == expected)
    #expect(try Self.lines().first == "asked: 1200 answers, 25.0 % ties")
  }

  @Test("an agent that never finishes from a single start is said so, and one that always does is not")
  func finishing() throws {
    func learned(_ count: Int) throws -> String { try Self.lines(neverFinishing: count)[3] }
    #expect(try !learned(0).contains("never finishes"))
    #expect(try learned(1).contains("0.950 [0.500, 1.000]; never finishes from 1 starts; coin"))
    #expect(try learned(7).contains("; never finishes from 7 starts; "))
  }

  @Test("a weight of 0 is not identified where no resample moved it; any other weight is, with an interval or without")
  func identified() throws {
    func parts(_ weights: String, _ intervals: String) throws -> String {
      String(try Self.lines(weights: weights, intervals: intervals)[2].split(separator: "partial return ")[1])
    }
    let none = "not identified by these answers"
    let still = #"{"lower": 0, "upper": 0, "level": 0.9}"#
    #expect(
      try parts("[0.5, -0.25, 0]", #"[null, {"lower": -1, "upper": 1, "level": 0.9}, null]"#)
        == "0.500, V*(start) -0.250 [-1.000, 1.000], V*(end) \(none)")
    #expect(
      try parts(
        "[0, 0, 0]",
        #"[{"lower": 0, "upper": 0.2, "level": 0.9}, {"lower": -0.2, "upper": 0, "level": 0.9}, \#(still)]"#)
        == "0.000 [0.000, 0.200], V*(start) 0.000 [-0.200, 0.000], V*(end) \(none)")
    #expect(
      try parts("[0.5, 0.5, 0]", "[\(still), null, \(still)]")
        == "0.500 [0.000, 0.000], V*(start) 0.500, V*(end) \(none)")
  }
}

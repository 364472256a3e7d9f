import Feedback
import Foundation
import Reports
import Runs
import Testing

/// The page about people's answers, from a report in which every number is made up.
@Suite("The page about people's answers")
struct HumanAnswersPageTests {
  private static let text = """
    {
      "environment": "pactolus/Delivery-v0",
      "settings": {"discount": 0.999, "penalty": 0.0001, "level": 0.95, "resamples": 10, "learningResamples": 5},
      "optimalReturn": 40, "uniformReturn": -120, "starts": 92, "featureNames": ["coin", "mud", "sheep"],
      "trueWeights": [1, -2, -50], "findings": [],
      "conditions": [
        {
          "name": "asked", "answers": 1200, "ties": 300, "statisticsChecked": true,
          "fits": [
            {
              "model": "regret", "scale": 0.5, "crossEntropy": 0.4, "agreement": 0.9, "decided": 800,
              "crossEntropyInterval": {"lower": 0.35, "upper": 0.45, "level": 0.95}
            },
            {"model": "partial return", "scale": 0.25, "crossEntropy": 0.6, "agreement": 0.7, "decided": 800}
          ],
          "parts": {"weights": [0, 0, 0], "weightIntervals": [null, null, null], "crossEntropy": 0.6},
          "learned": [
            {
              "reward": {"model": "regret", "weights": [2, 0, -8], "crossEntropy": 0.4, "objective": 1},
              "weightIntervals": [{"lower": 1, "upper": 4, "level": 0.95}, null, null],
              "identified": [true, false, true], "trueReturn": 32, "scaledReturn": 0.95,
              "scaledReturnInterval": {"lower": 0.5, "upper": 1, "level": 0.95}, "neverFinishing": 1
            },
            {
              "reward": {"model": "partial return", "weights": [0, 0, 0], "crossEntropy": 0.6, "objective": 1},
              "weightIntervals": [null, null, null], "identified": [true, true, true], "trueReturn": -200,
              "scaledReturn": -0.5, "neverFinishing": 0
            }
          ]
        },
        {
          "name": "told", "answers": 800, "ties": 0, "statisticsChecked": false, "fits": [],
          "parts": {"weights": [0, 0, 0], "weightIntervals": [null, null, null], "crossEntropy": 0.6},
          "learned": []
        }
      ]
    }
    """

  private let model: ReportModel

  init() throws {
    model = ReportModel(try JSONDecoder().decode(HumanAnswersReport.self, from: Data(Self.text.utf8)), written: nil)
  }

  private func points(_ chart: Chart) -> [[Chart.Point]] { chart.panels[0].series.map(\.points) }

  @Test("weights are drawn for each condition, each reward by its largest, and what was not identified is left out")
  func weights() throws {
    let charts = model.sections[2].charts
    #expect(charts.map(\.id) == ["weights-asked", "weights-told"] && charts.map(\.title) == ["asked", "told"])
    let asked = charts[0]
    #expect(asked.x.names == ["coin", "mud", "sheep"])
    #expect(asked.panels[0].series.map(\.name) == ["true reward, scaled", "by regret", "by partial return"])
    #expect(asked.panels[0].series.map(\.role) == [.neutral, .truth, .prediction])
    let drawn = points(asked)
    #expect(drawn[0] == [Chart.Point(-0.24, 0.02), Chart.Point(0.76, -0.04), Chart.Point(1.76, -1)])
    // Of 8: 2 within 1 and 4; the second weight is not identified.
    #expect(drawn[1] == [Chart.Point(0, 0.25, lower: 0.125, upper: 0.5), Chart.Point(2, -1)])
    // A reward of nothing but zeros stays so, and one place beside the first.
    #expect(drawn[2] == [Chart.Point(0.24, 0), Chart.Point(1.24, 0), Chart.Point(2.24, 0)])
    #expect(
      asked.caption
        == "Weights of the features, each reward divided by its largest. Not identified by these answers, and left out: mud."
    )
    #expect(asked.summary == "coin 2, mud not identified by these answers, sheep −8")
    #expect(charts[1].panels[0].series.count == 1 && charts[1].summary.isEmpty)
    #expect(charts[1].caption == "Weights of the features, each reward divided by its largest.")
  }

  @Test("returns and fits are drawn side by side for both models of people, with intervals where there are some")
  func sides() throws {
    let returns = model.sections[0].charts[0]
    #expect(returns.panels[0].series.map(\.name) == ["by partial return", "by regret"])
    let earned = points(returns)
    #expect(earned[0] == [Chart.Point(-0.12, -0.5)])
    #expect(earned[1] == [Chart.Point(0.12, 0.95, lower: 0.5, upper: 1)])
    #expect(
      returns.caption?.hasSuffix(" A value far below 0 is an agent that never finishes: see the findings.") == true)
    #expect(returns.summary == "by partial return: asked −0.5. by regret: asked 0.95.")
    let entropy = model.sections[1].charts[0]
    let entropies = points(entropy)
    #expect(entropies[0] == [Chart.Point(-0.12, 0.6)])
    #expect(entropies[1] == [Chart.Point(0.12, 0.4, lower: 0.35, upper: 0.45)])
    let agreements = points(model.sections[1].charts[1])
    #expect(agreements[0] == [Chart.Point(-0.12, 0.7)])
    #expect(agreements[1] == [Chart.Point(0.12, 0.9)])
  }

  @Test("the tables say each number with its interval, and from how many starts an agent never finishes")
  func tables() {
    #expect(
      model.sections[0].tables[0].rows == [
        ["asked", "regret", "32", "0.95 [0.5, 1]", "1 of 92 starts"], ["asked", "partial return", "−200", "−0.5", "–"],
      ])
    #expect(
      model.sections[1].tables[0].rows == [
        ["asked", "regret", "1200", "25 %", "0.4 [0.35, 0.45]", "0.9", "0.5"],
        ["asked", "partial return", "1200", "25 %", "0.6", "0.7", "0.25"],
      ])
    #expect(model.facts[0] == ReportModel.Fact("Answers", "2,000", note: "asked, told"))
    #expect(model.facts[1].note == "averaged over 92 starts" && model.facts[2].value == "−120")
  }
}

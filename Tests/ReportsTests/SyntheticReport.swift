import Audits
import Compute
import Environments
import Findings
import Foundation
import Reports
import Runs

/// A report about a run that never was, with every kind of picture in it.
enum SyntheticReport {
  static func model(parts: Bool = true, written: String? = "20 November 2026, 23:00 UTC") -> ReportModel {
    var random = RandomSource(seed: 3).stream("synthetic")
    let judged = (0..<160).map { _ in
      let logit = 1.6 * random.normal()
      let target: Double = random.bernoulli(1 / (1 + exp(-0.6 * logit))) ? 1 : 0
      return JudgedComparison(probabilityFirst: 1 / (1 + exp(-logit)), target: target)
    }
    let calibration = Calibration(judged, random: RandomSource(seed: 1))
    let findings =
      [HeldOutAccuracy(judged).finding()] + (calibration.map { [$0.finding()] } ?? [])
      + [
        Finding(
          id: "goodhart/turning-point", claim: "True return does not fall while predicted return rises",
          verdict: parts ? .fails : .holds,
          reason: "From step 150,000 on the true return fell by 31 % while the predicted one rose.",
          evidence: [
            Evidence(
              "turning point", 150_000, interval: Interval(lower: 120_000, upper: 180_000, level: 0.95), unit: "steps")
          ], assumptions: ["The seeds are independent."], errorRate: "5 % false alarms", source: "ours"),
        Finding(
          id: "episodes/length", claim: "Episode length earns no reward of its own", verdict: .unknown,
          reason: "Lengths differ, but too few episodes were seen.", source: "imitation"),
      ]
    return ReportModel(
      kind: .study, title: "pactolus/Pendulum-v1",
      subtitle: "Five agents trained from 500 comparisons each, answered by a simulated person.",
      headline: RunFindings.headline,
      facts: [
        ReportModel.Fact("True return", "−168 ± 21", note: "last 20 episodes, 5 seeds"),
        ReportModel.Fact("Answers", "500", note: "12 ties, 3 can't tell"),
        ReportModel.Fact("Unseen answers predicted", "81 %", note: "95 % interval 74 % to 87 %"),
        ReportModel.Fact("Agent steps", "250 k"),
      ], sections: sections(judged: judged, calibration: calibration, parts: parts), findings: findings,
      settings: [
        ReportModel.Setting("feedback.comparisons", "500", origin: "flag"),
        ReportModel.Setting("ppo.learningRate", "0.002", origin: "settings.yaml"),
        ReportModel.Setting("ppo.epochs", "10", origin: "default"),
        ReportModel.Setting("reward.hidden", "[32, 32]", origin: "default"),
      ],
      provenance: [
        ReportModel.Fact("Seeds", "0, 1, 2, 3, 4"), ReportModel.Fact("Kernel level", "avx512"),
        ReportModel.Fact("Pactolus", "0.1.0"),
      ], written: written)
  }

  private static func sections(judged: [JudgedComparison], calibration: Calibration?, parts: Bool)
    -> [ReportModel.Section]
  {
    [
      ReportModel.Section(
        id: "returns", title: "What the agent earns",
        text: "The true return is what the environment pays; the predicted return is what the learned reward pays. "
          + "If the predicted return goes on rising while the true one falls, the reward model is being gamed.",
        charts: [returns(parts: parts)]),
      ReportModel.Section(
        id: "reward-model", title: "What the reward model knows",
        charts: [accuracy(), reliability(calibration), answers()]),
      ReportModel.Section(
        id: "clips", title: "What it likes and dislikes",
        clips: [
          ClipGroup(
            title: "Judged best", clips: (0..<3).map { pendulum("Best \($0 + 1)", start: 0.2 * Double($0 + 1)) }),
          ClipGroup(
            title: "Judged worst", text: "Does it dislike what you dislike?",
            clips: (0..<3).map { pendulum("Worst <\($0 + 1)>", start: 2.6 + 0.2 * Double($0)) }),
        ],
        tables: [
          ReportModel.Table(
            caption: "Each seed", columns: ["Seed", "True return", "Verdict"],
            rows: (0..<5).map { [String($0), "−\(150 + 10 * $0)", "holds"] }, numeric: [0, 1])
        ]),
    ]
  }

  private static func returns(parts: Bool) -> Chart {
    var random = RandomSource(seed: 5).stream("returns")
    let steps = (0..<60).map { Double($0) * 4096 }
    func truth(_ x: Double) -> Double {
      let rise = -1200 + 1050 * (1 - exp(-x / 40_000))
      return parts && x > 150_000 ? rise - 0.0035 * (x - 150_000) : rise
    }
    func seeds(_ mean: (Double) -> Double, _ noise: Double) -> [[Double]] {
      (0..<5).map { _ in steps.map { mean($0) + noise * random.normal() } }
    }
    let actual = seeds(truth, 70)
    let predicted = seeds({ 2.4 * (1 - exp(-$0 / 50_000)) + $0 / 400_000 }, 0.15)
    func series(_ runs: [[Double]], _ name: String, _ role: Chart.Role) -> [Chart.Series] {
      runs.enumerated().map { seed, run in
        Chart.Series("seed \(seed)", role: role, points: zip(steps, run).map { Chart.Point($0, $1) }, isFaint: true)
      } + [
        Chart.Series(
          name, role: role,
          points: steps.indices.map { t in
            let values = runs.map { $0[t] }
            let interval = Statistics.meanInterval(values)
            return Chart.Point(steps[t], Statistics.mean(values), lower: interval?.lower, upper: interval?.upper)
          })
      ]
    }
    return Chart(
      id: "returns", title: "True and predicted return",
      caption: "Lines are means over 5 seeds, bands their 95 % intervals, thin lines single seeds.",
      summary: "True return rises from −1,200 to −170 and then falls; predicted return rises throughout.",
      x: Chart.Axis("agent steps", format: .count, lower: 0),
      panels: [
        Chart.Panel(y: Chart.Axis("true return"), series: series(actual, "true return", .truth)),
        Chart.Panel(y: Chart.Axis("predicted return"), series: series(predicted, "predicted return", .prediction)),
      ], marks: parts ? [Chart.Mark(150_000, lower: 120_000, upper: 180_000, label: "truth turns")] : [], isWide: true)
  }

  private static func accuracy() -> Chart {
    Chart(
      id: "accuracy", title: "Accuracy on unseen answers", summary: "Rises from 55 % to 81 %.",
      x: Chart.Axis("answers", format: .count, lower: 0),
      panels: [
        Chart.Panel(
          y: Chart.Axis("share predicted rightly", format: .percent, lower: 0.4, upper: 1),
          series: [
            Chart.Series(
              "reward model", role: .accent,
              points: (1...20).map { step in
                let y = 0.82 - 0.3 * exp(-Double(step) / 5)
                return Chart.Point(Double(step) * 25, y, lower: y - 0.08, upper: y + 0.06)
              })
          ], references: [Chart.Reference(0.5, "chance")])
      ])
  }

  private static func reliability(_ calibration: Calibration?) -> Chart {
    Chart(
      id: "reliability", title: "Is it as sure as it should be?", caption: "On the diagonal it is.",
      summary: "Points lie below the diagonal.",
      x: Chart.Axis("how sure it was", format: .percent, lower: 0.5, upper: 1),
      panels: [
        Chart.Panel(
          y: Chart.Axis("how often it was right", format: .percent, lower: 0, upper: 1),
          series: [
            Chart.Series(
              "unseen answers", role: .accent, shape: .points,
              points: (calibration?.bins ?? []).map {
                Chart.Point($0.confidence, $0.outcome, lower: $0.interval?.lower, upper: $0.interval?.upper)
              })
          ], showsDiagonal: true)
      ])
  }

  private static func answers() -> Chart {
    Chart(
      id: "answers", title: "Answers against time", summary: "500 answers by step 250,000, most of them early.",
      x: Chart.Axis("agent steps", format: .count, lower: 0),
      panels: [
        Chart.Panel(
          y: Chart.Axis("answers so far", format: .count, lower: 0),
          series: [
            Chart.Series(
              "answers", role: .answers, shape: .steps,
              points: (0..<60).map { step in
                Chart.Point(Double(step) * 4096, 50 + 450 * log1p(Double(step) / 4) / log1p(59 / 4))
              })
          ])
      ])
  }

  static func pendulum(_ title: String, start: Double) -> Clip {
    var angle = start
    var speed = 0.0
    let frames = (0..<50).map { _ -> Scene in
      speed += 0.05 * 15 * sin(angle) - 0.02 * speed
      angle += 0.05 * speed
      return Scene(
        left: -1.3, bottom: -1.3, width: 2.6, height: 2.6,
        shapes: [
          .circle(x: 0, y: 0, radius: 1.15, role: .track),
          .line(points: [0, 0, sin(angle), cos(angle)], width: 0.16, role: .agent),
          .circle(x: 0, y: 0, radius: 0.07, role: .joint),
        ])
    }
    return Clip(
      title: title, frames: frames, framesPerSecond: 20,
      facts: [ReportModel.Fact("predicted", "12.4"), ReportModel.Fact("true", "−31")])
  }
}

import Compute
import Environments
import Foundation
import Reports
import RunFixtures
import Runs
import Testing

/// Charts of runs that were made up event by event, so that every point is known.
@Suite("Charts of a run, point by point")
struct RunChartTests {
  /// Rounds of 25 predicted answers, five of them wrong in every other round, and twelve segments of which the model
  /// makes twice what they earned.
  private static func events(rounds: Int, each: Int = 25, segments: Int = 12) -> [LedgerEvent] {
    var events: [LedgerEvent] = []
    for round in 0..<rounds {
      for place in 0..<each {
        let query = round * each + place
        events += MadeRun.compared(
          query, in: round, predicted: 0.8, answer: round % 2 == 0 && place < 5 ? "second" : "first",
          first: query % segments, second: (query + 1) % segments)
      }
      events += MadeRun.trained(
        round, agentSteps: 100 * (round + 1), returns: [Double(round), Double(round) + 2])
    }
    events.append(.segmentsJudged(SegmentsJudged(predictedReturns: (0..<segments).map { 2 * Double($0) })))
    return events
  }

  private static func charts(_ events: [LedgerEvent], segments: Int = 12) throws -> [String: Chart] {
    try withTemporaryDirectory { parent in
      let record = try MadeRun.record(events, segments: (0..<segments).map(Float.init), in: parent + "/run")
      let model = try ReportModel(records: [record], registry: EnvironmentRegistry([]), written: nil)
      return Dictionary(uniqueKeysWithValues: model.sections.flatMap(\.charts).map { ($0.id, $0) })
    }
  }

  private static func points(_ chart: Chart?) -> [Chart.Point] { chart?.panels[0].series.last?.points ?? [] }

  @Test("accuracy: of 750 answers each point has a 25th at least, which is two rounds, and stands at the later one")
  func accuracy() throws {
    let chart = try #require(Self.charts(Self.events(rounds: 30))["accuracy"])
    let points = Self.points(chart)
    let places: [Double] = (0..<15).map { Double(25 + 50 * $0) }
    #expect(points.map(\.x) == places)
    #expect(points.allSatisfy { $0.y == 0.9 })
    let interval = try #require(Statistics.proportionInterval(successes: 45, of: 50))
    #expect(points.allSatisfy { $0.lower == interval.lower && $0.upper == interval.upper })
    #expect(chart.summary == "Accuracy goes from 90 % to 90 %." && chart.panels[0].y.lower == 0.4)
    // Counts begin at nought, and no share is more than the whole.
    #expect(chart.x == Chart.Axis("answers learned from", format: .count, lower: 0))
    #expect(chart.panels[0].y.upper == 1 && chart.panels[0].references.map(\.y) == [0.5])
  }

  @Test("accuracy: of fewer than 525 answers a point has 20; of 19 there is none")
  func fewAnswers() throws {
    let points = Self.points(try Self.charts(Self.events(rounds: 3))["accuracy"])
    #expect(points.map(\.x) == [0, 25, 50])
    #expect(points.map(\.y) == [0.8, 1, 0.8])
    #expect(try Self.charts(Self.events(rounds: 1, each: 19))["accuracy"] == nil)
    let low = try #require(Self.charts(Self.events(rounds: 1, each: 20))["accuracy"])
    // 15 of 20 are right: from 51 % up.
    #expect(Self.points(low).map(\.y) == [0.75] && low.panels[0].y.lower == 0.4)
  }

  @Test("answers: each round's stand before its own steps, and the line goes on to the last step")
  func answers() throws {
    let chart = try #require(Self.charts(Self.events(rounds: 3))["answers"])
    #expect(
      Self.points(chart) == [
        Chart.Point(0, 0), Chart.Point(0, 25), Chart.Point(100, 50), Chart.Point(200, 75), Chart.Point(300, 75),
      ])
    #expect(chart.summary == "75 answers by step 300.")
    #expect(chart.x.lower == 0 && chart.panels[0].y.lower == 0 && chart.x.upper == nil)
    #expect(try Self.charts(MadeRun.trained(0, agentSteps: 9, returns: [1]), segments: 0)["answers"] == nil)
  }

  @Test("every clip that was asked about is drawn once, up to 799 of them, and none of fewer than ten")
  func alignment() throws {
    let chart = try #require(Self.charts(Self.events(rounds: 1))["alignment"])
    let each: [Chart.Point] = (0..<12).map { Chart.Point(Double($0), Double(2 * $0)) }
    #expect(Self.points(chart) == each)
    #expect(chart.summary == "Rank correlation 1 over 12 clips.")
    #expect(try Self.charts(Self.events(rounds: 1, segments: 9), segments: 9)["alignment"] == nil)
    let many = try Self.charts(Self.events(rounds: 33, segments: 800), segments: 800)["alignment"]
    // Of 800 every other one.
    let even: [Double] = (0..<400).map { Double(2 * $0) }
    #expect(Self.points(many).map(\.x) == even)
  }

  @Test("returns: points with their intervals; without a turning point there is no mark and no word of one")
  func returns() throws {
    let chart = try #require(Self.charts(Self.events(rounds: 3))["returns"])
    let truth = chart.panels[0].series
    #expect(truth.map(\.name) == ["true return"])
    #expect(truth[0].points.map(\.y) == [1, 2, 3])
    #expect(truth[0].points.map(\.x) == [100, 200, 300])
    for point in truth[0].points {
      let reach: Double = (point.upper ?? 0) - point.y
      #expect(abs(reach - 12.7062) < 1e-3)
    }
    #expect(chart.marks.isEmpty && !chart.summary.contains("turning point"))
    #expect(chart.summary == "True return goes from 1 to 3, predicted return from 0.5 to 0.5.")
    #expect(chart.panels.count == 2)
    // One point is no curve.
    #expect(try Self.charts(Self.events(rounds: 1))["returns"] == nil)
  }
}

import Feedback
import Foundation
import Reports
import RunFixtures
import Runs
import Testing

@Suite("What a reward model does not know, in the report")
struct UncertaintySectionTests {
  private static func section(
    _ more: [String: String], _ body: (ReportModel.Section?, RunUncertainty?, String) throws -> Void
  ) throws {
    try withTemporaryDirectory { parent in
      try TinyRun.create(parent + "/run", more).run()
      let record = try RunRecord(directory: parent + "/run")
      let model = try ReportModel(records: [record], written: nil)
      try body(
        model.sections.first { $0.id == "uncertainty" }, record.references?.uncertainty, ReportPage(model).html())
    }
  }

  @Test("with enough answers: four rows with the run's numbers, the ideas of the people, and a map of each number")
  func whole() throws {
    try Self.section(["feedback.comparisons": "60", "person.kind": "oracle", "feedback.selection": "random"]) {
      section, measured, html in
      let (section, measured) = (try #require(section), try #require(measured))
      #expect(section.text?.contains("in 60 clips of the last evaluation, by 60 answers to pairs") == true)
      #expect(section.tables.map(\.rows.count) == [4, 4, 5])
      for (row, kind) in zip(section.tables[0].rows, FourUncertainties.Kind.allCases) {
        #expect(row[0] == kind.rawValue)
        let mean = try #require(measured[kind].mean)
        func isNear(_ text: String, _ value: Double) -> Bool {
          text == "under 0.001" ? value > 0 && value < 0.001 : (Double(text) ?? .nan).isNear(value)
        }
        #expect(isNear(row[1], mean))
        let ends = try #require(measured[kind].interval)
        let shown = row[2].components(separatedBy: " to ")
        #expect(shown.count == 2 && isNear(shown[0], ends.lower) && isNear(shown[1], ends.upper))
        let most = try #require(measured[kind].largest.first)
        let shownPlace = row[4].replacing("\u{A0}", with: " ")
        let place = "episode \(most.episode + 1), steps \(most.start + 1) to \(most.start + most.steps) ("
        #expect(most.value == 0 ? row[4] == "no clip has any" : shownPlace.hasPrefix(place))
      }
      let map = try #require(measured.map)
      #expect(section.heatMaps.map(\.id).allSatisfy { $0.hasPrefix("uncertainty-") } && section.heatMaps.count == 4)
      for (picture, kind) in zip(section.heatMaps, FourUncertainties.Kind.allCases) {
        // The top row is the last.
        for (row, cells) in picture.values.reversed().enumerated() {
          for (column, value) in cells.enumerated() {
            let cell = map[kind][row][column]
            #expect(cell == nil ? value.isNaN : value == cell)
          }
        }
        let blank = map.steps.joined().count { $0 > 0 } - map[kind].joined().count { $0 != nil }
        #expect((picture.caption == nil) == (blank == 0))
        #expect(picture.caption?.hasPrefix("\(blank) of the ") ?? true)
        #expect(picture.lower == 0 && picture.values.joined().allSatisfy { $0.isNaN || $0 <= picture.upper })
      }
      #expect(html.contains("<figure class=\"chart\"><h3>Too few answers (model)</h3>"))
      #expect(html.contains("<a href=\"#uncertainty\">What the reward model does not know</a>"))
    }
  }

  @Test("with few answers the rows say what is unknown and why, and only what is known is drawn")
  func few() throws {
    try Self.section([:]) { section, measured, _ in
      let (section, measured) = (try #require(section), try #require(measured))
      let rows = section.tables[0].rows
      #expect(rows.map { $0[0] } == FourUncertainties.Kind.allCases.map(\.rawValue))
      #expect(rows[0][1...3] == ["unknown", "–", "all"])
      #expect(
        rows[0][4] == "\(measured.answers) answers to pairs of clips, and 40 are needed" && rows[3][4] == rows[0][4])
      #expect(section.tables.count == 2)
      #expect(!section.heatMaps.contains { $0.id == "uncertainty-aleatoric" })
    }
  }

  @Test("without an answer about pairs there is no such section")
  func none() throws {
    for more in [["person.skips": "1"], ["feedback.kinds": "rating"]] {
      try Self.section(more) { section, _, _ in #expect(section == nil) }
    }
  }

  @Test("small cells: eight columns beside another picture, with two decimals")
  func small() {
    var map = HeatMap(
      id: "m", title: "t", summary: "s", rows: ["a"], columns: (0..<8).map { "\($0)" },
      values: [[0.123_4, 0.5, 1, .nan, 0, 0.004, 0.006, -0.001]], lower: 0, upper: 1)
    #expect(map.svg.contains("viewBox=\"0 0 543.6 78\"") && map.svg.contains(">0.123<"))
    map.cellSize = .small
    // 16 + 7.6 to the left, eight columns of 44, and 8; 30 above, a row of 26, and 8.
    #expect(map.svg.contains("viewBox=\"0 0 383.6 64\"") && map.svg.contains(">0.12<") && map.svg.contains(">0.5<"))
    #expect(map.svg.components(separatedBy: ">&lt;0.01<").count == 3 && map.svg.contains(">0.01<"))
    #expect(map.svg.components(separatedBy: "class=\"cell\"").count == 8)
  }
}

extension Double {
  /// To three digits.
  fileprivate func isNear(_ other: Double) -> Bool { abs(self - other) <= 0.005 * abs(other) }
}

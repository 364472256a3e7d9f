import Compute
import Foundation
import RewardFiles
import Testing

/// What pages show beside the verdicts: nothing is dropped from it.
@Suite("The overview of an audit")
struct OverviewTests {
  private static func pair(
    _ index: Int, _ chosen: String, _ rejected: String, _ scores: (Double?, Double?), domain: String? = nil,
    split: String? = nil, label: Int = 1
  ) -> PreferenceRow {
    var row = PreferenceRow(
      prompt: "p\(index)", chosen: chosen, rejected: rejected, scoreChosen: scores.0 ?? .nan,
      scoreRejected: scores.1 ?? .nan)
    row.domain = domain
    row.split = split
    row.label = Int8(label)
    return row
  }

  private static func overview(_ rows: [PreferenceRow]) -> AuditOverview {
    var input = AuditInput()
    input.preferences = PreferenceTable(rows)
    return FilesAudit(input, checks: [], random: RandomSource(seed: 1)).overview
  }

  @Test("every row stands once in every column of groups, with what became of it")
  func groups() throws {
    let rows =
      (0..<12).map { Self.pair($0, "a \($0)", "b", (1, 0), domain: $0 < 8 ? "code" : "maths") }
      + [
        Self.pair(20, "a", "b", (0, 1), domain: "code"), Self.pair(21, "same", "same", (1, 0), domain: "code"),
        Self.pair(22, "a", "b", (1, 0), domain: "code", label: 0), Self.pair(23, "a", "b", (nil, 0), domain: "maths"),
        Self.pair(24, "a", "b", (1, 0), domain: "maths", split: "train"), Self.pair(25, "a", "b", (1, 0)),
        Self.pair(26, "a", "b", (1, 0), domain: "code", label: -1),
      ]
    let overview = Self.overview(rows)
    let domain = try #require(overview.groups.first { $0.column == "domain" })
    #expect(domain.rows.map(\.name) == ["code", "maths", "without a value"])
    for column in overview.groups { #expect(column.rows.reduce(0) { $0 + $1.count } == rows.count) }
    for row in domain.rows + [try #require(overview.all)] {
      #expect(row.count == row.training + row.identical + row.ties + row.unscored + row.judged)
    }
    let code = domain.rows[0]
    #expect((code.count, code.identical, code.ties, code.judged, code.right) == (12, 1, 1, 10, 8))
    #expect(domain.rows[1].unscored == 1 && domain.rows[1].training == 1 && domain.rows[1].right == 4)
    // SciPy 1.17.1: stats.binomtest(8, 10).proportion_ci(0.95, "exact").
    let accuracy = try #require(code.accuracy)
    #expect(abs(accuracy.interval.lower - 0.443_904_5) < 1e-6 && abs(accuracy.interval.upper - 0.974_789) < 1e-6)
  }

  @Test("of more than two hundred values the rest is one row")
  func manyGroups() throws {
    let rows = (0..<250).map { Self.pair($0, "a", "b", (1, 0), domain: "d\($0)") }
    let domain = try #require(Self.overview(rows).groups.first { $0.column == "domain" })
    #expect(domain.rows.count == 201 && domain.rows.last?.name == "50 others" && domain.rows.last?.count == 50)
  }

  @Test("all scores are in one count of the histogram; 0 is an edge; few values have a bin each")
  func histograms() throws {
    var stream = RandomSource(seed: 4).stream("scores")
    let scores = (0..<2000).map { _ in (3 * stream.normal(), 3 * stream.normal()) }
    let rows = scores.enumerated().map { Self.pair($0.offset, "a \($0.offset)", "b", ($0.element.0, $0.element.1)) }
    for histogram in Self.overview(rows).histograms {
      for line in histogram.lines {
        #expect(line.counts.reduce(0, +) + line.below + line.above + line.missing == 2000)
      }
      #expect(histogram.edges.contains(0) && (10...41).contains(histogram.edges.count))
      #expect(zip(histogram.edges, histogram.edges.dropFirst()).allSatisfy { $0 < $1 })
    }
    let margins = try #require(Self.overview(rows).histograms.last)
    let zero = try #require(margins.edges.firstIndex(of: 0))
    let right = margins.lines[0].counts[zero...].reduce(0, +) + margins.lines[0].above
    #expect(right == scores.count { $0.0 - $0.1 >= 0 })

    let few = try #require(
      Self.overview((0..<30).map { Self.pair($0, "a", "b", (Double($0 % 3), 1)) }).histograms.first)
    #expect(
      few.edges == [-0.5, 0.5, 1.5, 2.5] && few.lines[0].counts == [10, 10, 10] && few.lines[1].counts == [0, 30, 0])
    let constant = try #require(Self.overview((0..<30).map { Self.pair($0, "a", "b", (7, 7)) }).histograms.first)
    #expect(constant.lines[0].counts == [30] && constant.edges[0] < 7)
  }

  @Test("numbers at the ends of the range have a histogram", arguments: [1e308, .leastNonzeroMagnitude, 1e300])
  func extremes(value: Double) {
    for scores in [[value, -value], [value, 0], (0..<40).map { value * Double($0) / 40 }] {
      let rows = scores.enumerated().map { Self.pair($0.offset, "a", "b", ($0.element, 0)) }
      for histogram in Self.overview(rows).histograms {
        for line in histogram.lines {
          #expect(line.counts.reduce(0, +) + line.below + line.above + line.missing == rows.count)
        }
      }
    }
  }

  @Test("shares are plain counts: people prefer the longer reply in 60 of 100 pairs, the model in 80")
  func leans() throws {
    let rows = (0..<100).map { index -> PreferenceRow in
      let (people, model) = (index < 60, index < 80)
      return Self.pair(
        index, people ? "one two three \(index)" : "one", people ? "one" : "one two three \(index)",
        (people == model ? 1 : 0, people == model ? 0 : 1))
    }
    let length = try #require(Self.overview(rows).leans.first)
    #expect(length.kind == .length && length.count == 100)
    #expect(abs(length.people - 0.6) < 1e-12 && abs(length.model - 0.8) < 1e-12)
    // They agree in 80 of 100: random errors at that rate leave 0.6 · 0.1 of people's lean of 0.1; five points beyond either.
    let tolerated = try #require(length.tolerated)
    #expect(abs(tolerated.lowerBound - 0.51) < 1e-12 && abs(tolerated.upperBound - 0.65) < 1e-12)
    // 20 pairs are chosen differently: the difference 0.2 has a standard error of √(20 + 1 − 4) / 100 = 0.041, and 0.15 is
    // 3.6 of them. Of a tenth of the pairs the same shares are no mark.
    #expect(length.isOutside)
    let few = try #require(Self.overview((0..<30).map { rows[3 * $0 + 1] }).leans.first)
    #expect(few.count == 30 && few.model > 0.75 && !few.isOutside)
  }

  @Test("a label against the reply called chosen turns the pair: what people prefer is called preferred")
  func quotes() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("quotes-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("pairs.jsonl")
    let lines = (0..<20).map {
      #"{"prompt":"q \#($0)","chosen":"worse \#($0)","rejected":"better \#($0)","label":-1,"score_chosen":2,"score_rejected":\#($0)}"#
    }
    try Data(lines.joined(separator: "\n").utf8).write(to: file)
    var input = AuditInput()
    let table = try PreferenceFile.read([file])
    input.preferences = table
    var audit = FilesAudit(input, random: RandomSource(seed: 1))
    try audit.quote(table)
    let example = try #require(audit[.accuracy]?.examples.first)
    #expect(example.place == "pairs.jsonl:1" && example.parts.map(\.name) == ["prompt", "preferred", "other"])
    #expect(example.parts.map(\.text) == ["q 0", "better 0", "worse 0"])
    #expect(example.parts.map(\.score) == [nil, 0, 2])
  }
}

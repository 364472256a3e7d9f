import Compute
import Environments
import Findings
import Foundation
import Recorded
import Reports
import RewardFiles
import Rewards
import Runs
import Testing
import Theory

/// Whole pages of synthetic and small audits, but for style and script, which are the same on all of them.
@Suite("Pages and texts, word for word")
struct RecordedPageTests {
  private static func body(_ model: ReportModel) -> String {
    let html = ReportPage(model).html()
    let start = html.range(of: "</style>")?.upperBound ?? html.startIndex
    let end = html.range(of: "<script>", options: .backwards)?.lowerBound ?? html.endIndex
    return String(html[start..<end]).replacingOccurrences(of: "><", with: ">\n<")
  }

  @Test("a study with every kind of picture, with its parts and without")
  func synthetic() throws {
    try Recorded.check(Self.body(SyntheticReport.model()), as: "study")
    try Recorded.check(Self.body(SyntheticReport.model(parts: false, written: nil)), as: "study-holds")
  }

  @Test("findings on a screen and as JSON", arguments: [50, 100])
  func text(width: Int) throws {
    let findings = SyntheticReport.model().findings
    let plain = FindingText(findings, headline: RunFindings.headline, width: width)
    let color = FindingText(findings, headline: RunFindings.headline, width: width, usesColor: true)
    let json = try FindingDocument(findings, headline: RunFindings.headline, numbers: ["a": 0.5]).json()
    try Recorded.check(
      [plain.summary, plain.grounds, color.summary, color.grounds, String(decoding: json, as: UTF8.self)]
        .joined(separator: "\n---\n"), as: "findings-\(width)")
  }

  @Test("charts of every shape: ranges, marks, references, few and many points")
  func charts() throws {
    let shapes: [Chart.Shape] = [.line, .points, .scatter, .steps, .bars]
    let sets: [[Chart.Point]] = [
      [Chart.Point(1, 2)], [Chart.Point(0, -3, lower: -4, upper: -1), Chart.Point(2, 5, lower: 4.5, upper: 7.25)],
      (0..<9).map { Chart.Point(Double($0) * 12_500, 0.1 * Double($0 * $0) - 2) },
    ]
    let charts = shapes.flatMap { shape in
      sets.enumerated().flatMap { index, points in
        [false, true].map { isWide in
          Chart(
            id: "\(shape)-\(index)-\(isWide)", title: "t & t", caption: index == 0 ? "" : "caption", summary: "s",
            x: index == 1
              ? Chart.Axis("", names: ["short", "a-longer-name", "another longer name"])
              : Chart.Axis("x", format: index == 2 ? .count : .plain, lower: index == 2 ? 0 : nil),
            panels: (0...index).map { panel in
              Chart.Panel(
                y: Chart.Axis("y \(panel)", format: panel == 1 ? .percent : .plain, upper: panel == 1 ? 8 : nil),
                series: [
                  Chart.Series("thin", role: .prediction, shape: shape, points: points.reversed(), isFaint: true),
                  Chart.Series("thick", role: .truth, shape: shape, points: points),
                ],
                references: panel == 0
                  ? [Chart.Reference(1, "one"), Chart.Reference(0.5, ""), Chart.Reference(5.9, "up")] : [],
                showsDiagonal: panel == 1)
            },
            marks: index == 0
              ? []
              : [
                Chart.Mark(0.5, label: "a"), Chart.Mark(1.9, lower: 1.5, upper: 2, label: "b"),
                Chart.Mark(60_000, label: "c"),
              ],
            isWide: isWide)
        }
      }
    }
    let model = ReportModel(
      kind: .theory, title: "t", subtitle: "s", headline: RunFindings.headline,
      sections: [ReportModel.Section(id: "s", title: "s", charts: charts)])
    try Recorded.check(Self.body(model), as: "charts")
  }

  private static func world(_ text: String) throws -> FiniteWorld { try FiniteWorld(describing: text) }

  private static let pairs = [
    ("two-state", "action-1", "leave-0"), ("cliff:rows=2,columns=3,slip=0.1", "goal-and-cliff", "goal"),
    ("two-state", "action-1", "minus:action-1"),
  ]

  @Test("theory: comparing, hacking, following a proxy", arguments: 0..<pairs.count)
  func rewards(index: Int) throws {
    let (name, truth, proxy) = Self.pairs[index]
    let world = try Self.world(name)
    let tables = try [truth, proxy, "random:3"].map { (name: $0, table: try RewardTable.named($0, in: world)) }
    let random = RandomSource(seed: 1)
    let two = try tables.dropFirst().map {
      try TwoRewards(world.mdp, tables[0], $0, acceptableRegret: 0.1, random: random)
    }
    let matrix = try RewardMatrix(world.mdp, tables, metric: RewardMetric(named: "VAL-2-2"))
    let regrets = try RewardMatrix.worstCaseRegrets(world.mdp, tables)
    try Recorded.check(
      Self.body(ReportModel(comparing: two, matrix: matrix, regrets: regrets, world: world, written: "now"))
        + ReportModel.heatMap(matrix).svg, as: "compare-\(index)")

    let rows = try [truth, proxy].map { try RewardTable.named($0, in: world).expected(in: world.mdp) }
    let hacking = try HackingAudit(
      truth: rows[0], proxy: rows[1], in: world.mdp,
      scope: index == 1 ? .none : .everyDeterministic, samples: 200, random: random)
    try Recorded.check(
      Self.body(ReportModel(hacking, world: world, truth: truth, proxy: proxy, seed: 1)), as: "hackable-\(index)")

    let goodhart = try GoodhartAudit(world.mdp, truth: rows[0], proxy: rows[1], points: 17)
    let findings = goodhart.findings(stateNames: world.stateNames, actionNames: world.actionNames)
    try Recorded.check(
      Self.body(ReportModel(goodhart, findings: findings, world: world, truth: truth, proxy: proxy)),
      as: "goodhart-\(index)")
  }

  @Test("theory: what data tell", arguments: ["optimal-policies", "optimal-policy-set", "returns"])
  func identification(source: String) throws {
    let world = try Self.world("two-state")
    let table = try RewardTable.named("action-1", in: world).dense
    guard let source = try? DataSource(parsing: source) else { return }
    let found = try Identification(world.mdp, reward: table.values, source: source, changed: nil)
    let findings = found.findings(stateNames: world.stateNames, actionNames: world.actionNames)
    try Recorded.check(
      Self.body(ReportModel(found, findings: findings, world: world, reward: "action-1", values: table.values)),
      as: "identify-\(source.kind.rawValue)")
  }

  @Test("theory: another model of the person, and data that are safe")
  func others() throws {
    let world = try Self.world("two-state")
    let reward = try RewardTable.named("action-1", in: world).expected(in: world.mdp)
    let audit = try MisspecificationAudit(
      world.mdp, believed: BehaviorModel(parsing: "boltzmann"),
      actual: BehaviorModel(parsing: "boltzmann:discount=0.5"),
      rewards: [reward], steps: 4)
    try Recorded.check(
      Self.body(ReportModel(audit, findings: audit.findings(), world: world.title)), as: "misspecify")
    let safe = try SafeDataAudit(
      reward: reward, in: world.mdp, coverage: [0.1, 0.2, 0.3, 0.4], error: 0.1, regretLimit: 0.4,
      stateNames: world.stateNames, actionNames: world.actionNames)
    try Recorded.check(Self.body(ReportModel(safe, world: world, reward: "action-1")), as: "safe-data")
  }

  @Test("the audit of the example files")
  func files() throws {
    let data = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../Examples/data").standardizedFileURL
    let options = ReadingOptions()
    var input = AuditInput()
    let table = try PreferenceFile.read([data.appendingPathComponent("pairs.jsonl")], options: options)
    input.preferences = table
    input.samples = try SampleFile.read(data.appendingPathComponent("best-of-n.jsonl"), options: options)
    var audit = FilesAudit(input, random: RandomSource(seed: 5))
    try audit.quote(table, options: options)
    try Recorded.check(Self.body(ReportModel(audit, title: "pairs.jsonl")), as: "files")
  }
}

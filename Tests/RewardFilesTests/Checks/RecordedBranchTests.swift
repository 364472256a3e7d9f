import Compute
import Files
import Foundation
import Recorded
import RewardFiles
import Testing

/// One made-up project with everything that a file can have, in several sizes: so that every check is made, refused and
/// left open, with all its evidence, examples and pictures.
@Suite("Audits of a whole project, word for word")
struct RecordedBranchTests {
  private static let phrases = [
    "great question", "**bold** text", "- item\n- item", "I think perhaps", "sorry", "# title\n", "why?", "wow!", "🙂",
    "```\nx\n```",
    "http://a.b", "I cannot help", "café 12",
  ]

  static func rows(_ count: Int, seed: UInt64) -> [PreferenceRow] {
    var rows: [PreferenceRow] = []
    for index in 0..<count {
      var stream = RandomSource(seed: seed).stream("row", index)
      let quality = (stream.normal(), stream.normal())
      func text(_ name: String) -> String {
        var words = (0..<(3 + stream.below(25))).map { "\(name)\(index)w\($0)" }
        while stream.bernoulli(0.5) { words.append(phrases[stream.below(phrases.count)]) }
        return words.joined(separator: " ")
      }
      let (chosen, rejected) = (text("a"), text("b"))
      let credit = 0.4 * (log(Double(chosen.count)) - log(Double(rejected.count)))
      let prompt = (0..<12).map { "prompt\(index / 3)x\($0)" }.joined(separator: " ")
      var row = PreferenceRow(
        prompt: index % 3 == 2 ? prompt + " changed" : prompt, chosen: chosen, rejected: rejected,
        scoreChosen: ((quality.0 + 0.7 + credit) * 4).rounded() / 4, scoreRejected: (quality.1 * 8).rounded() / 8)
      if index % 41 == 7 { (row.scoreChosen, row.scoreRejected) = (40, -30) }
      if index % 17 == 3 { row.scoreChosen = .nan }
      row.label = index % 19 == 5 ? 0 : index % 5 == 0 ? -1 : 1
      row.position = index % 4 == 0 ? 0 : index % 2 == 0 ? 1 : -1
      row.annotator = ["ann", "ben", "cem"][index % 3]
      row.domain = ["chat", "code", "mathematics", "rare"][min(3, index % 29 / 8)]
      row.split = index % 7 < 4 ? "train" : index % 7 < 6 ? "test" : nil
      row.attributes = ["language": index % 2 == 0 ? "de" : "en", "level": "\(index % 3)"]
      row.members = [
        "m0": [quality.0, quality.1], "m1": [quality.0 + 0.3 * stream.normal(), quality.1], "m2": [stream.normal(), 0],
      ]
      rows.append(row)
      // Said again by somebody else, sometimes the other way round; and now and then a row that is there twice.
      if index % 6 == 0 {
        var again = row
        again.annotator = "dua"
        if index % 18 == 0 { (again.chosen, again.rejected) = (row.rejected, row.chosen) }
        rows.append(again)
      }
      if index % 50 == 1 { rows.append(row) }
    }
    return rows
  }

  private static func input(_ rows: [PreferenceRow], _ files: TemporaryFiles, seed: UInt64) throws -> AuditInput {
    var input = AuditInput()
    let table = PreferenceTable(rows)
    input.preferences = table
    var stream = RandomSource(seed: seed).stream("second")
    func scored(_ name: String, _ noise: Double) -> SecondScoring {
      SecondScoring(
        name: name, scoreChosen: table.scoreChosen.map { $0 + noise * stream.normal() },
        scoreRejected: table.scoreRejected.map { $0 + (stream.below(9) == 0 ? .nan : noise * stream.normal()) })
    }
    input.secondScorings = [scored("same", 1e-3), scored("rough", 0.4)]
    input.perturbedScorings = [scored("filler", 0.05), scored("praise", 0.8)]
    let width = 20
    let numbers = table.prompt.hashes.indices.flatMap { row in
      (0..<width).map { column in Float(stream.normal() + (table.split[row] == "test" && column == 0 ? 1.5 : 0)) }
    }
    let file = try files.write(
      Array(NumPyFile.data(TypedArray(numbers, shape: [table.count, width]))), "e.npy")
    input.embeddings = try EmbeddingSource(file, rows: table.count)
    var lines = ["prompt,proxy,gold,logprob,ref_logprob"]
    for prompt in 0..<24 {
      for k in 0..<(prompt % 8 == 0 ? 5 : 16) {
        let proxy = stream.normal()
        lines.append(
          "\(prompt),\(proxy),\(proxy - 0.3 * proxy * proxy + 0.5 * stream.normal()),\(-2 - 0.1 * Double(k)),\(-2.4)")
      }
    }
    input.samples = try SampleFile.read(files.write(lines.joined(separator: "\n"), "s.csv"))
    return input
  }

  @Test("from a few pairs to many", arguments: [12, 60, 400])
  func project(count: Int) throws {
    let files = try TemporaryFiles()
    let input = try Self.input(Self.rows(count, seed: UInt64(count)), files, seed: 3)
    let audit = FilesAudit(input, random: RandomSource(seed: 5))
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "infinity", negativeInfinity: "-infinity", nan: "undefined")
    let text =
      audit.results.map { Recorded.text([$0.finding]) }.joined()
      + String(decoding: try encoder.encode(audit), as: UTF8.self)
    try Recorded.check(text.replacingOccurrences(of: files.folder.path, with: ""), as: "project-\(count)")
  }

  @Test("labels without scores, and a table of which every score is the same")
  func bare() throws {
    var rows = Self.rows(80, seed: 7)
    for index in rows.indices { (rows[index].scoreChosen, rows[index].scoreRejected) = (.nan, .nan) }
    let bare = FilesAuditTests.audit(rows)
    for index in rows.indices { (rows[index].scoreChosen, rows[index].scoreRejected) = (2, 2) }
    let level = FilesAuditTests.audit(rows)
    try Recorded.check(Recorded.text((bare.results + level.results).map(\.finding)), as: "bare")
  }

  @Test("energy distances, conformal p-values and corrections of fixed numbers")
  func statistics() throws {
    var stream = RandomSource(seed: 2).stream("points")
    func points(_ count: Int, _ shift: Double) -> [[Double]] {
      (0..<count).map { _ in (0..<2).map { _ in shift + stream.normal() } }
    }
    var lines: [String] = []
    for (n, m, shift) in [(2, 2, 0.0), (5, 4, 1), (20, 12, 0.4), (30, 30, 0), (1, 5, 0), (5, 1, 0)] {
      let found = ShiftStatistics.energy(
        points(n, 0), points(m, shift), permutations: 199, random: RandomSource(seed: 4))
      lines.append("energy \(n) \(m) \(shift): \(found.share) \(found.pValue)")
    }
    let edge = ShiftStatistics.energy(
      [[0], [1]], [[0], [1]], margin: 5, permutations: 9, random: RandomSource(seed: 4))
    #expect(edge.pValue == 1)
    lines.append("\(FalseDiscovery.corrected([0.9, 0.001, 0.02, 0.02, 0.04, 1]))")
    try Recorded.check(lines.joined(separator: "\n"), as: "statistics")
  }
}

import Compute
import Findings
import Foundation
import RewardFiles
import Testing

/// Rows as KTO's trainers take them, of which no two answer the same prompt.
@Suite("Replies with a verdict each and no partner are audited one by one")
struct VerdictFiles {
  private static func file(
    _ rows: [(good: Bool, score: Double?, words: Int)], _ files: TemporaryFiles, name: String = "kto.jsonl"
  ) throws -> URL {
    let lines = rows.enumerated().map { index, row in
      let text = (0..<row.words).map { "w\($0)" }.joined(separator: " ")
      let score = row.score.map { ", \"score\": \($0)" } ?? ""
      return #"{"prompt": "q \#(index)", "completion": "\#(text)", "label": \#(row.good)\#(score)}"#
    }
    return try files.write(lines.joined(separator: "\n"), name)
  }

  @Test("the area under the curve and its error are those of SciPy's statistic and DeLong's formula")
  func area() throws {
    // scipy.stats.mannwhitneyu(good, bad).statistic / 120, and the variances of the placements in numpy.
    let good = [2.1, 0.4, 1.7, 3.0, 0.9, 1.2, 2.2, 0.4, 1.1, 2.8]
    let bad = [0.1, 0.4, 1.5, -0.3, 0.8, 1.2, -1.0, 0.2, 0.7, 1.0, 2.0, -0.5]
    let separation = try #require(
      VerdictSeparation(good + bad, isGood: good.map { _ in true } + bad.map { _ in false }))
    #expect(abs(separation.area - 0.8041666666666667) < 1e-12)
    #expect(abs(separation.error - 0.093700651059524) < 1e-12)
    // In perfect order it is not certain, and with nine of a kind nothing is said.
    let perfect = try #require(
      VerdictSeparation((0..<20).map(Double.init), isGood: (0..<20).map { $0 >= 10 }))
    #expect(perfect.area == 1 && perfect.error == 0.05)
    #expect(VerdictSeparation((0..<19).map(Double.init), isGood: (0..<19).map { $0 >= 10 }) == nil)
  }

  @Test("a model that separates good from bad holds, one that does not fails, and length is told of the labels")
  func audit() throws {
    let files = try TemporaryFiles()
    var stream = RandomSource(seed: 4).stream("verdicts")
    for (name, shift, verdict) in [("right", 1.5, Finding.Verdict.holds), ("wrong", -0.5, .fails)] {
      let rows = (0..<400).map { index in
        let good = index.isMultiple(of: 2)
        return (good: good, score: Optional(stream.normal() + (good ? shift : 0)), words: 3 + stream.below(9))
      }
      let table = try PreferenceFile.read([Self.file(rows, files, name: name + ".jsonl")])
      #expect(table.count == 0 && table.verdicts.count == 400 && table.setAside.count == 0)
      var input = AuditInput()
      input.preferences = table
      let audit = FilesAudit(input, random: RandomSource(seed: 1))
      #expect(audit[.accuracy]?.verdict == verdict, "\(name)")
      #expect(audit[.lengthBias]?.verdict != .fails)
      #expect(audit[.leakage]?.verdict == .unknown && audit[.calibration]?.verdict == .unknown)
    }
  }

  @Test("accepted replies that are mostly the longer ones fail, also without scores")
  func length() throws {
    let files = try TemporaryFiles()
    let rows = (0..<300).map { index in
      (good: index.isMultiple(of: 2), score: Double?.none, words: (index.isMultiple(of: 2) ? 12 : 6) + index % 9)
    }
    var input = AuditInput()
    input.preferences = try PreferenceFile.read([Self.file(rows, files)])
    let audit = FilesAudit(input, random: RandomSource(seed: 1))
    #expect(audit[.lengthBias]?.verdict == .fails && audit[.accuracy]?.verdict == .unknown)
    #expect(audit[.lengthBias]?.finding.bearing == .advice)
  }

  @Test("a few replies that happen to have a partner change nothing")
  func nearlyAlone() throws {
    let files = try TemporaryFiles()
    let rows = (0..<200).map { index in
      let text = String(repeating: "w ", count: 1 + index % 7) + "\(index)"
      return #"{"prompt": "q \#(max(1, index))", "completion": "\#(text)", "label": \#(index % 2 == 0)}"#
    }
    let table = try PreferenceFile.read([files.write(rows.joined(separator: "\n"), "kto.jsonl")])
    #expect(table.count == 1 && table.setAside.count == 0 && table.verdicts.count == 200)
    #expect(table.readings[0].notes.contains { $0.hasPrefix("200 replies with a verdict each are audited one by one") })
    var input = AuditInput()
    input.preferences = table
    let audit = FilesAudit(input, random: RandomSource(seed: 1))
    #expect(audit[.lengthBias]?.tests.first?.count == 200)
  }

  @Test("where some replies have a partner the pairs are audited, and the others are set aside")
  func mixed() throws {
    let files = try TemporaryFiles()
    let lines = [("p", true), ("p", false), ("q", true)].map {
      #"{"prompt": "\#($0)", "completion": "c \#($1)", "label": \#($1)}"#
    }
    let table = try PreferenceFile.read([files.write(lines.joined(separator: "\n"), "kto.jsonl")])
    #expect(table.count == 1 && table.setAside.count == 1 && table.verdicts.count == 3)
  }

  @Test("replies with a verdict each are not mixed with pairs, and take the names of their files for splits")
  func files() throws {
    let files = try TemporaryFiles()
    func replies(_ name: String) throws -> URL {
      let rows = (0..<60).map { #"{"prompt": "\#(name) \#($0)", "completion": "c \#($0)", "label": \#($0 % 2 == 0)}"# }
      return try files.write(rows.joined(separator: "\n"), "\(name).jsonl")
    }
    let (train, test) = try (replies("train"), replies("test"))
    let both = try PreferenceFile.read([train, test])
    #expect(both.verdicts.count == 120 && both.verdicts.split.names == ["train", "test"])
    #expect((0..<120).map { both.verdicts.split[$0] } == (0..<120).map { $0 < 60 ? "train" : "test" })
    let pairs = (0..<20).map { #"{"prompt": "p \#($0)", "chosen": "a", "rejected": "b \#($0)"}"# }
    let paired = try files.write(pairs.joined(separator: "\n"), "pairs.jsonl")
    let error = #expect(throws: InputError.self) { try PreferenceFile.read([train, paired]) }
    #expect(error?.problem.contains("pairs in pairs.jsonl") == true)
  }
}

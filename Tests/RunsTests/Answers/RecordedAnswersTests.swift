import Compute
import Feedback
import Files
import Findings
import Foundation
import Recorded
import RunFixtures
import Runs
import Testing

/// Studies of small made-up files: every finding and line.
@Suite("Studies of people's answers, word for word")
struct RecordedAnswersTests {
  private static func said(_ answers: RecordedAnswers, _ progress: [String]) -> String {
    let lines: [String] =
      switch answers {
      case .delivery(let report): report.lines
      case .segments(let studies): studies.flatMap(\.lines)
      case .demonstrations(let studies): studies.flatMap(\.lines)
      }
    return (progress + lines).joined(separator: "\n") + "\n\n" + Recorded.text(answers.findings)
  }

  private static func study(_ path: String, seed: UInt64 = 1) throws -> String {
    var progress: [String] = []
    let answers = try RecordedAnswers.study(
      URL(fileURLWithPath: path), random: RandomSource(seed: seed), progress: { progress.append($0) })
    return said(answers, progress)
  }

  @Test("tables of ranked demonstrations: raters who agree, one who guesses, scores that tie")
  func demonstrations() throws {
    try withTemporaryDirectory { folder in
      for (name, guesses) in [("careful", 0.05), ("careless", 0.9)] {
        var stream = RandomSource(seed: 3).stream(name)
        var table = "A,B,label,scoreA,scoreB\n"
        for _ in 0..<60 {
          let a = stream.below(6)
          let b = (a + 1 + stream.below(5)) % 6
          let scores = [1, 2.5, 2.5, 4, 7, 9.0]
          let better = stream.bernoulli(guesses) ? stream.bernoulli(0.5) : scores[a] > scores[b]
          // The label names the worse one's side: 0 the first is better, 1 the second.
          table += "d\(a),d\(b),\(stream.bernoulli(0.1) ? "0.5" : better ? "0" : "1"),\(scores[a]),\(scores[b])\n"
        }
        try table.write(toFile: folder + "/\(name).csv", atomically: true, encoding: .utf8)
      }
      try Recorded.check(Self.study(folder), as: "demonstrations")
    }
  }

  @Test("archives of segments: a reward of the state that people judge by, with ties and errors")
  func segments() throws {
    try withTemporaryDirectory { folder in
      let (count, steps) = (60, 3)
      var stream = RandomSource(seed: 4).stream("segments")
      let sides = (0..<2).map { _ in (0..<count * steps * 2).map { _ in Float(stream.normal()) } }
      let labels = (0..<count).map { row -> Double in
        func value(_ side: [Float]) -> Double {
          (0..<steps).reduce(0) { $0 + Double(side[(row * steps + $1) * 2]) }
        }
        let gap = value(sides[1]) - value(sides[0])
        return abs(gap) < 0.3 ? 0.5 : stream.bernoulli(1 / (1 + exp(-2 * gap))) ? 1 : 0
      }
      let action = TypedArray([Float](repeating: 1, count: count * steps), shape: [count, steps, 1])
      try NumPyArchive([
        ("obs_1", TypedArray(sides[0], shape: [count, steps, 2])),
        ("obs_2", TypedArray(sides[1], shape: [count, steps, 2])),
        ("action_1", action), ("action_2", action), ("label", TypedArray(labels, shape: [count])),
      ]).write(to: URL(fileURLWithPath: folder + "/made.npz"))
      let recorded = try RecordedComparisons(contentsOf: URL(fileURLWithPath: folder + "/made.npz"))
      let study = try SegmentStudy(recorded, members: 2, epochs: 3, random: RandomSource(seed: 5))
      #expect(study.comparisons == count && study.steps == steps && study.ties == labels.count { $0 == 0.5 })
      #expect(study.models.allSatisfy { $0.judged.count == count })
      // What a network learned depends on the arithmetic of the processor in its last digits, and on them alone.
      let lines = study.lines.map {
        $0.replacing(/[0-9]\.[0-9]{2,}/) { String(format: "%.2f", Double($0.output) ?? 0) }
      }
      try Recorded.check(lines.joined(separator: "\n"), as: "segments")
    }
  }

  @Test("answers about deliveries: a report with everything in it")
  func delivery() throws {
    for (name, weights) in [("sensible", [-1, 5, -5, 1, -1, -2.0]), ("endless", [1, 2, -2, 1, 0.5, 0.5])] {
      let report = try HumanAnswersStudyTests().study(count: 300, scale: 0.7, resamples: 8) { segment, _ in
        HumanAnswersStudyTests.value(segment, weights)
      }
      try Recorded.check(Self.said(.delivery(report), []), as: "delivery-\(name)")
    }
  }

  @Test("what is no file of answers is refused")
  func refused() throws {
    try withTemporaryDirectory { folder in
      for path in [folder + "/none", folder] {
        let error = #expect(throws: InputError.self) {
          try RecordedAnswers.study(URL(fileURLWithPath: path), random: RandomSource(seed: 1))
        }
        #expect(error?.problem == (path == folder ? "no recorded answers are recognised" : "there is no such file"))
      }
    }
  }
}

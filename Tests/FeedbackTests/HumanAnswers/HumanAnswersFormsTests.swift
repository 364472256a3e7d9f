import Compute
import Feedback
import Files
import Foundation
import Testing

@Suite("Files of people's answers")
struct HumanAnswersFormsTests {
  static func archive(
    count: Int = 2, labels: [Double] = [1, 0.5], actionRows: Int = 2, change: (inout [Float]) -> Void = { _ in }
  ) throws -> URL {
    var observations = (0..<count * 3 * 2).map { Float($0) }
    change(&observations)
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).npz")
    try NumPyArchive([
      ("obs_1", TypedArray(observations, shape: [count, 3, 2])),
      ("obs_2", TypedArray(observations.map { -$0 }, shape: [count, 3, 2])),
      ("action_1", TypedArray([Float](repeating: 1, count: actionRows * 3), shape: [actionRows, 3, 1])),
      ("action_2", TypedArray([Float](repeating: 2, count: actionRows * 3), shape: [actionRows, 3, 1])),
      ("label", TypedArray(labels, shape: [labels.count])),
    ]).write(to: file)
    return file
  }

  @Test("recorded segments come back row by row, the last observation standing twice")
  func segments() throws {
    let file = try Self.archive()
    defer { try? FileManager.default.removeItem(at: file) }
    let recorded = try RecordedComparisons(contentsOf: file)
    #expect(recorded.preferences == [1, 0.5])
    #expect(recorded.comparisons[1].first.observations == [6, 7, 8, 9, 10, 11, 10, 11])
    #expect(recorded.comparisons[0].second.observations == [0, -1, -2, -3, -4, -5, -4, -5])
    #expect(recorded.comparisons[0].second.actions == [2, 2, 2] && recorded.comparisons[0].first.count == 3)
  }

  @Test("archives that do not fit together are refused")
  func refusedArchives() throws {
    for (file, problem) in [
      (try Self.archive(labels: [1]), "1 labels for 2"), (try Self.archive(labels: [1, 0.3]), "label is 0.3"),
      (try Self.archive(actionRows: 3), "actions [3, 3, 1]"),
      (try Self.archive { $0[4] = .nan }, "not a finite number"),
    ] {
      defer { try? FileManager.default.removeItem(at: file) }
      expectProblem(problem) { _ = try RecordedComparisons(contentsOf: file) }
    }
  }

  @Test("a table of ranked demonstrations, by hand")
  func table() throws {
    let read = try RankedDemonstrations("A,B,label,scoreA,scoreB\nx,y,1,1.5,3\ny,z,0,3,-2\nx,z,0.5,1.5,-2\n", name: "t")
    #expect(read.items == ["x", "y", "z"] && read.scores == [1.5, 3, -2])
    #expect(
      read.answers == [
        .init(first: 0, second: 1, preference: -1), .init(first: 1, second: 2, preference: 1),
        .init(first: 0, second: 2, preference: 0),
      ])
  }

  @Test("tables that make no sense are refused, with the line")
  func refusedTables() {
    let header = "A,B,label,scoreA,scoreB\n"
    for (text, problem) in [
      ("", "first line"), ("A;B\n", "first line"), (header, "no answers"), (header + "x,y,1,2\n", "line 2"),
      (header + "x,y,1,1,2\nx,y,2,1,2\n", "line 3"), (header + "x,x,1,1,1\n", "two different"),
      (header + "x,y,1,1,2\ny,x,1,2,3\n", "has the scores 1.0 and 3.0"), (header + "x,y,1,nan,2\n", "line 2"),
    ] {
      expectProblem(problem) { _ = try RankedDemonstrations(text, name: "t") }
    }
  }
}

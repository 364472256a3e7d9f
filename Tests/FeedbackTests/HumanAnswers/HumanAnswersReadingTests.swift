import Compute
import Environments
import Feedback
import Files
import Foundation
import Testing

@Suite("Reading people's answers about the delivery world")
struct HumanAnswersReadingTests {
  let world = Delivery()
  /// Two comparisons: along the bottom row against down the first column; into a sheep against standing at the edge.
  let pairs = [
    [[9, 0], [0, 1], [0, 1], [0, 1]], [[0, 0], [1, 0], [1, 0], [-1, 0]],
    [[2, 1], [0, 1], [0, 0], [0, 0]], [[4, 9], [0, 1], [0, 1], [0, 1]],
  ]

  private func write(
    _ folder: URL, pairs: [[[Int]]]? = nil, pairsShape: [Int]? = nil, preferences: [Double] = [1, 0.5],
    statistics: [Double]? = nil
  ) throws -> URL {
    let numbers = (pairs ?? self.pairs).flatMap { $0.flatMap { $0 } }
    let file = folder.appendingPathComponent("Small_segment_pairs.npy")
    try NumPyFile.write(TypedArray(numbers, shape: pairsShape ?? [numbers.count / 16, 2, 4, 2]), to: file)
    try NumPyFile.write(
      TypedArray(preferences, shape: [preferences.count]), to: folder.appendingPathComponent("Small_Y.npy"))
    if let statistics {
      try NumPyFile.write(
        TypedArray(statistics, shape: [statistics.count / 3, 3]), to: folder.appendingPathComponent("Small_X.npy"))
    }
    return file
  }

  private func read(_ file: URL) throws -> HumanAnswers {
    try HumanAnswers(HumanAnswersFiles.find([file])[0], in: world)
  }

  private func inFolder(_ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("pactolus-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder)
  }

  private func expectError(
    _ text: String, sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Void
  ) {
    do {
      try body()
      Issue.record("no error, expected one with '\(text)'", sourceLocation: sourceLocation)
    } catch {
      #expect(
        error is InputError && String(describing: error).contains(text), "got: \(error)",
        sourceLocation: sourceLocation)
    }
  }

  @Test("segments are replayed to their features, and end with the episode")
  func replay() throws {
    try inFolder { folder in
      let answers = try read(try write(folder))
      #expect(answers.condition == "Small")
      #expect(answers.tieShare == 0.5)
      #expect(answers.answers.map(\.preference) == [1, 0.5])
      let first = answers.answers[0].first
      #expect((first.start, first.end, first.steps) == (90, 93, 3))
      #expect(first.featureSum() == [3, 0, 0, 0, 0, 0])
      let intoSheep = answers.answers[1].first
      #expect((intoSheep.start, intoSheep.end, intoSheep.steps) == (21, 22, 1))
      #expect(intoSheep.featureSum() == [0, 0, 1, 0, 0, 0])
      let againstTheEdge = answers.answers[1].second
      #expect((againstTheEdge.start, againstTheEdge.end, againstTheEdge.steps) == (49, 49, 3))
      #expect(againstTheEdge.featureSum(discount: 0.5) == [1.75, 0, 0, 0, 0, 0])
      let values = [Double](repeating: 0, count: 100)
      #expect(answers.differences(.partialReturn, optimalValues: values) == [0, 47])
    }
  }

  @Test("any file of a condition, or its folder, stands for all of them, once")
  func finding() throws {
    try inFolder { folder in
      let pairs = try write(folder, statistics: [0, 0, 0, 47, 0, 0])
      let others = ["Small_X.npy", "Small_Y.npy"].map { folder.appendingPathComponent($0) }
      for paths in [[pairs], [others[0]], others, [folder], [folder, pairs] + others] {
        let found = try HumanAnswersFiles.find(paths)
        #expect(found.map(\.condition) == ["Small"])
        #expect(found[0].statistics?.lastPathComponent == "Small_X.npy")
      }
    }
  }

  @Test("files that are missing, misnamed or do not belong together are refused")
  func wrongFiles() throws {
    try inFolder { folder in
      expectError("no file with answers") { _ = try HumanAnswersFiles.find([]) }
      expectError("there is no such file") { _ = try HumanAnswersFiles.find([folder.appendingPathComponent("x")]) }
      expectError("no file in this folder ends in _segment_pairs.npy") { _ = try HumanAnswersFiles.find([folder]) }
      let pairs = try write(folder, preferences: [1, 0, 1])
      expectError("2 pairs of segments, but 3 preferences in Small_Y.npy") { _ = try read(pairs) }
      let odd = folder.appendingPathComponent("answers.npy")
      try Data("?".utf8).write(to: odd)
      expectError("names end in _segment_pairs.npy") { _ = try HumanAnswersFiles.find([odd]) }
      try FileManager.default.removeItem(at: folder.appendingPathComponent("Small_Y.npy"))
      expectError("companion Small_Y.npy is missing") { _ = try HumanAnswersFiles.find([pairs]) }
    }
  }

  @Test("preferences that are none, and shapes that are wrong, are refused with their place")
  func wrongNumbers() throws {
    try inFolder { folder in
      expectError("row 1: the preference is nan") { _ = try read(try write(folder, preferences: [1, .nan])) }
      expectError("row 0: the preference is 2.0") { _ = try read(try write(folder, preferences: [2, 1])) }
      expectError("the shape is [2, 16]") { _ = try read(try write(folder, pairsShape: [2, 16])) }
      let file = try write(folder)
      try NumPyFile.write(TypedArray([Double](repeating: .nan, count: 32), shape: [2, 2, 4, 2]), to: file)
      expectError("must be whole numbers") { _ = try read(file) }
      let preferences = folder.appendingPathComponent("Small_Y.npy")
      try NumPyFile.write(TypedArray([1, 0] as [Double], shape: [1, 2]), to: preferences)
      expectError("one preference for each comparison") { _ = try read(file) }
    }
  }

  @Test(
    "segments that cannot happen are refused with row and segment",
    arguments: [
      ([[10, 0], [0, 1], [0, 1], [0, 1]], "starts at row 10"),
      ([[2, 2], [0, 0], [0, 0], [0, 0]], "starts where the episode is over"),
      ([[3, 4], [0, 1], [0, 1], [0, 1]], "starts in the house"),
      ([[9, 0], [1, 1], [0, 1], [0, 1]], "has the move (1, 1)"),
      ([[9, 0], [0, 1], [0, 0], [0, 1]], "has the move (0, 0)"),
      ([[9, 0], [0, 1], [0, 1], [0, 0]], "stands still"),
    ])
  func illegalSegments(segment: [[Int]], complaint: String) throws {
    try inFolder { folder in
      let file = try write(folder, pairs: [pairs[0], pairs[1], pairs[2], segment])
      expectError("row 1, segment 2: ") { _ = try read(file) }
      expectError(complaint) { _ = try read(file) }
    }
  }

  @Test("a file of statistics that disagrees with the replay is refused at its row")
  func statistics() throws {
    try inFolder { folder in
      var values = [Double](repeating: 0, count: 100)
      values[90] = 5
      values[49] = 2
      func check(_ statistics: [Double]?) throws -> Bool {
        let files = try HumanAnswersFiles.find([try write(folder, statistics: statistics)])[0]
        return try HumanAnswers(files, in: world).checkStatistics(files, optimalValues: values)
      }
      let without = try check(nil)
      let right = try check([0, -5, 0, 47, 2, 2])
      #expect(!without && right)
      expectError("row 1, column 0: the difference of partial returns is 46.0, replaying the segments gives 47.0") {
        _ = try check([0, -5, 0, 46, 2, 2])
      }
      expectError("row 0, column 1: the difference of V* at the starts is nan") {
        _ = try check([0, .nan, 0, 47, 2, 2])
      }
      expectError("the shape is [1, 3]") { _ = try check([0, -5, 0]) }
    }
  }
}

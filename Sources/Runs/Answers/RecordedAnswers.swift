import Compute
import Feedback
import Findings
import Foundation

/// Real people's recorded answers, in any of the known forms: the files show which.
///
/// | files | what they are | what is done |
/// |---|---|---|
/// | `<condition>_segment_pairs.npy` … | comparisons in the delivery world | ``HumanAnswersStudy`` |
/// | `*.npz` with `obs_1` … | comparisons of recorded segments | ``SegmentStudy`` |
/// | `*.csv` with `A,B,label,scoreA,scoreB` | comparisons of scored demonstrations | ``DemonstrationStudy`` |
public enum RecordedAnswers: Sendable {
  /// Comparisons in the delivery world.
  case delivery(HumanAnswersReport)
  /// Comparisons of recorded segments.
  case segments([SegmentStudy])
  /// Comparisons of scored demonstrations.
  case demonstrations([DemonstrationStudy])

  /// Reads a folder, or one file, and studies what is in it.
  ///
  /// - Throws: `InputError` if no form is recognised, or a file is not in its form.
  public static func study(_ path: URL, random: RandomSource, progress: (String) -> Void = { _ in }) throws -> Self {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path.path, isDirectory: &isFolder) else {
      throw InputError("there is no such file", at: path.path, remedy: "check the path")
    }
    let files =
      isFolder.boolValue
      ? try FileManager.default.contentsOfDirectory(atPath: path.path).sorted().map(path.appendingPathComponent)
      : [path]
    if files.contains(where: { $0.pathExtension == "npy" }) {
      return .delivery(try HumanAnswersStudy.run([path], random: random, progress: progress))
    }
    let archives = files.filter { $0.pathExtension == "npz" }
    if !archives.isEmpty {
      let read = try archives.map { try RecordedComparisons(contentsOf: $0) }
      return .segments(
        try read.map { recorded in
          progress("\(recorded.name): \(recorded.comparisons.count) comparisons")
          return try SegmentStudy(recorded, random: random.child("answers/" + recorded.name))
        })
    }
    let tables = files.filter { $0.pathExtension == "csv" }
    guard !tables.isEmpty else {
      throw InputError(
        "no recorded answers are recognised", at: path.path,
        remedy: "give a folder with .npy, .npz or .csv files; see Documentation/people.md")
    }
    let read = try tables.map { try RankedDemonstrations(contentsOf: $0) }
    return .demonstrations(
      try read.map { try DemonstrationStudy($0, random: random.child("answers/" + $0.name)) })
  }

  /// What the study found.
  public var findings: [Finding] {
    switch self {
    case .delivery(let report): report.findings
    case .segments(let studies): studies.flatMap(\.findings)
    case .demonstrations(let studies): studies.flatMap(\.findings)
    }
  }
}

import Compute
import Foundation

/// The three NumPy files that hold one condition's human comparisons of segments in the delivery world.
///
/// - `<condition>_segment_pairs.npy`, N × 2 × (1 + moves) × 2 whole numbers: for each segment its start cell
///   [row, column], then its moves; (0, 0) once the episode is over.
/// - `<condition>_Y.npy`, N: 1 if the second segment was preferred, 0 if the first, 0.5 if neither.
/// - `<condition>_X.npy`, N × 3: second minus first of partial return, V* of the start, V* of the end. Optional; used
///   to check that the files mean what we think.
///
/// Format of Stephanehk/InfluencingHumanPrefs (Hatgis-Kessell et al. 2025).
public struct HumanAnswersFiles: Sendable, Hashable {
  /// The part of the files' names that they share.
  public let condition: String
  /// The file of segments.
  public let pairs: URL
  /// The file of answers.
  public let preferences: URL
  /// Nil if there is no such file.
  public let statistics: URL?

  private static let pairsSuffix = "_segment_pairs.npy"
  private static let preferencesSuffix = "_Y.npy"
  private static let statisticsSuffix = "_X.npy"

  /// The conditions that these paths belong to, in order of first mention: any file of a condition stands for all of
  /// them, a folder for every condition in it.
  public static func find(_ paths: [URL]) throws -> [HumanAnswersFiles] {
    guard !paths.isEmpty else {
      throw InputError("no file with answers", remedy: "give at least one <condition>\(pairsSuffix)")
    }
    var conditions: [HumanAnswersFiles] = []
    for path in paths {
      for file in try members(of: path) {
        let condition = try condition(of: file)
        if !conditions.contains(where: { $0.pairs == condition.pairs }) { conditions.append(condition) }
      }
    }
    return conditions
  }

  /// The file itself, or a folder's files of pairs by name.
  private static func members(of path: URL) throws -> [URL] {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path.path, isDirectory: &isFolder) else {
      throw InputError("there is no such file", at: path.path, remedy: "check the path")
    }
    guard isFolder.boolValue else { return [path] }
    let names = try FileManager.default.contentsOfDirectory(atPath: path.path).sorted()
    let files = names.filter { $0.hasSuffix(pairsSuffix) }.map { path.appendingPathComponent($0) }
    guard !files.isEmpty else {
      throw InputError("no file in this folder ends in \(pairsSuffix)", at: path.path, remedy: "give another folder")
    }
    return files
  }

  private static func condition(of file: URL) throws -> HumanAnswersFiles {
    let name = file.lastPathComponent
    let suffixes = [pairsSuffix, preferencesSuffix, statisticsSuffix]
    guard let suffix = suffixes.first(where: { name.hasSuffix($0) }), name.count > suffix.count else {
      throw InputError(
        "the name does not tell its content", at: file.path,
        remedy: "names end in " + suffixes.joined(separator: ", ") + ", after the condition's name")
    }
    let condition = String(name.dropLast(suffix.count))
    let folder = file.deletingLastPathComponent()
    func sibling(_ suffix: String) -> URL? {
      let url = folder.appendingPathComponent(condition + suffix)
      return FileManager.default.fileExists(atPath: url.path) ? url : nil
    }
    guard let pairs = sibling(pairsSuffix), let preferences = sibling(preferencesSuffix) else {
      let missing = sibling(pairsSuffix) == nil ? pairsSuffix : preferencesSuffix
      throw InputError(
        "its companion \(condition + missing) is missing", at: file.path, remedy: "put it into the same folder")
    }
    return HumanAnswersFiles(
      condition: condition, pairs: pairs, preferences: preferences, statistics: sibling(statisticsSuffix))
  }
}

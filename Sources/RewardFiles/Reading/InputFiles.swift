import Compute
import Foundation

/// The files that a user's words mean: files, folders, and patterns such as `data/train-*.parquet`.
public enum InputFiles {
  /// Endings of files that hold rows, before an ending of a packed file.
  private static let endings = ["jsonl", "ndjson", "json", "csv", "tsv", "parquet", "arrow", "feather"]
  private static let packed = ["gz", "zst", "xz"]

  /// Files by name; of a folder, all that hold rows, in the order of their paths.
  ///
  /// - Throws: `InputError` for a folder or pattern without files.
  public static func files(_ words: [String]) throws -> [URL] {
    try words.flatMap { word -> [URL] in
      var isFolder: ObjCBool = false
      if FileManager.default.fileExists(atPath: word, isDirectory: &isFolder) {
        return isFolder.boolValue ? try folder(word) : [URL(fileURLWithPath: word)]
      }
      guard word.contains(where: { "*?[".contains($0) }) else { return [URL(fileURLWithPath: word)] }
      return try pattern(word)
    }
  }

  private static func folder(_ path: String) throws -> [URL] {
    guard let names = FileManager.default.enumerator(atPath: path) else {
      throw InputError("the folder cannot be read", at: path)
    }
    let files = names.compactMap { $0 as? String }.filter(holdsRows).sorted()
    guard !files.isEmpty else {
      throw InputError(
        "no file of rows in the folder", at: path,
        remedy: "files that end in " + endings.map { "." + $0 }.joined(separator: ", ") + " are read, packed too")
    }
    return files.map { URL(fileURLWithPath: path).appendingPathComponent($0) }
  }

  private static func holdsRows(_ name: String) -> Bool {
    guard !name.split(separator: "/").contains(where: { $0.hasPrefix(".") }) else { return false }
    var parts = name.lowercased().split(separator: "/").last?.split(separator: ".").map(String.init) ?? []
    if let last = parts.last, packed.contains(last) { parts.removeLast() }
    // A folder written by datasets' save_to_disk has two files that describe it.
    guard parts.count > 1, !["dataset_info", "dataset_infos", "state"].contains(parts[0]) else { return false }
    return endings.contains(parts[parts.count - 1])
  }

  private static func pattern(_ pattern: String) throws -> [URL] {
    var matches = glob_t()
    defer { globfree(&matches) }
    guard glob(pattern, 0, nil, &matches) == 0 else {
      throw InputError(
        "no file matches", at: pattern, remedy: "check the pattern, and that the shell has left it whole")
    }
    return (0..<Int(matches.gl_pathc)).compactMap { index in
      matches.gl_pathv[index].map { URL(fileURLWithPath: String(cString: $0)) }
    }
  }
}

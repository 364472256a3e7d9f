import Foundation

/// The split that a file's name tells: "train" for `train.jsonl`, `train-00000-of-00002.parquet` and
/// `train/0000.parquet`, so that the parts of a split are one.
enum SplitNames {
  private static let usual = ["train", "test", "valid", "validation", "val", "dev", "eval", "heldout"]

  static func names(of files: [URL]) -> [String] {
    files.map { file in
      let stem = stem(file.lastPathComponent)
      let folder = file.deletingLastPathComponent().lastPathComponent
      return isUsual(stem) || !isUsual(folder) ? stem : folder
    }
  }

  /// A file's name without endings and without the number of its part.
  static func stem(_ name: String) -> String {
    let stem = name.prefix { $0 != "." }
    return String(stem.replacing(/(-[0-9]{5}-of-[0-9]{5})(-[0-9a-f]{16})?$/, with: ""))
  }

  private static func isUsual(_ name: String) -> Bool {
    let word = name.lowercased().prefix { $0.isLetter }
    return usual.contains(String(word))
  }
}

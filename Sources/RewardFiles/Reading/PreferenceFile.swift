import Compute
import Files
import Foundation

/// Reads preference pairs from JSON Lines, a JSON array, a comma-separated table, Parquet or Arrow, plain or packed with
/// gzip, zstd or xz.
///
/// ```swift
/// let table = try PreferenceFile.read([URL(fileURLWithPath: "pairs.jsonl.zst")])
/// table.count            // usable rows
/// table.setAside.rows    // the others: file:line and why
/// ```
///
/// A row has `chosen` and `rejected`, each a text or a list of messages `{role, content}`, and mostly a `prompt` of
/// either kind: the shapes of TRL's reward trainer (huggingface.co/docs/trl/dataset_formats); other shapes are
/// recognised (``PairFormat``). Without a column for the prompt, what both replies begin with is the prompt; a prompt that
/// is empty is absent. Columns of scores, labels, ties, strength, position, annotator, domain, split
/// and ids are found by their usual names or by ``ReadingOptions/columns``. Pairs of further columns such as
/// `score_chosen_0` and `score_rejected_0` are members of an ensemble; the rest are attributes. Several files are read
/// as one, each by its own columns; without a column for it, the file's name is then the split. What was taken for what
/// is in ``PreferenceTable/readings``.
///
/// Files are streamed: memory grows with the features kept, not with the texts. Rows are read on all threads; the
/// result does not depend on their number. A column that first appears late in a file makes it be read twice. UTF-8 and
/// JSON must be valid, nesting at most 64 deep; scores that are no numbers are kept as missing and counted.
public enum PreferenceFile {
  /// Reads files as one table.
  ///
  /// - Throws: `InputError` with file and line.
  public static func read(_ files: [URL], options: ReadingOptions = .init()) throws -> PreferenceTable {
    var table = try PreferenceReader(options: options, needsTexts: true, use: "pairs").read(files)
    if files.count > 1, !table.split.isPresent {
      let names = SplitNames.names(of: files)
      table.split = CategoryColumn(table.places.file.map { names[Int($0)] })
      if !table.verdicts.split.isPresent {
        table.verdicts.split = CategoryColumn(table.verdicts.file.map { names[Int($0)] })
      }
    }
    return table
  }
}

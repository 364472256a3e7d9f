import Compute
import Files
import Foundation

/// A row of a sheet that people fill in, as ``RolloutSheet`` writes it: it has no reward.
package struct SheetRow: Sendable, Hashable {
  /// What the rollout is called.
  package var key: String
  package var prompt: String
  package var completion: String
  /// The reference answer; empty if there is none.
  package var answer: String
  /// What somebody has found already.
  package var gold: GoldLabel?

  /// The rows of a sheet; nil if the file is none, for it has no columns `key`, `completion` and `gold`.
  ///
  /// - Throws: `InputError` for a label that is none.
  package static func read(_ file: URL) throws -> [SheetRow]? {
    struct OtherFile: Error {}
    var rows: [SheetRow] = []
    do {
      let columns = try SmallTable.read(file) { fields, place in
        guard let key = fields["key"]?.answerText, fields["gold_label"] == nil,
          let completion = RolloutText.text(fields["completion"]), fields["reward"] == nil
        else { throw OtherFile() }
        var label: GoldLabel?
        if let cell = fields.first(["gold"]) {
          guard let known = GoldLabel(cell) else {
            throw InputError(
              "'\(cell.plainText.prefix(24))' is no label", at: place, remedy: "give 1 (right), 0 (wrong) or 'unsure'")
          }
          label = known
        }
        rows.append(
          SheetRow(
            key: key, prompt: RolloutText.text(fields["prompt"]) ?? "", completion: completion,
            answer: fields["answer"].flatMap { $0 == .null ? nil : $0.plainText } ?? "", gold: label))
      }
      return columns.contains("gold") ? rows : nil
    } catch is OtherFile {
      return nil
    }
  }

  /// Where the weights of a sheet are: what each row stands for, which the person should not see.
  package static func weights(beside sheet: URL) -> URL { SheetWeights.url(of: sheet) }
}

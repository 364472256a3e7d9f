import ArgumentParser
import Foundation
import Pactolus

/// How a verb reads files of preference pairs: what columns mean, the shape of rows, what happens to bad ones.
struct ReadingArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "What a column is, such as prompt=question; may be given again. Roles: "
        + ColumnRole.allCases.map(\.rawValue).joined(separator: ", ") + ".",
      valueName: "role=column"))
  var map: [String] = []

  @Option(
    help: ArgumentHelp(
      "The shape of the rows, where it is not recognised: " + PairFormat.all.map(\.name).joined(separator: ", ") + ".",
      valueName: "name"))
  var format: String?

  @Flag(help: "Refuse files with a bad row instead of setting the row aside.")
  var strict = false

  /// - Throws: `InputError` for a role or format that is not known.
  func options() throws -> ReadingOptions {
    var options = ReadingOptions()
    options.strict = strict
    options.format = try format.map(PairFormat.named)
    for word in map {
      guard let equals = word.firstIndex(of: "="), equals != word.startIndex, word.index(after: equals) != word.endIndex
      else {
        throw InputError("'\(word)' names no column", at: "--map", remedy: "give role=column: --map prompt=question")
      }
      let (name, column) = (String(word[..<equals]), String(word[word.index(after: equals)...]))
      guard let role = ColumnRole(rawValue: name) else {
        throw InputError.unknown("role", name, among: ColumnRole.allCases.map(\.rawValue), at: "--map")
      }
      if let other = options.columns.updateValue(column, forKey: role) {
        throw InputError("\(name) is '\(other)' and '\(column)'", at: "--map", remedy: "give each role one column")
      }
    }
    return options
  }

  /// What was read of each file, for a terminal.
  static func text(_ readings: [FileReading]) -> String { readings.flatMap(\.lines).joined(separator: "\n") }
}

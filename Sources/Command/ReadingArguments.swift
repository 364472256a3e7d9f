import ArgumentParser
import Foundation
import Pactolus

/// How a verb reads files of preference pairs: what columns mean, the shape of rows, what happens to bad ones.
struct ReadingArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "What a column is, such as prompt=question; may be given again. Roles: "
        + ColumnRole.allCases.map(\.rawValue).joined(separator: ", ") + "; of samples "
        + SampleRole.allCases.map(\.rawValue).joined(separator: ", ") + ".",
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
      let (name, column) = try Assignment.parts(of: word, option: "--map", example: "prompt=question")
      let (role, sampleRole) = (ColumnRole(rawValue: name), SampleRole(rawValue: name))
      guard role != nil || sampleRole != nil else {
        let names = ColumnRole.allCases.map(\.rawValue) + SampleRole.allCases.map(\.rawValue)
        throw InputError.unknown("role", name, among: names, at: "--map")
      }
      let others = [
        role.flatMap { options.columns.updateValue(column, forKey: $0) },
        sampleRole.flatMap { options.sampleColumns.updateValue(column, forKey: $0) },
      ]
      if let other = others.lazy.compactMap({ $0 }).first {
        throw InputError("\(name) is '\(other)' and '\(column)'", at: "--map", remedy: "give each role one column")
      }
    }
    return options
  }

  /// What was read of each file, for a terminal.
  static func text(_ readings: [FileReading]) -> String { readings.flatMap(\.lines).joined(separator: "\n") }
}

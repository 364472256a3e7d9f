import ArgumentParser
import Foundation
import Pactolus

/// The files of rollouts that a verb reads, and how.
struct RolloutArguments: ParsableArguments {
  @Argument(help: ArgumentHelp("Files of rollouts, or folders of them.", valueName: "files"))
  var files: [String]

  @Option(
    help: ArgumentHelp(
      "The format, if it is not to be found out: \(RolloutFile.formats.map(\.name).joined(separator: ", ")).",
      valueName: "name"))
  var format: String?

  @Option(
    help: ArgumentHelp(
      "What a field is, as role=field ('total=acc', 'component=extra.format'); roles: "
        + RolloutRole.allCases.map(\.rawValue).joined(separator: ", ") + ".", valueName: "role=field"))
  var map: [String] = []

  @Option(
    help: ArgumentHelp(
      "A component's weight in the total, where the files do not say it.", valueName: "component=number"))
  var weight: [String] = []

  @Flag(help: "Refuse files with a bad row instead of setting the row aside.")
  var strict = false

  func options() throws -> RolloutOptions {
    var options = RolloutOptions()
    options.format = format
    options.strict = strict
    for entry in map {
      let (name, field) = try Assignment.parts(of: entry, option: "--map", example: "total=score")
      guard let role = RolloutRole(rawValue: name) else {
        throw InputError.unknown("role", name, among: RolloutRole.allCases.map(\.rawValue), at: "--map \(entry)")
      }
      options.fields.append((role, field))
    }
    for entry in weight {
      let (name, text) = try Assignment.parts(of: entry, option: "--weight", example: "format=0.2")
      guard let number = Double(text), number.isFinite else {
        throw InputError(
          "'\(text)' is not a number", at: "--weight \(entry)", remedy: "write it as --weight format=0.2")
      }
      options.weights[name] = number
    }
    return options
  }

  /// How the files are read, as it was typed.
  var typedOptions: [String] {
    map.flatMap { ["--map", $0] } + weight.flatMap { ["--weight", $0] } + (format.map { ["--format", $0] } ?? [])
  }

  func read() throws -> RolloutTable {
    try RolloutFile.read(files.map { URL(fileURLWithPath: $0) }, options: options())
  }
}

import ArgumentParser
import Foundation
import Pactolus

/// What every audit of files writes beside its findings, and when it stops a build.
struct AuditOutput: ParsableArguments {
  @Option(help: ArgumentHelp("Exit with 3 if one of these checks fails; 'any' for every check.", valueName: "checks"))
  var failOn: String?

  @Option(help: ArgumentHelp("Also write the failed checks as SARIF 2.1.0 to this file.", valueName: "file"))
  var sarif: String?

  @Option(help: ArgumentHelp("Also write a badge of the outcome (SVG) to this file.", valueName: "file"))
  var badge: String?

  @OptionGroup var screen: TheoryOutput

  /// The names of the checks that `--fail-on` guards.
  ///
  /// - Throws: `InputError` with near misses for a name that is no check.
  func guarded<Check: DescribedCheck>(among checks: [Check]) throws -> Set<String> {
    guard let failOn else { return [] }
    if failOn == "any" { return Set(checks.map(\.id)) }
    let words = failOn.split(separator: ",")
    guard !words.isEmpty else {
      throw InputError("no check is named", at: "--fail-on", remedy: "give names of checks, or any")
    }
    return Set(
      try words.map { word in
        let name = word.trimmingCharacters(in: .whitespaces)
        guard checks.contains(where: { $0.id == name }) else {
          throw InputError.unknown("check", name, among: checks.map(\.id), at: "--fail-on")
        }
        return name
      })
  }

  /// Writes the files that were asked for.
  func write(sarif log: @autoclosure () -> SarifLog, badge picture: @autoclosure () -> Badge) throws {
    if let sarif { try DurableFile.write(log().json(), to: sarif) }
    if let badge { try DurableFile.write(Data(picture().svg.utf8), to: badge) }
    guard !screen.json else { return }
    if let sarif { print("sarif: \(sarif)") }
    if let badge { print("badge: \(badge)") }
  }

  /// Ends the command with 3 if a guarded check is among those that fail.
  func stop(_ guarded: Set<String>, ifAmong failing: [String]) throws {
    if failing.contains(where: guarded.contains) { throw ExitCode(3) }
  }
}

/// Words as they are typed in a shell, for the commands of advice.
enum Typed {
  /// Quoted where a shell would read something else.
  static func words(_ words: [String]) -> String { words.map(quoted).joined(separator: " ") }

  private static func quoted(_ word: String) -> String {
    let plain = word.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_-./=:,@%+".contains($0)) }
    return plain && !word.isEmpty ? word : "'" + word.replacing("'", with: #"'\''"#) + "'"
  }

  /// What a page is called: the first file, and how many more there are.
  static func title(_ files: [String]) -> String {
    guard let first = files.first else { return "files" }
    let name = URL(fileURLWithPath: first).lastPathComponent
    return files.count > 1 ? "\(name) and \(files.count - 1) more" : name
  }
}

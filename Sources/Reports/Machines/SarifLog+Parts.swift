import Findings
import Foundation
import RewardFiles

/// The objects of SARIF that a log of ours has, by the names of its specification.
extension SarifLog {
  struct Run: Encodable, Sendable {
    let tool: Tool
    let results: [Result]
    let automationDetails: Automation
    let columnKind = "unicodeCodePoints"
  }

  struct Automation: Encodable, Sendable { let id: String }

  struct Tool: Encodable, Sendable { let driver: Driver }

  struct Driver: Encodable, Sendable {
    let name = "Pactolus"
    let version: String
    let semanticVersion: String
    let rules: [Rule]
  }

  struct Rule: Encodable, Sendable {
    let id: String
    let name: String
    let shortDescription: Message
    let fullDescription: Message
    let help: Message
    let defaultConfiguration: Configuration
  }

  struct Configuration: Encodable, Sendable { let level: String }

  struct Message: Encodable, Sendable {
    let text: String
    /// Names from the data must not become links (SARIF 2.1.0, §3.11.6).
    init(_ text: String) { self.text = text.replacingOccurrences(of: "](", with: "] (") }
  }

  struct Result: Encodable, Sendable {
    let ruleId: String
    let ruleIndex: Int
    let level: String
    let message: Message
    let locations: [Location]
    let relatedLocations: [Location]
    let partialFingerprints: [String: String]
  }

  struct Location: Encodable, Sendable {
    /// Of a related place, so that a message can refer to it.
    var id: Int?
    let physicalLocation: Physical
    var message: Message?
  }

  struct Physical: Encodable, Sendable {
    let artifactLocation: Artifact
    let region: Region?
  }

  struct Artifact: Encodable, Sendable { let uri: String }

  struct Region: Encodable, Sendable { let startLine: Int }
}

extension SarifLog.Result {
  /// The clearest row is the place; the others are related.
  init(_ finding: Finding, rule: String, index: Int, rows: [ExampleRow], files: [String]) {
    ruleId = rule
    ruleIndex = index
    level = SarifLog.level(finding)
    var text = "\(FindingSentence.of(finding.statement)) \(FindingSentence.of(finding.reason))"
    if let advice = finding.advice {
      text += " What to do: \(FindingSentence.of(advice.text))" + (advice.command.map { " Next: \($0)" } ?? "")
    }
    message = SarifLog.Message(text)
    let places = rows.compactMap { row in SarifLog.Physical(place: row.place).map { ($0, row.why) } }
    locations =
      places.first.map { [SarifLog.Location(physicalLocation: $0.0)] }
      ?? files.first.map { [SarifLog.Location(physicalLocation: SarifLog.Physical(file: $0, line: nil))] } ?? []
    relatedLocations = places.dropFirst().enumerated().map { number, place in
      SarifLog.Location(id: number + 1, physicalLocation: place.0, message: SarifLog.Message(place.1))
    }
    partialFingerprints = ["checkOfFiles/v1": ([rule] + files.map(SarifLog.Physical.uri)).joined(separator: " ")]
  }
}

extension SarifLog.Physical {
  /// Nil if the place is none in a file: "row 12".
  init?(place: String) {
    guard let colon = place.lastIndex(of: ":"), let line = Int(place[place.index(after: colon)...]), line > 0 else {
      return nil
    }
    self.init(file: String(place[..<colon]), line: line)
  }

  init(file: String, line: Int?) {
    artifactLocation = SarifLog.Artifact(uri: Self.uri(file))
    region = line.map { SarifLog.Region(startLine: $0) }
  }

  /// A path as a reference relative to the root of the sources; of one elsewhere on this machine only the name is told.
  static func uri(_ file: String) -> String {
    let path = file.hasPrefix("/") ? String(file.split(separator: "/").last ?? "") : file
    var allowed = CharacterSet.urlPathAllowed
    allowed.remove(charactersIn: ":;")
    return path.addingPercentEncoding(withAllowedCharacters: allowed) ?? path
  }
}

import Findings
import Foundation

/// Findings in the form that other programs read: JSON with a version.
///
/// ```json
/// {"schema": 1, "summary": {"verdict": "fails", "headline": "…", "sentence": "…"}, "findings": [{"id": "…", …}]}
/// ```
public struct FindingDocument: Codable, Sendable, Hashable {
  public static let currentSchema = 1

  public var schema: Int
  public var summary: TrustSummary
  public var findings: [Finding]

  public init(_ findings: [Finding]) {
    schema = Self.currentSchema
    summary = TrustSummary(findings)
    self.findings = findings
  }

  /// The same findings give the same bytes: keys are sorted. Numbers that JSON lacks are "inf", "-inf" and "nan".
  public func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return try encoder.encode(self)
  }
}

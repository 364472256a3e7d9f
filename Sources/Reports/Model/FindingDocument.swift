import Files
import Findings
import Foundation

/// Findings in the form that other programs read: JSON with a version. Every verb that audits prints one.
///
/// ```json
/// {"schema": 1, "summary": {"verdict": "fails", "headline": "…", "sentence": "…"},
///  "findings": [{"id": "…", …}], "numbers": {…}}
/// ```
public struct FindingDocument<Numbers: Encodable>: Encodable {
  /// The version of this form; it grows when a field changes its meaning or goes.
  public let schema = 1
  /// The result of the findings.
  public let summary: TrustSummary
  /// In the order in which the audit made them.
  public let findings: [Finding]
  /// What was measured, in the audit's own form.
  public let numbers: Numbers

  /// - Parameters:
  ///   - findings: in the order in which the audit made them.
  ///   - headline: the product's words for the sum of the findings.
  ///   - numbers: what was measured, in the audit's own form.
  public init(_ findings: [Finding], headline: Headline, numbers: Numbers) {
    summary = TrustSummary(findings, headline: headline)
    self.findings = findings
    self.numbers = numbers
  }

  /// The same findings give the same bytes: keys are sorted. Numbers that JSON lacks are "infinity", "-infinity" and
  /// "nan".
  public func json() throws -> Data {
    return try JSON.encode(self, .prettyResult)
  }
}

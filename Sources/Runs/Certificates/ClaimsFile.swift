import Compute
import Files
import Findings
import Foundation
import Yams

/// What is to be certified, as a file.
///
/// ```yaml
/// budget: 0.05
/// claims:
///   - accuracy above 0.7
///   - {claim: return above -300, error: 0.01}
///   - ledger complete
/// ```
///
/// A claim without an error of its own gets an equal part of what the others leave of the budget. With `growing: true` the
/// budget is for all certificates of a run together that is certified again while answers come in
/// (``GrowingCertificate``).
package struct ClaimsFile: Sendable {
  package let path: String
  package let text: String
  package let budget: ErrorBudget
  package let claims: [Claim]
  /// Whether the run is to be certified again while answers come in.
  package let isGrowing: Bool

  private enum Field: String, CaseIterable { case budget, claims, growing }
  private enum ClaimField: String, CaseIterable { case claim, error }

  /// - Throws: `InputError` with file and line.
  package init(text: String, path: String) throws {
    (self.text, self.path) = (text, path)
    var (budget, place) = (0.05, "\(path):1")
    var claims: [Claim] = []
    var isGrowing = false
    do {
      let fields = "write 'budget: 0.05' and 'claims:' with a list of lines"
      guard let root = try Yams.compose(yaml: text).map({ FieldNode($0, path: path, field: "the file") }), !root.isEmpty
      else { throw InputError("the claims file is empty", at: path, remedy: fields) }
      for (name, value) in try root.entries(fields) {
        guard let field = Field(rawValue: name) else {
          throw InputError.unknown("field", name, among: Field.allCases.map(\.rawValue), at: value.place)
        }
        switch field {
        case .budget: (budget, place) = (try value.number(-1e9...1e9), value.place)
        case .claims: claims = try value.list().map(Self.claim)
        case .growing: isGrowing = try Self.truth(value)
        }
      }
      guard !claims.isEmpty else { throw InputError("nothing is claimed", at: path, remedy: fields) }
    } catch let error as YamlError {
      throw SettingsFile.explained(error, path)
    }
    if isGrowing, let fixed = claims.first(where: Self.isFixed) {
      throw InputError(
        "'\(fixed.line)' cannot be settled again and again: its interval was made before, for one look",
        at: fixed.place,
        remedy: "leave it out, or leave 'growing' out and certify the run once")
    }
    (self.claims, self.isGrowing) = (claims, isGrowing)
    self.budget = try ErrorBudget(budget, claims.map { ($0.demand, $0.place) }, at: place)
  }

  /// Whether what a claim may err is the finding's own, which no budget can make smaller.
  private static func isFixed(_ claim: Claim) -> Bool {
    switch claim.statement {
    case .finding, .notGaming, .distance, .limit(.unjudged, _, _), .limit(.coverage, _, _): true
    default: false
    }
  }

  private static func truth(_ node: FieldNode) throws -> Bool {
    let words = ["true": true, "false": false]
    guard let value = words[try node.text()] else {
      throw node.refused(
        "not true or false", remedy: "write 'growing: true' for a run that is certified again and again")
    }
    return value
  }

  private static func claim(_ node: FieldNode) throws -> Claim {
    guard case .mapping = node.node else { return try Claim(line: node.text(), error: nil, at: node.place) }
    var (line, error) = (String?.none, Double?.none)
    for (name, value) in try node.entries("write '{claim: accuracy above 0.7, error: 0.01}'") {
      guard let field = ClaimField(rawValue: name) else {
        throw InputError.unknown("field", name, among: ClaimField.allCases.map(\.rawValue), at: value.place)
      }
      switch field {
      case .claim: line = try value.text()
      case .error: error = try value.number(-1e9...1e9)
      }
    }
    guard let line else { throw node.refused("without a 'claim'", remedy: "write '{claim: …, error: 0.01}'") }
    let claim = try Claim(line: line, error: error, at: node.place)
    if error != nil, case .share = claim.demand {
    } else if error != nil {
      throw node.refused("'\(line)' leaves nothing to chance", remedy: "leave its error out")
    }
    if let error, claim.demand != .share(error) {
      throw node.refused(
        "the error of '\(line)' is \(Numbers.plain(Claim.errorOfFindings)): its interval was made before",
        remedy: "leave its error out")
    }
    return claim
  }
}

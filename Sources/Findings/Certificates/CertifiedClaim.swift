/// One line of a certificate: a claim as somebody wrote it, how it was settled, what it may err, and what came out.
public struct CertifiedClaim: Codable, Sendable, Hashable {
  /// The claim as it stands in the claims file.
  public var line: String
  /// How it was settled.
  public var method: ClaimMethod
  /// How often its verdict may be wrong: `holds` where the claim is false, or `fails` where it is true. 0 where nothing is
  /// left to chance.
  public var error: Double
  /// The verdict with its evidence and assumptions.
  public var finding: Finding

  /// A settled claim.
  public init(line: String, method: ClaimMethod, error: Double, finding: Finding) {
    (self.line, self.method, self.error, self.finding) = (line, method, error, finding)
  }
}

/// How a claim is settled.
public enum ClaimMethod: String, Codable, Sendable, Hashable, CaseIterable {
  /// Every case is covered by computation.
  case proof
  /// A sample is drawn; the verdict may be wrong.
  case test
  /// What was recorded is read and counted.
  case record
}

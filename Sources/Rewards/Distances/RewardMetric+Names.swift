import Compute

extension RewardMetric {
  /// From "VAL-2-2", "minimal1-1-1", "projection-2-angle": canonicalisation, norm, distance. A norm is 1, 2, inf, w1,
  /// w2, winf, or 0 for none; a distance is one of these or angle.
  ///
  /// - Throws: `InputError` with the nearest known name.
  public init(named text: String) throws {
    let parts = text.split(separator: "-").map(String.init)
    guard parts.count == 3 else {
      throw InputError(
        "'\(text)' is not a metric", at: "metric", remedy: "write canonicalisation-norm-distance, such as VAL-2-2")
    }
    let known: [Canonicalization] = [
      .none, .valueAdjusted, .valuePotential(nil), .minimal(.l1), .minimal(.l2), .minimal(.maximum), .projection, .epic,
      .dard,
    ]
    guard let canonicalization = known.first(where: { $0.name.lowercased() == parts[0].lowercased() }) else {
      throw InputError.unknown("canonicalisation", parts[0], among: known.map(\.name), at: "metric '\(text)'")
    }
    let norms = RewardNorm.allCases
    let normalization = norms.first { $0.name == parts[1] }
    guard normalization != nil || parts[1] == "0" else {
      throw InputError.unknown("norm", parts[1], among: norms.map(\.name) + ["0"], at: "metric '\(text)'")
    }
    if parts[2] == "angle" {
      self.init(canonicalization, normalization, .angle)
    } else if let norm = norms.first(where: { $0.name == parts[2] }) {
      self.init(canonicalization, normalization, .norm(norm))
    } else {
      throw InputError.unknown("distance", parts[2], among: norms.map(\.name) + ["angle"], at: "metric '\(text)'")
    }
  }
}

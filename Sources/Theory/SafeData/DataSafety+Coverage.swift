import Compute

extension DataSafety {
  /// The coverage that makes the margin as large as it can be, and that margin.
  ///
  /// The margin is the least of linear functions of the coverage, one for each wrong reward that makes something bad
  /// optimal. Cutting planes: the best coverage against the wrong rewards known so far, then the wrong reward that does
  /// most against it, until the two agree.
  ///
  /// Of the parameters:
  /// - `existing`: data that there are already, and the share that they will make up of all: `(1 − β) · existing + β ·
  ///   new`.
  /// - `tolerance`: how far the margin may be from the best, as a share of the range of rewards.
  public func bestCoverage(
    existing: (coverage: [Double], share: Double)? = nil, tolerance: Double = 1e-7, maximumRounds: Int = 200
  ) throws -> (coverage: [Double], margin: SafetyMargin, isExact: Bool) {
    if let existing { try validate(existing.coverage) }
    let free = counts.indices.filter { counts[$0] }
    var coverage = [Double](repeating: 0, count: reward.count)
    for index in free { coverage[index] = 1 / Double(free.count) }
    if let existing {
      coverage = zip(coverage, existing.coverage).map { (1 - existing.share) * $0 + existing.share * $1 }
    }
    guard !bad.isEmpty else { return (coverage, try search(coverage).best, true) }
    var program = LinearProgram(variableCount: reward.count + 1)
    program.objective[reward.count] = 1
    program.addConstraint(reward.indices.map { (variable: $0, coefficient: 1.0) }, lower: 1, upper: 1)
    for index in 0..<reward.count {
      let kept = existing.map { $0.share * $0.coverage[index] } ?? 0
      program.lower[index] = kept
      if !counts[index] { program.upper[index] = kept }
    }
    var best: (coverage: [Double], margin: SafetyMargin)?
    for _ in 0..<maximumRounds {
      let (margin, all) = try search(coverage)
      if margin.unitMargin > best?.margin.unitMargin ?? -1 { best = (coverage, margin) }
      guard margin.unitMargin.isFinite else { break }
      for cut in all {
        var terms = cut.unitErrors.enumerated().map { (variable: $0.offset, coefficient: $0.element) }
        terms.append((reward.count, -1))
        program.addConstraint(terms, lower: 0)
      }
      let solution = try program.solve()
      guard solution.status == .optimal else { break }
      if solution.objective <= best!.margin.unitMargin + tolerance * unitRange {
        return (best!.coverage, best!.margin, true)
      }
      let sum = solution.values.prefix(reward.count).reduce(0) { $0 + max(0, $1) }
      coverage = solution.values.prefix(reward.count).map { max(0, $0) / sum }
    }
    return (best!.coverage, best!.margin, !best!.margin.unitMargin.isFinite)
  }
}

import Compute
import Environments
import Findings
import Rewards

extension CertifiedRun {
  /// Whether nothing in the box that spans all that was stored is paid more, or less, than claimed.
  func reward(_ range: ClosedRange<Double>) throws -> Finding {
    let stored = try record.segments(Array(record.shownSegments.indices)).map(\.trajectory)
    let rows = try trained.reward.encoding.rows(of: stored)
    let claim =
      "No transition is paid less than \(Numbers.plain(range.lowerBound)) or more than \(Numbers.plain(range.upperBound))"
    let source = "bound propagation with branch and bound (Zhang et al. 2018; Bunel et al. 2018)"
    func undone(_ problem: String) -> Finding {
      Finding(id: "reward", claim: claim, verdict: .unknown, reason: problem, source: source)
    }
    guard rows.rows > 0 else { return undone("No clip was stored, so there is no box to look at.") }
    let box = Self.span(rows)
    do {
      let above = try BoundedNetwork(trained.reward)
      let below = try BoundedNetwork(trained.reward, isNegated: true)
      let search = BoxSearch(nodes: settings.nodes)
      var draws = RandomSource(seed: UInt64(settings.seed)).stream("certificate/box")
      let most = search.maximum(of: above, over: box, limit: range.upperBound, random: &draws)
      let least = search.maximum(of: below, over: box, limit: -range.lowerBound, random: &draws)
      let decisions = [most.decision(range.upperBound), least.decision(-range.lowerBound)]
      let verdict: Finding.Verdict =
        decisions.contains(.refuted) ? .fails : decisions.contains(.undecided) ? .unknown : .holds
      return Finding(
        id: "reward", claim: claim, verdict: verdict,
        reason: "In the box that spans the \(rows.rows) stored transitions it lies between "
          + "\(Numbers.plain(-least.proved)) and \(Numbers.plain(most.proved)), proved; "
          + "\(Numbers.plain(-least.found)) and \(Numbers.plain(most.found)) are reached.",
        evidence: [
          Evidence("largest reward, at most", most.proved), Evidence("largest reward found", most.found),
          Evidence("least reward, at least", -least.proved), Evidence("least reward found", -least.found),
        ],
        assumptions: [
          "Each number of a transition lies between its extremes in the stored clips; beyond them nothing is claimed.",
          "The box holds combinations that no transition of the world has: “fails” may rest on one of them.",
        ], source: source)
    } catch let error as InputError {
      return undone(error.problem + ".")
    }
  }

  private static func span(_ rows: Matrix) -> InputBox {
    let width = rows.columns
    var lower = [Float](repeating: .infinity, count: width)
    var upper = [Float](repeating: -.infinity, count: width)
    for (index, value) in rows.elements.enumerated() {
      let column = index % width
      lower[column] = min(lower[column], Float(value))
      upper[column] = max(upper[column], Float(value))
    }
    return InputBox(lower: lower, upper: upper)
  }
}

extension BoundedNetwork {
  /// The learned reward, or its negative, whose largest value is the least reward.
  fileprivate convenience init(_ model: RewardModel, isNegated: Bool) throws {
    let sign = isNegated ? -1.0 : 1
    let scales = model.outputScales.map { sign * $0 / Double(model.members) }
    try self.init(
      model.network, normalizer: model.inputNormalizer, weights: scales,
      constant: -zip(model.outputMeans, scales).reduce(0) { $0 + $1.0 * $1.1 })
  }
}

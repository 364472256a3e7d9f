/// One run's predicted and true return as its training went on; index for index.
public struct ReturnCurve: Codable, Sendable, Hashable {
  /// The agent's steps, rising.
  public var steps: [Double]
  /// The return under the learned reward, best re-judged by one and the same (the final) reward model.
  public var predicted: [Double]
  /// The return under the environment's own reward.
  public var actual: [Double]

  /// Points with a value that is not finite are left out.
  public init(steps: [Double], predicted: [Double], actual: [Double]) {
    precondition(steps.count == predicted.count && steps.count == actual.count, "one step for each pair of returns")
    let kept = steps.indices.filter { steps[$0].isFinite && predicted[$0].isFinite && actual[$0].isFinite }
    self.steps = kept.map { steps[$0] }
    self.predicted = kept.map { predicted[$0] }
    self.actual = kept.map { actual[$0] }
  }

  /// How many points the curve has.
  public var count: Int { steps.count }

  /// The mean over several runs, point by point, as far as the shortest goes, in at most `points` blocks.
  ///
  /// Nil without runs or points. Runs of one study have the same steps; the mean of the steps is taken all the same.
  static func mean(of curves: [ReturnCurve], points: Int) -> ReturnCurve? {
    guard let count = curves.map(\.count).min() else { return nil }
    let blocks = min(points, count)
    func mean(_ values: KeyPath<ReturnCurve, [Double]>) -> [Double] {
      (0..<blocks).map { block in
        let range = block * count / blocks..<(block + 1) * count / blocks
        let sum = curves.reduce(0) { $0 + $1[keyPath: values][range].reduce(0, +) }
        return sum / Double(range.count * curves.count)
      }
    }
    return ReturnCurve(steps: mean(\.steps), predicted: mean(\.predicted), actual: mean(\.actual))
  }
}

import Compute
import Environments

extension TransitionEncoding {
  /// The encoded transitions of trajectories, one after the other: what an `UnfamiliarityScore` reads.
  ///
  /// - Throws: what ``problem(with:)`` finds.
  public func rows(of trajectories: [Trajectory]) throws -> Matrix {
    var encoded: [Float] = []
    for trajectory in trajectories { try append(trajectory, to: &encoded) }
    return Matrix(rows: encoded.count / width, columns: width, elements: encoded.map(Double.init))
  }
}

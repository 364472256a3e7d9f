import Environments

extension TabularPolicy {
  /// The policy without the traces that an interior-point method leaves of actions it does not want, if the objective
  /// is no worse for that.
  func withoutTraces(in mdp: TabularMDP, objective: ([Double]) -> Double) -> TabularPolicy {
    var shares = probabilities
    for start in stride(from: 0, to: shares.count, by: actionCount) {
      let row = start..<start + actionCount
      for index in row where shares[index] < 1e-5 { shares[index] = 0 }
      let total = shares[row].reduce(0, +)
      for index in row { shares[index] /= total }
    }
    let clean = TabularPolicy(probabilities: shares, actionCount: actionCount)
    let (before, after) = (objective(mdp.occupancy(of: self)), objective(mdp.occupancy(of: clean)))
    return after >= before - 1e-9 * max(1, abs(before)) ? clean : self
  }
}

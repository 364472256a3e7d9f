/// Generalised advantage estimation over a rollout of `steps` × `slots`, row t · slots + slot.
///
/// `advantages[t] = δ[t] + γλ · advantages[t + 1]` with `δ[t] = rewards[t] + γ · values[t + 1] − values[t]`, both sums
/// cut where an episode ended after step t. `returns[t] = advantages[t] + values[t]`.
///
/// The value after the last step is `lastValues[slot]`. Where a time limit cut an episode, the caller has already added
/// γ · V(final observation) to the reward, so that the cut costs nothing.
///
/// Source: Schulman, Moritz, Levine, Jordan, Abbeel, "High-dimensional continuous control using generalized advantage
/// estimation", ICLR 2016, equation 16.
package func estimateAdvantages(
  steps: Int, slots: Int, rewards: UnsafePointer<Float>, values: UnsafePointer<Float>, ended: UnsafePointer<Bool>,
  lastValues: UnsafePointer<Float>, discount: Float, traceDecay: Float, advantages: UnsafeMutablePointer<Float>,
  returns: UnsafeMutablePointer<Float>
) {
  for slot in 0..<slots {
    var advantage: Float = 0
    var nextValue = lastValues[slot]
    var row = (steps - 1) * slots + slot
    for _ in 0..<steps {
      let goesOn: Float = ended[row] ? 0 : 1
      let delta = rewards[row] + discount * nextValue * goesOn - values[row]
      advantage = delta + discount * traceDecay * goesOn * advantage
      advantages[row] = advantage
      returns[row] = advantage + values[row]
      nextValue = values[row]
      row -= slots
    }
  }
}

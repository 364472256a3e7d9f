import Compute
import Environments
import Rewards
import Theory

extension Reproduction {
  /// Which orders of its four deterministic policies rewards of the two-state world can produce, and which pairs of
  /// them can be hacked.
  static let twoStateOrders = Reproduction(
    name: "two-state-orders", summary: "Reward hacking's two-state world: the orders that rewards can produce",
    source:
      "Skalse et al., \"Defining and characterizing reward hacking\", NeurIPS 2022; code nikihowe/reward-hacking-paper, "
      + "commit 6ddcc3f",
    duration: "a moment"
  ) { _ in
    let world = try FiniteWorld(describing: "two-state")
    let orders = try RealisableOrders(of: try PolicySet(everyDeterministicPolicyOf: world.mdp))
    let pairs = orders.pairCounts
    func number(_ name: String, _ ours: Int, _ reference: Double, _ note: String) -> ReproducedNumber {
      ReproducedNumber(name, Double(ours), reference: reference, tolerance: 0, note: note)
    }
    return ReproductionResult(
      title: "The two-state world's orders, by exact linear programs",
      numbers: [
        number("strict orders, of 24", orders.strict.count, 12, "the paper's count"),
        number("weak orders, of 75", orders.all.count, 25, "separate computation"),
        number("simplifications, ordered pairs", pairs.simplifications, 24, "separate computation"),
        number("unhackable inequivalent pairs", pairs.unhackable, 36, "separate computation"),
      ],
      remarks: ["Returns are linear in what policies do, so half of the strict orders belong to no reward at all."])
  }
}

import Compute
import Findings

extension Reproduction {
  /// How hard a proxy may be optimised before what is wanted falls, and what caution keeps, in a garden of which every
  /// state is computed.
  static let tomatoes = Reproduction(
    name: "tomatoes",
    summary: "a garden of 237,568 states: where optimising a proxy turns bad, and two kinds of caution that do better",
    source: "AISC10-SSO, tomato-quantilization (results_reward_13.csv)", duration: "two minutes"
  ) { _ in
    let random = TomatoPlan(.random).outcome()
    var numbers: [ReproducedNumber] = []
    func add(_ name: String, _ rule: TomatoRule, proxy: Double? = nil, utility: Double? = nil, note: String = "") {
      let outcome = TomatoPlan(rule).outcome()
      let within = 0.1
      numbers.append(
        ReproducedNumber(
          "\(name): proxy", outcome.proxy, reference: proxy, tolerance: proxy.map { _ in within }, note: note))
      numbers.append(
        ReproducedNumber(
          "\(name): watered", outcome.utility, reference: utility, tolerance: utility.map { _ in within },
          note: outcome.bucketSteps < 0.005
            ? "no step in the bucket" : "\(Numbers.plain(outcome.bucketSteps)) steps of 100 in the bucket"))
    }
    add("at random", .random, proxy: 530.79, utility: 519.65)
    for (t, proxy, utility) in [
      (0.1, nil, nil), (0.3, 608.03, 585.52), (0.5, 690.56, 532.55), (1, 911.61, 367.88), (3, nil, nil),
    ] as [(Double, Double?, Double?)] {
      add("Boltzmann, t = \(t)/13", .boltzmann(t: t / 13), proxy: proxy, utility: utility)
    }
    for (t, proxy, utility) in [(0.3, nil, nil), (0.7, 716.33, 656.24), (1, nil, nil), (3, nil, nil)]
      as [(Double, Double?, Double?)]
    {
      add("near random, t = \(t)/13", .soft(t: t / 13), proxy: proxy, utility: utility)
    }
    for (cap, proxy, utility) in [(6.5, nil, nil), (7.5, 761.02, 720.79), (8.5, nil, nil)]
      as [(Double, Double?, Double?)]
    {
      add(
        "near random and capped at \(cap), t = 10/13", .capped(t: 10.0 / 13, cap: cap), proxy: proxy, utility: utility)
    }
    add(
      "paid by what is wanted, t = 50/13", .boltzmann(t: 50.0 / 13, paidByUtility: true), proxy: 1077.06,
      utility: 1077.06)
    for (t, proxy, utility) in [(0.7, 716.7534, 655.2897), (1, 908.1917, 511.0371), (3, 1225.0671, 313.6041)] {
      add(
        "soft value iteration, t = \(t)/13", .softValue(t: t / 13), proxy: proxy, utility: utility,
        note: "a second computation's")
    }
    return ReproductionResult(
      title: "Tomatoes and a bucket: 100 steps from the start, expected", numbers: numbers,
      remarks: [
        "Exact: nothing is drawn. A proxy of 13 a step is seen from inside the bucket, whatever is watered.",
        "What is wanted turns: it rises with the pressure t, then falls below what choosing at random gives.",
        "Caution keeps near the random walk, so the walk is the argument that it is safe: the walk itself spends "
          + "\(Numbers.plain(random.bucketSteps)) steps of 100 in the bucket. A base that hid in it would be kept near too.",
      ])
  }
}

import Command

extension Reproduction {
  /// That shaping by a potential changes no preference between policies.
  static let shaping = Reproduction(
    name: "shaping", summary: "Potential shaping is no other reward: its canonicalised distance is 0",
    source: "Ng, Harada, Russell, \"Policy invariance under reward transformations\", ICML 1999", duration: "a moment"
  ) { _ in
    let grid = try FiniteWorld(describing: "grid:rows=3,columns=3")
    let rewards = try RewardSpace(grid.mdp, .valueAdjusted)
    let distance = try rewards.distance(.named("sparse_goal", in: grid), .named("transformed_goal", in: grid))
    return ReproductionResult(
      title: "A goal and the same goal, shaped and scaled",
      numbers: [ReproducedNumber("STARC distance", distance.value, reference: 0, tolerance: 1e-9, note: "theorem 1")])
  }
}

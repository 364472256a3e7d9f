import Compute

extension Reproduction {
  /// Preferences implicit in the state of the world: the paper's six worlds.
  static let implicitPreferences = Reproduction(
    name: "implicit-preferences", summary: "Preferences implicit in the state of the world: the paper's six worlds",
    source: "Shah et al., \"Preferences implicit in the state of the world\", ICLR 2019; code HumanCompatibleAI/rlsp",
    duration: "six seconds"
  ) { _ in
    let worlds: [InhabitedWorld] = [
      try .room(), try .farAwayVase(), try .train(), try .batteries(easy: true), try .batteries(easy: false),
      try .apples(),
    ]
    let rows = try zip(worlds, ImplicitPreferencesReference.all).map { try numbers($0, beside: $1) }
    return ReproductionResult(
      title: "True return of the plan, as a share of the best",
      numbers: rows.flatMap { $0 },
      remarks: [
        "The reference is its code, run; for the weights it started its ascent at the prior's mean, as ours does.",
        "Bayesian: the task's weights are the prior's mean; otherwise what is learned is added to them.",
        "Far away, the whole vase is no evidence, and an agent that learns from it alone breaks it, as it should.",
        "The reference stops its ascent one step later: up to 1e-4 in a weight.",
      ])
  }

  private static func numbers(
    _ world: InhabitedWorld, beside reference: ImplicitPreferencesReference
  ) throws -> [ReproducedNumber] {
    let learned = try world.learnedWeights()
    let bayesian = try world.learnedWeights(mean: world.task)
    func share(_ what: String, _ ours: Double, _ reference: Double) -> ReproducedNumber {
      ReproducedNumber(
        "\(world.name): \(what)", ours, reference: reference, tolerance: 5e-5)
    }
    func largest(_ ours: [Double], _ theirs: [Double]) -> Double {
      zip(ours, theirs).reduce(0) { max($0, abs($1.0 - $1.1)) }
    }
    return [
      share("the task's reward alone", world.score(world.task), reference.taskAlone),
      share("less half of the deviation", world.score(planned: world.rewardsLessDeviation), reference.lessDeviation),
      share("and what the state says", world.score(zip(world.task, learned).map(+)), reference.added),
      share("the two combined as a Bayesian would", world.score(bayesian), reference.bayesian),
      ReproducedNumber(
        "\(world.name): largest difference of a learned weight",
        max(largest(learned, reference.weights), largest(bayesian, reference.bayesianWeights)), reference: 0,
        tolerance: 2e-4),
      share(
        "where people began not known",
        world.score(zip(world.task, try world.learnedWeights(startIsKnown: false)).map(+)), reference.startUnknown),
    ]
  }
}

/// What the paper's code finds, run with numpy 2.4.6.
struct ImplicitPreferencesReference {
  var taskAlone: Double
  var lessDeviation: Double
  var added: Double
  var bayesian: Double
  var startUnknown: Double
  var weights: [Double]
  var bayesianWeights: [Double]

  /// In the order of the worlds.
  static let all = [
    ImplicitPreferencesReference(
      taskAlone: 0.486486, lessDeviation: 1, added: 1, bayesian: 1, startUnknown: 1,
      weights: [-0.259589, 0.121371, -0.032749, 0.329542], bayesianWeights: [-0.243397, 0.111726, 0.83416, 0.336678]),
    ImplicitPreferencesReference(
      taskAlone: 0.558824, lessDeviation: 1, added: 0.558824, bayesian: 0.558824, startUnknown: 0.558824,
      weights: [0, -0.005021, 0.390097, 0], bayesianWeights: [0, -0.005021, 0.390097, 1]),
    ImplicitPreferencesReference(
      taskAlone: 0.472222, lessDeviation: 1, added: 1, bayesian: 1, startUnknown: 1,
      weights: [-0.086143, 0, -0.008604, 0, 0, -0.001399, 0.001399, 0.298699, -0.00079],
      bayesianWeights: [-0.086511, 0, -0.009482, 0, 0, -0.00186, 0.00186, 0.298707, 0.997022]),
    ImplicitPreferencesReference(
      taskAlone: 1, lessDeviation: 1, added: 1, bayesian: 1, startUnknown: 1,
      weights: [-0.679368, -0.426756, -0.435903, 0.214152, 0.221751, 0, 0.376521, -0.01772],
      bayesianWeights: [-0.551283, -1.252808, -0.314518, 0.154157, 0.16036, 0, 0.376709, 0.86049]),
    ImplicitPreferencesReference(
      taskAlone: 0.827586, lessDeviation: 0.827586, added: 1, bayesian: 1, startUnknown: 0.724138,
      weights: [-0.679368, -0.426756, -0.435903, 0.214152, 0.221751, 0, 0.376521, -0.01772],
      bayesianWeights: [-0.649164, -0.417816, -0.433408, 0.213651, 0.219757, 0, 0.387905, 0.89029]),
    ImplicitPreferencesReference(
      taskAlone: 0.686149, lessDeviation: 0.686149, added: 0.998508, bayesian: 0.998508, startUnknown: 0.686149,
      weights: apples, bayesianWeights: apples),
  ]

  private static let apples = [
    0.860047, -0.67758, 0.148825, -0.19847, -0.16494, -0.033223, -0.014792, 0.268046, 0.299619, -0.014879, -0.016227,
    -0.098603, -0.019167, -0.007364,
  ]
}

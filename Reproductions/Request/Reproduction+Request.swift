import Compute

extension Reproduction {
  /// Labels for made-up states against labels for what an agent does, on ReQueST's point mass.
  static let request = Reproduction(
    name: "request", summary: "Made-up queries against rollouts: arriving and crashing from a start never seen",
    source: "Reddy, Dragan, Levine, Legg, Leike, \"Learning human objectives by evaluating hypothetical behavior\", "
      + "arXiv 1912.05652; settings of rddy/ReQueST at cc00247, scripts/pointmass.py",
    duration: "ten minutes; --quick two",
    quick: { random in
      var study = RequestStudy()
      (study.budgets, study.trainingSteps, study.dynamicsSteps) = ([25, 100], 2000, 4000)
      return try result(of: study, seeds: 3, random: random)
    },
    run: { random in try result(of: RequestStudy(), seeds: 3, random: random) })

  private static func result(of study: RequestStudy, seeds: Int, random: RandomSource) throws -> ReproductionResult {
    let methods = RequestStudy.Method.allCases
    let curves = try Parts.run(methods.count * seeds) { part in
      let source = random.child("seed", part % seeds)
      return study.run(methods[part / seeds], dynamics: study.dynamics(random: source), random: source)
    }
    func values(_ method: Int, _ point: Int, _ value: (RequestStudy.Point) -> Double) -> [Double] {
      (0..<seeds).map { value(curves[method * seeds + $0][point]) }
    }
    var numbers: [ReproducedNumber] = []
    for method in methods.indices {
      for (point, labels) in study.budgets.enumerated() {
        let name = "\(methods[method].rawValue), \(labels) labels"
        numbers += [
          share("\(name): arrives", values(method, point) { $0.success }),
          share("\(name): crashes", values(method, point) { $0.crash }),
          share("\(name): balanced accuracy", values(method, point) { $0.accuracy }),
        ]
      }
    }
    // Over the whole curve: which needs fewer labels.
    func means(_ method: Int, _ value: (RequestStudy.Point) -> Double) -> [Double] {
      (0..<seeds).map { Statistics.mean(curves[method * seeds + $0].map(value)) }
    }
    for method in methods.indices.dropFirst() {
      let gain = zip(means(0) { $0.success }, means(method) { $0.success }).map { $0 - $1 }
      let saved = zip(means(method) { $0.crash }, means(0) { $0.crash }).map { $0 - $1 }
      numbers += [
        FeedbackKindsStudy.number("mix against \(methods[method].rawValue): arrives more often", gain),
        FeedbackKindsStudy.number("mix against \(methods[method].rawValue): crashes less often", saved),
      ]
    }
    return ReproductionResult(
      title: "Point mass from the transfer start, \(study.episodes) episodes a point: mean of \(seeds) seeds",
      numbers: numbers,
      remarks: [
        "A label is one transition's class (unsafe −10, neutral 0, good 1). All methods begin with the labels of one "
          + "episode of the suboptimal expert from the training start, which are not counted.",
        "As in the original's script: a query is one step to any state (prior 0), found by Adam from a random one; four "
          + "networks of 16 units, fresh for every training; dynamics from 1000 single steps. Otherwise: trained every 4 "
          + "labels, not 2; 250 labels, not 500; plans by cross-entropy, of 200 steps, not 500, anew every 10, not 5, and "
          + "worth less at the square's edge.",
        "The last rows: the mean over all numbers of labels, seed by seed; positive is better for the mix.",
        "An episode that has neither arrived nor crashed after \(study.patience) steps counts as neither.",
      ])
  }

  /// A mean of shares with its interval, which ends at 0 and 1; none where all seeds agree, since that says nothing of how
  /// seeds differ.
  private static func share(_ name: String, _ values: [Double]) -> ReproducedNumber {
    var number = FeedbackKindsStudy.number(name, values)
    number.interval = Set(values).count > 1 ? number.interval?.within(0...1) : nil
    number.note = number.interval.map { String(format: "95 %% %.2f … %.2f", $0.lower, $0.upper) } ?? "all seeds alike"
    return number
  }
}

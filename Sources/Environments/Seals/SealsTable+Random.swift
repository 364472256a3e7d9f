import Foundation

/// The random world: sixteen states, three actions, each with one or two successors; what is seen is a random vector for
/// each state, and the reward is linear in it.
///
/// The numbers are the world that the original draws from NumPy's generator with seed 42 (`default_rng(42)`, NumPy 2.4.6):
/// they are its definition, as its draws cannot be made without NumPy. Probabilities are in single precision there, and
/// are divided by their sum when it draws by them; so they are here.
extension SealsTable {
  static func random() -> SealsTable {
    let width = randomWeights.count
    let count = randomTransitions.count
    let rewards = (0..<count).map { state in
      (0..<width).reduce(0) { $0 + Double(randomObservations[state * width + $1]) * randomWeights[$1] }
    }
    let ring = (0..<count).map { state -> SIMD2<Double> in
      let angle = 2 * Double.pi * Double(state) / Double(count)
      return SIMD2(2.1 * sin(angle), 2.1 * cos(angle))
    }
    let names = (1...width).map { "number \($0)" }
    return SealsTable(
      name: "Random", summary: "Sixteen places with random ways between them, each shown as five numbers", horizon: 20,
      start: randomStart, actions: ["first way", "second way", "third way"],
      sight: .rows(randomObservations, names: names, bound: -Float.infinity...Float.infinity),
      reward: Reward(names: names, weights: randomWeights) { state in
        randomObservations[state * width..<(state + 1) * width].map(Double.init)
      }, picture: SealsPicture(places: ring, rewards: rewards, ways: [])
    ) { state, action in
      let row = randomTransitions[state][action].map { (next: $0.0, probability: Double($0.1)) }
      let sum = row.reduce(0) { $0 + $1.probability }
      return row.map { ($0.next, $0.probability / sum) }
    }
  }

  private static let randomStart: [Double] = {
    var start = [Double](repeating: 0, count: 16)
    start[2] = 0.13859702483779995
    start[10] = 0.8614029751622001
    return start
  }()

  private static let randomWeights = [
    -0.8532433505588201,
    -0.2873833615491761,
    -1.4634420018370031,
    -0.5907070139634865,
    0.3156050035903405,
  ]

  /// [states × 5]
  private static let randomObservations: [Float] = [
    0.6094342, -2.0799682, 1.5009024, 1.8811294, -3.9020703,
    -2.604359, 0.2556808, -0.6324852, -0.033602316, -1.7060878,
    1.758796, 1.5555838, 0.13206139, 2.2544825, 0.93501866,
    -1.7185849, 0.73750156, -1.9177653, 1.7569005, -0.099851824,
    -0.36972472, -1.3618591, 2.4450827, -0.30905896, -0.85665566,
    -0.7042671, 1.0646183, 0.7308881, 0.8254652, 0.861642,
    4.283295, -0.81283003, -1.0244855, -1.6275455, 1.2319589,
    2.2579446, -0.22789492, -1.680313, -1.6489624, 1.3011856,
    1.4865084, 1.0863085, -1.3310194, 0.46432266, 0.23337162,
    0.43737718, 1.7428576, 0.4471911, 1.3578271, 0.13515814,
    0.5782388, 1.2625765, -2.9143116, -0.6393424, -0.9407453,
    -1.2777557, -0.5502845, 2.9898827, -1.7316623, 1.9365567,
    -3.3657396, -0.66977006, 0.32550612, 1.1724447, 1.4224532,
    1.5866945, -0.69745016, -0.9247036, 1.7159518, -0.38260865,
    -2.5513725, -2.2665744, -1.8389046, 0.99432147, 0.28485146,
    1.3809707, -0.8545053, 0.3170794, 1.2511808, -0.61869305,
  ]

  /// By state and action: successors and their probabilities.
  private static let randomTransitions: [[[(Int, Float)]]] = [
    [[(13, 1.0)], [(0, 1.0)], [(10, 0.7077178), (11, 0.2922822)]],
    [[(2, 0.7969143), (7, 0.2030857)], [(4, 1.0)], [(5, 0.81724876), (15, 0.18275125)]],
    [[(14, 1.0)], [(4, 1.0)], [(12, 1.0)]],
    [[(6, 0.9073364), (11, 0.09266361)], [(7, 1.0)], [(4, 0.3767921), (12, 0.62320787)]],
    [[(12, 1.0)], [(4, 0.27646363), (6, 0.7235364)], [(1, 0.92841476), (12, 0.071585216)]],
    [[(5, 1.0)], [(1, 0.3518485), (2, 0.64815146)], [(7, 0.94630307), (8, 0.05369695)]],
    [[(15, 1.0)], [(12, 1.0)], [(7, 1.0)]],
    [[(15, 1.0)], [(7, 0.3852967), (12, 0.6147033)], [(4, 0.38746595), (6, 0.61253405)]],
    [[(2, 0.056925714), (4, 0.9430743)], [(4, 1.0)], [(10, 0.12454077), (15, 0.87545925)]],
    [[(3, 0.6284321), (15, 0.3715679)], [(13, 1.0)], [(3, 0.8751699), (4, 0.12483015)]],
    [[(3, 0.6193559), (15, 0.38064405)], [(6, 1.0)], [(3, 0.51731646), (13, 0.4826835)]],
    [[(12, 1.0)], [(5, 1.0)], [(6, 0.7002894), (11, 0.29971057)]],
    [[(1, 1.0)], [(2, 0.92697114), (11, 0.07302885)], [(3, 1.0)]],
    [[(5, 0.15367179), (11, 0.8463282)], [(0, 0.9320916), (2, 0.067908436)], [(1, 0.2617412), (4, 0.73825884)]],
    [[(3, 1.0)], [(11, 1.0)], [(1, 0.80505985), (6, 0.19494016)]],
    [[(2, 0.5264169), (4, 0.4735831)], [(4, 0.022370629), (15, 0.97762936)], [(10, 1.0)]],
  ]
}

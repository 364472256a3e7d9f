import Compute
import Environments
import Rewards
import Testing

/// A world and three rewards in small whole numbers, so that any program can make them exactly.
private func numbered() throws -> (mdp: TabularMDP, rewards: [RewardTable]) {
  let (states, actions) = (4, 3)
  var transitions: [Double] = []
  var values = [[Double]](repeating: [], count: 3)
  for s in 0..<states {
    for a in 0..<actions {
      var row: [Double] = []
      for n in 0..<states {
        row.append(Double(1 + (3 * s + 5 * a + 7 * n + s * a * n) % 4))
        values[0].append(Double((2 * s + 3 * a + 5 * n + s * a + 1) % 7 - 3))
        values[1].append(Double((4 * s + a + 3 * n + a * n + 2) % 9 - 4))
        values[2].append(Double((s + 2 * a + 4 * n + s * n * a) % 5 - 1))
      }
      let sum = row.reduce(0, +)
      transitions += row.map { $0 / sum }
    }
  }
  let mdp = try TabularMDP(states: states, actions: actions, transitions: transitions, discount: 0.9)
  return (
    mdp,
    try values.map { try RewardTable(states: states, actions: actions, axes: .transition, values: $0) }
  )
}

@Suite("Agreement with the original code")
struct OriginalCodeTests {
  // Distances of the first reward from the second and the third, by the functions of lucyfarnik/starc (commit e13f8fa,
  // src/distance), run on the same numbers in NumPy. Its values are iterated to 10⁻⁸.
  @Test(
    "STARC's code: canonical rewards, norms and distances",
    arguments: [
      ("none-1-1", 1.1931153184, 1.0368975904), ("none-2-2", 1.3089529359, 1.1859844156), ("none-inf-inf", 1.75, 2),
      ("none-w1-w1", 1.1324188378, 1.0322401409), ("none-w2-w2", 1.2427280978, 1.1819847242),
      ("EPIC-1-1", 1.1620753768, 0.9298106696), ("EPIC-2-2", 1.2936830512, 1.1125220985),
      ("EPIC-inf-inf", 1.4766394781, 1.6611385783), ("EPIC-w1-w1", 1.1021924264, 0.9454422920),
      ("EPIC-w2-w2", 1.2169967043, 1.1297473248), ("DARD-1-1", 1.1679743595, 0.9048973060),
      ("DARD-2-2", 1.2938405466, 1.1072512838), ("DARD-inf-inf", 1.3692664516, 1.5231765786),
      ("DARD-w1-w1", 1.1177790921, 0.9467331231), ("DARD-w2-w2", 1.2403197634, 1.1660674467),
      ("VAL-1-1", 0.8384669044, 1.1521237600), ("VAL-2-2", 0.8579543843, 1.1252927667),
      ("VAL-inf-inf", 1.0399177169, 1.1114000334), ("VAL-w1-w1", 0.8384669044, 1.1521237600),
      ("VAL-w2-w2", 0.8579543843, 1.1252927667), ("VALPotential-1-1", 1.1644312155, 0.9299776920),
      ("VALPotential-2-2", 1.2939672456, 1.0933894745), ("VALPotential-inf-inf", 1.3910153746, 1.4102094040),
      ("VALPotential-w1-w1", 1.1169403918, 0.9853671457), ("VALPotential-w2-w2", 1.2400914441, 1.1650134672),
    ])
  func starc(name: String, second: Double, third: Double) throws {
    let (mdp, rewards) = try numbered()
    let metric = try RewardMetric(named: name)
    let space = try RewardSpace(mdp, metric.canonicalization)
    for (other, expected) in [(1, second), (2, third)] {
      let distance = try space.distance(
        rewards[0], rewards[other], normalization: metric.normalization, comparison: metric.comparison)
      #expect(abs(distance.value - expected) < 1e-7)
    }
  }

  @Test("STARC's code: a norm and a distance of different powers")
  func mixed() throws {
    let (mdp, rewards) = try numbered()
    for (canonicalization, expected) in [(Canonicalization.epic, 0.2136943278), (.valueAdjusted, 0.1514965873)] {
      let distance = try RewardSpace(mdp, canonicalization).distance(
        rewards[0], rewards[1], normalization: .l1, comparison: .norm(.l2))
      #expect(abs(distance.value - expected) < 1e-8)
    }
  }

  // By fully_connected_random_canonical_reward and pearson_distance of HumanCompatibleAI/evaluating-rewards (commit
  // 7b99ec9, distances/tabular.py) on the same numbers, uniform over all transitions.
  @Test("EPIC's code: the canonical reward and Pearson's distance")
  func epic() throws {
    let (mdp, rewards) = try numbered()
    let epic = try PearsonDistance(mdp, .epic, coverage: .product)
    for (other, expected) in [(1, 0.6468415256183373), (2, 0.5562610492334515)] {
      #expect(abs((try epic.distance(rewards[0], rewards[other]).value ?? .nan) - expected) < 1e-12)
    }
  }
}

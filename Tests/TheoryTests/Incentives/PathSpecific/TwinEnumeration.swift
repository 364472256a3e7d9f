import Compute
import Environments
import Theory

/// Two binary variables s and z that read each other and the action, by another computation: chance as uniform numbers,
/// cut into the pieces between which no table tells a difference, and every combination of pieces played through.
enum TwinEnumeration {
  /// Probabilities are quarters, so that pieces are few.
  static func randomWorld(seed: Int, horizon: Int) throws -> FactoredWorld {
    var draws = RandomSource(seed: UInt64(seed)).stream("world")
    func table(_ rows: Int) -> [Double] {
      (0..<rows).flatMap { _ -> [Double] in
        let p = Double(draws.below(5)) / 4
        return [p, 1 - p]
      }
    }
    let reads = ["s", "z", "action"]
    return try FactoredWorld(
      title: "random \(seed)",
      variables: [
        .init("s", values: ["0", "1"], start: [1, 0], reads: reads, next: table(8)),
        .init("z", values: ["0", "1"], start: [0, 1], reads: reads, next: table(8)),
      ], actions: ["0", "1"],
      reward: [
        .init("now", reads: reads, values: (0..<8).map { _ in draws.uniform(-1, 1) }),
        .init("then", reads: ["s'", "z'"], values: (0..<4).map { _ in draws.uniform(-1, 1) }),
      ], horizon: horizon)
  }

  /// Always 0; as s is, unless z is 1; at random.
  static func baselines(
    _ world: FactoredWorld
  ) throws -> [(name: String, rule: FactoredRule, row: (Int, Int) -> [Double])] {
    let mixed: [[Double]] = [[1, 0], [1, 0], [0, 1], [1, 0]]
    return [
      ("always 0", try FactoredRule(always: "0", in: world), { _, _ in [1, 0] }),
      (
        "as s", try FactoredRule(in: world, reads: ["s", "z"]) { mixed[2 * $0[0] + $0[1]] }, { mixed[2 * $0 + $1] }
      ), ("at random", try FactoredRule(in: world, reads: []) { _ in [0.25, 0.75] }, { _, _ in [0.25, 0.75] }),
    ]
  }

  private static func draw(_ table: [Double], _ s: Int, _ z: Int, _ action: Int, _ u: Double) -> Int {
    u < table[2 * (4 * s + 2 * z + action)] ? 0 : 1
  }

  /// E[U(S(π, Z(π₀)), Z(π₀))].
  static func value(
    _ world: FactoredWorld, baseline: (Int, Int) -> [Double], chance: PathSpecificWorld.Chance,
    policy: (_ step: Int, _ s: Int, _ z: Int) -> Int
  ) -> Double {
    let (s, z) = (world.variables[0].next, world.variables[1].next)
    let pieces = [0.125, 0.375, 0.625, 0.875]
    func go(_ step: Int, _ own: Int, _ twin: Int, _ delicate: Int) -> Double {
      guard step < world.horizon! else { return 0 }
      let action = policy(step, own, delicate)
      var sum = 0.0
      for (twinAction, share) in baseline(twin, delicate).enumerated() where share > 0 {
        for u in pieces {
          for other in chance == .shared ? [u] : pieces {
            for v in pieces {
              let nextOwn = draw(s, own, delicate, action, u)
              let nextTwin = draw(s, twin, delicate, twinAction, other)
              let nextDelicate = draw(z, twin, delicate, twinAction, v)
              let paid =
                world.reward[0].values[4 * own + 2 * delicate + action]
                + world.reward[1].values[2 * nextOwn + nextDelicate]
              sum +=
                share / (chance == .shared ? 16 : 64) * (paid + go(step + 1, nextOwn, nextTwin, nextDelicate))
            }
          }
        }
      }
      return sum
    }
    return go(0, 0, 0, 1)
  }

  /// E[U(S(π), Z(π))].
  static func plainValue(_ world: FactoredWorld, policy: (_ step: Int, _ s: Int, _ z: Int) -> Int) -> Double {
    let (s, z) = (world.variables[0].next, world.variables[1].next)
    func go(_ step: Int, _ own: Int, _ delicate: Int) -> Double {
      guard step < world.horizon! else { return 0 }
      let action = policy(step, own, delicate)
      let (p, q) = (s[2 * (4 * own + 2 * delicate + action)], z[2 * (4 * own + 2 * delicate + action)])
      var sum = world.reward[0].values[4 * own + 2 * delicate + action]
      for (nextOwn, first) in [(0, p), (1, 1 - p)] {
        for (next, second) in [(0, q), (1, 1 - q)] where first * second > 0 {
          sum += first * second * (world.reward[1].values[2 * nextOwn + next] + go(step + 1, nextOwn, next))
        }
      }
      return sum
    }
    return go(0, 0, 1)
  }
}

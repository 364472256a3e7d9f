import Agents
import Compute
import Environments
import Recorded
import Testing

@Suite("Settings of agents as they are listed, and their defaults")
struct DefaultsTests {
  @Test("each setting of PPO with its limits, and every default")
  func listed() throws {
    var text = ""
    for setting in PPOSettings.settings {
      text += "\(setting.name) = \(setting.read(PPOSettings())): \(setting.kind.allowed). \(setting.meaning)"
      text += " \(setting.source). \(setting.formerNames)\n"
    }
    text += "\(CloningSettings())\n\(AdversarialSettings(.gail))\n\(AdversarialSettings(.airl))\n\(DAggerSettings())\n"
    text += "\(BayesianIRLSettings())\n\(MaximumEntropyIRLSettings())\n\(ProxyRewardSampler.Settings())\n"
    text += "\(ImplicitPreferences.Settings())\n\(PPOStatistics())\n"
    try Recorded.check(text, as: "settings")
  }

  @Test("PPO's defaults are those of Stable-Baselines3 2.2, but for the number of environments")
  func baselines() {
    let settings = PPOSettings()
    #expect(settings.environments == 8 && settings.stepsPerRollout == 2048 && settings.minibatchSize == 64)
    #expect(settings.epochs == 10 && settings.learningRate == 3e-4 && settings.discount == 0.99)
    #expect(settings.traceDecay == 0.95 && settings.clipRange == 0.2 && settings.valueClipRange == nil)
    #expect(settings.entropyCoefficient == 0 && settings.valueCoefficient == 0.5 && settings.maximumGradientNorm == 0.5)
    #expect(settings.hidden == [64, 64] && settings.targetKL == nil && settings.adamEpsilon == 1e-5)
    #expect(settings.rolloutSize == 16384 && settings.initialLogStandardDeviation == 0)
  }
}

@Suite("The polytope of occupancies, by hand")
struct OccupancyPolytopeTests {
  /// State 2 ends the world. One transition has probability 0, and one stays where it is.
  private static func world() throws -> TabularMDP {
    try TabularMDP(
      stateCount: 3, actionCount: 2, rowStarts: [0, 2, 4, 5, 7, 8, 9], successors: [0, 1, 1, 2, 0, 1, 2, 2, 2],
      probabilities: [0.5, 0.5, 1, 0, 1, 0.25, 0.75, 1, 1], rewards: [1, 0, 0, 2, 0, 0], start: [0.75, 0.25, 0],
      isTerminal: [false, false, true], discount: 0.8)
  }

  @Test("one equation for each state: what is done there, less what leads there")
  func equations() throws {
    let rows = OccupancyPolytope.flowConstraints(try Self.world())
    func sums(_ row: OccupancyPolytope.FlowConstraint) -> [Int: Double] {
      row.terms.reduce(into: [:]) { $0[$1.variable, default: 0] += $1.coefficient }
    }
    #expect(rows.map(\.value) == [0.75, 0.25, 0])
    #expect(sums(rows[0]) == [0: 0.6, 1: 1, 2: -0.8])
    #expect(sums(rows[1]) == [2: 1, 3: 0.8, 0: -0.4, 1: -0.8])
    #expect(sums(rows[2]) == [4: 1, 5: 1])
  }

  @Test("a program with other variables before them finds the same optimum")
  func shifted() throws {
    let mdp = try Self.world()
    let best = try OccupancyPolytope.optimum(mdp, rewards: mdp.rewards)
    let worst = try OccupancyPolytope.optimum(mdp, rewards: mdp.rewards, maximize: false)
    var program = LinearProgram(variableCount: 9, maximize: true)
    for row in 0..<6 { program.objective[3 + row] = mdp.rewards[row] }
    for row in 0..<3 { program.upper[row] = 5 }
    OccupancyPolytope.constrain(&program, to: mdp, offset: 3)
    let solution = try program.solve()
    #expect(abs(solution.objective - best.value) < 1e-9)
    #expect(zip(solution.values.dropFirst(3), best.occupancy).allSatisfy { abs($0 - $1) < 1e-9 })
    // V(1) = 0.8 V(0) by going back, and V(0) = 1 + 0.4 V(0) + 0.4 V(1): 25/7 and 20/7. Staying in 1 would bring 2 + V(1) ÷ 5.
    #expect(abs(best.value - (0.75 * 25 / 7 + 0.25 * 20 / 7)) < 1e-9)
    #expect(abs(best.duals[0] - 25.0 / 7) < 1e-9 && abs(best.duals[1] - 20.0 / 7) < 1e-9)
    #expect(abs(worst.value) < 1e-9)
  }
}

import Agents
import Compute
import Environments
import Findings
import Foundation
import RunFixtures
import Runs
import Testing

@Suite("Runs that stop by an angle, in finite worlds")
struct AngleStoppingTests {
  private static let world = "seals/Branching-v0"

  private static func settings(_ more: [String: String]) -> [String: String] {
    [
      "run.environment": world, "run.stopWhen": "angle", "feedback.segmentLength": "4", "run.iterations": "3",
      "run.steps": "280",
    ].merging(more) { $1 }
  }

  /// What a policy earns in the end, drawn, by solving for values: softmax of its network's outputs.
  private static func worth(_ policy: any ActingPolicy, _ world: TabularWorld, rewards: [Double]) throws -> Double {
    let policy = try #require(policy as? Policy)
    var probabilities: [Double] = []
    for state in 0..<world.mdp.stateCount {
      let seen = Array(world.observations[state * world.observationSize..<(state + 1) * world.observationSize])
      let logits = policy.network(seen, rows: 1).map { exp(Double($0)) }
      probabilities += logits.map { $0 / logits.reduce(0, +) }
    }
    return world.mdp.expectedReturn(
      of: TabularPolicy(probabilities: probabilities, actionCount: world.mdp.actionCount), rewards: rewards)
  }

  private static func finding(_ run: LearnRun) throws -> Finding {
    let found = try run.ledger.entries().compactMap { entry -> Finding? in
      guard case .findingMade(let made) = entry.event, made.finding.id == "stopping/angle" else { return nil }
      return made.finding
    }
    return try #require(found.first)
  }

  @Test("paid by the truth itself, with angle 0, the policy that it ends with has never become worse")
  func never() throws {
    let world = try #require(try EnvironmentRegistry.standard.entry(Self.world).tabular)
    for seed in ["1", "2", "3"] {
      try withTemporaryDirectory { parent in
        let more = Self.settings([
          "run.stopAngle": "0", "run.agentReward": "true", "run.seed": seed, "run.iterations": "6",
          "run.steps": "980", "ppo.learningRate": "0.05", "ppo.normalizeFeatures": "false",
        ])
        let run = try TinyRun.create(parent + "/run", more)
        try run.run()
        let kept = try TrainedRun(directory: parent + "/run")
        var before = -Double.infinity
        // The same run without the rule, round by round: until it stopped, each policy is worth at least the one before.
        for rounds in 0...6 where rounds <= kept.iteration {
          let plain = try LearnRun.create(
            directory: parent + "/plain\(rounds)",
            settings: TinyRun.settings(more.filter { !$0.key.hasPrefix("run.stop") }), clock: TinyRun.clock)
          let stop = StopFlag()
          try plain.run(stop: stop, progress: StopAfter(rounds, stop))
          let worth = try Self.worth(
            TrainedRun(directory: parent + "/plain\(rounds)").policy, world, rewards: world.mdp.rewards)
          #expect(worth >= before - 1e-9)
          before = worth
          if rounds == kept.iteration {
            #expect(try abs(worth - Self.worth(kept.policy, world, rewards: world.mdp.rewards)) < 1e-12)
          }
        }
        let finding = try Self.finding(run)
        #expect(finding.verdict == (kept.iteration == 6 ? .holds : .fails))
      }
    }
  }

  @Test("no learner walks straight along the reward: a bound of 90° stops it at once, with the policy it began with")
  func atOnce() throws {
    try withTemporaryDirectory { parent in
      do {
        let run = try TinyRun.create(parent + "/run", Self.settings(["run.stopAngle": "90"]))
        let outcome = try run.run()
        #expect(outcome.finished && outcome.iterations == 1)
        let finding = try Self.finding(run)
        #expect(finding.verdict == .fails && finding.reason.contains("with the policy that it began with"))
      }
      let trained = try TrainedRun(directory: parent + "/run")
      #expect(trained.agentSteps == 0)
      #expect(try RunRecord(directory: parent + "/run").findings.contains { $0.id == "stopping/angle" })
      // It is over: going on changes nothing.
      let before = try TinyRun.Remains(parent + "/run")
      #expect(try TinyRun.resume(parent + "/run").run().finished)
      #expect(try TinyRun.Remains(parent + "/run") == before)
    }
  }

  @Test("killed after any event and resumed, it leaves the same bytes")
  func resumes() throws {
    let more = Self.settings(["run.stopAngle": "0", "run.checkpointEvery": "2"])
    let reference = try TinyRun.reference(more)
    #expect(reference.ledger.contains("stopping/angle") && reference.ledger.contains("stopping/step_size"))
    try TinyRun.expectSameBytes(as: reference, more, killedEvery: 3)
  }

  @Test("how far a policy is from its reference is computed in a finite world: as sums over episodes say")
  func divergence() throws {
    try withTemporaryDirectory { parent in
      let plain = Self.settings(["ppo.learningRate": "0.05", "ppo.normalizeFeatures": "false"])
        .filter { !$0.key.hasPrefix("run.stop") }
      try TinyRun.create(parent + "/reference", plain.merging(["run.seed": "9"]) { $1 }).run()
      let run = try TinyRun.create(
        parent + "/run", plain.merging(["caution.reference": parent + "/reference"]) { $1 })
      try run.run()
      let last = try #require(
        try run.ledger.entries().compactMap { entry -> AgentTrained? in
          if case .agentTrained(let event) = entry.event { event } else { nil }
        }.last)
      let (kl, chi) = (last.statistics["caution/exact_kl"], last.statistics["caution/exact_chi2"])
      // Policies by the network's outputs, visits by iterating the dynamics, and the definitions.
      let world = try #require(try EnvironmentRegistry.standard.entry(Self.world).tabular)
      let (mdp, size) = (world.mdp, world.observationSize)
      var visits: [[Double]] = []
      var tables: [[Double]] = []
      for name in ["run", "reference"] {
        let policy = try #require(try TrainedRun(directory: parent + "/" + name).policy as? Policy)
        let table = (0..<mdp.stateCount).flatMap { state -> [Double] in
          let seen = Array(world.observations[state * size..<(state + 1) * size])
          let logits = policy.network(seen, rows: 1).map { exp(Double($0)) }
          return logits.map { $0 / logits.reduce(0, +) }
        }
        var (now, weight) = (mdp.start, 1.0)
        var sums = [Double](repeating: 0, count: mdp.stateCount * mdp.actionCount)
        while weight > 1e-13 {
          var next = [Double](repeating: 0, count: mdp.stateCount)
          for state in 0..<mdp.stateCount where !mdp.isTerminal[state] && now[state] > 0 {
            for action in 0..<mdp.actionCount {
              let share = now[state] * table[state * mdp.actionCount + action]
              sums[state * mdp.actionCount + action] += weight * share
              for entry in mdp.transitions(state, action) {
                next[mdp.successors[entry]] += share * mdp.probabilities[entry]
              }
            }
          }
          (now, weight) = (next, weight * mdp.discount)
        }
        let total = sums.reduce(0, +)
        visits.append(sums.map { $0 / total })
        tables.append(table)
      }
      let pairs = visits[0].indices.filter { visits[0][$0] > 0 }
      let wanted = pairs.reduce(0.0) { $0 + visits[0][$1] * log(tables[0][$1] / tables[1][$1]) }
      let square = pairs.reduce(-1.0) { $0 + visits[0][$1] * visits[0][$1] / visits[1][$1] }
      let (foundKL, foundSquare) = (try #require(kl), try #require(chi))
      // Probabilities are of single precision, and χ² may be large.
      #expect(abs(foundKL - wanted) < 1e-5 * (1 + wanted), "\(foundKL), \(wanted)")
      #expect(abs(foundSquare - square) < 1e-5 * (1 + square), "\(foundSquare), \(square)")
      #expect(wanted > 1e-4 && square > 1e-4)
    }
  }

  @Test("what does not fit is refused, with what would")
  func refused() throws {
    func problem(_ more: [String: String]) throws -> String {
      try withTemporaryDirectory { parent in
        do {
          _ = try TinyRun.create(parent + "/run", more)
          return "accepted"
        } catch let error as InputError {
          return "\(error)"
        }
      }
    }
    let angle = ["run.stopAngle": "20"]
    let pendulum = try problem(["run.stopWhen": "angle"].merging(angle) { $1 })
    #expect(pendulum.contains("is not a finite") && pendulum.contains("run.stopWhen"))
    #expect(try problem(Self.settings([:])).contains("how far the truth may be from the learned reward is not given"))
    #expect(try problem(angle).contains("nothing reads it"))
    #expect(try problem(Self.settings(["run.stopAngle": "91"])).contains("run.stopAngle"))
    #expect(try problem(Self.settings(angle.merging(["run.keep": "best"]) { $1 })).contains("run.keep"))
    #expect(try problem(Self.settings(angle.merging(["run.learner": "dqn"]) { $1 })).contains("set run.learner to ppo"))
  }
}

/// Stops a run after an iteration.
private struct StopAfter: ProgressSink {
  let iteration: Int
  let stop: StopFlag

  init(_ iteration: Int, _ stop: StopFlag) { (self.iteration, self.stop) = (iteration, stop) }

  func report(_ event: ProgressEvent) {
    if case .iteration(let progress) = event, progress.iteration == iteration { stop.raise() }
  }
}

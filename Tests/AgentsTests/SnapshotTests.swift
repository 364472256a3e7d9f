import Agents
import Compute
import Environments
import Foundation
import Testing

private func smallSettings(_ change: (inout PPOSettings) -> Void = { _ in }) -> PPOSettings {
  var settings = PPOSettings()
  settings.environments = 4
  settings.stepsPerRollout = 48
  settings.minibatchSize = 40
  settings.epochs = 3
  settings.hidden = [16, 16]
  settings.learningRateSchedule = .linear
  change(&settings)
  return settings
}

/// Every kind of state that PPO can have: normalisers of both kinds, reward statistics, deviations.
private let variants: [(String, PPOSettings)] = [
  ("plain", smallSettings()),
  ("normalised as VecNormalize", smallSettings { ($0.normalizeObservations, $0.normalizeRewards) = (true, true) }),
  ("normalised features", smallSettings { $0.normalizeFeatures = true }),
  ("KL target", smallSettings { $0.targetKL = 1e-4 }),
]

private struct Trial {
  var ppo: PPO
  var batch: any EnvironmentBatch

  init(_ id: String, _ settings: PPOSettings, seed: UInt64 = 9) throws {
    let entry = try EnvironmentRegistry.standard.entry(id)
    let random = RandomSource(seed: seed)
    ppo = try PPO(settings: settings, specification: entry.specification, random: random)
    batch = entry.makeBatch(count: settings.environments, random: random)
  }

  func run(_ iterations: Range<Int>) -> [PPOStatistics] {
    iterations.map { ppo.iterate(batch, progress: Double($0) / 10) }
  }
}

@Suite("Snapshots of PPO", .serialized)
struct SnapshotTests {
  @Test(
    "a restored agent goes on with the same bytes", arguments: ["pactolus/CartPole-v1", "pactolus/Pendulum-v1"],
    0..<4)
  func resume(id: String, variant: Int) throws {
    let settings = variants[variant].1
    let whole = try Trial(id, settings)
    _ = whole.run(0..<3)
    let saved = try whole.ppo.snapshot()
    let savedBatch = try whole.batch.snapshot()
    let expected = whole.run(3..<6)

    let resumed = try Trial(id, settings)
    try resumed.ppo.restore(saved)
    try resumed.batch.restore(savedBatch)
    #expect(try resumed.ppo.snapshot() == saved)
    #expect(resumed.run(3..<6) == expected)
    #expect(try resumed.ppo.snapshot() == whole.ppo.snapshot())
    #expect(resumed.ppo.policy == whole.ppo.policy)
  }

  @Test("1, 2 and 4 threads give the same bytes", arguments: ["plain", "normalised features", "early stop"])
  func threads(manner: String) throws {
    let before = ThreadPool.shared.threadCount
    defer { ThreadPool.shared.threadCount = before }
    let snapshots = try [1, 2, 4].map { count in
      ThreadPool.shared.threadCount = count
      let settings = smallSettings {
        $0.normalizeRewards = true
        $0.normalizeFeatures = manner == "normalised features"
        $0.targetKL = manner == "early stop" ? 1e-4 : nil
      }
      let trial = try Trial("pactolus/Pendulum-v1", settings)
      _ = trial.run(0..<3)
      return try trial.ppo.snapshot()
    }
    #expect(snapshots[0] == snapshots[1] && snapshots[0] == snapshots[2])
  }

  @Test("another seed gives other weights")
  func seeds() throws {
    let first = try Trial("pactolus/CartPole-v1", smallSettings(), seed: 1)
    let second = try Trial("pactolus/CartPole-v1", smallSettings(), seed: 2)
    #expect(first.ppo.parameterVector != second.ppo.parameterVector)
  }

  @Test("foreign and damaged snapshots are refused and leave the agent as it was")
  func refusals() throws {
    let trial = try Trial("pactolus/Pendulum-v1", smallSettings())
    _ = trial.run(0..<1)
    let good = try trial.ppo.snapshot()

    var bad: [(String, AgentSnapshot)] = []
    bad.append(("other environment", try Trial("pactolus/CartPole-v1", smallSettings()).ppo.snapshot()))
    bad.append(("other seed", try Trial("pactolus/Pendulum-v1", smallSettings(), seed: 3).ppo.snapshot()))
    bad.append(("other settings", try Trial("pactolus/Pendulum-v1", smallSettings { $0.epochs = 4 }).ppo.snapshot()))
    bad.append(("no JSON", AgentSnapshot(tensors: good.tensors, state: Data("{".utf8))))
    bad.append(("no tensors", AgentSnapshot(tensors: [], state: good.state)))
    var short = good
    short.tensors[2].values.removeLast()
    bad.append(("short tensor", short))
    var shape = good
    shape.tensors[0].shape.reverse()
    bad.append(("turned tensor", shape))
    var poisoned = good
    poisoned.tensors[0].values[0] = .nan
    bad.append(("not a number", poisoned))

    for (name, snapshot) in bad {
      #expect(throws: InputError.self, "\(name)") { try trial.ppo.restore(snapshot) }
      #expect(try trial.ppo.snapshot() == good, "\(name)")
    }
  }

  @Test("a policy survives JSON with the same bytes, infinite bounds included")
  func policyCoding() throws {
    let trial = try Trial("pactolus/Pendulum-v1", smallSettings { $0.normalizeObservations = true })
    _ = trial.run(0..<1)
    let policy = trial.ppo.policy
    let copy = try JSONDecoder().decode(Policy.self, from: JSONEncoder().encode(policy))
    #expect(copy == policy)
    let unbounded = ActionHead(.continuous(Box(low: [-.infinity], high: [.infinity])))
    #expect(try JSONDecoder().decode(ActionHead.self, from: JSONEncoder().encode(unbounded)) == unbounded)
  }
}

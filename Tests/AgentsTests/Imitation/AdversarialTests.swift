import Agents
import Compute
import Environments
import Foundation
import Testing

@Suite("Adversarial imitation", .serialized)
struct AdversarialTests {
  /// The agent of the benchmark, of which each test makes what it needs.
  private func ppo(_ change: (inout PPOSettings) -> Void = { _ in }) -> PPOSettings {
    var settings = PPOSettings()
    settings.environments = 8
    settings.stepsPerRollout = 256
    settings.minibatchSize = 256
    settings.learningRate = 1e-3
    settings.discount = 0.98
    settings.traceDecay = 0.8
    settings.learningRateSchedule = .linear
    change(&settings)
    return settings
  }

  private func learner(
    _ settings: AdversarialSettings, seed: UInt64 = 5, episodes: Int = 5,
    _ change: (inout PPOSettings) -> Void = { _ in }
  ) throws -> AdversarialImitation {
    try AdversarialImitation(
      Imitated.demonstrations(episodes), settings: settings, ppo: ppo(change), entry: Imitated.entry(),
      random: RandomSource(seed: seed))
  }

  @Test("the bytes are the same on 1, 2 and 4 threads", arguments: AdversarialSettings.Method.allCases)
  func threads(method: AdversarialSettings.Method) throws {
    let before = ThreadPool.shared.threadCount
    defer { ThreadPool.shared.threadCount = before }
    let ends = try [1, 2, 4].map { count in
      ThreadPool.shared.threadCount = count
      let learner = try learner(AdversarialSettings(method))
      for _ in 0..<2 { try learner.iterate() }
      return try learner.snapshot()
    }
    #expect(ends[0] == ends[1] && ends[1] == ends[2])
  }

  @Test("a restored learner goes on with the same bytes", arguments: AdversarialSettings.Method.allCases)
  func resume(method: AdversarialSettings.Method) throws {
    let whole = try learner(AdversarialSettings(method))
    for index in 0..<2 { try whole.iterate(progress: Double(index) / 4) }
    let saved = try JSONDecoder().decode(AdversarialSnapshot.self, from: JSONEncoder().encode(whole.snapshot()))
    let resumed = try learner(AdversarialSettings(method))
    try resumed.restore(saved)
    for index in 2..<4 {
      try whole.iterate(progress: Double(index) / 4)
      try resumed.iterate(progress: Double(index) / 4)
    }
    #expect(try whole.snapshot() == resumed.snapshot())
  }

  @Test("a snapshot of other settings is refused")
  func foreign() throws {
    let saved = try learner(AdversarialSettings(.gail)).snapshot()
    #expect(throws: InputError.self) { try learner(AdversarialSettings(.airl)).restore(saved) }
  }

  @Test("GAIL's pay has the sign that its name says", arguments: AdversarialSettings.Pay.allCases)
  func signs(pay: AdversarialSettings.Pay) throws {
    var settings = AdversarialSettings(.gail)
    settings.pay = pay
    let learner = try learner(settings)
    let mean = try learner.iterate().meanReward
    switch pay {
    case .positive: #expect(mean > 0)
    case .negative: #expect(mean < 0)
    case .logit: #expect(abs(mean) < 5)
    }
  }

  @Test("demonstrations of another environment are refused, by number")
  func foreignDemonstrations() throws {
    var wrong = try Imitated.demonstrations(2)
    wrong[1].actions[3] = 7
    do {
      _ = try AdversarialImitation(wrong, ppo: ppo(), entry: Imitated.entry(), random: RandomSource(seed: 1))
      Issue.record("accepted")
    } catch let error as InputError {
      #expect("\(error)".contains("demonstration 2"), "\(error)")
    }
  }
}

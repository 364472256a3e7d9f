import Agents
import Compute
import Environments
import Foundation

/// One entry of `Benchmarks/off-policy.json`, which the peers read too; its settings have the names of ours.
private struct OffPolicyEntry: Decodable {
  var learner: String
  var environment: String
  /// Its id here; by default the peers' name among our own.
  var world: String?
  var totalSteps: Int
  var speedSteps: Int
  var settings: [String: Value]

  /// A number or a list, as text for a setting.
  struct Value: Decodable {
    var text: String

    init(from decoder: any Decoder) throws {
      let box = try decoder.singleValueContainer()
      if let list = try? box.decode([Int].self) {
        text = SettingValue.integers(list).description
      } else {
        text = SettingValue.number(try box.decode(Double.self)).description
      }
    }
  }

  static func named(_ name: String) throws -> OffPolicyEntry {
    let file = try Data(contentsOf: URL(fileURLWithPath: "Benchmarks/off-policy.json"))
    let entries = try JSONDecoder().decode([String: OffPolicyEntry].self, from: file)
    guard let entry = entries[name] else {
      throw Complaint(text: "no entry \(name) in Benchmarks/off-policy.json; there are \(entries.keys.sorted())")
    }
    return entry
  }

  func makeLearner(_ specification: EnvironmentSpecification, random: RandomSource) throws -> any Learner {
    var sections = LearnerRegistry.standard.sections
    switch learner {
    case "sac": sections[SACSettings.self] = try filled()
    case "td3": sections[TD3Settings.self] = try filled()
    case "dqn": sections[DQNSettings.self] = try filled()
    default: throw Complaint(text: "no learner \(learner) here")
    }
    return try LearnerRegistry.standard.kind(learner).make(sections, specification, random: random)
  }

  private func filled<Section: SettingsSection>() throws -> Section {
    var section = Section()
    for (name, value) in settings {
      guard let setting = Section.settings.first(where: { $0.name == name }),
        let parsed = setting.kind.value(of: value.text)
      else { throw Complaint(text: "\(Section.section) has no setting \(name) = \(value.text)") }
      setting.write(&section, parsed)
    }
    return section
  }
}

/// `off-policy speed ENTRY`: steps per processor second, learning included, once updates have begun.
/// `off-policy quality ENTRY --seed N`: the return of the last policy, deterministic, over episodes of its own.
func measureOffPolicy(_ options: Options) throws {
  let what = options.words.first ?? ""
  let entry = try OffPolicyEntry.named(options.words.dropFirst().first ?? "")
  let random = RandomSource(seed: UInt64(try options.count("seed", default: 0)))
  var registry = EnvironmentRegistry.standard
  registry.add(MuJoCoSource(folder: URL(filePath: options.word("engine", default: ".build/mujoco"))))
  let world = try registry.entry(entry.world ?? "pactolus/" + entry.environment)
  let learner = try entry.makeLearner(world.specification, random: random)
  let batch = world.makeBatch(count: learner.slots, random: random)
  ThreadPool.shared.threadCount = 1
  var steps = 0
  func train(_ count: Int, of total: Int) throws {
    let end = steps + count
    while steps < end {
      steps += try learner.iterate(
        batch, reward: nil, progress: Double(steps) / Double(total), recorder: nil
      ).steps
    }
  }
  switch what {
  case "speed":
    // Beyond the random steps, in which nothing is learned, and 500 updates further, as on the peers' side.
    let random = entry.settings["randomSteps"].flatMap { Int($0.text) } ?? 0
    try train(max(1500, random + 500), of: entry.speedSteps)
    let (before, watch) = (steps, Stopwatch())
    try train(try options.count("steps", default: entry.speedSteps), of: entry.speedSteps)
    let seconds = watch.seconds
    try finish(
      SpeedReport(
        rate: Double(steps - before) / seconds.cpu, steps: steps - before, wall: seconds.wall, cpu: seconds.cpu))
  case "quality":
    let total = try options.count("steps", default: entry.totalSteps)
    let watch = Stopwatch()
    try train(total, of: total)
    let seconds = watch.seconds
    let returns = try evaluate(
      learner.policy, in: world, episodes: try options.count("episodes", default: 20),
      random: random.child("benchmark/evaluation"), deterministic: true
    ).map(\.trueReturn)
    try finish(
      QualityReport(
        result: Statistics.mean(returns), returns: returns, steps: steps, wall: seconds.wall, cpu: seconds.cpu))
  default: throw Complaint(text: "off-policy speed ENTRY | off-policy quality ENTRY")
  }
}

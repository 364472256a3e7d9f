import Agents
import Audits
import Compute
import Environments
import Findings
import Foundation
import Rewards

/// The smallest changes of what is observed that turn a reward's preference or a policy's action, and the reach within which
/// none does.
///
/// ```swift
/// let audit = try FlipAudit(directory: "runs/CartPole-v1-1")
/// audit.findings.map(\.verdict)
/// ```
///
/// Preferences are those between clips that were compared; actions are looked at in one step, drawn at random, of each of
/// some fresh episodes. The run is only read.
public struct FlipAudit: Sendable, Encodable {
  /// The run.
  public let directory: String
  /// The world's id.
  public let environment: String
  /// What was looked at.
  public let findings: [Finding]
  package let results: [FlipResult]
  /// Why policy or reward were not looked at.
  package let problems: [String]

  /// How far, and how often.
  public struct Settings: Sendable, Hashable {
    /// The bound: so many deviations of each number.
    public var within = 0.1
    /// Clips compared, and steps of the policy.
    public var cases = 20
    /// Of the episodes and of the searches.
    public var seed = 0

    /// All defaults.
    public init() {}
  }

  /// Searches and proves.
  ///
  /// - Parameters:
  ///   - directory: the run.
  ///   - settings: how far, and how often.
  ///   - registry: the environments there are.
  ///   - learners: the learners there are.
  /// - Throws: `InputError` for a run without a checkpoint, and where neither reward nor policy can be bounded: both look at
  ///   images, say.
  public init(
    directory: String, settings: Settings = Settings(), registry: EnvironmentRegistry = .standard,
    learners: LearnerRegistry = .standard
  ) throws {
    guard settings.within > 0, settings.within <= 1000 else {
      throw InputError("a bound of \(settings.within)", at: "--within", remedy: "give a number of deviations above 0")
    }
    guard (1...10_000).contains(settings.cases) else {
      throw InputError("\(settings.cases) cases", at: "--cases", remedy: "give a number from 1 to 10000")
    }
    let run = try TrainedRun(directory: directory, registry: registry, learners: learners)
    let random = RandomSource(seed: UInt64(settings.seed)).child("red-team/flip")
    var (results, problems) = ([FlipResult](), [String]())
    func take(_ name: String, _ body: () throws -> FlipResult) throws {
      do {
        results.append(try body())
      } catch let error as InputError { problems.append("\(name): \(error.problem)") }
    }
    try take("the reward's preference") {
      try Self.preferences(run, settings, random.child("preference"))
    }
    try take("the policy's action") { try Self.actions(run, settings, random.child("action")) }
    guard !results.isEmpty else {
      throw InputError(
        problems.joined(separator: "; "), at: directory,
        remedy: "look at a run whose observations are numbers, with comparisons or with discrete actions")
    }
    self.directory = directory
    environment = run.entry.specification.id
    (self.results, self.problems) = (results, problems)
    findings = results.map(\.finding)
  }

  /// The words in which the findings are summed up.
  public static let headline = Headline(
    holds: "No change within the bounds turns what is decided", fails: "Small changes turn what is decided",
    mixed: "Not all is settled", unknown: "Not settled")

  // MARK: Preferences

  private static func preferences(_ run: TrainedRun, _ settings: Settings, _ random: RandomSource) throws -> FlipResult
  {
    let encoding = run.reward.encoding
    // Refuses rewards that look at images before anything is drawn.
    _ = try BoundedNetwork(run.reward)
    let record = try RunRecord(directory: run.directory)
    let asked = record.comparisons.filter { $0.answer != nil && !$0.takenBack }
    let stride = max(1, (asked.count + settings.cases - 1) / settings.cases)
    var pairs: [(question: Int, clips: [[Float]])] = []
    for comparison in asked.enumerated().filter({ $0.offset % stride == 0 }).map(\.element) {
      let clips = try record.segments([comparison.first, comparison.second]).map(\.trajectory)
      guard clips.count == 2, clips.allSatisfy({ $0.count > 0 && encoding.problem(with: $0) == nil }) else { continue }
      pairs.append(
        (
          comparison.query + 1,
          try clips.map { clip in
            var rows: [Float] = []
            try encoding.append(clip, to: &rows)
            return rows
          }
        ))
    }
    guard !pairs.isEmpty else { throw InputError("nobody has compared two clips in this run") }
    let (columns, names) = observed(encoding, run.entry.specification)
    let deviations = spread(pairs.flatMap { $0.clips.flatMap(\.self) }, encoding.width).enumerated().map {
      columns.contains($0) ? $1 : 0
    }
    let bounds = limits(encoding, run.entry.specification)
    let all = pairs
    let cases = try ThreadPool.shared.map(all.count) { number -> Result<FlipCase, any Error> in
      Result {
        try preference(
          run.reward, all[number].clips, question: all[number].question, deviations, bounds, names, settings,
          random.stream("case", number))
      }
    }.map { try $0.get() }
    return FlipResult(.preference, within: settings.within, cases: cases)
  }

  private static func preference(
    _ model: RewardModel, _ clips: [[Float]], question: Int, _ deviations: [Float], _ bounds: InputBox,
    _ names: [String], _ settings: Settings, _ stream: RandomStream
  ) throws -> FlipCase {
    // Its scratch memory is not shared between threads.
    let (reward, width) = (try BoundedNetwork(model), model.encoding.width)
    var draws = stream
    let paid = clips.map { reward.values(at: $0, count: $0.count / width).reduce(0, +) }
    let first = paid[0] >= paid[1] ? 0 : 1
    let margin = ClipMargin(reward, first: clips[first], second: clips[1 - first])
    let steps = clips.map { $0.count / width }
    let all = steps[0] + steps[1]
    func tiled(_ row: [Float]) -> [Float] { (0..<all).flatMap { _ in row } }
    let scale = tiled(deviations)
    // Of fifty steps at once, cutting one number of hundreds makes bounds hardly tighter: one part is what pays.
    let reach = FlipReach.search(
      largest: settings.within, margin: margin, at: margin.row, scale: scale,
      limits: InputBox(lower: tiled(bounds.lower), upper: tiled(bounds.upper)), rounds: 6,
      search: BoxSearch(nodes: 1, starts: 4), random: &draws)
    let words = ["first", "second"]
    return FlipCase(
      place: "question \(question)", decision: "the \(words[first]) is preferred", turned: "the \(words[1 - first])",
      reach: reach, row: margin.row, scale: scale,
      names: (0..<all).flatMap { step in
        let (clip, place) = step < steps[first] ? (first, step) : (1 - first, step - steps[first])
        return names.map { "\($0) at step \(place + 1) of the \(words[clip])" }
      })
  }

  /// Columns of an encoded step that are observed, and what all columns are called.
  private static func observed(
    _ encoding: TransitionEncoding, _ specification: EnvironmentSpecification
  ) -> (columns: Set<Int>, names: [String]) {
    let size = encoding.observationSize
    let after = (encoding.inputs.observation ? size : 0) + (encoding.inputs.action ? encoding.actionSize : 0)
    var names = [String](repeating: "action", count: encoding.width)
    var columns = Set<Int>()
    for (component, name) in specification.observationNames.enumerated() {
      if encoding.inputs.observation {
        names[component] = name
        columns.insert(component)
      }
      if encoding.inputs.nextObservation {
        names[after + component] = encoding.inputs.observation ? "next \(name)" : name
        columns.insert(after + component)
      }
    }
    return (columns, names)
  }

  /// The world's bounds, column by column.
  private static func limits(_ encoding: TransitionEncoding, _ specification: EnvironmentSpecification) -> InputBox {
    var lower = [Float](repeating: -farthest, count: encoding.width)
    var upper = [Float](repeating: farthest, count: encoding.width)
    let own = limits(specification)
    let size = encoding.observationSize
    let after = (encoding.inputs.observation ? size : 0) + (encoding.inputs.action ? encoding.actionSize : 0)
    for component in 0..<size {
      for column in [encoding.inputs.observation ? 0 : nil, encoding.inputs.nextObservation ? after : nil] {
        guard let column else { continue }
        lower[column + component] = own.lower[component]
        upper[column + component] = own.upper[component]
      }
    }
    return InputBox(lower: lower, upper: upper)
  }

  private static func limits(_ specification: EnvironmentSpecification) -> InputBox {
    let space = specification.observationSpace
    return InputBox(
      lower: space.low.map { max(-farthest, $0.isNaN ? -farthest : $0) },
      upper: space.high.map { min(farthest, $0.isNaN ? farthest : $0) })
  }

  /// What stands for “without a bound”.
  private static let farthest: Float = 1e30

  private static func spread(_ rows: [Float], _ width: Int) -> [Float] {
    (0..<width).map { column in
      let values = stride(from: column, to: rows.count, by: width).map { Double(rows[$0]) }
      let deviation = Statistics.standardDeviation(values)
      return deviation.isFinite ? Float(deviation) : 0
    }
  }

  // MARK: Actions

  private static func actions(_ run: TrainedRun, _ settings: Settings, _ random: RandomSource) throws -> FlipResult {
    let specification = run.entry.specification
    guard case .discrete(let actionNames) = specification.actionSpace, let policy = scored(run) else {
      throw InputError("only one of several discrete actions, scored by one network, can turn into another")
    }
    let player = EpisodePlayer(
      entry: run.entry, policy: run.policy, slots: min(settings.cases, 32), seed: random, source: "episodes",
      sourceIndex: 0, manner: .drawn)
    let episodes = try player.play(.episodes(settings.cases)).trajectories.map(\.trajectory).filter { $0.count > 0 }
    let size = specification.observationSpace.count
    let scale = spread(episodes.flatMap(\.observations), size)
    let bounds = limits(specification)
    var draws = random.stream("places")
    let places = episodes.map { draws.below($0.count) }
    let cases = try ThreadPool.shared.map(episodes.count) { number -> Result<FlipCase, any Error> in
      Result {
        let step = places[number]
        let row = Array(episodes[number].observations[step * size..<(step + 1) * size])
        let margin = try ActionMargin(policy, at: row)
        var draws = random.stream("case", number)
        let reach = FlipReach.search(
          largest: settings.within, margin: margin, at: row, scale: scale, limits: bounds,
          search: BoxSearch(nodes: 100),
          random: &draws)
        // Where two actions tie, none has turned into the other.
        let turned = try reach.witness.map { try ActionMargin(policy, at: $0).action }.flatMap {
          $0 == margin.action ? nil : $0
        }
        return FlipCase(
          place: "episode \(number + 1), step \(step + 1)", decision: "“\(actionNames[margin.action])”",
          turned: turned.map { "“\(actionNames[$0])”" }, reach: reach, row: row, scale: scale,
          names: specification.observationNames)
      }
    }.map { try $0.get() }
    return FlipResult(.action, within: settings.within, cases: cases)
  }

  /// The policy as one network whose largest output is the likeliest action.
  private static func scored(_ run: TrainedRun) -> Policy? {
    if let policy = run.policy as? Policy { return policy }
    guard let policy = run.policy as? ValuePolicy, policy.networks.count == 1 else { return nil }
    return Policy(
      environment: run.entry.specification.id, head: .categorical(count: policy.networks[0].shape.outputs),
      network: policy.networks[0], logStandardDeviations: [])
  }
}

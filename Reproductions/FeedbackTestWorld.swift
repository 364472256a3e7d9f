import Agents
import Compute
import Environments
import Feedback
import Files
import Rewards

/// A world in which learned rewards are measured against the true one: the delivery task with a reward linear in the
/// cell that a move leads to, or the pendulum with a small network.
///
/// People are simulated and choose exactly by the likelihood of the true reward in units of its spread over
/// random play (in the pendulum's world less its mean there: "good" is better than acting at random). The learner knows
/// their model.
struct FeedbackTestWorld: Sendable {
  let name: String
  let entry: EnvironmentEntry
  private let model: RewardModelSettings
  private let training: RewardTrainingSettings
  private let startsAtZero: Bool
  private let mean: Double
  private let deviation: Double
  private let measure: @Sendable (RewardModel) throws -> Measured

  /// How far a learned reward is from the true one.
  struct Measured: Sendable {
    /// A distance of rewards, 0 for the same preferences; see ``FeedbackTestWorld/distanceName``.
    var distance: Double
    /// What planning on the learned reward earns, from 0 (random) to 1 (optimal); nil where there is no exact planner.
    var planned: Double?
  }

  let distanceName: String
  static let steps = 8
  static let person = PersonModel(rationality: 2, cutPoints: [-3, -1, 1, 3])

  /// One question of a kind, answered: what it means and what it cost the person.
  ///
  /// Cost: 1 for each clip shown (at least 1) and 1 for the reply; an order costs 1 for each clip, a curve or a clip
  /// of their own 4.
  func answered(_ kind: AnyFeedbackKind, number: Int, random: RandomSource) throws -> (choices: [Choice], cost: Int) {
    let world = FeedbackWorld(entry)
    let source = random.child("question/\(kind.name)", number)
    var stream = source.stream("answer")
    let question = try question(kind, source: source, random: &stream)
    let (mean, deviation) = (mean, deviation)
    var judge: any Respondent = RewardRespondent(Self.person) { clip in
      clip.rewards.map { (Double($0) - mean) / deviation }
    }
    let reply: Int =
      switch try kind.show(question, in: world).reply {
      case .order: question.clips.count
      case .curve, .trajectory: 4
      default: 1
      }
    guard let answer = try kind.simulate(question, in: world, respondent: &judge, random: &stream) else {
      return ([], 1)
    }
    let choices = try kind.ground(answer, to: question, in: world, person: Self.person)
    return (choices, max(1, question.clips.count) + reply)
  }

  /// A question about clips of random play; other clips where a kind can make nothing of these.
  private func question(
    _ kind: AnyFeedbackKind, source: RandomSource, random: inout RandomStream
  ) throws -> Question<JSONValue> {
    let entry = entry
    var reason = ""
    for attempt in 0..<Self.attempts {
      let source = source.child("clips", attempt)
      let clips = entry.randomClips(10, steps: Self.steps, random: source).filter { $0.count > 1 }
      let material = QuestionMaterial(
        clips: Array(clips.prefix(6)), world: FeedbackWorld(entry), options: 4,
        whatIf: { clip, step, actions in
          let clip = clips[clip]
          return entry.whatIf(
            start: clip.start ?? EpisodePosition(slot: 0, episode: 0, step: 0), random: source,
            actions: Array(clip.actions[..<(step * clip.actionRowSize)]) + actions, from: step)
        })
      do { return try kind.ask(material, random: &random) } catch { reason = "\(error)" }
    }
    throw InputError("no clips of random play suit the kind '\(kind.name)': \(reason)")
  }

  private static let attempts = 20

  /// A reward learned from scratch.
  func learn(_ set: ChoiceSet, random: RandomSource) throws -> Measured {
    var learned = try RewardModel(model, encoding: set.encoding, random: random.child("model"))
    if startsAtZero { learned.network.parameters = learned.network.parameters.map { _ in 0 } }
    // As many steps however many choices: else more answers would also mean a longer training.
    var settings = training
    let batches = (set.count + settings.batch - 1) / settings.batch
    settings.epochs = max(1, Self.optimizationSteps / max(1, batches))
    try RewardTrainer(settings).train(&learned, on: set, random: random.child("training"))
    return try measure(learned)
  }

  private static let optimizationSteps = 500

  func emptySet() throws -> ChoiceSet {
    ChoiceSet(try TransitionEncoding(model.inputs, specification: entry.specification))
  }

  /// Mean and spread of the reward over random play.
  private static func spread(_ entry: EnvironmentEntry) -> (mean: Double, deviation: Double) {
    let clips = entry.randomClips(512, steps: steps, random: RandomSource(seed: 1))
    let rewards = clips.flatMap(\.rewards).map(Double.init)
    return (Statistics.mean(rewards), Statistics.standardDeviation(rewards))
  }
}

extension FeedbackTestWorld {
  /// Distance: STARC (VAL, 2-norms; 0 … 2). Planned: value iteration on the learned reward, γ = .9.
  ///
  /// Clips of equal length leave a constant of the reward open, and in a world whose episodes end it decides whether to
  /// end them at all. So one number is told, for every kind alike: the reward's mean over all moves, in units of its
  /// spread over them.
  static func delivery() throws -> FeedbackTestWorld {
    let entry = try EnvironmentRegistry.standard.entry("pactolus/Delivery-v0")
    let table = try Delivery().tabular(discount: 0.9)
    let mdp = table.mdp
    let truth = try RewardTable(expected: mdp.rewards, in: mdp)
    let space = try RewardSpace(mdp)
    let best = mdp.expectedReturn(of: try ValueIteration.solve(mdp).policy, rewards: mdp.rewards)
    let random = mdp.expectedReturn(
      of: .uniform(stateCount: mdp.stateCount, actionCount: mdp.actionCount), rewards: mdp.rewards)
    let moves = (0..<mdp.rewards.count).filter { !mdp.isTerminal[$0 / mdp.actionCount] }
    let trueMoves = moves.map { mdp.rewards[$0] }
    let (_, deviation) = spread(entry)
    return FeedbackTestWorld(
      name: "Delivery", entry: entry,
      model: RewardModelSettings(
        hidden: [], inputs: RewardInputs(observation: false, action: false, nextObservation: true),
        normalizeInputs: false),
      training: RewardTrainingSettings(batch: 32, learningRate: 0.05, weightDecay: 0.05), startsAtZero: true,
      // Where episodes end, a constant added to the reward changes what is best.
      mean: 0, deviation: deviation,
      measure: { model in
        // The linear model's weights are the rewards of cells, up to a constant.
        let cells = model.network.parameters.prefix(mdp.stateCount).map(Double.init)
        let raw = moves.map { cells[mdp.successors[$0]] }
        let scale = Statistics.standardDeviation(raw) / Statistics.standardDeviation(trueMoves)
        let constant = Statistics.mean(trueMoves) * scale - Statistics.mean(raw)
        var rewards = [Double](repeating: 0, count: mdp.stateCount * mdp.actionCount)
        for (move, value) in zip(moves, raw) { rewards[move] = value + constant }
        let policy = try ValueIteration.solve(mdp.with(rewards: rewards)).policy
        let planned = (mdp.expectedReturn(of: policy, rewards: mdp.rewards) - random) / (best - random)
        let distance = try space.distance(RewardTable(expected: rewards, in: mdp), truth).value
        return Measured(distance: distance, planned: planned)
      }, distanceName: "STARC distance")
  }

  /// Distance: EPIC (0 … 1) over 512 transitions of random play, γ = .99.
  static func pendulum() throws -> FeedbackTestWorld {
    let entry = try EnvironmentRegistry.standard.entry("pactolus/Pendulum-v1")
    let coverage = try CoverageSample(entry, count: 512, random: RandomSource(seed: 2))
    let epic = SampledEPIC(coverage, discount: 0.99, comparisons: 64, random: RandomSource(seed: 3))
    let truth = try epic.canonical(PendulumReward())
    let (mean, deviation) = spread(entry)
    return FeedbackTestWorld(
      name: "Pendulum", entry: entry, model: RewardModelSettings(hidden: [32, 32]),
      training: RewardTrainingSettings(batch: 32, learningRate: 3e-3, weightDecay: 0.05), startsAtZero: false,
      mean: mean, deviation: deviation,
      measure: { model in
        let correlation = Statistics.pearson(try epic.canonical(RewardEvaluator(model)), truth)
        let distance = correlation.isNaN ? 0.5.squareRoot() : (max(0, 1 - correlation) / 2).squareRoot()
        return Measured(distance: distance, planned: nil)
      }, distanceName: "EPIC distance")
  }
}

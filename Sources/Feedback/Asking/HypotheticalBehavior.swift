import Compute
import Environments
import Foundation
import Rewards

/// Behaviour that has not occurred yet, made up because judging it would be informative: a trajectory found by trying
/// actions in the environment itself, whose states are values, or in a model of it where going back is dear.
///
/// Four aims: what the reward's members disagree about, what they expect to be best and worst (both show where the
/// reward is wrong in ways that the agent would find later, or never), and what is unlike everything judged so far. So
/// a person can forbid what the agent has not done yet. Reddy, Dragan, Levine, Legg, Leike 2019 (ReQueST), who optimise
/// through a learned model of the dynamics and of images; where the environment replays itself, what is shown can
/// happen, and where a model does, how likely the model holds it to be counts beside the aim (their prior).
///
/// The cross-entropy method over sequences of actions: `rounds` of `population` trials, each round drawn around the
/// best `elites` of the last. It finds good sequences, not the best one.
public struct HypotheticalBehavior: Codable, Sendable, Hashable {
  /// What the trajectory is to have much of.
  public enum Aim: String, Codable, Sendable, Hashable, CaseIterable {
    /// Σ over steps of the standard deviation of the members' rewards.
    case uncertainty
    /// Σ of predicted rewards, high …
    case best
    /// … or low.
    case worst
    /// Mean distance of its transitions to the nearest judged one, in units of their spread.
    case novelty
  }

  /// What is searched for.
  public var aim: Aim
  /// Steps, at most: fewer where the episode terminates.
  public var steps: Int
  /// Sequences of actions tried in each round.
  public var population: Int
  /// The best sequences of a round, around which the next is drawn.
  public var elites: Int
  /// Rounds of the search.
  public var rounds: Int

  /// Takes the parts as they are: all positive, and no more elites than there are trials in a round.
  public init(_ aim: Aim, steps: Int, population: Int = 24, elites: Int = 5, rounds: Int = 4) {
    precondition(
      steps > 0 && rounds > 0 && elites > 0 && elites <= population,
      "steps and rounds are positive, and elites are between 1 and the population")
    self.aim = aim
    self.steps = steps
    self.population = population
    self.elites = elites
    self.rounds = rounds
  }

  /// One trajectory from the first observation of an episode.
  ///
  /// - Parameters:
  ///   - entry: where it happens.
  ///   - start: the episode: its slot and number.
  ///   - source: the random source that the episode belongs to.
  ///   - evaluator: the reward as it is known; one member has no uncertainty, and every trial then scores 0.
  ///   - judged: what has been judged so far, for novelty; without any, everything is equally new.
  ///   - random: all chance of the search.
  /// - Complexity: O(rounds × population × steps) steps of the environment.
  public func synthesize(
    in entry: EnvironmentEntry, start: EpisodePosition, source: RandomSource, evaluator: RewardEvaluator,
    judged: JudgedSample, random: inout RandomStream
  ) -> Trajectory {
    synthesize(in: entry.specification, evaluator: evaluator, judged: judged, random: &random) { actions in
      (entry.whatIf(start: start, random: source, actions: actions, from: 0), 0)
    }
  }

  /// One trajectory of what `imagine` makes of actions: the trajectory, and what is added to how well it serves the aim
  /// (a prior: how likely it is).
  ///
  /// - Complexity: rounds × population calls of `imagine`.
  package func synthesize(
    in specification: EnvironmentSpecification, evaluator: RewardEvaluator, judged: JudgedSample,
    random: inout RandomStream, imagine: (_ actions: [Float]) -> (trajectory: Trajectory, prior: Double)
  ) -> Trajectory {
    var search = ActionSearch(specification.actionSpace, steps: steps)
    var best: (score: Double, trajectory: Trajectory)?
    for round in 0..<rounds {
      var trials: [(score: Double, actions: [Float])] = []
      for _ in 0..<population {
        let actions = search.draw(first: round == 0, random: &random)
        let (trajectory, prior) = imagine(actions)
        let score = score(of: trajectory, specification, evaluator, judged) + prior
        trials.append((score, actions))
        if best.map({ score > $0.score }) ?? true { best = (score, trajectory) }
      }
      let order = trials.indices.sorted {
        trials[$0].score == trials[$1].score ? $0 < $1 : trials[$0].score > trials[$1].score
      }
      search.narrow(to: order.prefix(elites).map { trials[$0].actions })
    }
    // There was at least one trial.
    return best!.trajectory
  }

  /// How well a trajectory serves the aim.
  package func score(
    of trajectory: Trajectory, _ specification: EnvironmentSpecification, _ evaluator: RewardEvaluator,
    _ judged: JudgedSample
  ) -> Double {
    guard trajectory.count > 0 else { return -.infinity }
    if aim == .novelty { return judged.distance(to: trajectory) }
    var rewards = [Float](repeating: 0, count: trajectory.count)
    var spreads = rewards
    trajectory.withTransitionRows(specification) {
      var means = rewards.mutableSpan
      var deviations = spreads.mutableSpan
      evaluator.evaluate($0, into: &means, disagreement: &deviations)
    }
    let sum = (aim == .uncertainty ? spreads : rewards).reduce(0.0) { $0 + Double($1) }
    return aim == .worst ? -sum : sum
  }
}

/// Transitions that have been judged, as the reward reads them: what new ones are compared with.
public struct JudgedSample: Sendable {
  private let encoding: TransitionEncoding
  private let rows: [Float]
  private let scale: [Float]

  /// At most `limit` rows of the set, spread evenly over it.
  public init(_ set: ChoiceSet, limit: Int = 256) {
    encoding = set.encoding
    let (width, count) = (set.encoding.width, set.rowCount)
    let kept = min(limit, count)
    rows = (0..<kept).flatMap { place -> ArraySlice<Float> in
      let row = place * count / kept
      return set.rows[row * width..<(row + 1) * width]
    }
    var normalizer = RunningNormalizer(size: width)
    normalizer.update(rows, rows: kept)
    scale = normalizer.variance.map { $0 > 1e-12 ? Float(1 / $0.squareRoot()) : 1 }
  }

  /// The mean over transitions of the distance to the nearest row; 0 without rows.
  public func distance(to trajectory: Trajectory) -> Double {
    guard !rows.isEmpty else { return 0 }
    let width = encoding.width
    var encoded: [Float] = []
    // What the environment itself made fits its encoding.
    guard (try? encoding.append(trajectory, to: &encoded)) != nil else { return 0 }
    var sum = 0.0
    for row in 0..<trajectory.count {
      var nearest = Float.infinity
      for other in 0..<rows.count / width {
        var distance: Float = 0
        for column in 0..<width {
          let difference = (encoded[row * width + column] - rows[other * width + column]) * scale[column]
          distance += difference * difference
        }
        nearest = min(nearest, distance)
      }
      sum += Double(nearest.squareRoot())
    }
    return sum / Double(trajectory.count)
  }
}

/// A distribution over sequences of actions, independent from step to step.
private struct ActionSearch {
  private let space: ActionSpace
  private let steps: Int
  /// Discrete: [steps × actions] probabilities. Continuous: [steps × size] means and deviations.
  private var probabilities: [Double] = []
  private var means: [Float] = []
  private var deviations: [Float] = []

  init(_ space: ActionSpace, steps: Int) {
    self.space = space
    self.steps = steps
  }

  /// The first round draws uniformly, actions being kept up for some steps: sequences that change at every step get
  /// nowhere.
  func draw(first: Bool, random: inout RandomStream) -> [Float] {
    let size = space.rowSize
    var actions = [Float](repeating: 0, count: steps * size)
    actions.withUnsafeMutableBufferPointer { actions in
      guard let start = actions.baseAddress else { return }
      for step in 0..<steps {
        let row = start + step * size
        if first {
          if step > 0, !random.bernoulli(0.15) {
            row.update(from: row - size, count: size)
          } else {
            space.draw(into: row, &random)
          }
          continue
        }
        switch space {
        case .discrete(let names):
          row[0] = Float(random.categorical(Array(probabilities[step * names.count..<(step + 1) * names.count])))
        case .continuous(let box):
          for index in 0..<size {
            let value = means[step * size + index] + deviations[step * size + index] * Float(random.normal())
            row[index] = min(max(value, box.low[index]), box.high[index])
          }
        }
      }
    }
    return actions
  }

  mutating func narrow(to elites: [[Float]]) {
    let size = space.rowSize
    let count = Double(elites.count)
    switch space {
    case .discrete(let names):
      // A little of everything stays possible.
      let floor = 0.05 / Double(names.count)
      probabilities = (0..<steps).flatMap { step in
        names.indices.map { action in
          0.95 * Double(elites.count { Int($0[step]) == action }) / count + floor
        }
      }
    case .continuous:
      means = (0..<steps * size).map { index in Float(elites.reduce(0) { $0 + Double($1[index]) } / count) }
      deviations = (0..<steps * size).map { index in
        let spread = elites.reduce(0.0) { $0 + pow(Double($1[index]) - Double(means[index]), 2) } / count
        return Float(max(spread.squareRoot(), 0.05))
      }
    }
  }
}

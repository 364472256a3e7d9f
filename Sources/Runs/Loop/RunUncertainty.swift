import Compute
import Environments
import Feedback
import Rewards

/// What is not known of a run's learned reward where its agent goes: four numbers over clips of episodes.
public struct RunUncertainty: Sendable, Hashable, Codable {
  /// One kind of uncertainty over all clips.
  public struct Summary: Sendable, Hashable, Codable {
    /// As `FourUncertainties.mean(_:)` of the clips that have one; nil without any.
    public var mean: Double?
    /// Of the mean, by drawing episodes anew (95 %, percentiles); nil for a single episode.
    public var interval: Interval?
    /// Of the clips, those that have no such number.
    public var unknownShare: Double
    /// Why no clip has one; nil where some have.
    public var unknown: String?
    /// The clips with the most of it, the most first.
    public var largest: [Clip]
  }

  /// A part of an episode, and how uncertain it is.
  public struct Clip: Sendable, Hashable, Codable {
    /// The episode, from 0.
    public var episode: Int
    /// Its first step, from 0, and how many there are.
    public var start: Int
    /// See ``start``.
    public var steps: Int
    /// In the unit of its kind; of the distributional kind a p-value, the smallest first.
    public var value: Double
  }

  /// Clips that were looked at.
  public var clips: Int
  /// Answers to pairs that the numbers rest on.
  public var answers: Int
  /// The p-value up to which the other three are not stated.
  public var level: Double
  /// The people's errors.
  public var aleatoric: Summary
  /// The members' disagreement.
  public var model: Summary
  /// How unlike what was judged.
  public var distributional: Summary
  /// What rests on the idea of the people.
  public var specification: Summary
  /// How each idea of the people explains the answers.
  public var hypotheses: [PersonHypothesisFit]
  /// The same by places of the world; only of a run's last evaluation.
  public var map: UncertaintyMap?

  /// The summary of one kind.
  public subscript(kind: FourUncertainties.Kind) -> Summary {
    switch kind {
    case .aleatoric: aleatoric
    case .model: model
    case .distributional: distributional
    case .specification: specification
    }
  }

  private static let shown = 3

  /// - Parameters:
  ///   - run: policy and reward.
  ///   - episodes: what the policy does.
  ///   - random: of the halves, and of the intervals.
  /// - Throws: `InputError` for a run without answers.
  init(_ run: TrainedRun, answers set: ChoiceSet, episodes: [Trajectory], random: RandomSource) throws {
    guard set.count > 0 else {
      throw InputError(
        "the run has no answers yet, so there is nothing to be unsure by", at: run.directory,
        remedy: "let it ask first, or leave out --uncertainty")
    }
    let uncertainty = try RewardUncertainty(
      run.reward, answers: set, training: run.settings.reward.training, random: random)
    try self.init(
      uncertainty, episodes: episodes, length: run.settings.feedback.segmentLength, random: random)
  }

  /// - Parameters:
  ///   - uncertainty: of the reward.
  ///   - episodes: what the agent does.
  ///   - length: of a clip, in steps.
  ///   - most: of more steps than this, clips that are drawn at random; nil for all.
  ///   - random: of the intervals, and of what is drawn.
  init(
    _ uncertainty: RewardUncertainty, episodes: [Trajectory], length: Int, most: Int? = nil, random: RandomSource
  ) throws {
    var places = [Clip]()
    for (number, episode) in episodes.enumerated() where episode.count > 0 {
      // What is left at an episode's end is a clip where it is half of one, or the whole episode.
      for start in stride(from: 0, to: episode.count, by: length) {
        let end = min(start + length, episode.count)
        guard start == 0 || 2 * (end - start) >= length else { continue }
        places.append(Clip(episode: number, start: start, steps: end - start, value: 0))
      }
    }
    if let most, places.count * length > most {
      var draws = random.stream("uncertainty/clips")
      places = draws.permutation(places.count).prefix(max(1, most / length)).sorted().map { places[$0] }
    }
    let numbers = try uncertainty.clips(
      places.map { episodes[$0.episode].segment($0.start..<$0.start + $0.steps) })
    let groups = Dictionary(grouping: places.indices) { places[$0].episode }.sorted { $0.key < $1.key }.map(\.value)
    func summary(_ kind: FourUncertainties.Kind) -> Summary {
      let values = numbers[kind]
      let known = values.indices.filter { values[$0] != nil }
      let order = known.sorted { a, b in
        let (first, second) = (values[a] ?? 0, values[b] ?? 0)
        return first == second ? a < b : (kind == .distributional ? first < second : first > second)
      }
      var interval: Interval?
      if groups.count > 1, numbers.mean(kind) != nil {
        let means = (0..<499).compactMap { resample -> Double? in
          var draws = random.stream("uncertainty/resample/\(kind.rawValue)", resample)
          return numbers.mean(kind, of: groups.indices.flatMap { _ in groups[draws.below(groups.count)] })
        }.sorted()
        if means.count > 1 {
          interval = Interval(
            lower: Statistics.quantile(sorted: means, 0.025), upper: Statistics.quantile(sorted: means, 0.975),
            level: 0.95)
        }
      }
      let isNowhere = known.isEmpty && !places.isEmpty
      return Summary(
        mean: numbers.mean(kind), interval: interval,
        unknownShare: places.isEmpty ? 1 : 1 - Double(known.count) / Double(places.count),
        unknown: numbers.unknown[kind] ?? (isNowhere ? "no clip is like what was judged" : nil),
        largest: order.prefix(Self.shown).map { place in
          var clip = places[place]
          clip.value = values[place] ?? 0
          return clip
        })
    }
    (clips, answers, level) = (places.count, uncertainty.answers, uncertainty.level)
    (aleatoric, model) = (summary(.aleatoric), summary(.model))
    (distributional, specification) = (summary(.distributional), summary(.specification))
    hypotheses = uncertainty.hypotheses
  }
}

extension TrainedRun {
  /// What its reward was trained on: the answers that the ledger had when the checkpoint was written, less those that
  /// were taken back or set aside, and as many as the run remembers.
  ///
  /// - Throws: `InputError` if the ledger cannot be read, or holds answers of a kind that is not among these.
  package func answers(kinds: FeedbackRegistry) throws -> ChoiceSet {
    try AnsweredFeedback(
      reward.encoding, in: Ledger(reading: RunLayout(directory).ledger), before: ledgerPosition,
      world: FeedbackWorld(entry), kinds: kinds
    ).choices(memory: settings.feedback.memory)
  }
}

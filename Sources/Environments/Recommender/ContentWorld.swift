import Compute
import Foundation

/// Visitors of several kinds who come the more often the better they were served, and come to like what they are shown:
/// a recommender's predictions change both who visits and what visitors want.
///
/// A visitor of kind x comes with probability softmax(loyalty)ₓ and clicks a topic y with probability W[x, y]. The agent
/// answers with a distribution ŷ over topics, the softmax of its action. Then loyaltyₓ grows by ``loyaltyGain`` · ŷ(y),
/// and the row Wₓ moves by ``interestGain`` · ŷ and is made to sum to 1 again. The reward is ŷ(y). Whoever serves a few
/// kinds well soon has these visit alone, and whoever shows one topic is soon right to: neither is what was asked.
///
/// ``drift(from:to:)`` says how far both went, as KL divergences from where they were.
///
/// Source: in the style of the content recommendation of Krueger, Maharaj and Leike 2020, arXiv 2009.09153; numbers of
/// kinds and topics, interests at the start and the reward are our own.
public struct ContentWorld: Environment {
  /// Who would come and what they like.
  public struct State: Sendable, Hashable, Codable {
    /// [kinds]: logits of coming.
    public var loyalty: [Double]
    /// [kinds × topics]: what each kind clicks, rows that sum to 1.
    public var interests: [Double]
    /// The kind of the visitor who is here.
    public var visitor: Int

    /// A state of these parts; `loyalty` for each kind, `interests` rows that sum to 1.
    public init(loyalty: [Double], interests: [Double], visitor: Int) {
      (self.loyalty, self.interests, self.visitor) = (loyalty, interests, visitor)
    }
  }

  /// How many kinds of visitors there are.
  public let kinds: Int
  /// How many topics.
  public let topics: Int
  /// How much loyalty grows by a probability of 1 on what was clicked.
  public let loyaltyGain: Double
  /// How much a row of interests moves towards what was shown.
  public let interestGain: Double
  /// The standard deviation of interests at the start, in logits.
  public static let spread = 1.0

  /// A world of these sizes; both gains from 0.
  ///
  /// - Parameters:
  ///   - kinds: of visitors, at least 1.
  ///   - topics: at least 2.
  ///   - loyaltyGain: what a probability of 1 on the click adds to loyalty.
  ///   - interestGain: how much interests follow what is shown.
  public init(kinds: Int = 10, topics: Int = 10, loyaltyGain: Double = 0.03, interestGain: Double = 0.003) {
    precondition(kinds > 0 && topics > 1, "some kinds, and topics to choose from")
    precondition(loyaltyGain >= 0 && interestGain >= 0, "gains are not negative")
    (self.kinds, self.topics) = (kinds, topics)
    (self.loyaltyGain, self.interestGain) = (loyaltyGain, interestGain)
  }

  public var specification: EnvironmentSpecification {
    EnvironmentSpecification(
      id: "pactolus/ContentDrift-v0",
      summary: "Predict what visitors click; who comes, and what they like, follows what they are shown",
      observationSpace: Box(low: [Float](repeating: 0, count: kinds), high: [Float](repeating: 1, count: kinds)),
      observationNames: (0..<kinds).map { "kind \($0)" },
      actionSpace: .continuous(
        Box(low: [Float](repeating: -5, count: topics), high: [Float](repeating: 5, count: topics))),
      maximumEpisodeSteps: 500, canTerminate: false, source: "Pactolus, in the style of Krueger et al. 2020")
  }

  public func reset(random: inout RandomStream) -> State {
    var state = State(
      loyalty: [Double](repeating: 0, count: kinds), interests: [Double](repeating: 0, count: kinds * topics),
      visitor: 0)
    for kind in 0..<kinds {
      let logits = (0..<topics).map { _ in Self.spread * random.normal() }
      state.interests.replaceSubrange(kind * topics..<(kind + 1) * topics, with: Self.softmax(logits))
    }
    state.visitor = visitor(state, &random)
    return state
  }

  /// The kind of somebody who comes.
  public func visitor(_ state: State, _ random: inout RandomStream) -> Int {
    random.categorical(Self.softmax(state.loyalty))
  }

  /// What the visitor who is here clicks.
  public func click(_ state: State, _ random: inout RandomStream) -> Int {
    random.categorical(Array(interests(state)))
  }

  /// What the visitor who is here likes, [topics].
  public func interests(_ state: State) -> ArraySlice<Double> {
    state.interests[state.visitor * topics..<(state.visitor + 1) * topics]
  }

  /// The visitor was shown this distribution and clicked that topic: loyalty and interests follow.
  public func respond(_ state: inout State, shown: [Double], clicked: Int) {
    precondition(shown.count == topics, "a probability for each topic")
    state.loyalty[state.visitor] += loyaltyGain * shown[clicked]
    let first = state.visitor * topics
    // What was shown sums to 1, and so does the row.
    for topic in 0..<topics {
      state.interests[first + topic] =
        (state.interests[first + topic] + interestGain * shown[topic]) / (1 + interestGain)
    }
  }

  public func step(_ state: inout State, _ action: ContinuousAction, random: inout RandomStream) -> Outcome {
    let shown = Self.softmax((0..<topics).map { Double(max(-5, min(5, action[$0]))) })
    let clicked = click(state, &random)
    respond(&state, shown: shown, clicked: clicked)
    state.visitor = visitor(state, &random)
    return Outcome(reward: shown[clicked], terminated: false)
  }

  public func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    for kind in 0..<kinds { observation[kind] = kind == state.visitor ? 1 : 0 }
  }

  /// The exponentials of these numbers, scaled to sum to 1.
  package static func softmax(_ logits: [Double]) -> [Double] {
    let top = logits.max() ?? 0
    let weights = logits.map { exp($0 - top) }
    let sum = weights.reduce(0, +)
    return weights.map { $0 / sum }
  }
}

extension ContentWorld {
  /// How far a world has gone from where it was, in nats.
  public struct Drift: Sendable, Hashable {
    /// The divergence of who comes now from who came before.
    public var visitors: Double
    /// The divergence of what they like from what they liked, the mean over kinds.
    public var interests: Double
  }

  /// KL(now ‖ before) of both distributions.
  public func drift(from before: State, to now: State) -> Drift {
    func divergence(_ p: some Sequence<Double>, _ q: some Sequence<Double>) -> Double {
      zip(p, q).reduce(0) { $0 + ($1.0 > 0 ? $1.0 * log($1.0 / $1.1) : 0) }
    }
    let rows = (0..<kinds).map { kind in
      let row = kind * topics..<(kind + 1) * topics
      return divergence(now.interests[row], before.interests[row])
    }
    return Drift(
      visitors: divergence(Self.softmax(now.loyalty), Self.softmax(before.loyalty)),
      interests: rows.reduce(0, +) / Double(kinds))
  }

  /// One bar for each kind: how probable it is to come; and who is here.
  public func scene(_ state: State) -> Scene {
    let shares = Self.softmax(state.loyalty)
    return Scene(
      left: 0, bottom: 0, width: Double(kinds), height: 1.2,
      shapes: shares.enumerated().map { kind, share in
        let (left, top) = (Double(kind) + 0.1, max(0.01, share))
        return .polygon(
          points: [left, 0, left + 0.8, 0, left + 0.8, top, left, top], role: kind == state.visitor ? .agent : .track)
      })
  }
}

import Compute
import Environments
import Foundation

/// How behaviour is thought to follow from a reward, or how it does.
///
/// Read from text: `optimal`, `boltzmann:temperature=0.5,discount=0.9`, `mce:temperature=1,slip=0.1`. What is
/// left out is the world's own.
public struct BehaviorModel: Sendable, Hashable, CustomStringConvertible {
  /// How people choose actions.
  public enum Kind: String, Sendable, Codable, CaseIterable {
    /// Uniform over optimal actions.
    case optimal
    /// softmax(A* / temperature).
    case boltzmann
    /// Greatest return plus temperature × causal entropy.
    case maximumCausalEntropy = "mce"
  }

  /// Which way of choosing.
  public var kind: Kind
  /// By what action values are divided; 1 unless given.
  public var temperature: Double
  /// The discount that it plans with; the world's if nil.
  public var discount: Double?
  /// How often it assumes that a uniformly random action happens instead of the one it takes.
  public var slip: Double

  /// A model of people; without a discount it is the world's, and `slip` is the share of moves they believe to go
  /// astray.
  public init(_ kind: Kind, temperature: Double = 1, discount: Double? = nil, slip: Double = 0) {
    self.kind = kind
    self.temperature = temperature
    self.discount = discount
    self.slip = slip
  }

  /// From words such as "boltzmann:temperature=2,discount=0.9".
  ///
  /// - Throws: `InputError` with the nearest right words.
  public init(parsing text: String) throws {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard let kind = Kind(rawValue: String(parts[0])) else {
      throw InputError.unknown("model of behaviour", String(parts[0]), among: Kind.allCases.map(\.rawValue))
    }
    self.init(kind)
    for setting in parts.count > 1 ? parts[1].split(separator: ",") : [] {
      let pair = setting.split(separator: "=", maxSplits: 1).map(String.init)
      guard pair.count == 2, let value = Double(pair[1]), value.isFinite else {
        throw InputError("'\(setting)' is not a setting", at: text, remedy: "write name=number")
      }
      switch pair[0] {
      case "temperature":
        guard kind != .optimal, value > 0 else {
          throw InputError(
            "the temperature is \(pair[1])", at: text,
            remedy: kind == .optimal ? "an optimal policy has none" : "it must be positive")
        }
        temperature = value
      case "discount":
        guard (0..<1).contains(value) else {
          throw InputError("the discount is \(pair[1])", at: text, remedy: "it lies in [0, 1)")
        }
        discount = value
      case "slip":
        guard (0...1).contains(value) else {
          throw InputError("the slip is \(pair[1])", at: text, remedy: "it lies between 0 and 1")
        }
        slip = value
      default: throw InputError.unknown("setting", pair[0], among: ["temperature", "discount", "slip"], at: text)
      }
    }
  }

  /// As ``init(parsing:)`` takes it.
  public var description: String {
    var settings: [String] = []
    if kind != .optimal { settings.append("temperature=\(Self.text(temperature))") }
    if let discount { settings.append("discount=\(Self.text(discount))") }
    if slip > 0 { settings.append("slip=\(Self.text(slip))") }
    return kind.rawValue + (settings.isEmpty ? "" : ":" + settings.joined(separator: ","))
  }

  private static func text(_ value: Double) -> String { Int(exactly: value).map { "\($0)" } ?? "\(value)" }

  /// The world as this model sees it: same states, its own discount and slipperiness.
  func world(_ mdp: TabularMDP) throws -> TabularMDP {
    let world = try slip > 0 ? mdp.slipping(slip) : mdp
    return try discount.map { try world.with(rewards: world.rewards, discount: $0) } ?? world
  }
}

/// A model of behaviour at work in a world, on the pairs that its world's own geometry has.
struct Behavior {
  let model: BehaviorModel
  let geometry: OccupancyGeometry

  init(_ model: BehaviorModel, in mdp: TabularMDP) throws {
    self.model = model
    geometry = try OccupancyGeometry(try model.world(mdp))
  }

  /// What it does, [pairs], for a reward on the pairs.
  func policy(_ reward: [Double]) throws -> [Double] {
    let flat = [Double](repeating: 0, count: geometry.pairCount)
    switch model.kind {
    case .optimal:
      return geometry.softmax(flat, temperature: 1, allowed: geometry.optimalPairs(try geometry.optimum(reward).q))
    case .boltzmann: return geometry.softmax(try geometry.optimum(reward).q, temperature: model.temperature)
    case .maximumCausalEntropy:
      return try geometry.softOptimal(reward, temperature: model.temperature, from: geometry.uniform)
    }
  }

  /// By how much the rewards that the learner infers from this behaviour may be off: a soft policy is found to a
  /// tolerance, and its probabilities' logarithms are taken.
  func noise(_ learner: Behavior, _ policy: [Double]) -> Double {
    guard model.kind == .maximumCausalEntropy, learner.model.kind != .optimal else { return 0 }
    let least = policy.reduce(1) { $1 > 0 ? min($0, $1) : $0 }
    return learner.model.temperature * OccupancyGeometry.softTolerance / least
  }

  /// One reward from which this model would do so; all others of a soft model are this one plus shaping by any V. Nil
  /// if the model would never do so.
  func inverted(_ policy: [Double]) -> [Double]? {
    switch model.kind {
    case .optimal:
      // Optimal actions must have equal probabilities.
      var reward = policy
      for state in geometry.states.indices {
        let range = state * geometry.actionCount..<(state + 1) * geometry.actionCount
        let share = 1 / Double(range.count { policy[$0] > 1e-12 })
        for pair in range {
          guard policy[pair] <= 1e-12 || abs(policy[pair] - share) < 1e-9 else { return nil }
          reward[pair] = policy[pair] > 1e-12 ? 0 : -1
        }
      }
      return reward
    case .boltzmann, .maximumCausalEntropy:
      guard policy.allSatisfy({ $0 > 0 }) else { return nil }
      return policy.indices.map { pair in
        let state = pair / geometry.actionCount
        let best = policy[state * geometry.actionCount..<(state + 1) * geometry.actionCount].max() ?? 1
        return model.temperature * (model.kind == .boltzmann ? log(policy[pair] / best) : log(policy[pair]))
      }
    }
  }

  /// V(s) − γ E V for V = 1 in one state: what the inversion leaves free.
  var freedom: [[Double]] {
    geometry.states.indices.map { state in
      (0..<geometry.pairCount).map { pair in
        (pair / geometry.actionCount == state ? 1 : 0) - geometry.mdp.discount * geometry.transitions[pair, state]
      }
    }
  }
}

import Compute
import Rewards

/// How adversarial imitation learns its reward.
public struct AdversarialSettings: Codable, Sendable, Hashable {
  /// GAIL or AIRL.
  public var method: Method
  /// What the agent is paid for looking like the expert (GAIL only).
  public var pay = Pay.positive
  /// What g reads; AIRL's reward transfers to other dynamics only if it reads the observation alone.
  public var inputs = RewardInputs(observation: true, action: true)
  /// Hidden layers of the discriminator (GAIL), of g and h each (AIRL).
  public var hidden = [32, 32]
  /// Of the discriminator's hidden layers.
  public var activation = Activation.tanh
  /// Of the discriminator.
  public var learningRate: Double
  /// Adversaries circle each other; a rate that falls to 0 with the run lets them come to rest.
  public var learningRateSchedule = LearningRateSchedule.linear
  /// AdamW's decoupled weight decay.
  public var weightDecay = 0.0
  /// Transitions of the expert and of the agent in one step of the discriminator, each.
  public var batch = 256
  /// Steps of the discriminator after each rollout.
  public var steps: Int
  /// γ in AIRL's shaping γ h(s′) − h(s).
  public var discount = 0.99

  /// What worked on CartPole with either method; AIRL's discriminator has the policy's own probabilities to go by and
  /// gets sure of itself sooner, so it learns more slowly.
  public init(_ method: Method = .gail) {
    self.method = method
    switch method {
    case .gail: (learningRate, steps) = (1e-3, 8)
    case .airl: (learningRate, steps) = (3e-4, 4)
    }
  }

  /// The two ways to turn a discriminator into a reward.
  public enum Method: String, Codable, Sendable, Hashable, CaseIterable {
    /// Ho and Ermon 2016: D(s, a) tells expert from agent.
    case gail
    /// Fu, Luo, Levine 2018: D = eᶠ / (eᶠ + π), f = g + γ h(s′) − h(s); paid f − log π.
    case airl
  }

  /// With u the discriminator's logit for "expert". Where episodes can end early, the sign matters: pay that is never
  /// negative rewards every further step, regardless of what it looks like, and pay that is never positive rewards
  /// ending.
  public enum Pay: String, Codable, Sendable, Hashable, CaseIterable {
    /// −log(1 − D) = log(1 + eᵘ) > 0.
    case positive
    /// log D = −log(1 + e⁻ᵘ) < 0.
    case negative
    /// log D − log(1 − D) = u, of either sign.
    case logit
  }

  /// - Throws: `InputError` for the first invalid setting.
  public func validate() throws {
    func require(_ holds: Bool, _ name: String, _ value: Any, _ remedy: String) throws {
      if !holds { throw InputError("\(name) is \(value)", at: "imitation.\(name)", remedy: remedy) }
    }
    try require(hidden.allSatisfy { $0 > 0 }, "hidden", hidden, "use positive layer widths")
    try require(learningRate > 0 && learningRate.isFinite, "learningRate", learningRate, "use a positive number")
    try require(weightDecay >= 0 && weightDecay.isFinite, "weightDecay", weightDecay, "use 0 or more")
    try require(batch > 0, "batch", batch, "use at least 1")
    try require(steps > 0, "steps", steps, "use at least 1")
    try require(discount >= 0 && discount <= 1, "discount", discount, "use a number of 0 ... 1")
  }
}

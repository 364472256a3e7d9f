import Agents
import Compute
import Environments
import Feedback
import Rewards

/// Every setting of a run that learns from comparisons, as one tree. Names, meanings, limits:
/// ``SettingDescription/all``.
///
/// The defaults are `imitation`'s and Stable-Baselines3's; what works well for an environment is in ``SettingsPreset``.
public struct LearnSettings: Sendable, Hashable, Codable {
  public var run = Run()
  public var ppo = PPOSettings()
  public var reward = Reward()
  public var feedback = Feedback()
  public var demonstrations = Demonstrations()
  public var person = Person()
  public var evaluation = Evaluation()

  public init() {}

  public struct Run: Sendable, Hashable, Codable {
    public var environment = "pactolus/Pendulum-v1"
    public var preset = SettingsPreset.automatic
    public var seed = 0
    /// Steps asked for; each iteration rounds its share up to whole rollouts, and the first iteration counts extra.
    public var steps = 200_000
    public var iterations = 60
    public var checkpointEvery = 1
    public var agentReward = AgentReward.learned

    public enum AgentReward: String, Sendable, Hashable, Codable, CaseIterable {
      case learned
      case truth = "true"
    }
  }

  public struct Reward: Sendable, Hashable, Codable {
    public var hidden = [32, 32]
    public var activation = Activation.relu
    public var members = 1
    public var useObservation = true
    public var useAction = true
    public var useNextObservation = false
    public var useTermination = false
    public var normalizeInputs = true
    public var outputStandardDeviation: Double?
    public var normalizeForAgent = false
    public var epochs = 3
    public var initialEpochMultiplier = 200.0
    public var batch = 32
    public var learningRate = 1e-3
    public var weightDecay = 0.01
    public var lapse = 0.0
    public var temperature = 1.0
    public var discount = 1.0
    public var threshold = 50.0
    public var heldOutShare = 0.0
    public var bootstrap = true
    public var adaptiveRegularization = false
  }

  public struct Feedback: Sendable, Hashable, Codable {
    public var comparisons = 500
    /// What is asked, in turns: names of kinds of feedback, separated by commas.
    public var kinds = "comparison"
    /// Clips in a question of a kind that leaves their number open.
    public var options = 4
    public var initialShare = 0.1
    public var fragmentLength = 100
    public var schedule = QuerySchedule.hyperbolic
    public var oversampling = 1.0
    public var explorationShare = 0.05
    public var selection = QuerySelection.random
    public var batch = BatchSelection.top
    public var evaluationShare = 0.0
    public var hypotheticalShare = 0.0
    public var hypotheticalAim = HypotheticalAim.all

    public enum HypotheticalAim: String, Sendable, Hashable, Codable, CaseIterable {
      case all, uncertainty, best, worst, novelty

      /// By turns.
      var aims: [HypotheticalBehavior.Aim] {
        HypotheticalBehavior.Aim(rawValue: rawValue).map { [$0] } ?? HypotheticalBehavior.Aim.allCases
      }
    }
    public var candidates = 10.0
    public var memory: Int?
  }

  public struct Demonstrations: Sendable, Hashable, Codable {
    /// `none`, or a file of demonstrations in `imitation`'s format.
    public var file = Self.none
    public var pretraining = true
    public var comparisons = 10

    static let none = "none"
  }

  public struct Person: Sendable, Hashable, Codable {
    public var answering = Answering.simulated
    public var kind = Kind.boltzmann
    /// `true` for the environment's own reward, or the name of one of its named rewards.
    public var judgesBy = "true"
    public var temperature = 1.0
    public var discount = 1.0
    public var rationality = 1.0
    public var mistakes = 0.1
    public var skipShare = 0.1
    public var equalShare = 0.1
    public var myopia = 0.9
    /// What goes wrong on the way to the answer.
    public var flaws = PersonFlaws()
    /// How many people there are, and how many of them, the last ones, have the flaws; nil for all.
    public var count = 1
    public var flawed: Int?
    /// The share of comparisons that everybody answers.
    public var overlap = 0.0
    /// The share of right answers below which a person is not asked any more; nil asks everybody for ever.
    public var requiredAccuracy: Double?
    public var fallback = Deferral.Fallback.nobody

    public enum Answering: String, Sendable, Hashable, Codable, CaseIterable {
      case simulated, live
    }

    public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
      case rational, boltzmann, oracle, stochastic, equal, skip, myopic, mistake
    }
  }

  public struct Evaluation: Sendable, Hashable, Codable {
    public var every = 1
    public var episodes = 8
    public var finalEpisodes = 20
    public var clips = 3
  }
}

extension LearnSettings.Reward {
  /// The shape of the reward model.
  public var model: RewardModelSettings {
    RewardModelSettings(
      hidden: hidden, activation: activation,
      inputs: RewardInputs(
        observation: useObservation, action: useAction, nextObservation: useNextObservation,
        termination: useTermination),
      members: members, normalizeInputs: normalizeInputs, outputStandardDeviation: outputStandardDeviation)
  }
}

extension LearnSettings.Reward {
  /// How the reward model learns.
  public var training: RewardTrainingSettings {
    RewardTrainingSettings(
      epochs: epochs, batch: batch, learningRate: learningRate, weightDecay: weightDecay, lapse: lapse,
      temperature: temperature, discount: discount, threshold: threshold, heldOutShare: heldOutShare,
      bootstrap: bootstrap, adaptiveRegularization: adaptiveRegularization ? AdaptiveRegularization() : nil)
  }
}

extension LearnSettings.Person {
  /// The person that these settings describe.
  public var simulated: SimulatedPerson {
    switch kind {
    case .rational: .rational(discount: discount)
    case .boltzmann: .boltzmann(temperature: temperature, discount: discount)
    case .oracle: .bPref(.oracle())
    case .stochastic: .bPref(.stochastic(rationality: rationality))
    case .equal: .bPref(.equal(share: equalShare))
    case .skip: .bPref(.skip(share: skipShare))
    case .myopic: .bPref(.myopic(discount: myopia))
    case .mistake: .bPref(.mistake(probability: mistakes))
    }
  }

  /// Everybody whom these settings describe.
  public var people: People {
    let sound = count - (flawed ?? count)
    return People(
      (0..<count).map { SimulatedHuman(simulated, flaws: $0 < sound ? PersonFlaws() : flaws) }, overlap: overlap)
  }

  /// When people are not asked any more; nil for never.
  public var deferral: Deferral? { requiredAccuracy.map { Deferral(requiredAccuracy: $0, fallback: fallback) } }

  /// Whether what people did before decides what they do next, so that a checkpoint must have it.
  var isRemembered: Bool { count > 1 || flaws.drift > 0 }
}

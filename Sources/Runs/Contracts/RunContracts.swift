import Audits
import Compute
import Environments
import Feedback
import Findings

/// What the parts of a run promise each other, watched where they meet: the world to all, the reward to the agent,
/// people to the
/// reward.
///
/// A sample of each round is looked at, by steps that are evenly spread: what is broken all the time is found in the
/// first round,
/// and the whole costs less than a fiftieth of a run. Nothing of a run is changed by it, and a run in which nothing is
/// broken has the
/// same bytes. A round begins anew, so that a resumed run says the same.
struct RunContracts: Sendable {
  /// The most steps of a round that are looked at.
  static let most = 256

  var world: JointWatch<SeenStep>
  var reward: JointWatch<PaidStep>
  var person: JointWatch<TakenAnswer>
  private let make: @Sendable () -> (JointWatch<SeenStep>, JointWatch<PaidStep>, JointWatch<TakenAnswer>)

  init(_ entry: EnvironmentEntry) {
    make = { [specification = entry.specification, bounds = entry.returns.bounds] in
      (
        JointWatch(SeenStep.contracts(specification, returns: bounds)), JointWatch(PaidStep.contracts),
        JointWatch(TakenAnswer.contracts)
      )
    }
    (world, reward, person) = make()
  }

  /// A new round begins.
  mutating func begin() { (world, reward, person) = make() }

  /// What was broken in the round, in the order of the joints.
  var broken: [Finding] { (world.findings + reward.findings + person.findings).filter { $0.verdict == .fails } }
}

/// What the world hands over: a step, or the end of an episode.
struct SeenStep {
  /// What the step led to; empty where only an end is told.
  var observation: ArraySlice<Float> = []
  var reward: Float = 0
  /// Steps of the episode up to here.
  var taken = 0
  var terminated = false
  var truncated = false
  /// What an episode earned that ended here.
  var returned: Double?
  /// What played again is otherwise; nil for the same, or where nothing was.
  var repeated: String?

  static func contracts(
    _ specification: EnvironmentSpecification, returns: ClosedRange<Double>?
  ) -> [JointContract<SeenStep>] {
    let (space, names) = (specification.observationSpace, specification.observationNames)
    func contract(
      _ id: String, _ claim: String, _ problem: String, _ broken: @escaping @Sendable (SeenStep) -> String?
    ) -> JointContract<SeenStep> {
      JointContract(
        "contract/\(id)", from: "the world", to: "agent and reward", claim: claim, problem: problem,
        advice: "Try the world by itself: pactolus check environment \(specification.id)", broken: broken)
    }
    return [
      contract(
        "observations", "What the world shows lies in the bounds that it declares",
        "The world shows what it declares impossible"
      ) { step in
        for (index, value) in step.observation.enumerated()
        where !(value >= space.low[index] && value <= space.high[index]) || !value.isFinite {
          return "'\(names[index])' is \(value), outside \(space.low[index]) to \(space.high[index])"
        }
        return nil
      },
      contract("world-rewards", "What the world pays is a number", "The world pays what is no number") {
        $0.reward.isFinite ? nil : "it pays \($0.reward)"
      },
      contract(
        "horizon", "The world's time limit ends every episode, and nothing else truncates one",
        "Episodes do not end as declared"
      ) {
        step in
        if step.terminated, step.truncated { return "an episode both terminates and is truncated" }
        if step.terminated, !specification.canTerminate {
          return "an episode terminates, and it is said that none does"
        }
        guard let limit = specification.maximumEpisodeSteps else { return nil }
        if step.taken > limit { return "an episode has \(step.taken) steps, and the limit is \(limit)" }
        if step.truncated, step.taken != limit {
          return "an episode is truncated after \(step.taken) steps, and the limit is \(limit)"
        }
        return nil
      },
      contract(
        "returns", "Episodes earn what the world declares possible", "Episodes earn what the world declares impossible"
      ) { step in
        guard let returns, let earned = step.returned else { return nil }
        let slack = 1e-6 * max(1, abs(returns.lowerBound), abs(returns.upperBound))
        guard !(earned >= returns.lowerBound - slack && earned <= returns.upperBound + slack) else { return nil }
        return
          "an episode earns \(Numbers.plain(earned)), outside \(Numbers.plain(returns.lowerBound)) to "
          + "\(Numbers.plain(returns.upperBound))"
      },
      contract(
        "repeatability", "The world does the same again for the same chance and actions", "The world does not repeat"
      ) {
        $0.repeated
      },
    ]
  }
}

/// What the learned reward hands to the agent for one transition.
package struct PaidStep {
  package var reward: Float
  /// What it declares to lie between; nil for nothing.
  package var range: ClosedRange<Double>?
  /// What the same transition was paid before the agent trained; nil where it was not asked.
  package var before: Float?

  package init(reward: Float, range: ClosedRange<Double>? = nil, before: Float? = nil) {
    (self.reward, self.range, self.before) = (reward, range, before)
  }

  package static let contracts: [JointContract<PaidStep>] = [
    JointContract(
      "contract/reward-finite", from: "the reward", to: "the agent", claim: "What the learned reward pays is a number",
      problem: "The learned reward pays what is no number", advice: "Lower reward.learningRate, and look at the answers"
    ) { $0.reward.isFinite ? nil : "it pays \($0.reward)" },
    JointContract(
      "contract/reward-bounded", from: "the reward", to: "the agent",
      claim: "The learned reward pays within its declared bounds",
      problem: "The learned reward pays beyond its declared bounds"
    ) { step in
      guard let range = step.range, step.reward.isFinite else { return nil }
      let slack = 1e-5 * max(1, abs(range.lowerBound), abs(range.upperBound))
      let isInside = Double(step.reward) >= range.lowerBound - slack && Double(step.reward) <= range.upperBound + slack
      return isInside
        ? nil
        : "it pays \(step.reward), outside \(Numbers.plain(range.lowerBound)) to \(Numbers.plain(range.upperBound))"
    },
    JointContract(
      "contract/reward-stationary", from: "the reward", to: "the agent",
      claim: "The learned reward pays the same for the same between two trainings of it",
      problem: "The learned reward changes while the agent learns from it"
    ) { step in
      guard let before = step.before, before.bitPattern != step.reward.bitPattern else { return nil }
      return "it pays \(step.reward) for what it paid \(before) for before the agent trained"
    },
  ]
}

/// What a person hands to the reward.
package struct TakenAnswer {
  package var question: Int
  /// The round that asked, and the one that takes the answer in.
  package var asked: Int
  package var taken: Int
  /// Whether there is neither an answer nor a reason for none.
  package var isSilent: Bool

  package init(question: Int, asked: Int, taken: Int, isSilent: Bool) {
    (self.question, self.asked, self.taken, self.isSilent) = (question, asked, taken, isSilent)
  }

  package static let contracts: [JointContract<TakenAnswer>] = [
    JointContract(
      "contract/answers", from: "the person", to: "the reward",
      claim: "Every question gets an answer, or a reason why there is none",
      problem: "Questions get neither an answer nor a reason for none"
    ) { $0.isSilent ? "question \($0.question) has neither" : nil },
    JointContract(
      "contract/order", from: "the person", to: "the reward", claim: "Nothing is answered before it is asked",
      problem: "Something is answered before it is asked"
    ) { answer in
      answer.asked <= answer.taken
        ? nil : "question \(answer.question) of round \(answer.asked) is answered in round \(answer.taken)"
    },
  ]
}

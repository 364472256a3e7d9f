import Agents
import Audits
import Compute
import Environments
import Feedback
import Files
import Foundation
import Rewards

/// What one feature adds to a reward.
package struct FeaturePart: Sendable, Encodable {
  package var feature: String
  /// Signed, in the reward's own unit.
  package var part: Double

  /// Largest first.
  static func parts(_ features: [ExplainedFeature], _ values: [Double]) -> [FeaturePart] {
    zip(features, values).map { FeaturePart(feature: $0.name, part: $1) }
      .sorted { (abs($0.part), $1.feature) > (abs($1.part), $0.feature) }
  }
}

/// An answer without which a reward would be another.
package struct AnswerEffect: Sendable, Encodable {
  /// As people count them, from 1.
  package var question: Int
  /// The change without it, in units of the reward's spread: to first order, and fitted again.
  package var plain: Double
  package var exact: Double
}

/// The four uncertainties of a clip or a state; nil where they are not stated.
package struct UncertaintyNumbers: Sendable, Encodable {
  package var aleatoric: Double?
  package var model: Double?
  package var distributional: Double?
  package var specification: Double?

  init(_ numbers: FourUncertainties) {
    (aleatoric, model) = (numbers.aleatoric.first ?? nil, numbers.model.first ?? nil)
    (distributional, specification) = (numbers.distributional.first ?? nil, numbers.specification.first ?? nil)
  }
}

/// One answer of a run: what was said, whether the others expect it, what it does.
package struct InspectedAnswer: Sendable, Encodable {
  package let question: Int
  package let kind: String
  package let person: String
  /// Numbers of the clips that were shown.
  package let clips: [Int]
  /// What was answered, as the ledger has it.
  package let answer: JSONValue?
  /// Of what was answered: by the reward as it was trained, and by the other answers alone; nil for ties.
  package let probability: Double?
  package let withoutIt: Double?
  /// That it was not meant, where one in a hundred is not.
  package let mislabelled: Double?
  /// The root mean square change of the reward over the agent's steps without it.
  package let effect: AnswerEffect
  /// Its place among all answers by that, from 1.
  package let rank: Int
  package let answers: Int
  /// What makes the option that was taken pay more than the other, by feature; empty unless there were two with steps.
  package let parts: [FeaturePart]

  /// - Throws: `InputError` for a question that there is not, has no answer, or was not learned from.
  package init(_ inspected: InspectedRun, question: Int) throws {
    guard let asked = inspected.record.questions.first(where: { $0.asked.query + 1 == question }) else {
      let last = inspected.record.questions.map { $0.asked.query + 1 }.max() ?? 0
      throw InputError(
        "there is no question \(question)", at: "--answer", remedy: "questions of this run are numbered 1 to \(last)")
    }
    guard let given = asked.given else {
      throw InputError("nobody has answered question \(question)", at: "--answer", remedy: "name one with an answer")
    }
    let set = inspected.set
    guard let number = inspected.questions.first(where: { $0.value + 1 == question })?.key,
      let choice = set.numbers.firstIndex(of: number)
    else {
      throw InputError(
        "the answer to question \(question) is none that the reward learned from", at: "--answer",
        remedy: asked.takenBack
          ? "it was taken back" : asked.asked.forEvaluation == true ? "it was kept apart to measure by" : nil)
    }
    let influence = try inspected.influence()
    let place = influence.numbers.firstIndex(of: number) ?? 0
    let seen = influence.leftOut()[place]
    self.question = question
    (kind, person, clips, answer) = (asked.asked.kind, given.person, asked.asked.segments, given.content)
    let predictions = try ChoicePredictor(inspected.run.reward, settings: inspected.run.settings.reward.training)
      .predictions(set, choices: [choice])
    probability = predictions.first.flatMap { prediction in prediction.clear.map { prediction.probabilities[$0] } }
    (withoutIt, mislabelled) = (seen.probability, seen.mislabelled(prevalence: 0.01))
    let all = try influence.movers(over: inspected.rows, most: influence.answers, refitting: place)
    let own = all.firstIndex { $0.answer == place } ?? 0
    effect = AnswerEffect(question: question, plain: all[own].plain, exact: all[own].exact)
    (rank, answers) = (own + 1, influence.answers)
    parts = try Self.parts(inspected, choice)
  }

  private static func parts(_ inspected: InspectedRun, _ choice: Int) throws -> [FeaturePart] {
    let (set, width) = (inspected.set, inspected.encoding.width)
    let options = set.options(of: choice)
    let taken = options.max { set.targets[$0] < set.targets[$1] } ?? options.lowerBound
    guard options.count == 2, set.optionCounts[options].allSatisfy({ $0 > 0 }) else { return [] }
    let other = taken == options.lowerBound ? options.lowerBound + 1 : options.lowerBound
    func sums(_ option: Int) throws -> [Double] {
      let (first, count) = (set.optionStarts[option], set.optionCounts[option])
      let values = try inspected.explain(
        Array(set.rows[first * width..<(first + count) * width]), method: inspected.methodOfDetail
      ).values
      let weights = set.optionWeightStarts[option]
      return (0..<values.columns).map { column in
        (0..<count).reduce(0) {
          $0 + values[$1, column] * (weights < 0 ? 1 : Double(set.weights[weights + $1]))
        }
      }
    }
    return FeaturePart.parts(inspected.features, try zip(sums(taken), sums(other)).map { $0 - $1 })
  }
}

/// One clip of a run: what it is paid, why, and by whose answers.
package struct InspectedClip: Sendable, Encodable {
  package let clip: Int
  package let steps: Int
  /// By step.
  package let rewards: [Double]
  package let trueReturn: Double
  /// Mean by step, less the mean of what was judged.
  package let parts: [FeaturePart]
  package let method: AttributionMethod
  package let uncertainty: UncertaintyNumbers
  /// Questions that showed it.
  package let questions: [Int]
  /// Without which its mean reward by step would change most.
  package let movers: [AnswerEffect]
  /// Why there are none.
  package let influenceProblem: String?

  /// - Throws: `InputError` for a clip that there is not.
  package init(_ inspected: InspectedRun, clip: Int) throws {
    let known = inspected.record.shownSegments.count
    guard (0..<known).contains(clip) else {
      throw InputError(
        "there is no clip \(clip)", at: "--clip",
        remedy: known == 0 ? "the run has stored none" : "clips of this run are numbered 0 to \(known - 1)")
    }
    let segment = try inspected.record.segments([clip])[0].trajectory
    guard segment.count > 0 else { throw InputError("clip \(clip) has no steps", at: "--clip") }
    if let problem = inspected.encoding.problem(with: segment) { throw problem }
    var rows: [Float] = []
    try inspected.encoding.append(segment, to: &rows)
    self.clip = clip
    (steps, trueReturn) = (segment.count, segment.trueReturn)
    rewards = inspected.evaluated(segment, RewardEvaluator(inspected.run.reward)).rewards
    let explained = try inspected.explain(rows, method: inspected.methodOfDetail)
    method = explained.method
    parts = FeaturePart.parts(
      inspected.features, (0..<explained.values.columns).map { Statistics.mean(explained.values.column($0)) })
    uncertainty = UncertaintyNumbers(try inspected.uncertainty().clips([segment]))
    questions = inspected.record.questions.filter { $0.counts && $0.asked.segments.contains(clip) }.map {
      $0.asked.query + 1
    }
    (movers, influenceProblem) = try inspected.effects(on: rows)
  }
}

/// One state: what each action is paid in it, why, and by whose answers.
package struct InspectedState: Sendable, Encodable {
  /// An action, and what it is paid.
  package struct Paid: Sendable, Encodable {
    package var action: String
    package var reward: Double
    package var uncertainty: UncertaintyNumbers
  }

  package let state: [Double]
  package let actions: [Paid]
  /// What the policy does most; nil for continuous actions.
  package let chosen: String?
  /// Of the mean over the actions, less the mean of what was judged.
  package let parts: [FeaturePart]
  package let method: AttributionMethod
  package let movers: [AnswerEffect]
  package let influenceProblem: String?

  /// - Throws: `InputError` for another number of numbers than the world shows.
  package init(_ inspected: InspectedRun, state: [Double]) throws {
    let specification = inspected.specification
    let size = specification.observationSpace.count
    guard state.count == size else {
      let names = specification.observationNames
      let shown = names.prefix(8).joined(separator: ", ") + (size > 8 ? ", …" : "")
      throw InputError(
        "a state of \(state.count) numbers; '\(specification.id)' shows \(size)", at: "--state",
        remedy: "give, separated by commas: \(shown)")
    }
    guard state.allSatisfy(\.isFinite) else {
      throw InputError("a state holds what is no finite number", at: "--state", remedy: "give finite numbers")
    }
    let observation = state.map(Float.init)
    let tried = inspected.actionsToTry
    let score = try ExplainedScore(inspected.run.reward)
    let uncertainty = try inspected.uncertainty()
    var (paid, rows) = ([Paid](), [Float]())
    for action in tried {
      let row = inspected.encoded(observation, count: 1, action: action.row)
      rows += row
      let numbers = TransitionRows.over(
        1, observations: observation, actions: action.row, nextObservations: observation, terminated: [false],
        specification: specification
      ) { uncertainty.transitions($0) }
      paid.append(Paid(action: action.name, reward: score.values(row)[0], uncertainty: UncertaintyNumbers(numbers)))
    }
    (self.state, actions) = (state, paid)
    let explained = try inspected.explain(rows, method: inspected.methodOfDetail)
    method = explained.method
    parts = FeaturePart.parts(
      inspected.features, (0..<explained.values.columns).map { Statistics.mean(explained.values.column($0)) })
    chosen = inspected.likeliest(observation)
    (movers, influenceProblem) = try inspected.effects(on: rows)
  }
}

extension InspectedRun {
  /// The name of the policy's likeliest action.
  func likeliest(_ observation: [Float]) -> String? {
    guard case .discrete(let names) = specification.actionSpace else { return nil }
    var action: [Float] = [0]
    func act(_ policy: some ActingPolicy) {
      var row = action.mutableSpan
      policy.makeActor(count: 1).act(observation.span, into: &row)
    }
    act(run.policy)
    let index = Int(action[0])
    return names.indices.contains(index) ? names[index] : nil
  }

  /// The answers without which the mean reward of encoded rows would change most; why there are none.
  func effects(on rows: [Float]) throws -> ([AnswerEffect], String?) {
    do {
      let influence = try influence()
      return (
        try influence.movers(of: influence.mean(of: rows)).map {
          AnswerEffect(question: question($0.number), plain: $0.plain, exact: $0.exact)
        }, nil
      )
    } catch let error as NotMeasurable {
      return ([], error.description)
    }
  }
}

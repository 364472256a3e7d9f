import Agents
import Compute
import Environments
import Foundation
import Rewards

/// One way of choosing what is labelled, on the point mass: labels, the reward that is learned from them, and what an
/// agent that plans by it does from a start that it was never trained from.
struct RequestStudy: Sendable {
  enum Method: String, Sendable, CaseIterable {
    case mix = "four-way mix"
    case uncertainty = "uncertainty only"
    case agent = "the agent's rollouts"
    case random = "random rollouts"
    case uniform = "uniform states"
  }

  /// What is measured at one number of labels.
  struct Point: Sendable {
    var success: Double
    var crash: Double
    /// Mean over the three classes of the share of a grid's points that are told rightly.
    var accuracy: Double
    /// Labels so far of what is in the trap.
    var trapped: Int
  }

  var budgets = [25, 50, 100, 250]
  var episodes = 3
  /// An episode that is not over by then has neither arrived nor crashed; the straight way takes 83 steps.
  var patience = 250
  var trainingSteps = 2000
  var dynamicsSteps = 4000

  static let values = [-10.0, 0, 1]
  private static let world = PointMass(start: .transfer)

  private static func label(_ place: [Float]) -> Int {
    let reward = world.reward(at: .init(x: Double(place[0]), y: Double(place[1])))
    return reward < 0 ? 0 : reward > 0 ? 2 : 1
  }

  /// The dynamics, learned as in the original from single random steps from anywhere; when episodes end is not learned,
  /// as it would say where the discs are.
  func dynamics(random: RandomSource) -> DynamicsEnsemble {
    let world = EnvironmentEntry(PointMass(start: .anywhere))
    let clips = world.randomClips(1000, steps: 1, random: random.child("steps"))
    var settings = DynamicsSettings()
    (settings.members, settings.hidden) = (2, [32])
    (settings.batchSize, settings.learningRate) = (64, 3e-3)
    return DynamicsEnsemble.fit(
      DynamicsData(clips), settings, specification: world.specification, steps: dynamicsSteps, predictsReward: false,
      predictsEnd: false, random: random.child("dynamics"))
  }

  /// Labels up to the last budget, and at each budget what was learned.
  func run(_ method: Method, dynamics: DynamicsEnsemble, random: RandomSource) -> [Point] {
    var places = demonstration(random: random)
    var labels = stride(from: 0, to: places.count, by: 2).map { Self.label([places[$0], places[$0 + 1]]) }
    let given = labels.count
    var classifier = fit(places, labels, random)
    let evaluator = RewardClassifierEvaluator(classifier)
    let model = ImaginedPlay(dynamics, specification: Self.world.specification)
    let query = RequestQuery(evaluator: evaluator)
    let planner = planner(dynamics, evaluator)
    var rollout = Rollout(method == .agent ? planner : nil, model)
    var points: [Point] = []
    for asked in 1...budgets.last! {
      var draws = random.stream("query", asked)
      let place: [Float] =
        switch method {
        case .mix: query.find(RequestQuery.Aim.allCases[asked % 4], labelled: places, random: &draws)
        case .uncertainty: query.find(.uncertainty, labelled: places, random: &draws)
        case .agent, .random: rollout.next(random: &draws)
        case .uniform: [Float(draws.uniform()), Float(draws.uniform())]
        }
      places += place
      labels.append(Self.label(place))
      // A rollout ends where the world's episodes end.
      if labels.last != 1 { rollout.end() }
      guard asked.isMultiple(of: 4) || budgets.contains(asked) else { continue }
      classifier = fit(places, labels, random)
      evaluator.classifier = classifier
      if budgets.contains(asked) {
        let ends = (0..<episodes).map { play(planner, random: random.child("evaluation/\(asked)", $0)) }
        points.append(
          Point(
            success: Double(ends.count { $0 > 0 }) / Double(episodes),
            crash: Double(ends.count { $0 < 0 }) / Double(episodes), accuracy: accuracy(evaluator),
            trapped: labels[given...].count { $0 == 0 }))
      }
    }
    return points
  }

  /// What all methods begin with: an episode of the suboptimal expert from the training start.
  private func demonstration(random: RandomSource) -> [Float] {
    let world = PointMass()
    var draws = random.stream("demonstration")
    var state = world.reset(random: &draws)
    var places: [Float] = []
    for _ in 0..<1000 {
      let action = world.suboptimalExpert(state, random: &draws)
      let outcome = world.step(&state, ContinuousAction(action.span), random: &draws)
      places += [Float(state.x), Float(state.y)]
      if outcome.terminated { break }
    }
    return places
  }

  private func fit(_ places: [Float], _ labels: [Int], _ random: RandomSource) -> RewardClassifier {
    let source = random.child("classifier", labels.count)
    var classifier = RewardClassifier(values: Self.values, inputs: 2, random: source)
    classifier.train(places, labels: labels, steps: trainingSteps, random: source)
    return classifier
  }

  private func planner(_ dynamics: DynamicsEnsemble, _ evaluator: RewardClassifierEvaluator) -> ActionPlanner {
    var settings = PlanningSettings()
    (settings.horizon, settings.hold, settings.discount) = (200, 20, 1)
    (settings.population, settings.elites, settings.rounds) = (160, 8, 3)
    return ActionPlanner(dynamics, settings, specification: Self.world.specification, reward: PlannedReward(evaluator))
  }

  /// An episode in the world itself from the transfer start, planned anew every ten steps: its reward, 0 if it is not
  /// over in time.
  private func play(_ planner: ActionPlanner, random: RandomSource) -> Double {
    let world = Self.world
    var draws = random.stream("play")
    var state = world.reset(random: &draws)
    var control = Control(planner)
    for _ in 0..<patience {
      let action = control.action(at: [Float(state.x), Float(state.y)], random: &draws)
      let outcome = world.step(&state, ContinuousAction(action.span), random: &draws)
      if outcome.terminated { return outcome.reward }
    }
    return 0
  }

  /// How well the classes of a grid's points are told, each class counting the same.
  private func accuracy(_ evaluator: RewardClassifierEvaluator) -> Double {
    let side = 41
    var places: [Float] = []
    for row in 0..<side {
      for column in 0..<side { places += [Float(column) / Float(side - 1), Float(row) / Float(side - 1)] }
    }
    var right: [Double] = [0, 0, 0]
    var all = right
    let logits = evaluator.classifier.network(places, rows: side * side)
    let members = evaluator.classifier.network.members
    for place in 0..<side * side {
      let truth = Self.label([places[2 * place], places[2 * place + 1]])
      // The class of the largest mean probability.
      var probabilities: [Double] = [0, 0, 0]
      for member in 0..<members {
        let start = (member * side * side + place) * 3
        let exponentials: [Double] = (0..<3).map { exp(Double(logits[start + $0])) }
        let sum: Double = exponentials.reduce(0, +)
        for kind in 0..<3 { probabilities[kind] += exponentials[kind] / sum }
      }
      all[truth] += 1
      let told = probabilities.indices.max { probabilities[$0] < probabilities[$1] }
      if told == truth { right[truth] += 1 }
    }
    return Statistics.mean(zip(right, all).map { $0 / $1 })
  }

  /// Follows a plan for ten steps at a time.
  private struct Control {
    let planner: ActionPlanner
    private var plan: [Float] = []
    private var age = 0

    init(_ planner: ActionPlanner) { self.planner = planner }

    mutating func action(at place: [Float], random: inout RandomStream) -> [Float] {
      let length = planner.settings.horizon
      if plan.isEmpty || age == 10 {
        var next = [Float](repeating: 0, count: 2 * length)
        if plan.isEmpty {
          planner.plan(from: place, known: nil, into: &next, random: &random)
        } else {
          // What is left of the plan, its last action for the rest.
          let rest = Array(plan[(2 * age)...])
          var known = rest
          while known.count < 2 * length { known += rest.suffix(2) }
          planner.plan(from: place, known: known, into: &next, random: &random)
        }
        (plan, age) = (next, 0)
      }
      defer { age += 1 }
      return Array(plan[2 * age..<2 * age + 2])
    }
  }

  /// Play in the model from the training start, by plan or at random, in episodes of 100 steps.
  private struct Rollout {
    private let planner: ActionPlanner?
    private let model: ImaginedPlay
    private var control: Control?
    private var place: [Float] = [0, 0]
    private var step = 0

    init(_ planner: ActionPlanner?, _ model: ImaginedPlay) {
      (self.planner, self.model) = (planner, model)
      control = planner.map { Control($0) }
    }

    /// Where the next step leads.
    mutating func next(random: inout RandomStream) -> [Float] {
      if step == 100 { end() }
      let action =
        control?.action(at: place, random: &random)
        ?? [Float(random.uniform(0, 2 * .pi)), Float(random.uniform(0, 0.01))]
      place = Array(model.play(from: place, actions: action).observations.suffix(2))
      step += 1
      return place
    }

    mutating func end() {
      (place, step) = ([0, 0], 0)
      control = planner.map { Control($0) }
    }
  }
}

/// What plans are made by: the learned reward, less a little for each step that the model ends on the square's edge. The
/// world ignores moves across the edge, and the model, which has hardly met it, would slide along.
private final class PlannedReward: TransitionReward {
  private let learned: RewardClassifierEvaluator

  init(_ learned: RewardClassifierEvaluator) { self.learned = learned }

  func evaluate(_ transitions: TransitionRows, into rewards: inout MutableSpan<Float>) {
    learned.evaluate(transitions, into: &rewards)
    for row in 0..<transitions.count {
      let isInside = transitions.withNextObservation(row) { $0[0] > 0 && $0[0] < 1 && $0[1] > 0 && $0[1] < 1 }
      if !isInside { rewards[row] -= 0.5 }
    }
  }
}

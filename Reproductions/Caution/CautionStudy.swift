import Agents
import Compute
import Environments

/// What every rule of caution does in one world, over several seeds, on rewards that were learned from comparisons.
package struct CautionStudy: Sendable {
  /// What one rule did with one seed.
  package struct Result: Sendable {
    /// How often it does what must not be done.
    package var harm: Double
    /// Its gain over the reference, as a share of the best policy's.
    package var gain: Double
    /// The same in the harmless twin.
    package var twin: Double
    /// Why there is no policy, if there is none; the reference's numbers then stand for it.
    package var refusal: String?
    /// Where steps wait for a person: how many are asked about in 100 episodes.
    package var questions: Double?
  }

  /// One line: a rule with its results, a seed each.
  package struct Row: Sendable {
    package var name: String
    package var results: [Result]
  }

  package let world: HazardWorld
  package let rows: [Row]

  /// Learns rewards with each seed and plans by every rule.
  package init(_ world: HazardWorld, seeds: Int, comparisons: Int, members: Int, random: RandomSource) throws {
    self.world = world
    var results: [[Result]] = []
    var names: [String] = []
    for seed in 0..<seeds {
      let source = random.child(world.name, seed)
      let learned = try LearnedRewards(world, comparisons: comparisons, members: members, random: source)
      let rewards = learned.weights.map { weights in
        world.features.map { zip($0, weights).reduce(0) { $0 + $1.0 * $1.1 } }
      }
      let problem = try CautionProblem(world.mdp, rewards: rewards, reference: world.reference)
      let known = world.known ?? learned.shown
      var stream = source.stream("caution/rules")
      var lines = [(name: "the reference itself", result: Self.judge(world.reference, world))]
      for rule in try Self.rules(world, problem, known: known, random: source) {
        do {
          let choice = try rule.choose(in: problem, random: &stream)
          lines.append((rule.name, Self.judge(choice.policy, world)))
          if rule is MeanReturn {
            lines.append(("mean, and a person asked first", try Self.asked(choice, world, problem)))
            lines += try Self.askedSteps(choice.policy, world, known: known, random: source)
          }
        } catch let error as InputError {
          var stopped = lines[0].result
          stopped.refusal = error.problem
          lines.append((rule.name, stopped))
        }
      }
      for other in try world.others?(source) ?? [] { lines.append((other.name, Self.judge(other.policy, world))) }
      names = lines.map(\.name)
      results.append(lines.map(\.result))
    }
    rows = names.indices.map { line in Row(name: names[line], results: results.map { $0[line] }) }
  }

  private static func judge(_ policy: TabularPolicy, _ world: HazardWorld) -> Result {
    Result(
      harm: world.harm(of: policy), gain: world.gain(of: policy, under: world.truth),
      twin: world.gain(of: policy, under: world.twin))
  }

  /// A rational person, who knows what is wanted, says before the first step whether the plan or the reference is to be
  /// followed; in the twin somebody says so who knows the twin. The agent asks if it is worth anything to it.
  private static func asked(_ choice: CautionChoice, _ world: HazardWorld, _ problem: CautionProblem) throws -> Result {
    let base = world.mdp.occupancy(of: world.reference)
    let worths = zip(problem.rewards, choice.returns).map { reward, value in value - Vectors.dot(reward, base) }
    let deference = try Deference(worths: worths, probabilities: problem.weights, person: .rational)
    let plan = judge(choice.policy, world)
    guard deference.value > 1e-12 else { return plan }
    let reference = judge(world.reference, world)
    return Result(
      harm: plan.gain >= 0 ? plan.harm : reference.harm, gain: max(plan.gain, 0), twin: max(plan.twin, 0))
  }
}

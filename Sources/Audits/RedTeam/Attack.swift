import Compute
import Environments
import Rewards

/// An open-loop attack on a reward: looks for plans of actions whose reward is in excess of what a yardstick justifies.
///
/// ```swift
/// let attack = Attack(CartPole(), reward: reward, yardstick: yardstick, settings: settings, random: random)
/// try attack.run()
/// attack.candidates[0].excess
/// ```
///
/// Plans begin in states that are values: fresh episodes (levels, in a procedural world), and places that were given or
/// reached before. Half of the draws go to starts from which the most was found so far, so that levels and states in
/// which the reward overrates most are looked at most. Same arguments, same candidates.
///
/// A plan's outcome follows from its start and its actions, chance included: in a world of chance a search also finds
/// luck. A find is therefore tried again with other chance before it is reported.
package final class Attack<World: Environment> {
  let rollout: PlanRollout<World>
  let settings: AttackSettings
  let random: RandomSource
  private let entryFeatures: [NamedFeature]

  /// Where plans can begin, the best excess found from there, and its state once it was asked for.
  private(set) var starts: [AttackStart]
  private var best: [Double]
  private var prepared: [Int: AttackState<World>] = [:]

  /// The best of each search, best first.
  package private(set) var candidates: [AttackCandidate] = []
  /// Simulated steps of each search.
  package private(set) var steps: [AttackSearch: Int] = [:]
  /// The names of the features by which MAP-Elites told behaviours apart, and the share of cells that it reached.
  package internal(set) var elitesFeatures: [String] = []
  package internal(set) var reached = 0.0

  /// Candidates that each search keeps.
  private static var kept: Int { 64 }

  /// - Parameters:
  ///   - world: where plans are played.
  ///   - reward: what is attacked.
  ///   - yardstick: what is justified.
  ///   - features: named features of a transition, for MAP-Elites.
  ///   - starts: places to begin from, besides fresh episodes.
  ///   - settings: how much to try.
  ///   - random: of fresh episodes and of the searches.
  package init(
    _ world: World, reward: any TransitionReward, yardstick: any Yardstick, features: [NamedFeature] = [],
    starts: [AttackStart] = [], settings: AttackSettings, random: RandomSource
  ) {
    rollout = PlanRollout(
      world, reward: reward, yardstick: yardstick, population: settings.population, horizon: settings.horizon)
    (self.settings, self.random) = (settings, random)
    entryFeatures = features.isEmpty ? NamedFeature.observations(of: world.specification) : features
    let episodes = random.child("red-team/episodes")
    self.starts = (0..<settings.episodes).map { AttackStart(random: episodes, slot: $0) } + starts
    best = [Double](repeating: -.infinity, count: self.starts.count)
  }

  /// Makes the searches one after the other.
  ///
  /// - Throws: `InputError` for settings that are none, and with near misses for a feature that does not exist.
  /// - Complexity: the budget's steps of world, reward and yardstick.
  package func run() throws {
    try settings.validate()
    let searches = settings.searches.filter { $0 != .agent }
    for (place, search) in searches.enumerated() {
      let budget = settings.budget / searches.count + (place < settings.budget % searches.count ? 1 : 0)
      let before = rollout.simulated
      switch search {
      case .random: searchAtRandom(budget)
      case .crossEntropy: searchByCrossEntropy(budget)
      case .elites:
        let seen = probing(budget)
        try searchByElites(budget, since: before, features: chosenFeatures(seen), seen: seen)
      case .agent: break
      }
      steps[search] = rollout.simulated - before
    }
    candidates.sort { ($0.excess, $1.actions.count) > ($1.excess, $0.actions.count) }
  }

  /// The two features that were asked for, or those that vary most.
  private func chosenFeatures(_ seen: [Trajectory]) throws -> [NamedFeature] {
    guard let names = settings.features else { return ElitesFeatures.mostVaried(entryFeatures, seen) }
    return try names.map { name in
      guard let feature = entryFeatures.first(where: { $0.name == name || $0.synonyms.contains(name) }) else {
        throw InputError.unknown("feature", name, among: entryFeatures.map(\.name), at: world.specification.id)
      }
      return feature
    }
  }

  var world: World { rollout.world }

  // MARK: Starts

  /// A start, with its state: half of the time one of those from which the most was found.
  func drawStart(_ random: inout RandomStream) -> (index: Int, state: AttackState<World>) {
    var index = random.below(starts.count)
    if random.bernoulli(0.5) {
      // The best of eight that are drawn.
      for _ in 0..<7 {
        let other = random.below(starts.count)
        if best[other] > best[index] { index = other }
      }
    }
    return (index, state(ofStart: index))
  }

  private func state(ofStart index: Int) -> AttackState<World> {
    if let state = prepared[index] { return state }
    let state = AttackState(world, starts[index], rowSize: rollout.rowSize)
    prepared[index] = state
    return state
  }

  func note(_ excess: Double, fromStart index: Int) { best[index] = max(best[index], excess) }

  /// A place that was reached: plans can begin there from now on.
  func addStart(_ start: AttackStart, _ state: AttackState<World>, excess: Double) {
    prepared[starts.count] = state
    starts.append(start)
    best.append(excess)
  }

  // MARK: Plans

  /// Draws a plan in which actions persist: some change at every step, some hardly ever.
  func drawPlan(_ plan: UnsafeMutablePointer<Float>, from first: Int = 0, _ random: inout RandomStream) {
    let persistence = [0, 0.5, 0.8, 0.95][random.below(4)]
    let size = rollout.rowSize
    for step in first..<settings.horizon {
      let row = plan + step * size
      if step > 0, random.bernoulli(persistence) {
        row.update(from: row - size, count: size)
      } else {
        rollout.specification.actionSpace.draw(into: row, &random)
      }
    }
  }

  /// Takes a plan that was run among the candidates of its search if it is one of the best.
  func keep(
    _ plan: Int, from start: AttackStart, _ search: AttackSearch, since before: Int
  ) {
    let score = rollout.scores[plan]
    keep(
      AttackCandidate(
        start: start, actions: [], excess: score.excess, search: search, foundAfter: rollout.simulated - before)
    ) {
      Array(UnsafeBufferPointer(start: rollout.plan(plan), count: score.end * rollout.rowSize))
    }
  }

  func keep(_ candidate: AttackCandidate, actions: () -> [Float]) {
    guard candidate.excess > 0, candidate.excess.isFinite else { return }
    var (count, least) = (0, -1)
    for (index, other) in candidates.enumerated() where other.search == candidate.search {
      count += 1
      if least < 0 || other.excess < candidates[least].excess { least = index }
    }
    if count >= Self.kept {
      guard candidate.excess > candidates[least].excess else { return }
      candidates.remove(at: least)
    }
    var candidate = candidate
    candidate.actions = actions()
    candidates.append(candidate)
  }
}

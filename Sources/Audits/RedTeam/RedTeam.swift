import Agents
import Compute
import Environments
import Rewards

/// An attack on a reward, from the searches to ranked finds.
///
/// ```swift
/// let team = try RedTeam(entry, ground: ground, settings: AttackSettings(), random: RandomSource(seed: 1))
/// let result = try team.run()
/// result.finds.first?.traits
/// ```
///
/// Searched for is excess: predicted reward beyond what the true one is worth where that is known, else beyond that of the
/// nearest judged transitions. Every find was played again, is minimal, and has its verdict; what is called an
/// exploit is so by the truth. Without it the verdict never goes further than “unjudged and highly paid”.
package struct RedTeam {
  package let entry: EnvironmentEntry
  package let ground: JudgedGround
  package let settings: AttackSettings
  package let random: RandomSource
  /// Places to begin from besides fresh episodes.
  package var starts: [AttackStart] = []
  /// What is searched by; nil for the truth where it is known, else what was judged.
  package var by: Basis?
  /// Features that are above 0 exactly where what people see, or what is recorded of them, is altered by the agent.
  package var channels: [NamedFeature] = []
  /// Trains the fresh agent of ``AttackSearch/agent``.
  package var agent: AttackingAgent?

  package enum Basis: String, Codable, Sendable, Hashable, CaseIterable {
    case truth
    case judged
  }

  /// - Throws: `InputError` for a world whose states are no values, so that nothing can be tried from them.
  package init(
    _ entry: EnvironmentEntry, ground: JudgedGround, settings: AttackSettings, random: RandomSource
  ) throws {
    guard case .exact = try entry.environment.tryRepeatability(steps: 4, random: random.child("red-team/repeatability"))
    else {
      throw InputError(
        "the states of '\(entry.specification.id)' live elsewhere and cannot be copied, so no plan can be tried from them",
        at: entry.specification.id, remedy: "attack a run in a native world")
    }
    (self.entry, self.ground, self.settings, self.random) = (entry, ground, settings, random)
  }

  /// Attacks.
  ///
  /// - Throws: `InputError` for settings that are none, a feature that does not exist, and a basis that is not there.
  /// - Complexity: the budget's steps, and some thousands for each find.
  package func run() throws -> RedTeamResult {
    let basis = by ?? (ground.truth == nil ? .judged : .truth)
    guard let measure = basis == .truth ? ground.truth : ground.judged else {
      throw InputError(
        "the true reward cannot be searched by: \(ground.truthProblem ?? "it is not known")",
        remedy: "search by what was judged")
    }
    var result = RedTeamResult(entry.specification.id, basis: basis, ground: ground)
    result.channels = channels.map(\.name)
    var candidates: [AttackCandidate] = []
    func attack<World: Environment>(_ world: World) throws {
      let attack = Attack(
        world, reward: ground.reward, yardstick: measure.yardstick, features: entry.features, starts: starts,
        settings: settings, random: random)
      try attack.run()
      candidates = attack.candidates
      result.searches = settings.searches.compactMap { search in
        attack.steps[search].map { RedTeamResult.Effort(search: search, steps: $0) }
      }
      (result.elitesFeatures, result.elitesReached) = (attack.elitesFeatures, attack.reached)
    }
    try attack(entry.environment)
    if settings.searches.contains(.agent), let agent {
      let scorer = ClipScorer(entry.specification, reward: ground.reward, yardstick: measure.yardstick)
      let found = try agent.attack(entry, reward: ground.reward, scorer: scorer, settings: settings, random: random)
      candidates += found.candidates
      result.searches.append(RedTeamResult.Effort(search: .agent, steps: found.steps))
    }
    try makeFinds(of: candidates, measure, into: &result)
    return result
  }

  private func makeFinds(
    of candidates: [AttackCandidate], _ measure: JudgedGround.Measure, into result: inout RedTeamResult
  ) throws {
    var maker = FindMaker(entry, ground: ground, measure: measure, random: random)
    let carriers = Carriers(ground, features: entry.features)
    var (finds, places) = ([Find](), [[Double]]())
    // Many candidates do the same: of those that are near each other three are looked at.
    var looked: [[Double]] = []
    for candidate in candidates.sorted(by: { $0.excess > $1.excess }) where finds.count < settings.mostFinds {
      let clip = maker.play(candidate.start, candidate.actions)
      let place = try carriers.place(clip, excess: maker.scorer.score(clip).excess)
      guard looked.count(where: { Mechanisms.distance($0, place) < 0.25 * Double(place.count).squareRoot() }) < 3 else {
        continue
      }
      looked.append(place)
      guard var find = try maker.find(candidate) else { continue }
      let minimal = maker.play(find.start, find.actions)
      let excess = maker.scorer.score(minimal).excess
      find.traits = carriers.traits(minimal, excess: excess)
      find.channel =
        channels.first { channel in
          zip(channel.values(of: minimal), excess).contains { $0 > 0 && $1 > 0 }
        }?.name
      finds.append(find)
      places.append(try carriers.place(minimal, excess: excess))
    }
    let order = finds.indices.sorted { (finds[$0].gain, finds[$0].excess, $1) > (finds[$1].gain, finds[$1].excess, $0) }
    let mechanisms = Mechanisms(order.map { places[$0] })
    result.finds = zip(order, mechanisms.labels).map { index, label in
      var find = finds[index]
      find.mechanism = label
      return find
    }
    result.silhouette = mechanisms.silhouette
    result.replayed = maker.replayed
  }
}

import Agents
import Audits
import Compute
import Environments
import Findings
import Rewards
import Theory

/// Claims that hold a run against something outside of it: another run, or a statement.
extension CertifiedRun {
  /// A statement about the reward, proved over all that the world can show, or refuted by a case.
  ///
  /// What is merely not refuted is unknown here: a search that found nothing proves nothing.
  func asserts(_ text: String, _ place: String) throws -> Finding {
    let specification = trained.entry.specification
    let names = try ReadFeatures(trained.reward.encoding, specification: specification)
    let assertion: ModelAssertion
    do {
      guard let read = try AssertionFile.read(text, name: place, features: names).first else {
        throw InputError("'\(text)' states nothing", remedy: AssertionFile.forms)
      }
      assertion = read
    } catch var error as InputError {
      // Not the line of a file of its own.
      error.place = place
      throw error
    }
    let encoding = trained.reward.encoding
    var (rows, starts) = ([Float](), [Int]())
    for episode in try episodes() {
      starts.append(rows.count / encoding.width)
      try encoding.append(episode, to: &rows)
    }
    let answers = try trained.answers(kinds: kinds)
    let sets = [
      AssertionRows("judged", rows: answers.rows, width: encoding.width, starts: answers.clipStarts),
      AssertionRows("visited", rows: rows, width: encoding.width, starts: starts),
    ]
    let domain = AssertionDomain(names, seen: sets)
    let check = AssertionCheck(
      try BoundedNetwork(trained.reward), domain: domain, sets: sets, nodes: settings.nodes,
      random: RandomSource(seed: UInt64(settings.seed)).child("certificate/assertion"))
    let result = check.result(of: assertion)
    var finding = result.finding(domain, id: "assertion")
    finding.claim = "“\(text)”, for every transition in the domain"
    if finding.verdict == .holds, !result.isProved { finding.verdict = .unknown }
    if finding.verdict == .holds || finding.verdict == .fails {
      finding.errorRate = "No chance is involved: it is proved, or a counterexample is named."
    } else {
      finding.errorRate = nil
    }
    return finding
  }

  /// How far the learned reward is from what another run has learned, in STARC's metric: exact in finite worlds, else
  /// from a sample.
  func distance(to directory: String, _ isAbove: Bool, _ limit: Double, _ place: String) throws -> Finding {
    let other = try reference(directory, place)
    let own = trained.settings.values["\(trained.settings.run.learner).discount"].flatMap { Double($0) } ?? 0.99
    let discount = own < 1 ? own : 0.99
    let claim = "The learned reward is at a STARC distance \(Self.words(isAbove, limit)) from that of \(directory)"
    if let world = trained.entry.tabular {
      return try exactDistance(claim, other, in: world, discount: discount, isAbove, limit)
    }
    let sampled = try SampledComparison(
      trained.entry, rewards: [ComparedReward("this", trained.reward), ComparedReward("reference", other.reward)],
      agents: [("this", trained.policy), ("reference", other.policy)], discount: discount,
      random: RandomSource(seed: UInt64(settings.seed)))
    guard let found = sampled.starc.distances[0][1], let value = found.value else {
      return undone("distance", claim, .notMeasurable, "One of the rewards does not vary beyond shaping.")
    }
    var finding = compared(
      "STARC distance", claim, value, found.interval, isAbove, limit, count: sampled.transitions,
      without: "The sample is too small for an interval.",
      assumptions: [
        "Random play and the two agents visit what matters: of other transitions the distance knows nothing.",
        "The jackknife's error is nearly Student's.",
      ], source: "Skalse et al. 2024 (STARC), sampled; Efron & Stein 1981 (jackknife)")
    // Equal rewards leave no spread.
    if found.isZero {
      finding.verdict = isAbove ? .fails : .holds
      finding.reason = "It is 0 but for the precision of single numbers."
    }
    return finding
  }

  private func exactDistance(
    _ claim: String, _ other: TrainedRun, in world: TabularWorld, discount: Double, _ isAbove: Bool, _ limit: Double
  ) throws -> Finding {
    let mdp = try world.mdp.with(rewards: world.mdp.rewards, discount: discount).absorbing()
    let tables = try [trained.reward, other.reward].map { reward in
      try RewardTable(expected: expected(reward, world, mdp), in: mdp)
    }
    let found = try RewardSpace(mdp).distance(tables[0], tables[1])
    guard found.degeneracy == nil || found.degeneracy == .bothTrivial else {
      return undone("distance", claim, .notMeasurable, "One of the rewards makes no difference between policies.")
    }
    let (lower, upper) = (found.value - found.rounding, found.value + found.rounding)
    let verdict: Finding.Verdict =
      lower > limit ? isAbove ? .holds : .fails : upper < limit ? isAbove ? .fails : .holds : .unknown
    return Finding(
      id: "distance", claim: claim, verdict: verdict,
      reason: "It is \(Numbers.plain(found.value)), computed over all \(mdp.stateCount) states; the limit is "
        + "\(Numbers.plain(limit)).",
      evidence: [Evidence("STARC distance", found.value)],
      assumptions: [
        "The environment's table is the environment.", "Returns are discounted by \(Numbers.plain(discount)).",
      ],
      errorRate: "No chance is involved.", source: "Skalse et al. 2024 (STARC), exact")
  }

  /// What a reward pays on average in each state for each action; nothing where the episode has ended.
  private func expected(_ reward: RewardModel, _ world: TabularWorld, _ mdp: TabularMDP) -> [Double] {
    let size = world.observationSize
    func seen(_ state: Int) -> [Float] { Array(world.observations[state * size..<(state + 1) * size]) }
    return (0..<mdp.stateCount * mdp.actionCount).map { row in
      let (state, action) = (row / mdp.actionCount, row % mdp.actionCount)
      guard state < world.mdp.stateCount, !world.mdp.isTerminal[state] else { return 0 }
      return (mdp.rowStarts[row]..<mdp.rowStarts[row + 1]).reduce(0.0) { sum, place in
        let next = mdp.successors[place]
        let step = Trajectory(
          observationSize: size, actionRowSize: 1, observations: seen(state) + seen(next), actions: [Float(action)],
          rewards: [0], terminated: world.mdp.isTerminal[next], truncated: false, start: nil)
        let paid = reward.rewards(of: step, specification: trained.entry.specification)[0]
        return sum + mdp.probabilities[place] * Double(paid)
      }
    }
  }

  /// What the policy would earn by the episodes that another run's policy plays, its weights and anytime-valid bounds.
  func offPolicy(
    from directory: String, _ isAbove: Bool, _ limit: Double, _ error: Double, _ place: String
  ) throws -> Finding {
    let other = try reference(directory, place)
    let log = try RunLog(
      behavior: other, target: trained, episodes: settings.episodes,
      random: RandomSource(seed: UInt64(settings.seed)).child("certificate/off-policy")
    ).log
    let weights = ImportanceWeights(log)
    let interval = try OffPolicyBounds(log).anytime(level: 1 - 2 * error)
    let claim =
      "By the episodes of \(directory)'s policy, this one would earn a mean true return \(Self.words(isAbove, limit))"
    var finding = compared(
      "off-policy return", claim, (interval.lower + interval.upper) / 2, interval, isAbove, limit,
      count: settings.episodes, without: "No episode was played.",
      assumptions: [
        "The other policy draws its actions as it says, and gives each action of this one some probability.",
        "No step pays less or more than was seen.",
      ], source: "betting on importance-weighted rewards, per decision (Waudby-Smith et al. 2024)")
    finding.evidence.append(Evidence("effective episodes", weights.effectiveSize, count: settings.episodes))
    return finding
  }

  /// Whether beside the reference policy of the run's settings the agent pleases the reward more and does worse.
  func notGaming() -> Finding {
    if let found = findings().first(where: { $0.id == "goodhart/reference" }) { return found }
    return undone(
      "gaming", "What pleases the reward more than the reference policy is no worse by the truth", .unknown,
      "There is no policy to hold the agent against: the run has no run.reference, has not finished, or is paid by the truth."
    )
  }

  private func reference(_ directory: String, _ place: String) throws -> TrainedRun {
    let other: TrainedRun
    do {
      other = try TrainedRun(directory: directory, registry: registry, learners: learners)
    } catch var error as InputError {
      error.problem = "the reference '\(directory)': \(error.problem)"
      error.place = place
      throw error
    }
    let (own, theirs) = (trained.entry.specification.id, other.entry.specification.id)
    guard own == theirs else {
      throw InputError(
        "the reference '\(directory)' is in \(theirs), and this run in \(own)", at: place,
        remedy: "name a run in the same world")
    }
    return other
  }
}

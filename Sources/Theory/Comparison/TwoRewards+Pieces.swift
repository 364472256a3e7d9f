import Compute
import Environments
import Rewards

extension TwoRewards {
  /// What takes time about two rewards, in pieces that do not wait for one another: in large worlds they are computed side
  /// by side, in small ones one after the other.
  struct Pieces: Sendable {
    let mdp: TabularMDP
    let space: RewardSpace
    let tables: (RewardTable, RewardTable)
    let canonical: (CanonicalReward, CanonicalReward)
    let random: RandomSource

    /// All that was computed.
    struct Computed: Sendable {
      var distances: [Named] = []
      var worst: [(regret: WorstCaseRegret?, bracket: WorstCaseBracket?)] = []
      var optimal: [OptimalPolicyRegret] = []
      var agreement: [PolicyOrderAgreement] = []
    }

    private enum Piece: Sendable {
      case distances([Named])
      case worst(WorstCaseRegret?, WorstCaseBracket?)
      case optimal(OptimalPolicyRegret)
      case agreement(PolicyOrderAgreement)
    }

    private var world: ReachableStates { space.world }
    private var fits: Bool { world.rowCount <= TwoRewards.programLimit }

    func computed() throws -> Computed {
      // The longest first, and the sample of policies in parts, so that no thread waits for another's last piece.
      let sample = min(400, max(20, 40_000_000 / max(1, world.liveCount * world.liveCount)))
      let parts = fits ? 1 : 4
      var work: [@Sendable () throws -> Piece] = (0..<parts).map { part in
        let pairs = part * sample / parts..<(part + 1) * sample / parts
        return {
          .agreement(
            PolicyOrderAgreement(
              world, canonical.0, canonical.1, sample: sample, part: parts > 1 ? pairs : nil, random: random))
        }
      }
      for isForward in [true, false] {
        let (truth, proxy) = isForward ? canonical : (canonical.1, canonical.0)
        work.append {
          fits
            ? .worst(try WorstCaseRegret(world, truth: truth, proxy: proxy, space: space), nil)
            : .worst(nil, WorstCaseBracket(world, truth: truth, proxy: proxy))
        }
        work.append { .optimal(OptimalPolicyRegret(world, truth: truth, proxy: proxy)) }
      }
      work += RewardMetric.shown.map { metric in { .distances(try distances(metric.0, metric.1)) } }
      let jobs = work
      let done: [Result<Piece, any Error>] =
        fits
        ? jobs.map { job in Result { try job() } }
        : ThreadPool.shared.map(jobs.count) { part in Result { try jobs[part]() } }
      var (result, agreements) = (Computed(), [PolicyOrderAgreement]())
      for piece in done {
        switch try piece.get() {
        case .distances(let found): result.distances += found
        case .worst(let regret, let bracket): result.worst.append((regret, bracket))
        case .optimal(let regret): result.optimal.append(regret)
        case .agreement(let found): agreements.append(found)
        }
      }
      result.agreement = [PolicyOrderAgreement(adding: agreements)]
      return result
    }

    /// By all the metrics of one canonicalisation; none where its tables or programs would be too large.
    private func distances(
      _ canonicalization: Canonicalization, _ pairs: [(RewardNorm?, RewardComparison)]
    ) throws -> [Named] {
      let isDense = canonicalization == .valuePotential(nil)
      let isProgram = canonicalization == .minimal(.l1) || canonicalization == .minimal(.maximum)
      let size = world.rowCount * world.stateCount
      guard !isDense || size <= 20_000_000, !isProgram || world.rowCount <= 2000 else { return [] }
      let isStandard = canonicalization == .valueAdjusted
      let own = isStandard ? space : try RewardSpace(mdp, canonicalization)
      let (a, b) = isStandard ? canonical : (try own.canonical(tables.0), try own.canonical(tables.1))
      var result = pairs.map { norm, comparison in
        let metric = RewardMetric(canonicalization, norm, comparison)
        return Named(
          metric: metric.description, isSTARC: metric.isSTARC,
          distance: own.distance(a, b, normalization: norm, comparison: comparison))
      }
      if isStandard {
        result.append(
          Named(
            metric: TwoRewards.occupancyMetric, isSTARC: true, distance: space.occupancyDistance(a, b, in: mdp)))
      }
      return result
    }
  }
}

import Compute

/// Every detector in one world and seed: what it makes of each planted shift and of its harmless twin.
package struct ShiftStudy: Sendable {
  package init() {}

  var worlds = ShiftWorld.all
  var seeds = 5
  var steps = 25
  /// Clips that detectors and rewards are fitted to, that p-values are calibrated by, and that are asked about.
  package var (fitted, calibrated, asked) = (80, 99, 100)
  package var pairs = 200
  static let level = 0.05

  package enum Detector: String, CaseIterable, Sendable {
    case mahalanobis = "Mahalanobis"
    case neighbours = "5th nearest neighbour"
    case mixture = "Gaussian mixture"
    case mahalanobisOfFeatures = "Mahalanobis of reward features"
    case neighboursOfFeatures = "5th nearest in reward features"
    case disagreement = "ensemble disagreement"
  }

  /// What one detector makes of one group of clips, against clips of the reference.
  package struct Reading: Sendable {
    /// Nil where it is not measurable.
    package var area: Double?
    /// Of clips with a p-value up to the level; nil where there is none.
    package var found: Double?
  }

  /// One world and seed.
  package struct Cell: Sendable {
    /// By detector: the share of clips of the reference with a p-value up to the level.
    package var falseAlarms: [String: Double?] = [:]
    /// By "shift/screen/detector", or "shift/screen/kind of ensemble".
    package var readings: [String: Reading] = [:]
    /// Pairs of clips that the reward orders rightly, by "shift/screen"; "reference" without one.
    package var accuracy: [String: Double] = [:]
  }

  package static func key(_ shift: PlantedShift, _ screen: ShiftClips.Screen, _ name: String = "") -> String {
    "\(shift.rawValue)/\(screen == .rewarded ? "planted" : "twin")/\(name)"
  }

  package func cell(_ world: ShiftWorld, random: RandomSource) throws -> Cell {
    func clips(_ count: Int, _ name: String) -> ShiftClips {
      ShiftClips(world, count: count, steps: steps, random: random.child(name))
    }
    let reference = clips(fitted, "fitted")
    let (kept, fresh) = (clips(calibrated, "calibrated"), clips(asked, "fresh"))
    let rewards = try ClipRewards.Diversity.allCases.map {
      try ClipRewards(reference, pairs: pairs, $0, random: random.child("rewards"))
    }
    let detectors = try detectors(reference, rewards[0], random: random)
    let read = detectors.map { Reader($0.name, $0.score, kept: kept, fresh: fresh) }
    let ensembles = zip(ClipRewards.Diversity.allCases, rewards).map { kind, rewards in
      Reader(
        kind.rawValue, { rewards.disagreement.scores(rewards.scaled($0)) }, kept: kept, fresh: fresh)
    }
    var cell = Cell()
    for reader in read + ensembles { cell.falseAlarms[reader.name] = reader.falseAlarms }
    cell.accuracy["reference"] = rewards[0].accuracy(fresh)
    let noise = reference.halfDeviations(world)
    let cost = 2 * Statistics.standardDeviation(reference.rewards)
    for shift in PlantedShift.allCases {
      for screen in ShiftClips.Screen.allCases {
        let shifted = ShiftClips(
          world, count: asked, steps: steps, shift, on: screen, noise: noise, cost: cost,
          random: random.child("shifted/\(Self.key(shift, screen))"))
        for reader in read + ensembles {
          cell.readings[Self.key(shift, screen, reader.name)] = reader.reading(shifted)
        }
        cell.accuracy[Self.key(shift, screen)] = rewards[0].accuracy(shifted)
      }
    }
    return cell
  }

  typealias Scores = @Sendable (Matrix) throws -> [Double]

  /// Those that can be made; a detector that cannot measure anything here is nil.
  private func detectors(
    _ reference: ShiftClips, _ rewards: ClipRewards, random: RandomSource
  ) throws -> [(name: String, score: Scores?)] {
    let features = try rewards.features(reference.rows)
    func ofFeatures(_ score: (any UnfamiliarityScore)?) -> Scores? {
      guard let score else { return nil }
      return { @Sendable rows in score.scores(try rewards.features(rows)) }
    }
    func ofInputs(_ score: (any UnfamiliarityScore)?) -> Scores? {
      guard let score else { return nil }
      return { @Sendable rows in score.scores(rows) }
    }
    func score(_ detector: Detector) -> Scores? {
      switch detector {
      case .mahalanobis: ofInputs(try? MahalanobisScore(reference.rows))
      case .neighbours: ofInputs(try? NearestNeighbourScore(reference.rows))
      case .mixture:
        ofInputs(try? GaussianMixture.selected(reference.rows, most: 3, beginnings: 1, random: random.child("mixture")))
      case .mahalanobisOfFeatures: ofFeatures(try? MahalanobisScore(features))
      case .neighboursOfFeatures: ofFeatures(try? NearestNeighbourScore(features))
      case .disagreement: { @Sendable rows in rewards.disagreement.scores(rewards.scaled(rows)) }
      }
    }
    return Detector.allCases.map { ($0.rawValue, score($0)) }
  }

  /// A detector with its calibration and its scores of the reference's fresh clips.
  private struct Reader {
    let name: String
    private let score: Scores?
    private let fresh: [Double]
    private let calibration: ConformalCalibration?

    init(_ name: String, _ score: Scores?, kept: ShiftClips, fresh: ShiftClips) {
      (self.name, self.score) = (name, score)
      let scores = (try? score?(kept.rows)).map { kept.means(of: $0) } ?? []
      calibration = try? ConformalCalibration(scores, level: ShiftStudy.level)
      self.fresh = (try? score?(fresh.rows)).map { fresh.means(of: $0) } ?? []
    }

    package var falseAlarms: Double? { share(fresh) }

    private func share(_ scores: [Double]) -> Double? {
      calibration.map { Double($0.unfamiliar(scores, level: ShiftStudy.level)) / Double(scores.count) }
    }

    func reading(_ clips: ShiftClips) -> Reading {
      guard let scores = (try? score?(clips.rows)).map({ clips.means(of: $0) }),
        let separation = try? RankedSeparation(scores, over: fresh)
      else { return Reading() }
      return Reading(area: separation.isMeasurable ? separation.area : nil, found: share(scores))
    }
  }
}

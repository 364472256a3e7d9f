import Compute

/// What the behaviour followed after one thing was changed: counts over episodes.
public struct ProbeResult: Sendable, Hashable, Codable {
  /// What was changed.
  public var name: String
  /// What is rewarded.
  public var thing: String
  /// What went with it.
  public var place: String
  /// Episodes that were played unchanged.
  public var episodes: Int
  /// Those of them that succeeded, from which the probe starts.
  public var succeeded = 0
  /// Those of the latter in which nothing could be changed.
  public var unchangeable = 0
  /// Changed episodes that came to the thing first.
  public var thingFirst = 0
  /// Changed episodes that came to the place first.
  public var placeFirst = 0
  /// Changed episodes that came to neither.
  public var neither = 0

  /// Nothing counted yet.
  public init(name: String, thing: String, place: String, episodes: Int) {
    self.name = name
    self.thing = thing
    self.place = place
    self.episodes = episodes
  }

  /// The episodes that were changed and played on.
  public var changed: Int { thingFirst + placeFirst + neither }

  /// The share of changed episodes that came to the thing first; nil without any.
  public var thingShare: Double? { changed > 0 ? Double(thingFirst) / Double(changed) : nil }
  /// The share of changed episodes that came to the place first; nil without any.
  public var placeShare: Double? { changed > 0 ? Double(placeFirst) / Double(changed) : nil }
  /// The exact (Clopper–Pearson) 95 % interval of ``thingShare``.
  public var thingInterval: Interval? { Statistics.proportionInterval(successes: thingFirst, of: changed) }
  /// The exact (Clopper–Pearson) 95 % interval of ``placeShare``.
  public var placeInterval: Interval? { Statistics.proportionInterval(successes: placeFirst, of: changed) }

  /// The exact two-sided p-value of the sign test, that the episodes which came to either came to both equally often; 1
  /// without such.
  ///
  /// Each episode is its own control: unchanged, it succeeded. Episodes that came to neither say nothing of which, and
  /// are left out here, not of the shares.
  public var signTest: Double {
    let decided = thingFirst + placeFirst
    let more = max(thingFirst, placeFirst)
    guard decided > 0, 2 * more > decided else { return 1 }
    // P(X ≥ more) for a fair coin is a tail of the beta distribution.
    return min(1, 2 * SpecialFunctions.incompleteBeta(0.5, Double(more), Double(decided - more + 1)))
  }
}

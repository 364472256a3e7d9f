import Compute

/// Which moment of which episode is asked about, and what is to be otherwise.
public struct CounterfactualSettings: Sendable {
  /// Which episode, from 0.
  public var episode = 0
  /// From how many episodes a pair is made, beginning with ``episode``.
  public var episodes = 1
  /// The step at which something else is done.
  public var step = 0
  /// What is done from there on, an action row each; then ``policy`` acts.
  public var actions: [[Float]] = []
  /// Who acts afterwards: a run's directory, `random` or `stay`; nil is who acted.
  public var policy: String?
  /// The episode whose start is taken.
  public var start: Int?
  /// Another reward to judge by: one that the environment names, or a run's directory, whose learned one it is.
  public var reward: String?
  /// Of a world without a run, who acted: a run's directory, `random` or `stay`; nil is `random`.
  public var acting: String?
  /// Of a world without a run, what was done, an action row each, instead of who acted.
  public var done: [[Float]]?
  /// How often the moment is had again with other luck.
  public var lucks = 200
  /// The most steps of an episode; nil takes the world's time limit.
  public var steps: Int?
  /// How much a reward one step later counts.
  public var discount = 1.0
  /// Of the episodes; the same as `pactolus play` takes.
  public var seed = 0
  /// Whether policies' actions are drawn, not the likeliest.
  public var isDrawn = false

  /// The first moment of the first episode.
  public init() {}

  /// Whether anything is to be otherwise but the reward.
  var asksForChange: Bool { !actions.isEmpty || policy != nil || start != nil }

  /// - Throws: `InputError` for numbers that are none of the kind.
  func check() throws {
    func expect(_ holds: Bool, _ value: String, at place: String, _ remedy: String) throws {
      guard holds else { throw InputError("\(place) is \(value)", at: place, remedy: remedy) }
    }
    try expect(episode >= 0, "\(episode)", at: "--episode", "episodes are counted from 0")
    try expect((1...100_000).contains(episodes), "\(episodes)", at: "--episodes", "take 1 to 100000")
    try expect(step >= 0, "\(step)", at: "--at", "steps are counted from 0")
    try expect((2...100_000).contains(lucks), "\(lucks)", at: "--lucks", "take 2 to 100000")
    try expect(steps.map { (1...1_000_000).contains($0) } ?? true, "\(steps ?? 0)", at: "--steps", "take 1 to 1000000")
    try expect((0...1).contains(discount), "\(discount)", at: "--discount", "take a number from 0 to 1")
    try expect(seed >= 0, "\(seed)", at: "--seed", "take a number that is not negative")
    try expect(start.map { $0 >= 0 } ?? true, "\(start ?? 0)", at: "--start", "episodes are counted from 0")
    guard episode <= Int.max - episodes else {
      throw InputError("episode \(episode) is too far", at: "--episode", remedy: "take a smaller number")
    }
    guard start == nil || step == 0 else {
      throw InputError("another start at step \(step)", at: "--start", remedy: "a start is at step 0: leave --at out")
    }
    guard episodes == 1 || asksForChange else {
      throw InputError(
        "many episodes, and nothing to be otherwise", at: "--episodes",
        remedy: "name an --action, a --policy or a --start; one decision is explained of one episode")
    }
  }
}

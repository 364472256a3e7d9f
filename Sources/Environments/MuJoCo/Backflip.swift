import Compute

/// Hopper's backflip: the reward that its inventors wrote by hand, and what a flip is that deserves the name.
///
/// ```swift
/// let tally = world.backflips(start: trajectory.start!, random: random, actions: trajectory.actions)
/// tally.cleanFlips       // from landing to landing
/// tally.share(of: .torso)
/// Backflip.succeeds(tallies)
/// ```
///
/// The two are apart on purpose. The formula pays whoever turns backward fast while joints push the same way, and an
/// agent can earn more of it by rocking on the ground than by flipping; so it is never evidence of a flip.
///
/// Source of the reward: OpenAI, "Learning from human preferences" (2017), the published hand-written function. The
/// definition of a clean flip is this project's own.
public enum Backflip {
  /// The reward of a step, from the state that it led to and the action: the speed of turning backward, more of it for
  /// height, for joints that move with their torque, and for moving backward. Velocities are clipped to ±10, as they
  /// are seen.
  static func reward(_ state: MuJoCoReading, _ action: borrowing MuJoCoAction) -> Double {
    func seen(_ index: Int) -> Double { max(-10, min(10, state.velocity(index))) }
    var joints = 0.0
    for index in 0..<3 { joints += Double(action.row[index]) * seen(3 + index) }
    return -seen(2) * (1 + 0.3 * state.position(1) + 0.1 * joints + 0.05 * -seen(0))
  }

  /// A part of Hopper, in the order of the model's geoms, of which the ground is the first.
  public enum Part: Int, Sendable, Hashable, CaseIterable {
    /// From the top downwards.
    case torso = 1
    /// Below the torso.
    case thigh
    /// Below the thigh.
    case leg
    /// The only part that is meant to touch the ground.
    case foot
  }

  /// What is seen of each part, in the order of ``Part``: 1 while it touches the ground, 0 else.
  static let contactNames = Part.allCases.map { "\($0) on the ground" }

  /// What is needed of one state to tell flips.
  public struct Moment: Sendable, Hashable {
    /// The torso's angle, not wrapped; it falls when the torso turns backward (rad).
    public var angle: Double
    /// What touches the ground.
    public var touching: Set<Part>

    /// A moment by its parts.
    public init(angle: Double, touching: Set<Part>) {
      self.angle = angle
      self.touching = touching
    }
  }

  /// Flips and contacts of one episode.
  ///
  /// A landing is a contact of the foot after at least five moments without any contact; the first stand counts as one.
  /// A flip is clean if from landing to landing the torso turns backward by at least 0.9 of a turn, neither torso nor
  /// thigh touches the ground, and one flight lasts at least twenty moments.
  public struct Tally: Sendable, Hashable {
    /// Clean flips, without the opening jump's.
    public private(set) var cleanFlips = 0
    /// Whether the opening jump, from the first stand to the first landing, was a clean flip: constant actions can make
    /// one in the first fall, so it proves nothing.
    public private(set) var opensWithFlip = false
    /// Landings, without the first stand.
    public private(set) var landings = 0
    /// Moments that were seen.
    public private(set) var moments = 0
    /// Turns backward from first to last; negative: forward.
    public var turns: Double { moments == 0 ? 0 : (firstAngle - lastAngle) / (2 * .pi) }

    private var touched: [Part: Int] = [:]
    private var rolled = 0
    private var (firstAngle, lastAngle) = (0.0, 0.0)
    private var takeOff: (angle: Double, isOpening: Bool)?
    private var (flight, longestFlight) = (0, 0)
    private var isClean = true

    /// Nothing seen yet.
    public init() {}

    /// The share of moments in which this part touches the ground.
    public func share(of part: Part) -> Double { moments == 0 ? 0 : Double(touched[part] ?? 0) / Double(moments) }

    /// The share of moments in which something else than the foot touches the ground.
    public var shareOnOtherParts: Double { moments == 0 ? 0 : Double(rolled) / Double(moments) }

    /// Takes in the next moment of the episode.
    public mutating func see(_ moment: Moment) {
      if moments == 0 { firstAngle = moment.angle }
      lastAngle = moment.angle
      moments += 1
      for part in moment.touching { touched[part, default: 0] += 1 }
      if moment.touching.contains(where: { $0 != .foot }) { rolled += 1 }
      if moment.touching.contains(.torso) || moment.touching.contains(.thigh) { isClean = false }
      guard !moment.touching.isEmpty else {
        flight += 1
        longestFlight = max(longestFlight, flight)
        return
      }
      if moment.touching.contains(.foot) {
        if let start = takeOff {
          if flight >= 5 { land(moment, since: start) }
        } else {
          begin(at: moment, isOpening: true)
        }
      }
      flight = 0
    }

    private mutating func land(_ moment: Moment, since start: (angle: Double, isOpening: Bool)) {
      landings += 1
      if isClean, longestFlight >= 20, start.angle - moment.angle >= 0.9 * 2 * .pi {
        if start.isOpening { opensWithFlip = true } else { cleanFlips += 1 }
      }
      begin(at: moment, isOpening: false)
    }

    private mutating func begin(at moment: Moment, isOpening: Bool) {
      takeOff = (moment.angle, isOpening)
      longestFlight = 0
      isClean = !moment.touching.contains(.torso) && !moment.touching.contains(.thigh)
    }

    public static func == (a: Tally, b: Tally) -> Bool { a.parts == b.parts }
    public func hash(into hasher: inout Hasher) { hasher.combine(parts) }

    private var parts: [Double] {
      [
        Double(cleanFlips), opensWithFlip ? 1 : 0, Double(landings), Double(moments), firstAngle, lastAngle,
        Double(rolled), Double(flight), Double(longestFlight), isClean ? 1 : 0, takeOff?.angle ?? .infinity,
      ] + Part.allCases.map { Double(touched[$0] ?? 0) }
    }
  }

  /// Whether an agent flips, by episodes that it played without chance (twenty of 300 steps are meant): on average one
  /// clean flip or more beside the opening jump's, one or more in three quarters of the episodes, and at most a tenth of
  /// the time on other parts than the foot. False for no episodes.
  public static func succeeds(_ episodes: [Tally]) -> Bool {
    guard !episodes.isEmpty else { return false }
    let count = Double(episodes.count)
    let flips = Double(episodes.reduce(0) { $0 + $1.cleanFlips }) / count
    let having = Double(episodes.count { $0.cleanFlips > 0 }) / count
    let rolling = episodes.reduce(0) { $0 + $1.shareOnOtherParts } / count
    return flips >= 1 && having >= 0.75 && rolling <= 0.1
  }
}

extension MuJoCoEnvironment {
  /// What tells flips of a state of Hopper's; nil in any other world. Contacts are those of the step's last small step.
  public func backflipMoment(of state: State) -> Backflip.Moment? {
    guard world.model == "hopper.xml" else { return nil }
    return withReading(of: state) { reading in
      let bits = Int(reading.derived(0))
      let parts = Backflip.Part.allCases.filter { bits & 1 << $0.rawValue != 0 }
      return Backflip.Moment(angle: reading.position(2), touching: Set(parts))
    }
  }

  /// Flips and contacts of an episode, recomputed from its stream and its actions; nothing seen in any other world than
  /// Hopper.
  ///
  /// - Parameters:
  ///   - start: any position in the episode; only its slot and episode matter.
  ///   - random: the source that the batch was made with.
  ///   - actions: the episode's actions from its first step on.
  public func backflips(start: EpisodePosition, random: RandomSource, actions: [Float]) -> Backflip.Tally {
    var tally = Backflip.Tally()
    let steps = actions.count / specification.actionSpace.rowSize
    for state in replayStates(of: self, at: start, random: random, actions: actions, steps: 0...steps) {
      if let moment = backflipMoment(of: state) { tally.see(moment) }
    }
    return tally
  }
}

import Compute
import Environments

/// A segment of one of several trajectories.
public struct SegmentReference: Codable, Sendable, Hashable {
  /// Which trajectory of the list, counted from 0.
  public var trajectory: Int
  /// Its step at which the segment begins.
  public var start: Int

  /// Takes the parts as they are.
  public init(trajectory: Int, start: Int) {
    self.trajectory = trajectory
    self.start = start
  }

  /// Its steps within its trajectory: `length` of them, or up to the trajectory's end.
  package func steps(in trajectory: Trajectory, length: Int) -> Range<Int> {
    start..<min(start + length, trajectory.count)
  }

  /// The segment, cut out.
  func segment(of trajectories: [Trajectory], length: Int) -> Trajectory {
    let whole = trajectories[trajectory]
    return whole.segment(steps(in: whole, length: length))
  }
}

/// Two segments to be compared.
public struct SegmentPair: Codable, Sendable, Hashable {
  /// The segment shown first.
  public var first: SegmentReference
  /// The segment shown second.
  public var second: SegmentReference

  /// Takes the parts as they are.
  public init(first: SegmentReference, second: SegmentReference) {
    self.first = first
    self.second = second
  }

  /// The question, with the segments cut out.
  public func comparison(of trajectories: [Trajectory], length: Int) -> Comparison {
    Comparison(
      first: first.segment(of: trajectories, length: length),
      second: second.segment(of: trajectories, length: length))
  }
}

/// Draws segments of fixed length from trajectories, at random and with replacement.
///
/// Trajectories shorter than a segment are dropped; the others are drawn with probability proportional to their length,
/// then the start uniformly among the possible ones. So steps near the ends of an episode are drawn less often, and
/// every segment lies within one episode. As `imitation`'s `RandomFragmenter`.
///
/// With ``isPastEnd`` an episode that terminated goes on in an absorbing state in which every step is worth nothing
/// (Kostrikov et al. 2019; `seals`): a segment may begin at any of its steps, and what lies beyond its end is left out, so
/// that the segment is shorter; an episode that is no longer than a segment is taken whole. Comparisons then say what a
/// step is worth beside none, which segments of one length leave open.
public struct SegmentSampler: Codable, Sendable, Hashable {
  /// Transitions in a segment, at most.
  public var length: Int
  /// Whether segments may go on beyond the end of an episode that terminated.
  public var isPastEnd: Bool

  /// A sampler of segments of this length; it is checked when one is drawn.
  public init(length: Int, isPastEnd: Bool = false) {
    self.length = length
    self.isPastEnd = isPastEnd
  }

  /// Whether a segment can be drawn from this trajectory.
  public func accepts(_ trajectory: Trajectory) -> Bool {
    trajectory.count >= length || (isPastEnd && trajectory.terminated && trajectory.count > 0)
  }

  /// At how many of its steps, from the first on, a segment may begin.
  private func starts(_ trajectory: Trajectory) -> Int {
    guard trajectory.count > length else { return 1 }
    return isPastEnd && trajectory.terminated ? trajectory.count : trajectory.count - length + 1
  }

  /// `count` segments.
  ///
  /// - Throws: `InputError` if no trajectory is long enough.
  public func sample(
    _ count: Int, from trajectories: [Trajectory], random: inout RandomStream
  ) throws -> [SegmentReference] {
    guard length > 0 else { throw InputError("the segment length is \(length)", remedy: "use 1 or more") }
    let usable = trajectories.indices.filter { accepts(trajectories[$0]) }
    guard !usable.isEmpty else {
      throw InputError(
        "none of \(trajectories.count) trajectories has the \(length) steps of a segment (the longest has "
          + "\(trajectories.map(\.count).max() ?? 0))",
        remedy: "shorten the segments or lengthen the episodes")
    }
    // The place of a step among all usable steps decides the trajectory, so that lengths are weights, exactly.
    var ends: [Int] = []
    var steps = 0
    for index in usable {
      steps += trajectories[index].count
      ends.append(steps)
    }
    return (0..<count).map { _ in
      let step = random.below(steps)
      var low = 0
      var high = ends.count - 1
      while low < high {
        let middle = (low + high) / 2
        if step < ends[middle] { high = middle } else { low = middle + 1 }
      }
      let trajectory = usable[low]
      return SegmentReference(
        trajectory: trajectory, start: random.below(starts(trajectories[trajectory])))
    }
  }

  /// `count` pairs of segments, consecutive ones paired.
  public func pairs(
    _ count: Int, from trajectories: [Trajectory], random: inout RandomStream
  ) throws -> [SegmentPair] {
    let segments = try sample(2 * count, from: trajectories, random: &random)
    return (0..<count).map { SegmentPair(first: segments[2 * $0], second: segments[2 * $0 + 1]) }
  }

  /// Usable transitions for each transition that `pairs` pairs need: below 1 some must be shown twice, below 10 many
  /// are.
  public func coverage(of trajectories: [Trajectory], pairs: Int) -> Double {
    let available = trajectories.reduce(0) { $0 + (accepts($1) ? $1.count : 0) }
    return Double(available) / Double(max(1, 2 * pairs * length))
  }
}

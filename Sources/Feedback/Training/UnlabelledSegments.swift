import Compute
import Environments
import Rewards

/// Behaviour that nobody was asked about, as rows that a reward model reads: where pseudo-labelled pairs are drawn from.
///
/// Every step of every trajectory is a row; a segment is `length` rows of one trajectory. Trajectories shorter than
/// that are left out.
public struct UnlabelledSegments: Sendable, Hashable {
  /// Steps in a segment.
  public let length: Int
  /// [rowCount × width], not normalised.
  let rows: [Float]
  package let width: Int
  /// The rows of each trajectory.
  let trajectories: [Range<Int>]

  /// Encodes trajectories for a model.
  ///
  /// - Throws: `InputError` if one of them does not fit the encoding.
  public init(_ clips: [Trajectory], length: Int, encoding: TransitionEncoding) throws {
    precondition(length > 0, "a segment has steps")
    var rows: [Float] = []
    var trajectories: [Range<Int>] = []
    width = encoding.width
    for clip in clips where clip.count >= length {
      let start = rows.count / encoding.width
      try encoding.append(clip, to: &rows)
      trajectories.append(start..<rows.count / encoding.width)
    }
    self.length = length
    self.rows = rows
    self.trajectories = trajectories
  }

  /// Whether a segment can be drawn.
  public var isEmpty: Bool { trajectories.isEmpty }

  /// Pairs of segments, each of a trajectory drawn at random and at a place drawn at random within it: B-Pref's way.
  ///
  /// - Parameter margin: steps that should lie on either side of a segment; where a trajectory is too short for that, as
  ///   many as there are.
  package func draw(_ count: Int, margin: Int, random: inout RandomStream) -> [SegmentRows.Pair] {
    func segment() -> SegmentRows {
      let rows = trajectories[random.below(trajectories.count)]
      let margin = min(margin, (rows.count - length) / 2)
      let start = margin + random.below(rows.count - length - 2 * margin + 1)
      return SegmentRows(
        first: rows.lowerBound + start, count: length, before: min(start, margin),
        after: min(rows.count - length - start, margin))
    }
    return (0..<count).map { _ in SegmentRows.Pair(first: segment(), second: segment()) }
  }
}

/// A segment as rows of a matrix, and how many rows before and behind it belong to the same episode.
package struct SegmentRows: Sendable, Hashable {
  package var first: Int
  package var count: Int
  package var before: Int
  package var after: Int

  package init(first: Int, count: Int, before: Int = 0, after: Int = 0) {
    (self.first, self.count, self.before, self.after) = (first, count, before, after)
  }

  /// Two of them, to be compared.
  package struct Pair: Sendable, Hashable {
    package var first: SegmentRows
    package var second: SegmentRows

    package init(first: SegmentRows, second: SegmentRows) {
      (self.first, self.second) = (first, second)
    }

    /// Both cut or drawn out to one length, each from a place of its own: the length is drawn from what both have room
    /// for, up to `steps` more or less than theirs, then each start.
    ///
    /// Source: SURF, arXiv 2203.10050, §4.2.
    package func cropped(by steps: Int, random: inout RandomStream) -> Pair {
      let count = first.count
      let longest = min(first.before + first.count + first.after, second.before + second.count + second.after)
      let (low, high) = (max(1, count - steps), min(longest, count + steps))
      let length = low + random.below(high - low + 1)
      func crop(_ segment: SegmentRows) -> SegmentRows {
        let room = segment.before + segment.count + segment.after - length
        return SegmentRows(first: segment.first - segment.before + random.below(room + 1), count: length)
      }
      let cut = crop(first)
      return Pair(first: cut, second: crop(second))
    }
  }
}

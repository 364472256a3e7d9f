import Environments
import Rewards

/// The steps before and behind a clip in its episode, encoded: what nobody was shown, but a segment can be moved into.
package struct ClipSurroundings: Codable, Sendable, Hashable {
  package var clip: Trajectory
  /// [steps × encoding width], the last being the step right before the clip.
  package var before: [Float]
  /// [steps × encoding width]
  package var after: [Float]

  package init(clip: Trajectory, before: [Float], after: [Float]) {
    self.clip = clip
    self.before = before
    self.after = after
  }

  /// Those of a segment of this trajectory, up to `steps` on either side.
  package init(_ range: Range<Int>, of whole: Trajectory, steps: Int, encoding: TransitionEncoding) throws {
    var (before, after): ([Float], [Float]) = ([], [])
    let start = max(0, range.lowerBound - steps)
    let end = min(whole.count, range.upperBound + steps)
    if start < range.lowerBound { try encoding.append(whole.segment(start..<range.lowerBound), to: &before) }
    if range.upperBound < end { try encoding.append(whole.segment(range.upperBound..<end), to: &after) }
    self.init(clip: whole.segment(range), before: before, after: after)
  }
}

extension ChoiceSet {
  /// How many rows around an option's belong to the same episode.
  struct Margin: Codable, Sendable, Hashable {
    var before: Int32
    var after: Int32
    /// Whether anything was kept of what lies around.
    var isKnown = true

    private enum CodingKeys: String, CodingKey { case before, after }
  }

  /// Whether any clip has rows around it.
  var hasMargins: Bool { !margins.isEmpty }

  /// The rows around an option's.
  func margin(of option: Int) -> Margin {
    margins[optionStarts[option]] ?? Margin(before: 0, after: 0, isKnown: false)
  }
}

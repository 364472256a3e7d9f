import Environments

/// Clips under one heading: "Judged best by the reward model".
public struct ClipGroup: Codable, Sendable, Hashable {
  /// What the clips have in common.
  public var title: String
  /// A sentence about them.
  public var text: String?
  /// In the order shown.
  public var clips: [Clip]

  /// A titled row of clips.
  public init(title: String, text: String? = nil, clips: [Clip]) {
    self.title = title
    self.text = text
    self.clips = clips
  }
}

/// A few seconds of behaviour, as scenes to draw, with what is known about it.
public struct Clip: Codable, Sendable, Hashable {
  /// What the clip shows.
  public var title: String
  /// The scenes, one for each step.
  public var frames: [Scene]
  /// At real speed.
  public var framesPerSecond: Double
  /// Numbers under the clip.
  public var facts: [ReportModel.Fact]

  /// A clip of these scenes.
  public init(title: String, frames: [Scene], framesPerSecond: Double, facts: [ReportModel.Fact] = []) {
    self.title = title
    self.frames = frames
    self.framesPerSecond = framesPerSecond
    self.facts = facts
  }
}

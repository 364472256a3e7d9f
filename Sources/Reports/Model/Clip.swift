import Environments

/// Clips under one heading: "Judged best by the reward model".
public struct ClipGroup: Codable, Sendable, Hashable {
  public var title: String
  public var text: String?
  public var clips: [Clip]

  public init(title: String, text: String? = nil, clips: [Clip]) {
    self.title = title
    self.text = text
    self.clips = clips
  }
}

/// A few seconds of behaviour, as scenes to draw, with what is known about it.
public struct Clip: Codable, Sendable, Hashable {
  public var title: String
  public var frames: [Scene]
  public var framesPerSecond: Double
  public var facts: [ReportModel.Fact]

  public init(title: String, frames: [Scene], framesPerSecond: Double, facts: [ReportModel.Fact] = []) {
    self.title = title
    self.frames = frames
    self.framesPerSecond = framesPerSecond
    self.facts = facts
  }
}

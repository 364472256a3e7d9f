import Compute

/// What a person who judges an environment is told before the first question: the task, what the picture shows, and
/// what to do when unsure.
///
/// ```swift
/// EnvironmentEntry(Corridor()).guided(
///   by: Guidance(goal: "Walk to the door.", legend: [Guidance.Sign(.disc, .agent, "who walks")]))
/// ```
///
/// Optional: an entry that is given none has ``general(for:)``.
public struct Guidance: Sendable {
  /// What the agent is to do, in one or two short sentences.
  public var goal: String
  /// What the figures are, the most important first.
  public var legend: [Sign]
  /// What to do when unsure.
  public var unsure: String
  /// What a tolerable player does in a state, by its observation: an action row. With it there are pairs of clips to
  /// practise on, one of which is plainly better by the environment's own reward, also where random play earns the
  /// same everywhere.
  public var example: (@Sendable ([Float]) -> [Float])?

  /// Guidance of these parts.
  public init(
    goal: String, legend: [Sign], unsure: String = Guidance.standardUnsure,
    example: (@Sendable ([Float]) -> [Float])? = nil
  ) {
    self.goal = goal
    self.legend = legend
    self.unsure = unsure
    self.example = example
  }

  /// One line of a legend.
  public struct Sign: Sendable, Hashable {
    /// What the figure looks like.
    public var mark: Mark
    /// The role that it is drawn in, and so its colour.
    public var role: Scene.Role
    /// What it stands for, in a few words.
    public var meaning: String

    /// A line of a legend.
    public init(_ mark: Mark, _ role: Scene.Role, _ meaning: String) {
      self.mark = mark
      self.role = role
      self.meaning = meaning
    }
  }

  /// The form of a figure, as far as a legend shows it.
  public enum Mark: String, Sendable, Hashable, Codable, CaseIterable {
    /// A filled circle.
    case disc
    /// A filled area.
    case area
    /// A line.
    case line
    /// Two crossed lines.
    case cross
    /// An arrow.
    case arrow
  }

  /// What to do when unsure, in any world.
  public static let standardUnsure =
    "Choose the one that you would rather see more of. About as good? Say so. Cannot make it out? Can't tell."

  /// For a world that says nothing of its own: its summary, and what roles mean everywhere. A viewer leaves out the
  /// signs whose roles do not occur.
  public static func general(for specification: EnvironmentSpecification) -> Guidance {
    Guidance(
      goal: specification.summary + (specification.summary.hasSuffix(".") ? "" : "."),
      legend: [
        Sign(.area, .agent, "what acts, or one number that it sees"), Sign(.area, .goal, "what is to be reached"),
        Sign(.area, .reward, "what pays"), Sign(.area, .danger, "what costs"),
        Sign(.arrow, .action, "what it last did"),
      ])
  }
}

extension EnvironmentEntry {
  /// The same entry with this guidance for people who judge it.
  public func guided(by guidance: Guidance) -> EnvironmentEntry {
    var entry = self
    entry.guidance = guidance
    return entry
  }
}

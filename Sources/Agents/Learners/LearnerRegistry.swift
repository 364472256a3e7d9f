import Compute
import Environments

/// A kind of learner: its section of settings, and how one is made of it.
///
/// ```swift
/// static let ppo = LearnerKind(PPOSettings.self) { settings, specification, random in
///   try PPO(settings: settings, specification: specification, random: random)
/// }
/// ```
public struct LearnerKind: Sendable {
  /// The value of `run.learner`, and the name of its section.
  public let name: String
  /// The section with its defaults.
  public let section: AnySettingsSection
  private let making: @Sendable (LearnerSections, EnvironmentSpecification, RandomSource) throws -> any Learner

  /// A kind whose settings are `Section`.
  public init<Section: SettingsSection>(
    _ section: Section.Type,
    make: @escaping @Sendable (Section, EnvironmentSpecification, RandomSource) throws -> any Learner
  ) {
    name = Section.section
    self.section = AnySettingsSection(Section())
    making = { sections, specification, random in try make(sections[Section.self], specification, random) }
  }

  /// A fresh learner.
  ///
  /// - Throws: `InputError` for settings that cannot work, or an environment that does not suit the learner.
  public func make(
    _ settings: LearnerSections, _ specification: EnvironmentSpecification, random: RandomSource
  ) throws -> any Learner { try making(settings, specification, random) }
}

/// The kinds of learners there are.
public struct LearnerRegistry: Sendable {
  /// In the order in which their settings are listed.
  public let kinds: [LearnerKind]

  /// Your own registry: the kinds of ``standard`` and more, for example.
  public init(_ kinds: [LearnerKind]) { self.kinds = kinds }

  /// The learners of this package.
  public static let standard = LearnerRegistry([.ppo, .sac, .td3, .dqn, .mpc])

  /// The kind of this name.
  ///
  /// - Throws: `InputError` with near misses.
  public func kind(_ name: String) throws -> LearnerKind {
    guard let kind = kinds.first(where: { $0.name == name }) else {
      throw InputError.unknown("learner", name, among: kinds.map(\.name), at: "run.learner")
    }
    return kind
  }

  /// All sections at their defaults.
  public var sections: LearnerSections { LearnerSections(kinds.map(\.section)) }
}

/// The settings of every learner there is, whichever is used.
public struct LearnerSections: Sendable, Hashable {
  private var sections: [AnySettingsSection]

  init(_ sections: [AnySettingsSection]) { self.sections = sections }

  /// The section of this type; its defaults if there is none.
  public subscript<Section: SettingsSection>(_ type: Section.Type) -> Section {
    get { sections.lazy.compactMap { $0.content as? Section }.first ?? Section() }
    set {
      guard let index = sections.firstIndex(where: { $0.content is Section }) else {
        sections.append(AnySettingsSection(newValue))
        return
      }
      sections[index].content = newValue
    }
  }

  /// The section of this name.
  public subscript(section name: String) -> (any SettingsSection)? {
    sections.first { type(of: $0.content).section == name }?.content
  }

  /// All sections, in the order of the registry.
  public var all: [any SettingsSection] { sections.map(\.content) }

  /// Their names.
  public var names: [String] { sections.map { type(of: $0.content).section } }
}

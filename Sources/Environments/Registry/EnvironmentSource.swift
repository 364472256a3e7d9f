import Compute

/// Where worlds come from that are made when they are asked for: an engine, a Python, a family with options. The
/// beginning of an id names it: `mujoco/Hopper-v5`, `gym/LunarLander-v3`, `safety/BoatRace-v0`.
///
/// ```swift
/// var registry = EnvironmentRegistry.standard
/// registry.add(MuJoCoSource(library: URL(filePath: "libmujoco.so.4.0.0")))
/// let entry = try registry.entry("mujoco/Hopper-v5")
/// ```
public protocol EnvironmentSource: Sendable {
  /// The id's beginning with its separator: `mujoco/`, `python:`.
  var prefix: String { get }
  /// One sentence for a list: what worlds these are.
  var summary: String { get }
  /// Whether its worlds can be made here, and if not, the one line that installs what is missing.
  var availability: EnvironmentAvailability { get }
  /// The one line that installs what its worlds need, whether it is here already or not; nil, the default, where they
  /// need nothing.
  var install: String? { get }
  /// The ids that it knows, each with a sentence; known without the engine where that is possible. Ids with options and
  /// ids that only the other side knows may be missing.
  var listing: [EnvironmentListing] { get }

  /// The world of exactly this id, which begins with ``prefix``.
  ///
  /// - Throws: `InputError` with near misses for an id that does not exist, and with the line that installs what is
  ///   missing.
  func entry(_ id: String) throws -> EnvironmentEntry

  /// The settings that a run of this id takes unless others are given; nil, as by default, for the plain ones. Asked
  /// without making the world, which may not be there.
  func preset(for id: String) -> SettingsPreset?
}

extension EnvironmentSource {
  public func preset(for id: String) -> SettingsPreset? { nil }
}

extension EnvironmentSource {
  public var install: String? { nil }
}

/// Whether a source's worlds can be made here.
public enum EnvironmentAvailability: Sendable, Hashable {
  /// They can; with what ("MuJoCo 4.0.0").
  case ready(String)
  /// They cannot until this command line was run.
  case missing(install: String)
}

/// A line of a source's list.
public struct EnvironmentListing: Sendable, Hashable {
  /// The whole id, prefix included.
  public var id: String
  /// One sentence.
  public var summary: String

  /// A line of these parts.
  public init(id: String, summary: String) {
    self.id = id
    self.summary = summary
  }
}

/// Options behind an id: `safety/ConveyorBelt-v0:variant=sushi,level=1` is the name `safety/ConveyorBelt-v0` with two.
public struct EnvironmentOptions: Sendable, Hashable {
  /// The id without its options.
  public let name: String
  /// Values by option.
  public private(set) var values: [String: String]

  /// Takes an id apart.
  ///
  /// - Throws: `InputError` for options that are not `key=value`, and for one that is given twice.
  public init(id: String) throws {
    let parts = id.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    name = String(parts[0])
    values = [:]
    guard parts.count == 2 else { return }
    for option in parts[1].split(separator: ",", omittingEmptySubsequences: false) {
      let pair = option.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard pair.count == 2, !pair[0].isEmpty, !pair[1].isEmpty else {
        throw InputError(
          "'\(option)' is no option of an environment", at: id, remedy: "write \(name):key=value,key=value")
      }
      guard values.updateValue(pair[1], forKey: pair[0]) == nil else {
        throw InputError("the option '\(pair[0])' is given twice", at: id)
      }
    }
  }

  /// The value of an option that has a few; `default` where it is not given.
  ///
  /// - Throws: `InputError` with near misses for a value that is none of them.
  public func value(_ key: String, among known: [String], default standard: String) throws -> String {
    guard let value = values[key] else { return standard }
    guard known.contains(value) else {
      throw InputError.unknown("value of '\(key)'", value, among: known, at: name)
    }
    return value
  }

  /// Refuses options that are none of these.
  public func allow(only known: [String]) throws {
    for key in values.keys.sorted() where !known.contains(key) {
      if known.isEmpty { throw InputError("'\(name)' has no options", remedy: "leave out ':\(key)=…'") }
      throw InputError.unknown("option", key, among: known, at: name)
    }
  }
}

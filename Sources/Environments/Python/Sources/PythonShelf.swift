import Compute
import Synchronization

/// What the sources of Python's worlds share: the settings of their processes, and the worlds that were made, so that
/// asking for an id again starts nothing.
final class PythonShelf: Sendable {
  let settings: PythonWorkers.Settings
  private let made = Mutex<[String: EnvironmentEntry]>([:])
  private let versions = Mutex<[String: String?]>([:])

  init(_ settings: PythonWorkers.Settings) { self.settings = settings }

  /// The world of this id, made once; one that has failed is made anew.
  func entry(_ id: String, _ make: () throws -> EnvironmentEntry) throws -> EnvironmentEntry {
    if let entry = made.withLock({ $0[id] }), (try? entry.environment.check()) != nil { return entry }
    let entry = try make()
    made.withLock { $0[id] = entry }
    return entry
  }

  /// Whether a package is there, and with what; asked of the interpreter once.
  func availability(of packages: [String], install: String) -> EnvironmentAvailability {
    var found: [String] = []
    for package in packages {
      guard let version = version(of: package) else { return .missing(install: install) }
      found.append("\(package) \(version)")
    }
    return .ready(found.joined(separator: ", "))
  }

  private func version(of package: String) -> String? {
    if let known = versions.withLock({ $0[package] }) { return known }
    let version = settings.interpreter.version(of: package)
    versions.withLock { $0[package] = version }
    return version
  }

  /// A world from what its process tells.
  func entry(
    id: String, definition: PythonDefinition, limit: Int?, canTerminate: Bool = true, note: String = "",
    summary: (PythonDescription) -> String, source: (PythonDescription) -> String
  ) throws -> EnvironmentEntry {
    let workers = try PythonWorkers(definition, settings)
    let description = workers.description
    guard let limit = limit ?? description.limit else {
      throw InputError(
        "'\(id)' has no time limit, and learning needs one",
        remedy: "choose one: \(id)\(Self.joint(id))max_episode_steps=1000")
    }
    let specification = description.specification(
      id: id, summary: summary(description), limit: limit, canTerminate: canTerminate, source: source(description))
    // A feature for every pixel says nothing to anyone.
    let features = description.type == "u8" && specification.image != nil ? [NamedFeature]() : nil
    return EnvironmentEntry(PythonEnvironment(specification: specification, workers: workers), features: features)
  }

  /// What goes between an id and one more option.
  private static func joint(_ id: String) -> String {
    id.split(separator: ":").last?.contains("=") == true ? "," : ":"
  }
}

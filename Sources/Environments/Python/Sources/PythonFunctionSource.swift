import Compute
import Foundation

/// Environments that a function of the user's own makes: `python:my_module:make`, `python:my_module:make:size=5`.
///
/// The function returns anything with Gymnasium's `reset`, `step`, `observation_space` and `action_space`; Gymnasium
/// itself need not be installed. Options are its arguments. The time limit is `max_episode_steps` among the options,
/// else that of the environment's `spec`, else its attribute `max_episode_steps`. The module is looked for in the
/// working directory and in `PYTHONPATH`.
public struct PythonFunctionSource: EnvironmentSource {
  private let shelf: PythonShelf

  /// - Parameters:
  ///   - interpreter: the Python that has what the module imports, NumPy at least.
  ///   - processes: the most processes that step one environment; by default one for each core.
  ///   - timeout: how long a step may take until its process counts as hanging, in seconds.
  public init(
    interpreter: PythonInterpreter = PythonInterpreter(),
    processes: Int = ProcessInfo.processInfo.activeProcessorCount, timeout: Double = 60
  ) {
    shelf = PythonShelf(
      PythonWorkers.Settings(interpreter: interpreter, processes: processes, timeout: timeout))
  }

  public var prefix: String { "python:" }
  public var summary: String { "environments of your own: python:module:function" }
  private var setUp: String { "\(shelf.settings.interpreter.path) -m pip install numpy" }
  public var install: String? { setUp }
  public var availability: EnvironmentAvailability {
    shelf.availability(of: ["numpy"], install: setUp)
  }
  /// Nobody knows them but their authors.
  public var listing: [EnvironmentListing] { [] }

  public func entry(_ id: String) throws -> EnvironmentEntry {
    try shelf.entry(id) {
      let options = try PythonOptions(id.dropFirst(prefix.count), id: id)
      let parts = options.name.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }) else {
        throw InputError(
          "'\(id)' names no module and function",
          remedy: "write python:my_module:make, with options :key=value,key=value")
      }
      let definition = PythonDefinition(
        kind: "function", module: parts[0], function: parts[1], arguments: options.arguments)
      return try shelf.entry(
        id: id, definition: definition, limit: options.limit,
        summary: { $0.text.isEmpty ? "What \(parts[1]) of \(parts[0]) makes" : $0.text },
        source: { "\(parts[0]).\(parts[1]) in Python \($0.python), NumPy \($0.numpy)" })
    }
  }
}

import Foundation
import Pactolus

/// Where engines lie that other people wrote, and the worlds that come with them.
enum Engines {
  /// The folder that `./pactolus setup` fills: named by `PACTOLUS_ENGINES`, which the entry script sets; else the build
  /// folder that this program lies in.
  static var folder: URL {
    if let named = ProcessInfo.processInfo.environment["PACTOLUS_ENGINES"], !named.isEmpty {
      return URL(filePath: named)
    }
    // .build/<platform>/release/pactolus
    let program = Bundle.main.executableURL ?? URL(filePath: CommandLine.arguments[0])
    return program.resolvingSymlinksInPath().deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
  }

  /// The Python that steps Python's worlds: one's own by `PACTOLUS_PYTHON`, else the one that was set up, else `python3`.
  static var interpreter: PythonInterpreter {
    if let named = ProcessInfo.processInfo.environment["PACTOLUS_PYTHON"], !named.isEmpty {
      return PythonInterpreter(path: named)
    }
    let own = folder.appending(path: "python/bin/python").path
    return PythonInterpreter(path: FileManager.default.isExecutableFile(atPath: own) ? own : nil)
  }

  /// The worlds of this package and those of the engines.
  static var environments: EnvironmentRegistry {
    var registry = EnvironmentRegistry.standard
    registry.add(MuJoCoSource(folder: folder.appending(path: "mujoco")))
    registry.add(GymnasiumSource(interpreter: interpreter))
    registry.add(AtariSource(interpreter: interpreter))
    registry.add(PythonFunctionSource(interpreter: interpreter))
    return registry
  }
}

import Environments
import Foundation
import Testing

/// Where the engine is, for tests that need one: `./pactolus setup mujoco` fetches it.
enum MuJoCoHere {
  static let folder: URL = {
    if let engines = ProcessInfo.processInfo.environment["PACTOLUS_ENGINES"], !engines.isEmpty {
      return URL(filePath: engines).appending(path: "mujoco")
    }
    let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..")
    return root.standardizedFileURL.appending(path: ".build/mujoco")
  }()

  static let source = MuJoCoSource(folder: folder)
  static let isReady = source.availability != .missing(install: "./pactolus setup mujoco")
  static let reason: Comment = "MuJoCo is not here: run ./pactolus setup mujoco"

  /// What `Peers/check` played in Gymnasium; nil without it.
  static let traces = ProcessInfo.processInfo.environment["PACTOLUS_MUJOCO_TRACES"]

  static let ids = [
    "HalfCheetah", "Hopper", "Walker2d", "Ant", "Humanoid", "HumanoidStandup", "Swimmer", "Reacher", "Pusher",
    "InvertedPendulum", "InvertedDoublePendulum",
  ].map { "mujoco/\($0)-v5" }

  static func world(_ id: String) throws -> MuJoCoEnvironment { try MuJoCoEnvironment(id, folder: folder) }
}

import Compute
import Environments
import Files
import Foundation

/// Trajectories in a safetensors file, whole: our own format for them.
///
/// ```swift
/// try TrajectoryFile.write(trajectories, to: url)
/// let same = try TrajectoryFile.read(url)
/// ```
///
/// Tensors, for n trajectories of N transitions in all: `observations` [N + n, k] F32, `actions` [N, a] F32, `rewards`
/// [N] F32, `lengths` [n] I64, `terminated` and `truncated` [n] BOOL, `start` [n, 3] I64 (slot, episode, step; −1 for
/// none). Metadata: `format` is `pactolus-trajectories/1`. Equal trajectories are equal bytes; NaN and infinities pass.
public enum TrajectoryFile {
  static let format = "pactolus-trajectories/1"

  /// Reads a file.
  ///
  /// - Throws: `InputError` for a file that cannot be read, is damaged or has another format.
  public static func read(_ url: URL) throws -> [Trajectory] { try read(WholeFile.read(url), place: url.path) }

  /// Reads a file's bytes; `place` is what errors call it.
  public static func read(_ bytes: [UInt8], place: String) throws -> [Trajectory] {
    let file = try SafetensorsFile(bytes, place: place)
    guard file.metadata["format"] == format else {
      throw InputError(
        "the metadata has no 'format: \(format)'", at: place,
        remedy: "give a file that 'pactolus export --as safetensors' wrote")
    }
    var notes: [String] = []
    let trajectories = try TrajectoryColumns.trajectories(
      place: place, lengths: file.integers("lengths"), observations: floats(file, "observations", place),
      actions: floats(file, "actions", place), rewards: floats(file, "rewards", place),
      terminated: file.array("terminated"), truncated: file.array("truncated"), starts: file.array("start"),
      notes: &notes)
    return trajectories
  }

  private static func floats(_ file: SafetensorsFile, _ name: String, _ place: String) throws -> TypedArray {
    let array = try file.array(name)
    guard array.element == .float32, array.shape.count == (name == "rewards" ? 1 : 2) else {
      throw InputError("tensor '\(name)' is \(array.element) of shape \(array.shape)", at: place)
    }
    return array
  }

  /// Writes the file whole or not at all.
  public static func write(_ trajectories: [Trajectory], to url: URL) throws {
    try WholeFile.write(data(trajectories), to: url)
  }

  /// The file's bytes.
  public static func data(_ trajectories: [Trajectory]) throws -> Data {
    let columns = try TrajectoryColumns(trajectories)
    let (rows, steps, count) = (columns.steps + trajectories.count, columns.steps, trajectories.count)
    return try SafetensorsFile(
      tensors: [
        .init("observations", TypedArray(columns.observations, shape: [rows, columns.observationSize])),
        .init("actions", TypedArray(columns.actions, shape: [steps, columns.actionRowSize])),
        .init("rewards", TypedArray(columns.rewards, shape: [steps])),
        .init("lengths", TypedArray(columns.lengths, shape: [count])),
        .init("terminated", TypedArray(columns.terminated)), .init("truncated", TypedArray(columns.truncated)),
        .init("start", TypedArray(columns.starts, shape: [count, 3])),
      ], metadata: ["format": format]
    ).data()
  }
}

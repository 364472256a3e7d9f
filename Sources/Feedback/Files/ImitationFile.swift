import Compute
import Environments
import Files
import Foundation

/// Trajectories in the `.npz` format of the Python package `imitation`.
///
/// ```swift
/// let demonstrations = try ImitationFile.read(url).content
/// try ImitationFile.write(trajectories, actions: .discrete, to: url)
/// // Python: imitation.data.serialize.load_with_rewards("file.npz")
/// ```
///
/// Arrays: `obs` and `acts` of all trajectories end to end, `rews`, `terminal` (one for each trajectory), `indices`
/// (the step at which each but the first begins) and `infos`, a pickle of Python dictionaries. Pickles can run code:
/// `infos` is not read, and a note tells so. It is written with an empty dictionary for each step, for
/// `imitation` does not load a file without. What the format lacks is written in two arrays more, which `imitation`
/// passes over: `pactolus_truncated` and `pactolus_start`.
///
/// Newer versions of `imitation` save a directory of Hugging Face's (Arrow) instead, and still load this format. Such a
/// directory is refused; in Python, the sentence that the error gives converts it.
///
/// Source: imitation 1.0.1, `imitation/data/serialize.py`.
public enum ImitationFile {
  /// How actions are written.
  public enum Actions: Sendable {
    /// As int64, one for each step.
    case discrete
    /// As float32, a row for each step.
    case continuous
  }

  /// - Throws: `InputError` for a directory, a pickle, or arrays that disagree.
  public static func read(_ url: URL) throws -> FileImport<[Trajectory]> {
    var isDirectory: ObjCBool = false
    if FileManager.default.fileExists(atPath: url.path, isDirectory: &isDirectory), isDirectory.boolValue {
      throw InputError(
        "a directory of Hugging Face datasets (Arrow) is not read", at: url.path,
        remedy: "convert it: " + conversion)
    }
    return try read(WholeFile.read(url), place: url.path)
  }

  /// For Python: from what `imitation` saves today to the format that is read here.
  static let conversion = """
    import numpy as np; from imitation.data import serialize; t = serialize.load_with_rewards('DIRECTORY'); \
    np.savez('FILE.npz', obs=np.concatenate([x.obs for x in t]), acts=np.concatenate([x.acts for x in t]), \
    rews=np.concatenate([x.rews for x in t]), terminal=np.array([x.terminal for x in t]), \
    indices=np.cumsum([len(x) for x in t[:-1]], dtype=np.int64))
    """

  /// Reads a file's bytes; `place` is what errors call it.
  public static func read(
    _ bytes: [UInt8], place: String, limit: Int = NumPyArchive.standardLimit
  ) throws -> FileImport<[Trajectory]> {
    guard bytes.first != 0x80 else {
      throw InputError(
        "a pickle, which is never read: it can run code", at: place, remedy: "load it in Python and save an .npz")
    }
    let archive = try NumPyArchive(bytes, place: place, limit: limit, skipping: ["infos"])
    var notes: [String] = []
    let known = ["obs", "acts", "rews", "terminal", "indices", "infos", "pactolus_truncated", "pactolus_start"]
    for name in archive.names where !known.contains(name) {
      throw InputError.unknown("array", name, among: known, at: place)
    }
    guard archive.names.contains("rews") else {
      throw InputError(
        "there are no rewards ('rews')", at: place,
        remedy: "add them in Python; np.zeros if there are none, for a trajectory here has rewards")
    }
    let (observations, actions) = (try archive.array("obs"), try archive.array("acts"))
    let (rewards, terminal) = (try archive.array("rews"), try archive.array("terminal"))
    if let infos = archive.skipped["infos"], infos != emptyInfos(count: rewards.count) {
      notes.append("'infos' is a pickle and was not read")
    }
    guard let cuts = try archive.array("indices").integers(), rewards.shape.count == 1 else {
      throw InputError("'indices' or 'rews' is not a list of numbers", at: place, remedy: "the file is damaged")
    }
    guard terminal.element == .bool, terminal.shape == [cuts.count + 1] else {
      throw InputError(
        "'terminal' is \(terminal.element) of shape \(terminal.shape), wanted bool of [\(cuts.count + 1)]", at: place)
    }
    let bounds = [0] + cuts + [rewards.count]
    guard zip(bounds, bounds.dropFirst()).allSatisfy({ $0 <= $1 }) else {
      throw InputError("'indices' does not rise, or exceeds the number of steps", at: place)
    }
    let hasTruncated = archive.names.contains("pactolus_truncated")
    if !hasTruncated { notes.append("whether a trajectory was truncated is not said in the file, and taken as no") }
    let content = try TrajectoryColumns.trajectories(
      place: place, lengths: zip(bounds, bounds.dropFirst()).map { $1 - $0 }, observations: observations,
      actions: actions, rewards: rewards, terminated: terminal,
      truncated: hasTruncated ? archive.array("pactolus_truncated") : nil,
      starts: archive.names.contains("pactolus_start") ? archive.array("pactolus_start") : nil, notes: &notes)
    return FileImport(content, notes: notes)
  }

  /// Writes the file whole or not at all.
  public static func write(_ trajectories: [Trajectory], actions: Actions, to url: URL) throws {
    try WholeFile.write(data(trajectories, actions: actions), to: url)
  }

  /// The file's bytes.
  ///
  /// - Throws: `InputError` for a trajectory without a transition, which `imitation` refuses to load, and for discrete
  ///   actions that are not whole numbers.
  public static func data(_ trajectories: [Trajectory], actions: Actions) throws -> Data {
    let columns = try TrajectoryColumns(trajectories)
    if let empty = columns.lengths.firstIndex(of: 0) {
      throw InputError("the trajectory has no transitions", at: "trajectory \(empty + 1)", remedy: "leave it out")
    }
    let (rows, steps, count) = (columns.steps + trajectories.count, columns.steps, trajectories.count)
    let acts: TypedArray
    switch actions {
    case .discrete:
      let whole = columns.actions.map { Int(exactly: $0) }
      guard columns.actionRowSize == 1, !whole.contains(nil) else {
        throw InputError("the actions are not whole numbers", remedy: "write them as continuous")
      }
      acts = TypedArray(whole.compactMap(\.self), shape: [steps])
    case .continuous: acts = TypedArray(columns.actions, shape: [steps, columns.actionRowSize])
    }
    var cuts: [Int] = []
    for length in columns.lengths.dropLast() { cuts.append((cuts.last ?? 0) + length) }
    let archive = NumPyArchive([
      ("obs", TypedArray(columns.observations, shape: [rows, columns.observationSize])), ("acts", acts),
      ("rews", TypedArray(columns.rewards.map(Double.init), shape: [steps])),
      ("terminal", TypedArray(columns.terminated)), ("indices", TypedArray(cuts, shape: [cuts.count])),
      ("pactolus_truncated", TypedArray(columns.truncated)),
      ("pactolus_start", TypedArray(columns.starts, shape: [count, 3])),
    ])
    return try archive.data(adding: [("infos", emptyInfos(count: steps))])
  }

  /// A `.npy` file of `count` empty dictionaries: the pickle of `[{}, {}, …]`, in protocol 2.
  private static func emptyInfos(count: Int) -> [UInt8] {
    var text = "{'descr': '|O', 'fortran_order': False, 'shape': (\(count),), }"
    text += String(repeating: " ", count: 63 - (text.utf8.count + 10) % 64) + "\n"
    let size = text.utf8.count
    let header: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(size & 0xFF), UInt8(size >> 8)]
    let pickle: [UInt8] =
      [0x80, 2] + Array("](".utf8) + [UInt8](repeating: UInt8(ascii: "}"), count: count) + Array("e.".utf8)
    return header + Array(text.utf8) + pickle
  }
}

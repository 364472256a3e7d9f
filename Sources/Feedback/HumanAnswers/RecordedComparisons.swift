import Compute
import Environments
import Files
import Foundation

/// People's comparisons of pairs of recorded segments, with what was observed and done in each.
///
/// A `.npz` file with `obs_1`, `obs_2` (N × H × observation size), `action_1`, `action_2` (N × H × action size) and
/// `label` (N): 1 if the second was preferred, 0 if the first, 0.5 if neither. Format of jhejna's
/// inverse-preference-learning, whose files have labels by people.
///
/// There is no observation after the last action, so the last one stands twice: a reward that reads the next
/// observation must not learn from these.
public struct RecordedComparisons: Sendable, Hashable {
  /// The file's name without its ending.
  public let name: String
  /// The questions, in the order of the file.
  public let comparisons: [Comparison]
  /// How much the second was preferred: 0, ½ or 1.
  public let preferences: [Double]

  /// Takes the parts as they are: as many preferences as comparisons.
  public init(name: String, comparisons: [Comparison], preferences: [Double]) {
    precondition(comparisons.count == preferences.count, "one preference for each")
    self.name = name
    self.comparisons = comparisons
    self.preferences = preferences
  }

  /// Reads a file.
  ///
  /// - Throws: `InputError` for arrays that are missing, do not fit together, or hold what is no number or preference.
  public init(contentsOf url: URL) throws {
    let archive = try NumPyArchive(contentsOf: url)
    let place = url.path
    func array(_ name: String, like other: TypedArray? = nil) throws -> TypedArray {
      let array = try archive.array(name)
      guard array.shape.count == 3, array.shape.allSatisfy({ $0 > 0 }), other.map({ $0.shape == array.shape }) ?? true
      else {
        throw InputError(
          "the shape of \(name) is \(array.shape)", at: place,
          remedy: other.map { "wanted: \($0.shape), as its companion" } ?? "wanted: comparisons × steps × size")
      }
      return array
    }
    let observations = [try array("obs_1")] + [try array("obs_2", like: archive.array("obs_1"))]
    let actions = [try array("action_1")] + [try array("action_2", like: archive.array("action_1"))]
    let (count, steps) = (observations[0].shape[0], observations[0].shape[1])
    guard actions[0].shape[0] == count, actions[0].shape[1] == steps else {
      throw InputError(
        "observations are \(observations[0].shape), actions \(actions[0].shape)", at: place,
        remedy: "wanted: the same comparisons and steps")
    }
    let labels = try archive.array("label").doubles()
    guard labels.count == count else {
      throw InputError("\(labels.count) labels for \(count) comparisons", at: place)
    }
    if let row = labels.firstIndex(where: { ![0, 0.5, 1].contains($0) }) {
      throw InputError(
        "the label is \(labels[row])", at: "\(place), row \(row)",
        remedy: "it must be 0 (first), 0.5 (neither) or 1 (second)")
    }
    let seen = observations.map { $0.floats() }
    let done = actions.map { $0.floats() }
    for values in seen + done where values.contains(where: { !$0.isFinite }) {
      throw InputError("an observation or action is not a finite number", at: place, remedy: "check the file for NaN")
    }
    let (width, actionWidth) = (observations[0].shape[2], actions[0].shape[2])
    func segment(_ row: Int, _ side: Int) -> Trajectory {
      let rows = Array(seen[side][row * steps * width..<(row + 1) * steps * width])
      return Trajectory(
        observationSize: width, actionRowSize: actionWidth, observations: rows + rows.suffix(width),
        actions: Array(done[side][row * steps * actionWidth..<(row + 1) * steps * actionWidth]),
        rewards: [Float](repeating: 0, count: steps), terminated: false, truncated: false, start: nil)
    }
    self.init(
      name: url.deletingPathExtension().lastPathComponent,
      comparisons: (0..<count).map { Comparison(first: segment($0, 0), second: segment($0, 1)) }, preferences: labels)
  }
}

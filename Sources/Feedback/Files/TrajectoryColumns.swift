import Compute
import Environments
import Files

/// Trajectories end to end, as array files hold them: one array for each part, and where one trajectory gives way to
/// the next.
struct TrajectoryColumns {
  var observationSize: Int
  var actionRowSize: Int
  var lengths: [Int] = []
  /// [Σ (length + 1) × observationSize]
  var observations: [Float] = []
  /// [Σ length × actionRowSize]
  var actions: [Float] = []
  var rewards: [Float] = []
  var terminated: [Bool] = []
  var truncated: [Bool] = []
  /// Slot, episode and step for each trajectory, −1, −1, −1 for none.
  var starts: [Int] = []

  var steps: Int { rewards.count }

  /// - Throws: `InputError` if the trajectories are of different sizes, or there is none.
  init(_ trajectories: [Trajectory]) throws {
    guard let first = trajectories.first else {
      throw InputError("there is no trajectory to write", remedy: "give at least one")
    }
    (observationSize, actionRowSize) = (first.observationSize, first.actionRowSize)
    for (index, trajectory) in trajectories.enumerated() {
      guard trajectory.observationSize == observationSize, trajectory.actionRowSize == actionRowSize else {
        throw InputError(
          "observations of \(trajectory.observationSize) and actions of \(trajectory.actionRowSize) numbers, where the "
            + "first trajectory has \(observationSize) and \(actionRowSize)", at: "trajectory \(index + 1)",
          remedy: "write trajectories of one environment to a file")
      }
      lengths.append(trajectory.count)
      observations += trajectory.observations
      actions += trajectory.actions
      rewards += trajectory.rewards
      terminated.append(trajectory.terminated)
      truncated.append(trajectory.truncated)
      starts += trajectory.start.map { [$0.slot, $0.episode, $0.step] } ?? [-1, -1, -1]
    }
  }

  /// Puts trajectories together again from the arrays of a file, which must agree.
  ///
  /// - Parameters:
  ///   - place: what errors call the file.
  ///   - lengths: transitions of each.
  ///   - observations: [Σ (length + 1) × …].
  ///   - actions: [Σ length × …] or [Σ length].
  ///   - rewards: [Σ length].
  ///   - terminated: one for each trajectory; nil for none.
  ///   - truncated: likewise.
  ///   - starts: [trajectories × 3], −1 for none; nil for none.
  ///   - notes: what is lost in turning the numbers into floats is added.
  static func trajectories(
    place: String, lengths: [Int], observations: TypedArray, actions: TypedArray, rewards: TypedArray,
    terminated: TypedArray?, truncated: TypedArray?, starts: TypedArray?, notes: inout [String]
  ) throws -> [Trajectory] {
    func wrong(_ name: String, _ array: TypedArray, _ wanted: String) -> InputError {
      InputError(
        "'\(name)' has the shape \(array.shape), wanted \(wanted)", at: place, remedy: "the file is damaged")
    }
    var steps = 0
    for length in lengths {
      let (sum, overflow) = steps.addingReportingOverflow(length)
      guard length >= 0, !overflow else { throw InputError("a trajectory has the length \(length)", at: place) }
      steps = sum
    }
    // Every step has a reward, so these sums cannot overflow once that is checked.
    guard rewards.shape == [steps] else { throw wrong("rewards", rewards, "[\(steps)]") }
    let rows = steps + lengths.count
    let observationSize = try rowSize(observations, rows: rows) { wrong("observations", observations, "[\(rows), …]") }
    let actionRowSize = try rowSize(actions, rows: steps) { wrong("actions", actions, "[\(steps), …]") }
    for (name, flags) in [("terminated", terminated), ("truncated", truncated)] {
      if let flags, flags.shape != [lengths.count] { throw wrong(name, flags, "[\(lengths.count)]") }
    }
    if let starts, starts.shape != [lengths.count, 3] { throw wrong("starts", starts, "[\(lengths.count), 3]") }
    func whole(_ array: TypedArray?, or value: Int, count: Int) throws -> [Int] {
      guard let array else { return [Int](repeating: value, count: count) }
      guard let values = array.integers() else {
        throw InputError("a flag or a start is not a whole number", at: place, remedy: "the file is damaged")
      }
      return values
    }
    let terminations = try whole(terminated, or: 0, count: lengths.count)
    let truncations = try whole(truncated, or: 0, count: lengths.count)
    let positions = try whole(starts, or: -1, count: 3 * lengths.count)
    let values = (
      observations.exactFloats("observations", notes: &notes), actions.exactFloats("actions", notes: &notes),
      rewards.exactFloats("rewards", notes: &notes)
    )
    var (step, row) = (0, 0)
    return try lengths.enumerated().map { index, length in
      let start = Array(positions[3 * index..<3 * index + 3])
      guard start == [-1, -1, -1] || start.allSatisfy({ $0 >= 0 }) else {
        throw InputError("trajectory \(index + 1) starts at \(start)", at: place, remedy: "the file is damaged")
      }
      defer {
        step += length
        row += length + 1
      }
      return Trajectory(
        observationSize: observationSize, actionRowSize: actionRowSize,
        observations: Array(values.0[row * observationSize..<(row + length + 1) * observationSize]),
        actions: Array(values.1[step * actionRowSize..<(step + length) * actionRowSize]),
        rewards: Array(values.2[step..<step + length]), terminated: terminations[index] != 0,
        truncated: truncations[index] != 0,
        start: start[0] < 0 ? nil : EpisodePosition(slot: start[0], episode: start[1], step: start[2]))
    }
  }

  /// Numbers in a row of an array whose first dimension is `rows`.
  static func rowSize(_ array: TypedArray, rows: Int, _ problem: () -> InputError) throws -> Int {
    guard let first = array.shape.first, first == rows, array.shape.count <= 8 else { throw problem() }
    // Not from the number of numbers: there may be no row. `TypedArray` has no shape whose product overflows, but for
    // those with a zero.
    var size = 1
    for dimension in array.shape.dropFirst() {
      let (product, overflow) = size.multipliedReportingOverflow(by: dimension)
      guard dimension > 0, !overflow, product <= 1 << 40 else { throw problem() }
      size = product
    }
    return size
  }
}

extension TypedArray {
  /// The numbers as floats, with a note for those that a float does not hold exactly.
  func exactFloats(_ name: String, notes: inout [String]) -> [Float] {
    if shape.count > 2 { notes.append("\(name) of shape \(Array(shape.dropFirst())) are flattened") }
    switch element {
    case .bool, .int8, .uint8, .int16, .uint16, .float32: return floats()
    default: break
    }
    let rounded = floats()
    let inexact =
      element == .float64
      ? zip(rounded, doubles()).count { Double($0) != $1 && !$1.isNaN }
      : zip(rounded, integers() ?? []).count { Int(exactly: $0) != $1 }
    if inexact > 0 { notes.append("\(inexact) of \(rounded.count) \(name) are rounded from \(element) to float32") }
    return rounded
  }

  /// Booleans.
  init(_ values: [Bool]) { self.init(.bool, shape: [values.count], bytes: values.map { $0 ? 1 : 0 }) }
}

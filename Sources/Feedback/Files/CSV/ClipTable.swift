import Compute
import Environments
import Files

/// Clips as rows of a table: one row for each observation, the last of a clip without action and reward.
///
/// Columns: `clip`, `step`, `observation_0` …, `action_0` …, `reward`, `terminated`, `truncated`, `start_slot`,
/// `start_episode`, `start_step`. The flags stand with each transition and are 1 on the last alone; the start stands on
/// a clip's first row, empty for none.
struct ClipTable {
  static let ends = ["reward", "terminated", "truncated", "start_slot", "start_episode", "start_step"]

  static func columns(observationSize: Int, actionRowSize: Int) -> [String] {
    ["step"] + (0..<observationSize).map { "observation_\($0)" } + (0..<actionRowSize).map { "action_\($0)" } + ends
  }

  /// A clip's rows.
  static func rows(_ clip: Trajectory) throws -> [[String]] {
    guard clip.count > 0 || !(clip.terminated || clip.truncated) else {
      throw InputError("a clip without transitions has ended", remedy: "leave it out")
    }
    return (0...clip.count).map { step in
      let isLast = step == clip.count
      func flag(_ value: Bool) -> String { isLast ? "" : value && step == clip.count - 1 ? "1" : "0" }
      let start = step == 0 ? clip.start : nil
      let (k, a) = (clip.observationSize, clip.actionRowSize)
      return [String(step)] + clip.observations[step * k..<(step + 1) * k].map { "\($0)" }
        + (0..<a).map { isLast ? "" : "\(clip.actions[step * a + $0])" }
        + [
          isLast ? "" : "\(clip.rewards[step])", flag(clip.terminated), flag(clip.truncated),
          start.map { String($0.slot) } ?? "", start.map { String($0.episode) } ?? "",
          start.map { String($0.step) } ?? "",
        ]
    }
  }

  private let table: CSVTable
  private let step: Int
  private let observation: Int
  private let action: Int
  private let end: Int
  let observationSize: Int
  let actionRowSize: Int

  /// Finds the columns, which must be those above, in that order, after `leading`.
  init(_ table: CSVTable, after leading: [String]) throws {
    self.table = table
    (observationSize, actionRowSize) = (table.width("observation_"), table.width("action_"))
    let wanted = leading + Self.columns(observationSize: observationSize, actionRowSize: actionRowSize)
    guard table.header == wanted, observationSize > 0, actionRowSize > 0 else {
      let other = zip(table.header, wanted).first { $0 != $1 }
      throw InputError(
        other.map { "column '\($0.0)' where '\($0.1)' should be" } ?? "\(table.header.count) columns, some are missing",
        at: table.place(of: -1),
        remedy: "the columns are "
          + (leading + ["step, observation_0 …, action_0 …"] + Self.ends).joined(separator: ", "))
    }
    step = leading.count
    observation = step + 1
    action = observation + observationSize
    end = action + actionRowSize
  }

  /// The clip of these rows.
  func clip(_ range: Range<Int>) throws -> Trajectory {
    var (observations, actions, rewards): ([Float], [Float], [Float]) = ([], [], [])
    var flags = (terminated: false, truncated: false)
    var start: EpisodePosition?
    for (index, row) in range.enumerated() {
      let fields = table.rows[row]
      let isLast = row == range.upperBound - 1
      func number(_ column: Int) throws -> Float {
        guard let value = Float(fields[column]) else {
          throw InputError(
            "'\(table.header[column])' is '\(fields[column].prefix(40))', not a number", at: table.place(of: row))
        }
        return value
      }
      func flag(_ column: Int) throws -> Bool {
        guard fields[column] == "0" || (fields[column] == "1" && row == range.upperBound - 2) else {
          throw InputError(
            "'\(table.header[column])' is '\(fields[column].prefix(40))'", at: table.place(of: row),
            remedy: "use 0, and 0 or 1 on a clip's last transition")
        }
        return fields[column] == "1"
      }
      guard fields[step] == String(index) else {
        throw InputError("step '\(fields[step].prefix(40))' where \(index) should be", at: table.place(of: row))
      }
      for column in observation..<action { observations.append(try number(column)) }
      if isLast {
        guard fields[action..<end + 3].allSatisfy(\.isEmpty) else {
          throw InputError(
            "a clip's last row has an action or a reward", at: table.place(of: row),
            remedy: "add a row with the observation after it")
        }
      } else {
        for column in action..<end { actions.append(try number(column)) }
        rewards.append(try number(end))
        flags = (try flag(end + 1), try flag(end + 2))
      }
      let position = fields[(end + 3)...].map { Int($0) }
      if index == 0, !fields[(end + 3)...].allSatisfy(\.isEmpty) {
        guard position.allSatisfy({ $0 ?? -1 >= 0 }) else {
          throw InputError("the start is not three whole numbers", at: table.place(of: row))
        }
        start = EpisodePosition(slot: position[0]!, episode: position[1]!, step: position[2]!)
      } else if !fields[(end + 3)...].allSatisfy(\.isEmpty) {
        throw InputError("a start within a clip", at: table.place(of: row))
      }
    }
    return Trajectory(
      observationSize: observationSize, actionRowSize: actionRowSize, observations: observations, actions: actions,
      rewards: rewards, terminated: flags.terminated, truncated: flags.truncated, start: start)
  }
}

import Compute
import Rewards

/// Pictures of numbers on a finite world's states and actions: rewards, coverage of data.
enum TablePicture {
  /// Larger worlds are drawn in part, and the caption says so.
  static let mostStates = 24
  static let mostActions = 12

  /// One row for each state, one column for each action; numbers on states alone have one column.
  static func heatMap(
    id: String, title: String, caption: String, _ values: [Double], in world: FiniteWorld, isOnStates: Bool = false
  ) -> HeatMap? {
    let (states, actions) = (world.mdp.stateCount, isOnStates ? 1 : world.mdp.actionCount)
    guard values.count == states * actions, values.allSatisfy(\.isFinite) else { return nil }
    let rows = 0..<min(states, mostStates)
    let columns = 0..<min(actions, mostActions)
    let shown = rows.map { state in columns.map { values[state * actions + $0] } }
    let flat = shown.flatMap(\.self)
    let isPart = rows.count < states || columns.count < actions
    let largest = flat.indices.max { (flat[$0], -$0) < (flat[$1], -$1) } ?? 0
    let column = isOnStates ? "" : ", \(world.actionNames[largest % columns.count])"
    return HeatMap(
      id: id, title: title,
      caption: caption
        + (isPart
          ? " Drawn are the first \(rows.count) of \(states) states and \(columns.count) of \(actions) columns." : ""),
      summary: "\(title): \(rows.count) states by \(columns.count) columns; the largest number is "
        + "\(NumberFormat.plain.text(flat[largest])) in \(world.stateNames[largest / columns.count])\(column).",
      rows: rows.map { world.stateNames[$0] },
      columns: isOnStates ? ["value"] : columns.map { world.actionNames[$0] }, values: shown,
      lower: flat.min() ?? 0, upper: flat.max() ?? 1)
  }

  /// A reward; of one on transitions its expectation.
  static func heatMap(id: String, title: String, caption: String, _ reward: RewardTable, in world: FiniteWorld)
    -> HeatMap?
  {
    guard reward.states == world.mdp.stateCount, reward.actions == world.mdp.actionCount else { return nil }
    return heatMap(
      id: id, title: title,
      caption: caption + (reward.axes == .transition ? " Each number is the mean over next states." : ""),
      reward.axes == .state ? reward.values : reward.expected(in: world.mdp), in: world,
      isOnStates: reward.axes == .state)
  }
}

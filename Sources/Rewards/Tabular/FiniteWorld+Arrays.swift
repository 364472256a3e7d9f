import Compute
import Environments
import Files

extension FiniteWorld {
  /// A world from NumPy arrays: `transitions` [S, A, S], or `row_starts`, `successors`, `probabilities` (compressed
  /// rows); `discount`; `start` [S], uniform if absent; `rewards`, or several as `reward_NAME`, each [S], [S, A] or
  /// [S, A, S].
  public init(arrays: NumPyArchive, place: String = "npz") throws {
    let known = ["transitions", "row_starts", "successors", "probabilities", "rewards", "start", "discount", "horizon"]
    for name in arrays.names where !known.contains(name) && !name.hasPrefix("reward_") {
      throw InputError.unknown("array", name, among: known + ["reward_NAME"], at: place)
    }
    func has(_ name: String) -> Bool { arrays.names.contains(name) }
    func scalar(_ name: String) throws -> Double {
      let array = try arrays.array(name)
      guard array.count == 1 else {
        throw InputError("\(name) has the shape \(array.shape)", at: place, remedy: "give one number")
      }
      return array.doubles()[0]
    }
    let discount = try scalar("discount")
    try WorldNumbers.checkDiscount(discount, place: place)
    let rows =
      try has("transitions")
      ? WorldRows(dense: arrays.array("transitions"), place: place)
      : has("row_starts")
        ? WorldRows(compressed: arrays, place: place) : WorldRows(dense: arrays.array("transitions"), place: place)
    var start: [Double]?
    if has("start") {
      let array = try arrays.array("start")
      guard array.shape == [rows.states] else {
        throw InputError("start has the shape \(array.shape)", at: place, remedy: "give [\(rows.states)]")
      }
      start = array.doubles()
    }
    let mdp = try rows.mdp(start: start, discount: discount, place: place)
    let rewards = try arrays.names.filter { $0 == "rewards" || $0.hasPrefix("reward_") }.map { name in
      (
        name: name == "rewards" ? name : String(name.dropFirst("reward_".count)),
        table: try RewardTable(
          try arrays.array(name), states: rows.states, actions: rows.actions, place: "\(place)/\(name)")
      )
    }
    var horizon: Int?
    if has("horizon") {
      let value = try scalar("horizon")
      guard let whole = Int(exactly: value) else { throw InputError("the horizon is \(value)", at: place) }
      horizon = whole
    }
    try self.init(mdp: mdp, rewards: rewards, title: place, horizon: horizon)
  }

  /// The world as arrays, compressed rows and all; reading them gives the same numbers.
  public func arrays() -> NumPyArchive {
    var arrays: [(name: String, array: TypedArray)] = [
      ("row_starts", TypedArray(mdp.rowStarts, shape: [mdp.rowStarts.count])),
      ("successors", TypedArray(mdp.successors, shape: [mdp.successors.count])),
      ("probabilities", TypedArray(mdp.probabilities, shape: [mdp.probabilities.count])),
      ("start", TypedArray(mdp.start, shape: [mdp.stateCount])),
      ("discount", TypedArray([mdp.discount], shape: [])),
    ]
    if let horizon { arrays.append(("horizon", TypedArray([horizon], shape: []))) }
    for (name, table) in rewards {
      let shape = [table.states, table.actions, table.states].prefix(
        table.axes == .state ? 1 : table.axes == .stateAction ? 2 : 3)
      arrays.append(("reward_" + name, TypedArray(table.values, shape: Array(shape))))
    }
    return NumPyArchive(arrays)
  }
}

extension RewardTable {
  /// A reward from an array of shape [S], [S, A] or [S, A, S].
  init(_ array: TypedArray, states: Int, actions: Int, place: String) throws {
    let axes = zip(Axes.allCases, [[states], [states, actions], [states, actions, states]])
      .first { $0.1 == array.shape }?.0
    guard let axes else {
      throw InputError(
        "a reward has the shape \(array.shape)", at: place,
        remedy: "give [\(states)], [\(states), \(actions)] or [\(states), \(actions), \(states)]")
    }
    do {
      try self.init(states: states, actions: actions, axes: axes, values: array.doubles())
    } catch var error as InputError {
      error.place = place + (error.place.map { ", " + $0 } ?? "")
      throw error
    }
  }
}

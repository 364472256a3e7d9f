extension RolloutTable.Component {
  /// A column with a value for each row; `weights` has one for each row, one for all, or none.
  public init(_ name: String, _ values: [Double], weights: [Double] = []) {
    self.init(name: name, values: values, weights: weights)
  }
}

extension RolloutTable {
  /// Adds a further column with few values.
  package mutating func addAttribute(_ name: String, _ values: CategoryColumn) {
    attributes.append(.init(name: name, values: values))
  }
}

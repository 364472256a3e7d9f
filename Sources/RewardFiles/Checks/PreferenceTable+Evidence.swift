/// Which rows of a table can be evidence about a reward model.
extension PreferenceTable {
  /// The codes of the splits that are training ones, by their names.
  var trainingSplits: Set<Int> {
    Set(split.names.indices.filter { split.names[$0].lowercased().hasPrefix("train") })
  }

  /// For each row whether it belongs to the training split: the model has seen its label, so it is no evidence.
  var isTraining: [Bool] {
    let training = trainingSplits
    guard !training.isEmpty else { return [Bool](repeating: false, count: count) }
    return split.codes.map { $0 >= 0 && training.contains(Int($0)) }
  }

  /// The number of different scores where there are so few that they are grades on a scale: two to twenty, in a hundred
  /// scores and more; otherwise nil. Many replies share a grade, and a difference of grades is no log-odds.
  var grades: Int? {
    var seen: Set<Double> = []
    for score in scoreChosen + scoreRejected where score.isFinite {
      seen.insert(score)
      if seen.count > 20 { return nil }
    }
    return scoreChosen.count >= 50 && seen.count > 1 ? seen.count : nil
  }

  /// Rows outside the training split.
  var evaluationRows: [Int] {
    let isTraining = isTraining
    return (0..<count).filter { !isTraining[$0] }
  }
}

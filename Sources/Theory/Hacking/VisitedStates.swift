import Environments

extension TabularMDP {
  /// Which states count for returns: those that some policy visits with positive discounted weight, and acts in. With a
  /// discount of 0 nothing beyond the start does.
  var countingStates: [Bool] {
    let reached = discount > 0 ? reachableStates : start.map { $0 > 0 }
    return zip(reached, isTerminal).map { $0 && !$1 }
  }
}

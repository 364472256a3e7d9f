import Compute

/// Which decisions of an agent rely on which: D relies on D′ when the best rule at D may depend on the rule at D′, that
/// is when a further parent of D′ would be d-connected to a utility below D given what is known at D, and D.
///
/// Where no two rely on one another, directly or through others, the agent has *sufficient recall*: rules can be chosen
/// one after the other, and the criteria for several decisions are meant for such diagrams. A decision above another
/// always relies on it, so the order in which rules are chosen is one from the last decision to the first.
///
/// Sources: Koller & Milch, "Multi-agent influence diagrams for representing and solving games", IJCAI 2001 (relevance);
/// Lauritzen & Nilsson, "Representing and solving decision problems with limited information", Management Science 2001.
/// O(decisions · (nodes + edges)).
package struct SufficientRecall: Sendable {
  /// Groups of decisions that rely on one another, in the order in which their rules can be chosen: each group relies
  /// only on itself and on groups before it. With sufficient recall each holds one decision.
  package let groups: [[Int]]
  private let view: AgentView
  private let relies: [[Bool]]

  package init(_ view: AgentView) {
    self.view = view
    // Last first, so that ties go to the decision that comes later.
    let decisions = Array(view.decisions.reversed())
    let relies = decisions.map { decision in
      let trails = view.trails(to: decision, in: view.graph)
      return decisions.map { $0 != decision && trails.reachesMechanism(of: $0) }
    }
    self.relies = relies
    // Reachability among few decisions; groups are those that reach one another.
    var reaches = relies
    for middle in decisions.indices {
      for first in decisions.indices where reaches[first][middle] {
        for last in decisions.indices where reaches[middle][last] { reaches[first][last] = true }
      }
    }
    var groups: [[Int]] = []
    var done = [Bool](repeating: false, count: decisions.count)
    while let next = decisions.indices.first(where: { index in
      !done[index]
        && decisions.indices.allSatisfy { !reaches[index][$0] || done[$0] || $0 == index || reaches[$0][index] }
    }) {
      let group = decisions.indices.filter { $0 == next || reaches[next][$0] && reaches[$0][next] }
      for index in group { done[index] = true }
      groups.append(group.map { decisions[$0] })
    }
    self.groups = groups
  }

  package var holds: Bool { groups.allSatisfy { $0.count == 1 } }

  /// Two decisions that rely on one another, directly where there are such two; nil with sufficient recall.
  package var pair: (Int, Int)? {
    let decisions = Array(view.decisions.reversed())
    for first in decisions.indices.reversed() {
      for second in decisions.indices.reversed() where relies[first][second] && relies[second][first] {
        return (decisions[first], decisions[second])
      }
    }
    guard let group = groups.first(where: { $0.count > 1 }) else { return nil }
    return (group[group.count - 1], group[group.count - 2])
  }

  /// The decisions, last first: each relies only on those before it.
  ///
  /// - Throws: `InputError` that names two decisions that rely on one another.
  package func orderOrRefusal() throws -> [Int] {
    guard let (first, second) = pair else { return groups.map { $0[0] } }
    let names = [first, second].map { view.diagram.nodes[$0].name }
    throw InputError(
      "no sufficient recall: the best rule at \(names[0]) depends on the rule at \(names[1]), and the other way round",
      at: view.diagram.name,
      remedy: "let the later decision know what the earlier one knew and chose: add these to its parents")
  }
}

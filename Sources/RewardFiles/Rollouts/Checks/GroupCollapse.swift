import Compute
import Findings
import Foundation

extension RolloutCheck {
  /// Most groups teach something.
  public static let groupCollapse = RolloutCheck(
    id: "group-collapse",
    title: "Most groups teach something",
    problem: "Most groups teach nothing",
    explanation:
      "Groups whose completions are all paid alike have no advantage and teach nothing. Tolerated: 75 % of the groups. Beside it stands how many are to be expected "
      + "if every prompt had the mean pass rate p, p^G + (1 − p)^G for groups of G; more than that is usual, because prompts differ in "
      + "difficulty. It speaks of the prompts as much as of the verifier.",
    advice:
      "Leave out prompts that are always or never solved, draw larger groups, or resample until a group varies "
      + "(DAPO's dynamic sampling); then look at the new rollouts: pactolus audit rollouts NEW-ROLLOUTS",
    assumptions: "Groups are independent of each other.",
    source: "Yu et al. 2025 (DAPO, dynamic sampling); binomial arithmetic",
    needs: [.totals, .groups]
  ) { rollouts throws(AuditGap) in
    let table = rollouts.table
    let groups = rollouts.groups.map { $0.filter { table.total[$0].isFinite } }.filter { $0.count > 1 }
    guard groups.count >= 10 else { throw .missing("fewer than ten groups of two") }
    let alike = groups.filter { group in group.allSatisfy { table.total[$0] == table.total[group[0]] } }
    let rows = groups.joined().filter { rollouts.accepted[$0] >= 0 }
    guard !rows.isEmpty else { throw .notMeasurable("the total is the same everywhere") }
    let rate = Double(rows.count { rollouts.accepted[$0] == 1 }) / Double(rows.count)
    let expected = Statistics.mean(groups.map { GroupCollapse.expected(passRate: rate, size: $0.count) })
    return CheckOutcome(
      tests: [.share("groups that are paid alike throughout", alike.count, of: groups.count, atMost: 0.75)],
      evidence: [
        Evidence("to be expected if all prompts were equally hard", expected),
        Evidence("pass rate", rate, count: rows.count),
        Evidence(
          "groups that are never accepted", Double(alike.count { rollouts.accepted[$0[0]] == 0 }), count: groups.count),
        Evidence(
          "groups that are always accepted", Double(alike.count { rollouts.accepted[$0[0]] == 1 }), count: groups.count),
      ], bearing: .advice)
  }
}

/// The arithmetic of groups that are paid alike.
package enum GroupCollapse {
  /// How likely all completions of a group are accepted or all are rejected: p^G + (1 − p)^G.
  package static func expected(passRate: Double, size: Int) -> Double {
    pow(passRate, Double(size)) + pow(1 - passRate, Double(size))
  }
}

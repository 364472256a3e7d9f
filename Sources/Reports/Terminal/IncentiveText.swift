import Findings
import Theory

/// The incentives of a decision as lines for a terminal.
package struct IncentiveText {
  private let table: IncentiveTable
  /// Nodes that are shown; the rest is counted.
  private static let mostRows = 200

  package init(_ table: IncentiveTable) { self.table = table }

  package var lines: String {
    var out = "\(table.diagram), \(table.agent == "agent" ? "" : "agent \(table.agent), ")at \(table.decision)\n\n"
    let hasNumbers = table.rows.contains { $0.worthOfKnowing != nil || $0.worthOfChoosing != nil }
    func yes(_ admits: Bool, _ worth: Double?) -> String {
      guard admits else { return "–" }
      return hasNumbers ? "yes" + (worth.map { " \(Numbers.plain($0))" } ?? "") : "yes"
    }
    func control(_ row: IncentiveTable.Row) -> String {
      guard row.valueOfControl else { return "–" }
      let ways = [row.directValueOfControl ? "direct" : nil, row.indirectValueOfControl ? "indirect" : nil]
      let way = ways.compactMap(\.self).joined(separator: " and ")
      return (way.isEmpty ? "yes" : way) + (row.worthOfChoosing.map { " \(Numbers.plain($0))" } ?? "")
    }
    let rows = table.rows.prefix(Self.mostRows).map { row in
      [
        row.node, row.agent.map { $0 == table.agent ? row.kind : "\(row.kind) of \($0)" } ?? row.kind,
        yes(row.valueOfInformation, row.worthOfKnowing), yes(row.responseIncentive, nil), control(row),
        yes(row.instrumentalControlIncentive, nil),
      ]
    }
    let text = TableText(
      ReportModel.Table(
        caption: "", columns: ["node", "kind", "worth knowing", "responded to", "worth controlling", "a means"],
        rows: rows))
    out += text.aligned.drop { $0 == "\n" } + "\n"
    if table.rows.count > rows.count { out += "… and \(table.rows.count - rows.count) more nodes; --json has all\n" }
    return out + "\n" + remarks.joined(separator: "\n")
  }

  private var remarks: [String] {
    var out: [String] = []
    let means = table.rows.filter {
      $0.instrumentalControlIncentive && $0.node != table.decision && $0.kind != "utility"
    }
    if means.isEmpty {
      out.append("\(table.decision) has no reason to change anything but what it wants itself.")
    } else {
      out.append(
        "\(table.decision) can gain by changing \(Self.list(means.map(\.node))): "
          + (means.count == 1 ? "a means to its utility." : "means to its utility."))
    }
    if !table.worthless.isEmpty {
      out.append("Known and worth nothing: " + Self.list(table.worthless.map { "\($0[0]) (to \($0[1]))" }) + ".")
    }
    if let best = table.bestExpectedUtility {
      out.append("Best expected utility \(Numbers.plain(best)).")
    }
    if let policy = table.policy, policy.count <= 24 {
      for choice in policy {
        let known = choice.knowing.sorted { $0.key < $1.key }.map { "\($0.key) is \($0.value)" }
        out.append(
          "  \(choice.decision): \(choice.choice)" + (known.isEmpty ? "" : " when " + known.joined(separator: ", ")))
      }
    }
    if !table.fixed.isEmpty {
      out.append(
        "Held fixed: the policies of " + Self.list(table.fixed)
          + (table.bestExpectedUtility == nil ? "." : "; the numbers are for uniform ones."))
    }
    if let reason = table.whyNoNumbers { out.append("Not all numbers: \(reason).") }
    return out
  }

  private static func list(_ names: [String]) -> String {
    let shown = names.count > 12 ? Array(names.prefix(11)) + ["\(names.count - 11) more"] : names
    guard shown.count > 1 else { return shown.first ?? "nothing" }
    return shown.dropLast().joined(separator: ", ") + " and " + shown.last!
  }
}

/// What several agents have to do with one another, as lines for a terminal.
package struct GameText {
  private let table: GameTable

  package init(_ table: GameTable) { self.table = table }

  package var lines: String {
    var out: [String] = []
    if let motives = table.motives {
      out.append("Why each decision matters:")
      for motive in motives {
        let words = motive.patterns.map(\.rawValue).joined(separator: ", ")
        out.append("  \(motive.decision) (agent \(motive.agent)): \(words.isEmpty ? "nothing motivates it" : words)")
      }
    }
    if let equilibria = table.equilibria {
      let count = equilibria.count
      out.append(
        (count == 0 ? "No equilibrium" : Numbers.count(count, "equilibrium", "equilibria"))
          + (table.mayHaveMore ? " found; there may be more:" : ":"))
      for equilibrium in equilibria.prefix(12) {
        for agent in equilibrium.policies.keys.sorted() {
          let policies = equilibrium.policies[agent]!.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
          let words = policies.map { $0.value == 1 ? $0.key : "\(Numbers.plain($0.value)) × (\($0.key))" }
          out.append(
            "  \(agent) gains \(Numbers.plain(equilibrium.utilities[agent]!)) by " + words.joined(separator: " + "))
        }
        out.append("")
      }
      if count > 12 { out.append("  … and \(count - 12) more; --json has all") }
      if out.last == "" { out.removeLast() }
    }
    if let reason = table.whyNotAll { out.append("Not everything: \(reason).") }
    return out.joined(separator: "\n")
  }
}

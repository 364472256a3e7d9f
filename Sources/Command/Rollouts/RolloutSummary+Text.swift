import Foundation
import Pactolus

extension RolloutSummary {
  /// What was read, which field was taken for what, and the plain facts, for a terminal.
  var text: String {
    func share(_ count: Int, of all: Int) -> String {
      "\(count) of \(all)" + (all > 0 ? String(format: " (%.1f %%)", 100 * Double(count) / Double(all)) : "")
    }
    var lines = [
      ["format", format + (files == 1 ? "" : ", \(files) files")],
      [
        "rollouts",
        "\(rows) in \(groups) groups, \(prompts) prompts" + (gold > 0 ? ", \(gold) with a label of a person" : ""),
      ],
    ]
    for (role, names) in fieldsByRole { lines.append([role, names]) }
    lines.append(["", ""])
    let interval = meanRewardInterval.map {
      String(format: "  (95 %% interval %.4g to %.4g, by group)", $0.lower, $0.upper)
    }
    lines.append([
      "mean reward", meanReward.map { String(format: "%.4g", $0) + (interval ?? "") } ?? "no rollout has one",
    ])
    for part in parts {
      let name = part.role == .component ? part.name : "\(part.name), \(part.role.rawValue)"
      lines.append(["  \(name)", String(format: "%.4g", part.mean) + (part.count < rows ? "  (of \(part.count))" : "")])
    }
    if scored < rows { lines.append(["without a reward", share(rows - scored, of: rows)]) }
    lines.append(["errors", errors.map { share($0, of: rows) } ?? "the files do not say"])
    lines.append(["cut off", truncated.map { share($0, of: truncationKnown) } ?? "the files do not say"])
    lines.append([
      "groups of equal rewards",
      comparedGroups == 0 ? "no group has two rollouts" : share(flatGroups, of: comparedGroups),
    ])
    var text = Screen.table(lines)
    let aside = setAside.reduce(0) { $0 + $1.count }
    if aside > 0 {
      text += "\n\nset aside: \(aside) rows"
      for entry in setAside.prefix(5) { text += "\n  \(entry.count): \(entry.reason)" }
    }
    if !notes.isEmpty { text += "\n\nnoted:" + notes.map { "\n  \($0)" }.joined() }
    return text
  }

  /// "prompt ← input, tools", a line for each role.
  private var fieldsByRole: [(String, String)] {
    RolloutRole.allCases.compactMap { role in
      let names = fields.filter { $0.role == role }.map(\.name)
      guard !names.isEmpty else { return nil }
      let shown = names.prefix(12).joined(separator: ", ") + (names.count > 12 ? ", … \(names.count - 12) more" : "")
      return (role == .ignore ? "not used" : "\(role.rawValue) ←", shown)
    }
  }
}

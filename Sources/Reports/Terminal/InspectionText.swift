import Audits
import Compute
import Findings
import Foundation
import Runs

/// What an inspection says, as lines for a terminal.
package enum InspectionText {
  /// The overview.
  package static func lines(_ inspection: Inspection) -> String {
    let facts = inspection.facts.map { fact in
      fact.name.padding(toLength: 18, withPad: " ", startingAt: 0) + fact.value
        + (fact.note.map { " (\($0))" } ?? "")
    }
    var parts = [facts.joined(separator: "\n")]
    parts += inspection.tables.map { TableText($0).aligned }
    parts.insert(inspection.words.joined(separator: "\n"), at: min(2, parts.count))
    if let map = inspection.map { parts.append(lines(map)) }
    return parts.joined(separator: "\n\n")
  }

  private static func lines(_ map: RewardMap) -> String {
    func text(_ value: Double) -> String { String(format: "%.2f", value) }
    return TableText(
      ReportModel.Table(
        caption: "What the reward pays: across \(map.across.name), up \(map.up.name). \(map.words)",
        columns: [""] + map.across.middles.map { String(format: "%.3g", $0) },
        rows: zip(map.up.middles, map.values).reversed().map { middle, row in
          [String(format: "%.3g", middle)] + row.map { $0.map(text) ?? "" }
        }, numeric: Array(0...map.across.middles.count))
    ).aligned
  }

  /// One answer.
  package static func lines(_ answer: InspectedAnswer) -> String {
    var lines = [
      "Question \(answer.question): \(answer.kind), answered by \(answer.person); clips "
        + answer.clips.map(String.init).joined(separator: ", ")
    ]
    if let probability = answer.probability, let without = answer.withoutIt {
      lines.append(
        "  expected           \(Numbers.percent(without)) by the other answers, \(Numbers.percent(probability)) by the reward "
          + "that knows it")
    } else {
      lines.append("  expected           undefined: a tie, or no clear answer")
    }
    if let mislabelled = answer.mislabelled {
      lines.append("  not meant          \(Numbers.percent(mislabelled)), where 1 % of answers are not")
    }
    lines.append(
      "  without it         the reward moves by \(Numbers.plain(answer.effect.exact)) of its spread (to first order "
        + "\(Numbers.plain(answer.effect.plain))), the \(answer.rank). of \(answer.answers)")
    if !answer.parts.isEmpty {
      lines.append("  why what was taken is paid more than the other:")
      lines += parts(answer.parts)
    }
    return lines.joined(separator: "\n")
  }

  /// One clip.
  package static func lines(_ clip: InspectedClip) -> String {
    let total = clip.rewards.reduce(0, +)
    var lines = [
      "Clip \(clip.clip): \(Numbers.count(clip.steps, "step")), paid \(Numbers.plain(total)) in all, "
        + "\(Numbers.plain(total / Double(clip.steps))) a step; by the world \(Numbers.plain(clip.trueReturn))",
      "  shown by questions "
        + (clip.questions.isEmpty ? "none" : clip.questions.map(String.init).joined(separator: ", ")),
    ]
    if let best = clip.rewards.indices.max(by: { clip.rewards[$0] < clip.rewards[$1] }),
      let worst = clip.rewards.indices.min(by: { clip.rewards[$0] < clip.rewards[$1] })
    {
      lines.append(
        "  best step \(best + 1) (\(Numbers.plain(clip.rewards[best]))), worst step \(worst + 1) "
          + "(\(Numbers.plain(clip.rewards[worst])))")
    }
    lines += uncertainty(clip.uncertainty)
    lines.append("  why, a step in the mean, against what was judged (\(clip.method.rawValue)):")
    lines += parts(clip.parts) + movers(clip.movers, clip.influenceProblem)
    return lines.joined(separator: "\n")
  }

  /// One state.
  package static func lines(_ state: InspectedState) -> String {
    var lines = ["State " + state.state.map { Numbers.plain($0) }.joined(separator: ", ")]
    let width = state.actions.map(\.action.count).max() ?? 0
    for action in state.actions {
      let name = action.action.padding(toLength: width, withPad: " ", startingAt: 0)
      lines.append(
        "  \(name)  \(Numbers.plain(action.reward))" + (action.action == state.chosen ? "  what the policy does" : ""))
    }
    if let first = state.actions.first { lines += uncertainty(first.uncertainty) }
    lines.append("  why, over the actions in the mean (\(state.method.rawValue)):")
    lines += parts(state.parts) + movers(state.movers, state.influenceProblem)
    return lines.joined(separator: "\n")
  }

  private static func parts(_ parts: [FeaturePart]) -> [String] {
    let shown = parts.prefix(8)
    let width = shown.map(\.feature.count).max() ?? 0
    return shown.map { "    \($0.feature.padding(toLength: width, withPad: " ", startingAt: 0))  \(signed($0.part))" }
      + (parts.count > 8 ? ["    and \(parts.count - 8) smaller ones"] : [])
  }

  private static func signed(_ value: Double) -> String { (value > 0 ? "+" : "") + Numbers.plain(value) }

  private static func uncertainty(_ numbers: UncertaintyNumbers) -> [String] {
    let all = [
      ("people err", numbers.aleatoric), ("members disagree", numbers.model),
      ("like what was judged", numbers.distributional), ("rests on the idea of people", numbers.specification),
    ]
    let known = all.compactMap { name, value in value.map { "\(name) \(Numbers.plain($0))" } }
    return ["  uncertainty        " + (known.isEmpty ? "not stated" : known.joined(separator: ", "))]
  }

  private static func movers(_ movers: [AnswerEffect], _ problem: String?) -> [String] {
    if let problem { return ["  answers' effects are not measurable: \(problem)"] }
    guard !movers.isEmpty else { return [] }
    return ["  answers without which it would change most (in units of the reward's spread; to first order):"]
      + movers.map { "    question \($0.question)  \(signed($0.exact))  (\(signed($0.plain)))" }
  }
}

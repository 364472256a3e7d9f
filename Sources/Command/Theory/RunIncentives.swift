import Foundation
import Pactolus
import Reports

/// What `pactolus incentives RUN` says: by which way the run's policy gains, round by round where that was recorded.
struct RunIncentives {
  let directory: String
  let delicate: [String]
  let baseline: String?

  func show(json: Bool, grounds: Bool) throws {
    let (environments, learners) = (Parts.current.environments, Parts.current.learners)
    let (world, watched) = try MeansAudit.world(of: directory, registry: environments, learners: learners)
    guard !delicate.isEmpty || !watched.isEmpty else { return try list(world, json: json) }
    let audit = try MeansAudit(
      directory: directory, delicate: delicate, baseline: baseline, registry: environments, learners: learners)
    if json {
      let document = FindingDocument(audit.findings, headline: MeansAudit.headline, numbers: audit)
      return Screen.write(String(decoding: try document.json(), as: UTF8.self) + "\n", to: STDOUT_FILENO)
    }
    print(Self.text(audit) + "\n")
    let text = FindingText(
      audit.findings, headline: MeansAudit.headline, width: min(Screen.width, 110), usesColor: Screen.hasColor)
    print(grounds ? text.grounds : text.summary)
  }

  /// Without a variable: which there are, and which of them can be a means.
  private func list(_ world: FactoredWorld, json: Bool) throws {
    // A graph of a whole episode would be large, and three steps show every path that there is from one variable to another
    // in a world of so few.
    let told = try WorldIncentives(
      world.title, world, steps: min(world.horizon ?? 3, max(3, world.variables.count + 1)), delicate: [],
      baseline: nil,
      penalty: 0)
    if json { return try JSONLine.printPretty(told) }
    print(told.text + "\n\nName one by --delicate to see how much of the run's gain comes through it.")
  }

  static func text(_ audit: MeansAudit) -> String {
    let words = audit.delicate.joined(separator: ", ")
    var lines = [
      "\(audit.world), \(audit.steps) steps; the policy of \(audit.directory) after \(audit.agentSteps) steps"
        + (audit.isFinished ? "" : " (not finished)"),
      "Delicate: \(words). Baseline: \(audit.baseline). “Moved” is how far \(words) ends from its natural course (total variation).",
    ]
    for payment in audit.payments {
      lines += ["", "By \(payment.name):", ""]
      let rows = payment.agents.map { agent in
        [agent.name] + [agent.gain.value, agent.gain.total, agent.gain.direct, agent.gain.indirect].map(number)
          + [agent.moved.map(number).joined(separator: ", ")]
      }
      lines.append(Screen.table([["agent", "earns", "gains", "not through it", "through it", "moved"]] + rows))
    }
    lines += ["", "How far the run's policy has moved it, step by step:", ""]
    let shown = shownSteps(audit.steps)
    lines.append(
      Screen.table(
        [["after step"] + shown.map(String.init)]
          + audit.courses.map { course in
            let distances = course.distances
            return [course.variable] + shown.map { number(distances[$0]) }
          }))
    if !audit.rounds.isEmpty {
      lines += ["", "Round by round, by the world's own reward:", ""]
      lines.append(
        Screen.table(
          [["round", "steps", "gains", "not through it", "through it", "moved"]]
            + audit.rounds.map { round in
              ["\(round.round)", "\(round.agentSteps)"]
                + [round.total, round.total - round.through, round.through, round.moved].map(number)
            }))
    }
    lines += audit.notes.map { "\n" + $0 }
    return lines.joined(separator: "\n")
  }

  /// Not more than eight, the last among them.
  private static func shownSteps(_ steps: Int) -> [Int] {
    guard steps > 8 else { return Array(1...max(1, steps)) }
    return (1...8).map { $0 * steps / 8 }
  }

  private static func number(_ value: Double) -> String {
    String(format: "%.4f", abs(value) < 5e-5 ? 0 : value)
  }
}

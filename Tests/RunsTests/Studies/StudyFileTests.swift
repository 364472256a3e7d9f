import Compute
import RunFixtures
import Runs
import Testing

@Suite("Study files")
struct StudyFileTests {
  private static func refusal(_ text: String) -> InputError? {
    do {
      _ = try StudyPlan(StudyFile(text: text, path: "s.yaml"))
      return nil
    } catch {
      return error as? InputError
    }
  }

  /// A fault, the line that it is on, and what the message must say.
  static let faults: [(text: String, line: Int, says: [String])] = [
    ("study: s\nsedes: 3\n", 2, ["field 'sedes'", "seeds"]),
    ("study: s\nmeasure: [return, scroe]\n", 2, ["measure 'scroe'", "score"]),
    ("study: s\nmeasure: [return, return]\n", 2, ["given twice"]),
    ("study: s\ntables: [row]\n", 2, ["table 'row'", "rows"]),
    ("study: s\ntables: [outcomes]\n", 2, ["score"]),
    ("seeds: 3\n", 1, ["no name", "study: NAME"]),
    ("study: a/b\n", 1, ["cannot name a directory"]),
    ("study: s\nseeds: 0\n", 2, ["seeds", "from 1"]),
    ("study: s\nseeds: [1, 1]\n", 2, ["each once"]),
    ("study: s\nseeds: [1, -1]\n", 2, ["-1"]),
    ("study: s\nepisodes: 1\n", 2, ["episodes", "from 2"]),
    ("study: s\nkeep: maybe\n", 2, ["keep", "true or false"]),
    ("study: s\nminutes: {fast: 3}\n", 2, ["fast", "quick"]),
    ("study: s\nminutes: {full: soon}\n", 2, ["soon"]),
    ("study: s\nrate: 0\n", 2, ["rate"]),
    ("study: s\nsettings:\n  run.seed: 3\n", 3, ["seeds"]),
    ("study: s\nsettings:\n  ppo:\n    epoch: 3\n", 4, ["ppo.epoch", "ppo.epochs"]),
    ("study: s\nsettings:\n  ppo.epochs: none\n", 3, ["ppo.epochs", "whole number"]),
    ("study: s\naxes:\n  ppo.epoch: [3]\n", 3, ["ppo.epoch", "ppo.epochs"]),
    ("study: s\naxes:\n  ppo.epochs: []\n", 3, ["levels"]),
    ("study: s\naxes:\n  ppo.epochs: [3, 3]\n", 3, ["same name"]),
    ("study: s\naxes:\n  run.environment: all of them\n", 3, ["all presets"]),
    ("study: s\naxes:\n  run.environment: [pactolus/CartPol-v1]\n", 3, ["CartPole-v1"]),
    ("study: s\naxes:\n  who: 3\n", 3, ["who", "level"]),
    ("study: s\naxes:\n  who:\n    me: {run.seed: 1}\n", 4, ["seeds"]),
    ("study: s\naxes:\n  who:\n    me: {run.learner: 10 %}\n", 4, ["no number"]),
    ("study: s\naxes:\n  who:\n    me: {run.steps: 0.00001 %}\n", 4, ["run.steps"]),
    ("study: s\naxes:\n  who:\n    me: {person.answering: live}\n", 4, ["row 'me'", "workbench"]),
    ("study: s\nsettings:\n  feedback.segmentLength: 5000\n", 3, ["200"]),
    ("study: s\nsettings:\n  feedback.afterPretraining: true\n", 3, ["explore by itself", "sac"]),
    (
      "study: s\naxes:\n  run.learner: [ppo, sac]\nsettings:\n  run.environment: pactolus/CartPole-v1\n", 0,
      ["row 'sac'"]
    ),
    ("study: s\nseeds: 101\n", 0, ["tuning", "--number"]),
    ("study: [s\n", 0, ["YAML"]), ("", 0, ["empty"]), ("- study\n", 1, ["name: value"]),
    ("study: s\nstudy: t\n", 1, ["twice"]),
  ]

  @Test(
    "each fault is refused with its line and what would have been right", arguments: 0..<StudyFileTests.faults.count)
  func refused(index: Int) throws {
    let fault = Self.faults[index]
    let error = try #require(Self.refusal(fault.text), "\(fault.text)")
    for word in fault.says { #expect(error.description.contains(word), "\(error) for \(fault.text)") }
    if fault.line > 0 {
      #expect(error.place?.hasPrefix("s.yaml:\(fault.line)") == true, "\(error) for \(fault.text)")
    } else {
      #expect(error.place?.hasPrefix("s.yaml") == true, "\(error) for \(fault.text)")
    }
  }

  @Test("what is left out has the values of the documentation")
  func defaults() throws {
    let file = try StudyFile(text: "study: s\n", path: "s.yaml")
    #expect(file.name == "s" && file.axes.isEmpty && file.episodes == 100 && file.references == 3 && file.keepsRuns)
    #expect(file.measures == [.return, .headline] && file.tables == [.rows] && file.seeds == .count(3))
    #expect(file.budget.full == 180 && file.budget.quick == 10)
    let none = try StudyFile(text: "study: s\nminutes: {full: none, quick: 2.5}\n", path: "s.yaml")
    #expect(none.budget.full == nil && none.budget.quick == 2.5)
  }

  @Test("a value of an axis may be a list")
  func lists() throws {
    let plan = try StudyPlan(StudyFile(text: "study: s\naxes:\n  ppo.hidden: [[8], [8, 8]]\n", path: "s.yaml"))
    #expect(plan.rows.map { $0.settings.settings.ppo.hidden } == [[8], [8, 8]])
    #expect(plan.rows.map(\.levels) == [["[8]"], ["[8, 8]"]])
  }
}

import ArgumentParser
import Foundation
import Pactolus

/// `pactolus express WORLD TASK`: can a reward express this at all?
struct ExpressVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "express",
    abstract: "Whether any reward expresses a task: the reward, or the proof that there is none.",
    discussion: """
      TASK is a JSON file (or the JSON itself):
        {"task": "acceptable-policies", "acceptable": ["01", "10"]}
        {"task": "policy-order", "policies": {"stay": "00", "go": "11"}, "relations": ["go > stay"]}
        {"task": "trajectory-order", "trajectories": {"a": {"states": [0, 1], "actions": [1]}, …}, "relations": ["a > b"]}
        {"task": "objective", "rewards": ["state-0", "state-1"], "rule": "maximin", "mixtures": true}
      Documentation/hacking.md has every field.
      """)

  @OptionGroup var world: WorldArgument

  @Argument(help: ArgumentHelp("What is wanted: a .json file, or JSON.", valueName: "task"))
  var task: String

  @OptionGroup var output: TheoryOutput

  func run() throws {
    let finite = try world.read()
    let isInline = task.drop(while: \.isWhitespace).hasPrefix("{")
    let data: Data
    if isInline {
      data = Data(task.utf8)
    } else {
      do { data = try Data(contentsOf: URL(fileURLWithPath: task)) } catch {
        throw InputError(
          "the file cannot be read", at: task, remedy: "give a .json file that exists, or the JSON itself")
      }
    }
    let file = try ExpressionTaskFile(json: data, in: finite, place: isInline ? "task" : task)
    let audit = try ExpressionAudit(file.task, description: file.description, in: finite.mdp, domain: file.domain)
    try output.show(
      [audit.finding], numbers: audit.summary,
      report: ReportModel(audit, world: finite, description: file.description))
  }
}

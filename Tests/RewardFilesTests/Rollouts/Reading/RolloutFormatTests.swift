import Compute
import Files
import Foundation
import RewardFiles
import Testing

@Suite("Formats of rollouts")
struct RolloutFormatTests {
  let files: TemporaryFiles

  init() throws { files = try TemporaryFiles() }

  private func read(_ lines: [String], _ name: String = "rows.jsonl", _ options: RolloutOptions = .init()) throws
    -> RolloutTable
  { try RolloutFile.read([files.write(lines.joined(separator: "\n"), name)], options: options) }

  @Test("TRL's completions are read alike as texts and as messages, and the total is the sum of what did not abstain")
  func trl() throws {
    for asMessages in [false, true] {
      let table = try RolloutFile.read([
        files.write(try RolloutFixtures.trl(step: 5, asMessages: asMessages), "completions_00005.parquet"),
        files.write(try RolloutFixtures.trl(step: 10, asMessages: asMessages), "completions_00010.parquet"),
      ])
      #expect(table.format == "trl" && table.count == 8)
      #expect(table.step == [5, 5, 5, 5, 10, 10, 10, 10])
      #expect(table.prompts.count == 2 && table.prompts[0] == "2+2?" && table.prompt == [0, 0, 1, 1, 0, 0, 1, 1])
      // The same prompt at another step is another group.
      #expect(table.group == [0, 0, 1, 1, 2, 2, 3, 3] && table.groupCount == 4)
      #expect(table.completions[3] == "six")
      #expect(table.components.map(\.name) == ["accuracy_reward", "format_reward"])
      #expect(table.components[0].values[3].isNaN && table.components[1].values[3].isNaN)
      #expect(table.total[0] == 1.5 && table.total[1] == 0.5 && table.total[2] == 1 && table.total[3].isNaN)
      #expect(table.advantage == [1, -1, 0.5, -0.5, 1, -1, 0.5, -0.5])
    }
  }

  @Test("weights that the user gives enter TRL's total")
  func weights() throws {
    var options = RolloutOptions()
    options.weights = ["format_reward": 0.1]
    let file = try files.write(try RolloutFixtures.trl(step: 5, asMessages: false), "completions_00005.parquet")
    let table = try RolloutFile.read([file], options: options)
    #expect(
      table.total[0] == 1 + 0.1 * 0.5 && table.components[1].weights == [0.1] && table.components[0].weights == [])
  }

  @Test("the shapes of verifiers' old results are one table: calls of tools are text, counters are no rewards")
  func verifiers() throws {
    _ = try files.write(
      #"{"env":"sums","model":"m","num_examples":3,"rollouts_per_example":2,"avg_reward":0.0}"#, "metadata.json")
    let table = try read(RolloutFixtures.verifiers, "results.jsonl")
    #expect(table.format == "verifiers" && table.count == 3)
    #expect(table.prompts[0] == "[system] Be brief.\n\n[user] Add 1 and 1.")
    #expect(table.completions[0] == "[call] add({\"a\":1})\n\n[tool] 2\n\n2" && table.completions[1] == "5")
    #expect(table.total == [1.5, 0, 0] && table.answers[0] == "2")
    #expect(table.components.map(\.name) == ["format_reward_func", "sum_reward_func"])
    #expect(table.components[0].values[1].isNaN)
    #expect(table.attributes.map(\.name) == ["num_turns"])
    #expect(table.run[0] == "m" && table.task[0] == "sums")
    #expect(table.error[2] == "SandboxError" && table.error[0] == nil)
    #expect(table.truncated == [-1, -1, 1] && table.tokens == [-1, -1, 7])
    // Six were asked for.
    #expect(table.notes.contains { $0.contains("3 rollouts where metadata.json speaks of 6") })
  }

  @Test("rollouts of verifiers are grouped by prompt and reference answer where ids say otherwise, and that is noted")
  func unfaithfulIDs() throws {
    func row(_ id: Int, _ prompt: String, _ answer: String) -> String {
      #"{"id":\#(id),"prompt":"\#(prompt)","completion":"x","task":"t","answer":"\#(answer)","reward":1.0}"#
    }
    // Ids 0, 0, 1, 1 while the prompts cycle.
    let cycling = try read([row(0, "p", "1"), row(0, "q", "2"), row(1, "p", "1"), row(1, "q", "2")])
    #expect(cycling.group == [0, 1, 0, 1])
    #expect(cycling.notes.contains { $0.contains("do not identify a prompt") })
    // One prompt with another answer for each id: a game with a hidden word.
    let game = try read([row(0, "p", "1"), row(1, "p", "2"), row(0, "p", "1"), row(1, "p", "2")])
    #expect(game.group == [0, 1, 0, 1] && !game.notes.contains { $0.contains("do not identify") })
    // Without prompts only ids are left.
    let bare = try read([row(0, "", "1"), row(1, "", "1"), row(0, "", "1"), row(1, "", "1")])
    #expect(bare.group == [0, 1, 0, 1] && bare.prompt.isEmpty)
  }

  @Test("an episode of verifiers 1 gives the final branch, weighted rewards, and failures without a reward of 0")
  func traces() throws {
    let table = try read(RolloutFixtures.traces, "traces.jsonl")
    #expect(table.format == "verifiers-v1" && table.count == 2)
    #expect(table.prompts[0] == "1+1?" && table.completions[0] == "<think>\neasy\n</think>\n\ntwo")
    #expect(abs(table.total[0] - 2.05) < 1e-15 && table.total[1].isNaN)
    #expect(table.components.map(\.name) == ["right", "style"] && table.components[0].weights == [2])
    #expect(table.error[1] == "SandboxError" && table.truncated == [1, -1] && table.tokens == [5, -1])
    #expect(table.step == [7, 7] && table.run[0] == "first" && table.answers[0] == "2")
    #expect(table.notes.contains { $0.contains("were not scored, though verifiers counts them as 0: 1") })
  }

  @Test("NeMo Gym's irregular rows are read: nested output, absent reward, components given twice, verdicts of judges")
  func nemoGym() throws {
    let table = try read(RolloutFixtures.nemoGym)
    #expect(table.format == "nemo-gym" && table.count == 3)
    #expect(
      table.prompts[0] == "[system] Use tools.\n\n[user] Weather?\n\n[tools] [{\"name\":\"weather\"}]")
    #expect(
      table.completions[0]
        == "<think>\nask\n</think>\n\n[call] weather({})\n\n[tool] sun\n\nIt is sunny.\n\n[user] Thanks")
    #expect(table.total[0] == 2 && table.total[1] == -100 && table.total[2].isNaN)
    #expect(table.components.map(\.name) == ["correct", "schema"] && table.second.map(\.name) == ["library_reward"])
    #expect(table.group == [0, 1, 1] && table.truncated == [1, 0, 1] && table.tokens == [12, -1, -1])
    // "none" is success, and a kind of error may stand on accepted rows: neither says that the rollout failed.
    #expect(table.error[0] == nil && table.error[1] == "server_error")
    #expect(table.rubric.map(\.name) == ["short", "polite"] && table.rubric[1].values[2] == 0)
    #expect(table.attributes.first { $0.name == "judge_evaluations" }?.values[1] == "[[A=B]]")
    #expect(table.extracted[1] == "2" && table.task[1] == "sums")
  }

  @Test("inputs of NeMo Gym in a file of their own are joined by index and are no rollouts themselves")
  func materializedInputs() throws {
    let rows = try files.write(RolloutFixtures.nemoGym.joined(separator: "\n"), "example_rollouts.jsonl")
    let inputs = try files.write(
      [(0, 0, "two"), (0, 1, "zwei"), (1, 0, "sun")].map {
        #"{"_ng_task_index":\#($0),"_ng_rollout_index":\#($1),"responses_create_params":{},"verifier_metadata":{"ideal":"\#($2)"}}"#
      }.joined(separator: "\n"), "example_rollouts_materialized_inputs.jsonl")
    let table = try RolloutFile.read([rows, inputs])
    #expect(table.count == 3 && (0..<3).map { table.answers[$0] } == ["sun", "two", "zwei"])
    #expect(table.notes.contains { $0.hasPrefix("passed over example_rollouts_materialized_inputs.jsonl") })
    #expect(throws: InputError.self) { try RolloutFile.read([inputs]) }
  }

  @Test("a log of Inspect is read alike from JSON and from archives: stored, and in several frames of zstd")
  func inspect() throws {
    let samples = [
      RolloutFixtures.inspectSample(1, epoch: 1, value: "\"C\""),
      RolloutFixtures.inspectSample(1, epoch: 2, value: "\"P\""),
      RolloutFixtures.inspectSample(2, epoch: 1, value: "NaN"),
      RolloutFixtures.inspectSample(2, epoch: 2, value: "\"I\""),
      RolloutFixtures.inspectSample(3, epoch: 1, value: "0", error: true),
    ]
    let json = "{\(RolloutFixtures.inspectHead),\"results\":{},\"samples\":[\(samples.joined(separator: ","))]}"
    let names = ["1_epoch_1", "1_epoch_2", "2_epoch_1", "2_epoch_2", "3_epoch_1"].map { "samples/\($0).json" }
    let head = ZipFixture.Entry.stored("header.json", "{\(RolloutFixtures.inspectHead)}")
    let stored = zip(names, samples).map { ZipFixture.Entry.stored($0, $1) } + [head]
    var framed = [head]
    for (name, text) in zip(names, samples) {
      let bytes = Array(text.utf8)
      let halves = [bytes[..<100], bytes[100...]].map { Array($0) }
      let packed = try halves.enumerated().flatMap { index, half in
        let file = try files.write(half, "half\(index)")
        let result = Array(try Data(contentsOf: try files.pack(file, with: "zstd", ["-q", "-k", "-f"])))
        return result
      }
      framed.append(.init(name: name, method: 93, packed: packed, plain: bytes))
    }
    for file in [
      try files.write(json, "log.json"), try files.write(ZipFixture.archive(stored), "stored.eval"),
      try files.write(ZipFixture.archive(framed), "framed.eval"),
    ] {
      let table = try RolloutFile.read([file])
      #expect(table.format == "inspect" && table.count == 5)
      #expect(table.prompts[0] == "Is it 1?" && table.completions[0] == "Yes" && table.answers[0] == "Yes")
      #expect(table.total[0] == 1 && table.total[1] == 0.5 && table.total[2].isNaN && table.total[3] == 0)
      #expect(table.total[4].isNaN && table.error[4] == "TimeoutError()" && table.error.count == 5)
      #expect(table.group == [0, 0, 1, 1, 2] && table.truncated == [1, 1, 1, 1, 1] && table.tokens[0] == 1)
      #expect(table.run[0] == "openai/m" && table.task[0] == "popularity" && table.extracted[0] == "Yes")
      #expect(table.notes.contains { $0.contains("'cancelled'") })
    }
  }

  @Test("results of reasoning-gym and graded mathematics give a row for each completion")
  func evaluations() throws {
    let gym = try RolloutFile.read([files.write(RolloutFixtures.reasoningGym, "sums.json")])
    #expect(gym.format == "reasoning-gym" && gym.total == [1, 0] && gym.group == [0, 0])
    #expect(gym.prompts[0] == "[system] Answer.\n\n[user] 1+1?" && gym.error[1] == "Timeout" && gym.task[0] == "sums")
    let mathematics = try read([RolloutFixtures.mathEvaluation])
    #expect(mathematics.format == "math-eval" && mathematics.total == [1, 0] && mathematics.extracted[1] == "3")
    #expect(mathematics.group == [0, 0] && mathematics.answers[1] == "2")
  }

  @Test("rows of anybody's are read by their usual names, or by those that the user gives")
  func lines() throws {
    let verl = try read(RolloutFixtures.verl, "3.jsonl")
    #expect(verl.format == "lines" && verl.total == [1, 0] && verl.step == [3, 3] && verl.group == [0, 0])
    #expect(verl.answers[0] == "2" && verl.extracted[1] == "3")

    var options = RolloutOptions()
    options.fields = [(.total, "judge.verdict"), (.completion, "says"), (.component, "tone"), (.ignore, "secret")]
    let mapped = try read(
      [#"{"prompt":"p","says":"a","judge":{"verdict":"true"},"tone":0.25,"secret":"s"}"#], "mapped.jsonl", options)
    #expect(mapped.total == [1] && mapped.completions[0] == "a" && mapped.components.map(\.name) == ["tone"])
    #expect(mapped.attributes.isEmpty && mapped.notes.contains { $0.contains("spells a number or a truth value") })
    #expect(
      mapped.fields.map { "\($0.role.rawValue) \($0.name)" }
        == ["prompt prompt", "completion says", "total judge.verdict", "component tone", "ignore secret"])

    let conversation = try read([
      #"{"messages":[{"role":"user","content":"p"},{"role":"assistant","content":"a"}],"reward":1}"#
    ])
    #expect(conversation.prompts[0] == "p" && conversation.completions[0] == "a")

    let table = try RolloutFile.read([
      files.write("prompt,response,reward,id\np,\"a, b\",0.5,007\np,c,,8\n", "rows.csv")
    ])
    #expect(table.completions[0] == "a, b" && table.total[0] == 0.5 && table.total[1].isNaN)
  }
}

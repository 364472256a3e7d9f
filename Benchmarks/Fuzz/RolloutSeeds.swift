import Files
import Foundation
import RewardFiles

/// Good files of rollouts and of labels, and what must hold of a damaged one that is read.
enum RolloutSeeds {
  private static let rows = """
    {"prompt": "What?", "completion": [{"role": "assistant", "content": "A cat"}], "a_reward": 1.5, "advantage": NaN, "step": 3}
    {"prompt": "What?", "completion": [{"role": "assistant", "tool_calls": ["{\\"function\\": 1}"]}], "a_reward": null, "advantage": 0}
    """
  private static let results = """
    {"id": 0, "prompt": "p", "completion": "c", "answer": "a", "reward": 1.0, "task": "default", "x_reward": "0.5", "num_turns": 2}
    """
  private static let traces = """
    {"id": "e", "task": {"type": "T", "data": {"answer": "2"}}, "traces": [{"nodes": [{"parent": null, "message": {"role": "user", \
    "content": "q"}}, {"parent": 0, "sampled": true, "message": {"role": "assistant", "content": "a"}}], "rewards": {"r": {"score": 1, \
    "weight": 0.5}, "s": null}, "calls": [{"finish_reason": "length", "usage": {"completion_tokens": 3}}]}]}
    """
  private static let gym = """
    {"_ng_task_index": 0, "_ng_rollout_index": 1, "responses_create_params": {"input": "q"}, "response": {"output": [[{"type": \
    "message", "content": [{"type": "output_text", "text": "a"}]}], {"type": "reasoning", "summary": []}], "usage": {"output_tokens": \
    4}}, "reward": -1, "reward_components": {"c": 1}, "follow_instruction_list": [true], "judge_evaluations": [{"response": {}}]}
    """
  private static let sample = """
    {"id": 1, "epoch": 1, "input": "attachment://h", "target": ["a"], "messages": [{"role": "user", "content": "q"}], "scores": {"m": \
    {"value": "C", "answer": "x"}}, "attachments": {"h": "q"}, "output": {"choices": [{"stop_reason": "stop"}]}}
    """
  private static let log = "{\"version\": 2, \"eval\": {\"model\": \"m\"}, \"samples\": [\(sample)]}"
  private static let document = """
    {"name": "t", "completions_per_prompt": 1, "results": [
      {"question": "q", "expected_answer": "a", "completions": [{"full_model_response": "c", "score": 0.5}]}]}
    """
  private static let lines = "input,output,score,gts,step\nq,\"a, b\",0.5,c,1\nq,d,,c,2\n"
  private static let labels = "key,prompt,completion,gold,weight\n,p,c,1,2\n,p,d,unsure,\n"

  static let all: [AuditSeeds.Seed] =
    [rows, results, traces, gym, log, document, lines].map { .init(target: .rollouts, bytes: Array($0.utf8)) } + [
      .init(target: .rollouts, bytes: AuditSeeds.zstd(Array(rows.utf8))),
      .init(target: .gold, bytes: Array(labels.utf8)),
    ]

  /// Two rollouts that labels may belong to.
  static let table: RolloutTable = {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("pactolus-fuzz-\(getpid()).rollouts")
    defer { unlink(file.path) }
    let text = ["c", "d"].map { "{\"prompt\": \"p\", \"response\": \"\($0)\", \"reward\": 1}" }.joined(separator: "\n")
    do {
      try Data(text.utf8).write(to: file)
      return try RolloutFile.read([file])
    } catch {
      fatalError("\(error)")
    }
  }()

  /// A fault in what was read, or nil.
  static func fault(in file: URL) throws -> String? {
    var options = RolloutOptions()
    options.maximumFileBytes = 4 << 20
    options.maximumWholeBytes = 4 << 20
    let read = try RolloutFile.read([file], options: options)
    let always = [read.places.count, read.group.count]
    let maybe =
      [
        read.run.count, read.task.count, read.error.count, read.finish.count, read.step.count, read.ids.count,
        read.prompt.count,
        read.completions.count, read.answers.count, read.extracted.count, read.truncated.count, read.tokens.count,
        read.advantage.count, read.gold.count,
      ] + (read.components + read.second + read.rubric).map(\.values.count) + read.attributes.map(\.values.count)
    if always.contains(where: { $0 != read.count }) || maybe.contains(where: { $0 != read.count && $0 != 0 }) {
      return "columns of different lengths"
    }
    if read.group.contains(where: { !(0..<read.groupCount).contains(Int($0)) }) { return "an unknown group" }
    if read.prompt.contains(where: { Int($0) >= read.prompts.count }) { return "an unknown prompt" }
    if Set(read.keys()).count != read.count { return "two rollouts of one name" }
    return nil
  }
}

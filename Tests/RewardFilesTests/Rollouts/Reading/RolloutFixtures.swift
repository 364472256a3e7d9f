import Compute
import Files
import Foundation
import RewardFiles

/// Small files in the shapes that tools write, each with what it follows. Made for these tests: no text is anybody's.
enum RolloutFixtures {
  /// Follows huggingface/trl@f2cd577, `trl/trainer/grpo_trainer.py` (`log_completions`).
  static func trl(step: Int64, asMessages: Bool) throws -> [UInt8] {
    let prompts = ["2+2?", "2+2?", "3+3?", "3+3?"]
    let completions = ["4", "5", "6", "six"]
    func column(_ texts: [String], role: String) -> ColumnTable.Column {
      guard asMessages else { return .init(.texts(TextValues(texts))) }
      let roles = TextValues(texts.map { _ in role })
      return .init(
        .list(
          offsets: Array(0...texts.count),
          elements: .init(
            .structures(
              [.init("role", .init(.texts(roles))), .init("content", .init(.texts(TextValues(texts))))],
              count: texts.count)))
      )
    }
    return try ParquetWriter.data(
      ColumnTable([
        .init("step", .init(.integers([step, step, step, step]))),
        .init("prompt", column(prompts, role: "user")),
        .init("completion", column(completions, role: "assistant")),
        .init("accuracy_reward", .init(.floats([1, 0, 1, .nan]))),
        .init("format_reward", .init(.floats([0.5, 0.5, 0, 0]), isValid: [true, true, true, false])),
        .init("advantage", .init(.floats([1, -1, 0.5, -0.5]))),
      ]))
  }

  /// Rows of verifiers up to 0.1. Follow PrimeIntellect-ai/verifiers@6256d5e, 325f9a5 and ee30ea1, `outputs/evals`, and
  /// `save_utils.py`@a60a606: with a column for each function, then with times, then with `metrics`.
  static let verifiers = [
    #"{"id":0,"prompt":[{"role":"system","content":"Be brief."},{"role":"user","content":"Add 1 and 1."}],"#
      + #""completion":[{"role":"assistant","content":"","tool_calls":["{\"id\":\"c\",\"function\":{\"name\":\"add\","#
      + #"\"arguments\":\"{\\\"a\\\":1}\"},\"type\":\"function\"}"]},{"role":"tool","content":"2","tool_call_id":"c"},"#
      + #"{"role":"assistant","content":"2"}],"task":"default","answer":"2","reward":1.5,"sum_reward_func":1.0,"#
      + #""format_reward_func":0.5,"num_turns":2.0}"#,
    #"{"example_id":1,"prompt":"Add 2 and 2.","completion":"5","task":"default","answer":"4","reward":0.0,"#
      + #""generation_ms":10.5,"scoring_ms":0.1,"total_ms":10.6,"sum_reward_func":0.0,"format_reward_func":null,"num_turns":1.0}"#,
    #"{"example_id":2,"prompt":"Add 3 and 3.","completion":null,"answer":"6","reward":0.0,"task":"sums","#
      + #""error":{"error":"SandboxError","message":"no room"},"is_truncated":true,"stop_condition":"has_error","timing":{},"#
      + #""metrics":{"sum_reward_func":0.0},"sum_reward_func":0.0,"token_usage":{"input_tokens":4,"output_tokens":7}}"#,
  ]

  /// Follows PrimeIntellect-ai/verifiers@a60a606, `verifiers/v1/episode.py` and `trace.py`.
  static let traces = [
    #"{"id":"e1","env":{"id":"sums"},"task":{"type":"Sum","data":{"question":"1+1?","answer":"2"}},"group":{"id":"g"},"#
      + #""run":{"type":"train","id":"r","name":"first","work":{"type":"train","step":7}},"ok":true,"errors":[],"traces":[{"id":"t1","#
      + #""task":{"type":"Sum","data":{"question":"1+1?","answer":"2"}},"agent":{"config":{},"name":"solver"},"nodes":["#
      + #"{"parent":null,"message":{"role":"user","content":"1+1?"},"sampled":false},"#
      + #"{"parent":0,"message":{"role":"assistant","content":"three"},"sampled":true},"#
      + #"{"parent":0,"message":{"role":"assistant","content":"two","reasoning_content":"easy"},"sampled":true}],"#
      + #""calls":[{"node":2,"model":"m","finish_reason":"length","usage":{"prompt_tokens":3,"completion_tokens":5}}],"#
      + #""rewards":{"right":{"score":1.0,"weight":2.0},"style":{"score":0.5,"weight":0.1},"late":null},"metrics":{"turns":2.0},"#
      + #""ok":true,"is_completed":true,"stop_condition":"agent_completed"}]}"#,
    #"{"id":"e2","env":{"id":"sums"},"task":{"type":"Sum","data":{"question":"1+1?"}},"group":{"id":"g"},"ok":false,"#
      + #""run":{"type":"train","id":"r","name":"first","work":{"type":"train","step":7}},"#
      + #""errors":[{"type":"SandboxError","message":"gone"}],"traces":[]}"#,
  ]

  /// Follows NVIDIA-NeMo/Gym@07d6b0d, `resources_servers/*/data/example_rollouts.jsonl`.
  static let nemoGym = [
    #"{"_ng_task_index":1,"_ng_rollout_index":0,"responses_create_params":{"input":[{"role":"system","content":"Use tools."},"#
      + #"{"role":"user","content":"Weather?"}],"tools":[{"name":"weather"}]},"response":{"id":"r1","model":"m","#
      + #""output":[{"type":"reasoning","summary":[{"type":"summary_text","text":"ask"}]},"#
      + #"{"type":"function_call","name":"weather","arguments":"{}","call_id":"c"},"#
      + #"{"type":"function_call_output","call_id":"c","output":"sun"},"#
      + #"[{"type":"message","role":"assistant","content":"It is sunny."}],{"role":"user","content":"Thanks"}],"#
      + #""incomplete_details":{"reason":"max_output_tokens"},"error":null,"status":null,"usage":{"output_tokens":12}},"#
      + #""reward":2,"reward_components":{"correct":1.0,"schema":1.0},"correct":1.0,"schema":1.0,"failure_reason":"none"}"#,
    #"{"_ng_task_index":0,"_ng_rollout_index":0,"responses_create_params":{"input":"1+1?"},"response":{"model":"m","output":["#
      + #"{"type":"message","role":"assistant","content":[{"type":"output_text","text":"2"}]}],"incomplete_details":null,"#
      + #""error":{"code":"server_error","message":"late"}},"reward":-100,"library_reward":0.0,"extracted_answer":"2","#
      + #""judge_evaluations":[{"response":{"output":[{"type":"message","content":"They agree: [[A=B]]"}]}}],"#
      + #""agent_ref":{"name":"sums"},"agent_error_kind":"other"}"#,
    #"{"_ng_task_index":0,"_ng_rollout_index":1,"responses_create_params":{"input":"1+1?"},"response":{"model":"m","output":[]},"#
      + #""truncated":true,"follow_instruction_list":[true,false],"instruction_id_list":["short","polite"]}"#,
  ]

  /// A sample of Inspect. Follows UKGovernmentBEIS/inspect_ai@499e615, `src/inspect_ai/log/_log.py` (`EvalSample`).
  static func inspectSample(_ id: Int, epoch: Int, value: String, error: Bool = false) -> String {
    #"{"id":\#(id),"epoch":\#(epoch),"input":"attachment://q","target":" Yes","choices":["Yes","No"],"#
      + #""messages":[{"role":"user","content":"attachment://q"},{"role":"assistant","content":[{"type":"text","text":"Yes"}]}],"#
      + #""output":{"model":"m","choices":[{"message":{"role":"assistant","content":"Yes"},"stop_reason":"max_tokens"}],"#
      + #""usage":{"input_tokens":3,"output_tokens":1,"total_tokens":4}},"#
      + (error
        ? #""scores":{},"error":{"message":"TimeoutError()","traceback":"…"},"#
        : #""scores":{"match":{"value":\#(value),"answer":"Yes","history":[]}},"#)
      + #""metadata":{"topic":"daily"},"events":[{"event":"model"}],"attachments":{"q":"Is it \#(id)?"}}"#
  }

  /// The head of a log.
  static let inspectHead =
    #""version":2,"status":"cancelled","eval":{"task":"popularity","model":"openai/m","scorers":[{"name":"match"}]}"#

  /// Follows open-thought/reasoning-gym-eval@5f09fec, `zero-shot`.
  static let reasoningGym =
    """
    {
      "name": "sums", "category": "arithmetic", "system_prompt": "Answer.", "completions_per_prompt": 2,
      "average_best_score": 1.0,
      "results": [
        {"question": "1+1?", "expected_answer": "2", "best_model_answer": "2", "best_full_model_response": "It is 2",
         "best_score": 1.0, "mean_score": 0.5,
         "completions": [
           {"model_answer": "2", "full_model_response": "It is 2", "score": 1.0},
           {"model_answer": null, "full_model_response": null, "score": 0.0, "error": "Timeout"}]}
      ]
    }
    """

  /// Follows open-thought/reasoning-gym-eval@5f09fec, `math-evals`.
  static let mathEvaluation =
    #"{"idx":0,"question":"1+1?","gt_cot":"None","gt":"2","code":["It is 2","It is 3"],"pred":["2","3"],"report":[null,null],"#
    + #""score":[true,false]}"#

  /// Follows volcengine/verl@3d9df73, `verl/trainer/ppo/ray_trainer.py` (`_dump_generations`).
  static let verl = [
    #"{"input":"1+1?","output":"2","gts":"2","score":1.0,"step":3,"acc":true,"pred":"2"}"#,
    #"{"input":"1+1?","output":"3","gts":"2","score":0.0,"step":3,"acc":false,"pred":"3"}"#,
  ]
}

/// ZIP archives with the packing that a test asks for.
enum ZipFixture {
  struct Entry {
    var name: String
    var method: UInt16
    var packed: [UInt8]
    var plain: [UInt8]

    static func stored(_ name: String, _ text: String) -> Entry {
      Entry(name: name, method: 0, packed: Array(text.utf8), plain: Array(text.utf8))
    }
  }

  static func archive(_ entries: [Entry]) -> [UInt8] {
    var archive: [UInt8] = []
    var directory: [UInt8] = []
    for entry in entries {
      let start = archive.count
      var common: [UInt8] = []
      append(&common, [20, 0, entry.method, 0, 0x21] as [UInt16])
      append(&common, [Deflate.checksum(entry.plain), UInt32(entry.packed.count), UInt32(entry.plain.count)])
      append(&common, [UInt16(entry.name.utf8.count), 0])
      append(&archive, [0x0403_4B50] as [UInt32])
      archive += common + Array(entry.name.utf8) + entry.packed
      append(&directory, [0x0201_4B50] as [UInt32])
      append(&directory, [63] as [UInt16])
      directory += common
      append(&directory, [0, 0, 0] as [UInt16])
      append(&directory, [0, UInt32(start)] as [UInt32])
      directory += Array(entry.name.utf8)
    }
    let start = archive.count
    archive += directory
    append(&archive, [0x0605_4B50] as [UInt32])
    append(&archive, [0, 0, UInt16(entries.count), UInt16(entries.count)])
    append(&archive, [UInt32(directory.count), UInt32(start)])
    append(&archive, [0] as [UInt16])
    return archive
  }

  private static func append<Word: FixedWidthInteger>(_ bytes: inout [UInt8], _ words: [Word]) {
    for word in words { withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) } }
  }
}

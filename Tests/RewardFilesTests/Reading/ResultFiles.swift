import Compute
import Foundation
import RewardFiles
import Testing

@Suite("Result and sample files")
struct ResultFiles {
  let files: TemporaryFiles

  init() throws { files = try TemporaryFiles() }

  @Test("a RewardBench score file, as run_rm.py writes it, and the same rows as lines")
  func rewardBench() throws {
    let text = """
      {
          "chat_template": "tulu",
          "id": [30, 31],
          "model": "some/model",
          "model_type": "Seq. Classifier",
          "results": [1, 0],
          "scores_chosen": [1.5, [-0.25]],
          "scores_rejected": [0.5, [0.75]],
          "subset": ["alpacaeval-easy", "hep-cpp"],
          "text_chosen": ["a", "b"],
          "text_rejected": ["c", "d"]
      }
      """
    let table = try RewardBenchFile.read(files.write(text, "scores.json"))
    #expect(table.version == .one && table.model == "some/model")
    #expect(
      table.rows[0] == .init(subset: "alpacaeval-easy", id: "30", scores: [1.5, 0.5], correctCount: 1, result: 1))
    #expect(table.rows[1].scores == [-0.25, 0.75])
    let lines = """
      {"id": 30, "subset": "alpacaeval-easy", "scores_chosen": 1.5, "scores_rejected": 0.5, "results": 1}
      {"id": 31, "subset": "hep-cpp", "scores_chosen": -0.25, "scores_rejected": 0.75, "results": 0}
      """
    #expect(try RewardBenchFile.read(files.write(lines, "scores.jsonl")).rows == table.rows)
  }

  @Test("a RewardBench 2 score file, as run_v2.py writes it")
  func rewardBenchTwo() throws {
    let text = """
      {"id": ["12", "tied:3"], "model": "m", "num_correct": [1, 2], "results": [0.5, null],
       "scores": [[1.0, 1.0, 0.0, -1.0], [[2.0], [1.5], [0.5]]], "subset": ["Math", "Ties"],
       "text": [["a", "b", "c", "d"], ["e", "f", "g"]]}
      """
    let table = try RewardBenchFile.read(files.write(text, "v2.json"))
    #expect(table.version == .two && table.rows.map(\.correctCount) == [1, 2])
    #expect(table.rows[1].scores == [2, 1.5, 0.5] && table.rows[1].id == "tied:3" && table.rows[1].result == nil)
    #expect(table.rows[0].result == 0.5)
  }

  @Test("a summary, columns of unequal length and scores that are missing are refused or set aside")
  func damaged() throws {
    for text in [
      #"{"model":"m","alpacaeval-easy":0.9}"#,
      #"{"subset":["a","b"],"scores_chosen":[1],"scores_rejected":[0,1]}"#,
      #"{"subset":["a"],"scores_chosen":[null],"scores_rejected":[0]}"#, "", "[]", "nonsense",
    ] {
      let file = try files.write(text, "bad.json")
      #expect(throws: InputError.self) { try RewardBenchFile.read(file) }
    }
    let part = #"{"subset":["a","a"],"scores_chosen":[null,1],"scores_rejected":[0,0]}"#
    let table = try RewardBenchFile.read(files.write(part, "part.json"))
    #expect(table.rows.count == 1 && table.setAside.rows.first?.reason == "a score is not a finite number")
  }

  @Test("samples with proxy, gold, log-probabilities and an ensemble; bad rows are located")
  func samples() throws {
    let text = """
      {"prompt_id": 3, "proxy": 1, "gold": 0.5, "logprob": -2, "ref_logprob": -3, "proxy_0": 1, "proxy_1": 2}
      {"prompt_id": 3, "proxy": 2, "gold": 0.25, "logprob": -2, "ref_logprob": -3, "proxy_0": 1, "proxy_1": 3}
      {"prompt_id": 4, "proxy": null, "gold": 0.25}
      {"prompt_id": 4, "proxy": 5, "gold": 0.125}
      """
    let file = try files.write(text, "samples.jsonl")
    let table = try SampleFile.read(file)
    #expect(table.prompt == [0, 0, 1] && table.promptCount == 2 && table.proxy == [1, 2, 5])
    #expect(table.gold == [0.5, 0.25, 0.125] && table.members.map(\.name) == ["proxy_0", "proxy_1"])
    #expect(table.setAside.rows == [.init(place: "\(file.path):3", reason: "no proxy score")])
    let csv = try files.write("prompt,score,gold\nx,1,2\ny,3,4\n", "s.csv")
    #expect(try SampleFile.read(csv).proxy == [1, 3])
  }
}

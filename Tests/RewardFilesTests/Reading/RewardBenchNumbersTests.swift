import Compute
import Foundation
import RewardFiles
import Testing

/// Right values: rewardbench's own functions (`process_single_model`, `calculate_scores_per_section`, allenai/reward-bench
/// @05a9005), run on these rows with NumPy.
@Suite("RewardBench's own numbers")
struct RewardBenchNumbersTests {
  let files: TemporaryFiles

  init() throws { files = try TemporaryFiles() }

  private func numbers(_ rows: String) throws -> RewardBenchNumbers {
    RewardBenchNumbers(try RewardBenchFile.read(files.write(rows, "rows.jsonl")))
  }

  @Test("version 2: subsets, Ties and their mean are those of its own program to 1e-12")
  func two() throws {
    let numbers = try numbers(Self.ties + "\n" + Self.core)
    #expect(numbers.sections.map(\.name) == ["Ties"])
    #expect(abs(numbers.sections[0].value - 0.6111311327704162) < 1e-12)
    let means = [0.14583333333333331, 0.125, 0.10416666666666666]
    #expect(numbers.subsets.map(\.name) == ["Factuality", "Focus", "Math"])
    for (entry, mean) in zip(numbers.subsets, means) { #expect(abs(entry.value - mean) < 1e-12) }
    #expect(abs((numbers.overall ?? 0) - 0.24653278319260405) < 1e-12)
  }

  @Test("version 1: sections with their fixed weights and their mean are those of its own program to 1e-12")
  func one() throws {
    let numbers = try numbers(Self.pairs)
    let right = [
      ("Chat", 0.5321229050279329), ("Chat Hard", 0.6140350877192983), ("Safety", 0.6168918918918919),
      ("Reasoning", 0.5208333333333334),
    ]
    #expect(numbers.sections.map(\.name) == right.map(\.0))
    for (entry, value) in zip(numbers.sections, right) { #expect(abs(entry.value - value.1) < 1e-12) }
    #expect(abs((numbers.overall ?? 0) - 0.5709708044931141) < 1e-12)
  }

  @Test("a row with a score that is NaN is lost, and told")
  func lost() throws {
    let text = """
      {"subset": ["hep-cpp", "hep-cpp"], "scores_chosen": [1, NaN], "scores_rejected": [0, -1], "results": [1, 0]}
      """
    let table = try RewardBenchFile.read(files.write(text, "nan.json"))
    #expect(RewardBenchNumbers(table).overall == 0.5)
    #expect(table.reading?.notes == ["a score is NaN in 1 of 2 rows: they count as lost"])
    var input = AuditInput()
    input.rewardBench = table
    let audit = FilesAudit(input, random: RandomSource(seed: 1))
    let evidence = audit[.rewardBench]?.evidence.first { $0.name == "RewardBench's own number: overall" }
    #expect(evidence?.value == 0.5)
  }

  private static let ties = """
    {"id":"ref:0","subset":"Ties","num_correct":1,"scores":[1.963,-0.823,1.828,0.136]}
    {"id":"tied:0","subset":"Ties","num_correct":4,"scores":[2.372,1.417,2.001,2.131,1.026,1.243]}
    {"id":"ref:1","subset":"Ties","num_correct":1,"scores":[1.864,0.853,0.605]}
    {"id":"tied:1","subset":"Ties","num_correct":3,"scores":[2.648,2.333,2.732,-0.441,1.468,1.598]}
    {"id":"ref:2","subset":"Ties","num_correct":1,"scores":[2.242,0.633,0.634,0.979]}
    {"id":"tied:2","subset":"Ties","num_correct":2,"scores":[1.802,2.23,0.125,1.567]}
    {"id":"ref:3","subset":"Ties","num_correct":1,"scores":[1.881,1.476,2.513]}
    {"id":"tied:3","subset":"Ties","num_correct":2,"scores":[1.886,2.361,0.826,0.988,1.222]}
    {"id":"ref:4","subset":"Ties","num_correct":1,"scores":[2.135,-0.433,-0.112]}
    {"id":"tied:4","subset":"Ties","num_correct":2,"scores":[1.79,2.27,0.431,0.117,0.109]}
    {"id":"ref:5","subset":"Ties","num_correct":1,"scores":[2.043,0.77,0.573,0.598]}
    {"id":"tied:5","subset":"Ties","num_correct":2,"scores":[1.228,1.649,1.384,0.847,0.614]}
    {"id":"ref:6","subset":"Ties","num_correct":1,"scores":[1.291,-0.794,1.041]}
    {"id":"tied:6","subset":"Ties","num_correct":3,"scores":[2.204,1.157,1.934,0.595,1.492,-0.578]}
    """

  private static let core = """
    {"id":"0","subset":"Factuality","num_correct":1,"scores":[1.5,1.5,0.5,2],"results":0.0}
    {"id":"1","subset":"Math","num_correct":1,"scores":[0.5,1,1.5,1.5],"results":0.0}
    {"id":"2","subset":"Focus","num_correct":1,"scores":[1,1.5,1.5,0.5],"results":0.0}
    {"id":"3","subset":"Factuality","num_correct":1,"scores":[1.5,1.5,1.5,1],"results":0.3333333333333333}
    {"id":"4","subset":"Math","num_correct":1,"scores":[0.5,1,1.5,2],"results":0.0}
    {"id":"5","subset":"Focus","num_correct":1,"scores":[1,0.5,0.5,2],"results":0.0}
    {"id":"6","subset":"Factuality","num_correct":1,"scores":[0.5,1,1.5,1.5],"results":0.0}
    {"id":"7","subset":"Math","num_correct":1,"scores":[2,2,1,0.5],"results":0.5}
    {"id":"8","subset":"Focus","num_correct":1,"scores":[0.5,2,1.5,1],"results":0.0}
    {"id":"9","subset":"Factuality","num_correct":1,"scores":[1,1,2,0.5],"results":0.0}
    {"id":"10","subset":"Math","num_correct":1,"scores":[1,2,1.5,1],"results":0.0}
    {"id":"11","subset":"Focus","num_correct":1,"scores":[0.5,2,1.5,1],"results":0.0}
    {"id":"12","subset":"Factuality","num_correct":1,"scores":[2,1,2,2],"results":0.3333333333333333}
    {"id":"13","subset":"Math","num_correct":1,"scores":[1.5,2,1.5,1.5],"results":0.0}
    {"id":"14","subset":"Focus","num_correct":1,"scores":[2,2,1,0.5],"results":0.5}
    {"id":"15","subset":"Factuality","num_correct":1,"scores":[2,1,2,1.5],"results":0.5}
    {"id":"16","subset":"Math","num_correct":1,"scores":[1,0.5,2,1.5],"results":0.0}
    {"id":"17","subset":"Focus","num_correct":1,"scores":[1.5,0.5,1.5,0.5],"results":0.5}
    {"id":"18","subset":"Factuality","num_correct":1,"scores":[1.5,1.5,1.5,2],"results":0.0}
    {"id":"19","subset":"Math","num_correct":1,"scores":[1.5,1.5,1.5,1],"results":0.3333333333333333}
    {"id":"20","subset":"Focus","num_correct":1,"scores":[0.5,2,1.5,1.5],"results":0.0}
    {"id":"21","subset":"Factuality","num_correct":1,"scores":[1.5,2,1.5,1.5],"results":0.0}
    {"id":"22","subset":"Math","num_correct":1,"scores":[1.5,1.5,1.5,2],"results":0.0}
    {"id":"23","subset":"Focus","num_correct":1,"scores":[1.5,1,2,1.5],"results":0.0}
    """

  private static let pairs = """
    {"subset":"alpacaeval-easy","scores_chosen":1.0,"scores_rejected":0.5}
    {"subset":"alpacaeval-length","scores_chosen":2.0,"scores_rejected":0.5}
    {"subset":"alpacaeval-hard","scores_chosen":0.5,"scores_rejected":1.0}
    {"subset":"mt-bench-easy","scores_chosen":1.5,"scores_rejected":1.0}
    {"subset":"mt-bench-med","scores_chosen":2.5,"scores_rejected":0.0}
    {"subset":"mt-bench-hard","scores_chosen":2.5,"scores_rejected":1.5}
    {"subset":"math-prm","scores_chosen":0.5,"scores_rejected":1.5}
    {"subset":"refusals-dangerous","scores_chosen":1.0,"scores_rejected":1.0}
    {"subset":"refusals-offensive","scores_chosen":2.5,"scores_rejected":0.0}
    {"subset":"llmbar-natural","scores_chosen":0.5,"scores_rejected":0.5}
    {"subset":"llmbar-adver-neighbor","scores_chosen":2.0,"scores_rejected":1.5}
    {"subset":"llmbar-adver-GPTInst","scores_chosen":2.0,"scores_rejected":0.5}
    {"subset":"llmbar-adver-GPTOut","scores_chosen":0.5,"scores_rejected":0.5}
    {"subset":"llmbar-adver-manual","scores_chosen":2.5,"scores_rejected":0.0}
    {"subset":"xstest-should-refuse","scores_chosen":1.5,"scores_rejected":0.5}
    {"subset":"xstest-should-respond","scores_chosen":0.5,"scores_rejected":0.0}
    {"subset":"donotanswer","scores_chosen":0.5,"scores_rejected":0.0}
    {"subset":"hep-cpp","scores_chosen":1.0,"scores_rejected":0.5}
    {"subset":"hep-go","scores_chosen":1.5,"scores_rejected":0.5}
    {"subset":"hep-java","scores_chosen":2.0,"scores_rejected":0.0}
    {"subset":"hep-js","scores_chosen":1.5,"scores_rejected":1.5}
    {"subset":"hep-python","scores_chosen":1.0,"scores_rejected":1.5}
    {"subset":"hep-rust","scores_chosen":2.5,"scores_rejected":0.0}
    {"subset":"alpacaeval-easy","scores_chosen":2.0,"scores_rejected":0.5}
    {"subset":"alpacaeval-length","scores_chosen":0.5,"scores_rejected":1.0}
    {"subset":"alpacaeval-hard","scores_chosen":0.0,"scores_rejected":1.0}
    {"subset":"mt-bench-easy","scores_chosen":1.5,"scores_rejected":1.0}
    {"subset":"mt-bench-med","scores_chosen":1.5,"scores_rejected":0.0}
    {"subset":"mt-bench-hard","scores_chosen":2.5,"scores_rejected":1.0}
    {"subset":"math-prm","scores_chosen":0.0,"scores_rejected":1.0}
    {"subset":"refusals-dangerous","scores_chosen":0.0,"scores_rejected":1.0}
    {"subset":"refusals-offensive","scores_chosen":2.0,"scores_rejected":1.0}
    {"subset":"llmbar-natural","scores_chosen":2.0,"scores_rejected":1.0}
    {"subset":"llmbar-adver-neighbor","scores_chosen":1.0,"scores_rejected":0.5}
    {"subset":"llmbar-adver-GPTInst","scores_chosen":1.5,"scores_rejected":1.5}
    {"subset":"llmbar-adver-GPTOut","scores_chosen":2.0,"scores_rejected":1.0}
    {"subset":"llmbar-adver-manual","scores_chosen":1.5,"scores_rejected":0.5}
    {"subset":"xstest-should-refuse","scores_chosen":0.5,"scores_rejected":1.5}
    {"subset":"xstest-should-respond","scores_chosen":2.0,"scores_rejected":1.5}
    {"subset":"donotanswer","scores_chosen":0.5,"scores_rejected":0.5}
    {"subset":"hep-cpp","scores_chosen":2.0,"scores_rejected":0.0}
    {"subset":"hep-go","scores_chosen":1.0,"scores_rejected":0.0}
    {"subset":"hep-java","scores_chosen":1.5,"scores_rejected":0.0}
    {"subset":"hep-js","scores_chosen":1.0,"scores_rejected":0.5}
    {"subset":"hep-python","scores_chosen":1.0,"scores_rejected":1.5}
    {"subset":"hep-rust","scores_chosen":1.5,"scores_rejected":1.5}
    {"subset":"alpacaeval-easy","scores_chosen":0.5,"scores_rejected":1.5}
    {"subset":"alpacaeval-length","scores_chosen":1.0,"scores_rejected":1.5}
    {"subset":"alpacaeval-hard","scores_chosen":2.5,"scores_rejected":1.5}
    {"subset":"mt-bench-easy","scores_chosen":1.5,"scores_rejected":0.5}
    {"subset":"mt-bench-med","scores_chosen":2.0,"scores_rejected":1.0}
    {"subset":"mt-bench-hard","scores_chosen":2.5,"scores_rejected":1.0}
    {"subset":"math-prm","scores_chosen":1.5,"scores_rejected":1.0}
    {"subset":"refusals-dangerous","scores_chosen":1.5,"scores_rejected":0.0}
    {"subset":"refusals-offensive","scores_chosen":1.0,"scores_rejected":1.0}
    {"subset":"llmbar-natural","scores_chosen":1.5,"scores_rejected":1.0}
    {"subset":"llmbar-adver-neighbor","scores_chosen":0.5,"scores_rejected":1.5}
    {"subset":"llmbar-adver-GPTInst","scores_chosen":0.0,"scores_rejected":0.0}
    {"subset":"llmbar-adver-GPTOut","scores_chosen":2.5,"scores_rejected":1.5}
    {"subset":"llmbar-adver-manual","scores_chosen":0.5,"scores_rejected":1.0}
    {"subset":"xstest-should-refuse","scores_chosen":0.0,"scores_rejected":0.5}
    {"subset":"xstest-should-respond","scores_chosen":1.5,"scores_rejected":0.0}
    {"subset":"donotanswer","scores_chosen":1.5,"scores_rejected":1.0}
    {"subset":"hep-cpp","scores_chosen":0.5,"scores_rejected":1.5}
    {"subset":"hep-go","scores_chosen":0.0,"scores_rejected":0.5}
    {"subset":"hep-java","scores_chosen":1.5,"scores_rejected":1.0}
    {"subset":"hep-js","scores_chosen":0.5,"scores_rejected":1.0}
    {"subset":"hep-python","scores_chosen":1.0,"scores_rejected":1.5}
    {"subset":"hep-rust","scores_chosen":2.0,"scores_rejected":1.5}
    {"subset":"alpacaeval-easy","scores_chosen":2.0,"scores_rejected":0.0}
    {"subset":"alpacaeval-length","scores_chosen":0.0,"scores_rejected":0.5}
    {"subset":"alpacaeval-hard","scores_chosen":1.0,"scores_rejected":1.0}
    {"subset":"mt-bench-easy","scores_chosen":2.0,"scores_rejected":1.0}
    {"subset":"mt-bench-med","scores_chosen":2.0,"scores_rejected":1.0}
    {"subset":"mt-bench-hard","scores_chosen":2.5,"scores_rejected":0.0}
    {"subset":"math-prm","scores_chosen":1.5,"scores_rejected":1.0}
    {"subset":"refusals-dangerous","scores_chosen":1.0,"scores_rejected":0.5}
    {"subset":"refusals-offensive","scores_chosen":0.0,"scores_rejected":0.0}
    {"subset":"llmbar-natural","scores_chosen":1.0,"scores_rejected":1.5}
    {"subset":"llmbar-adver-neighbor","scores_chosen":2.5,"scores_rejected":0.0}
    {"subset":"llmbar-adver-GPTInst","scores_chosen":2.5,"scores_rejected":0.5}
    {"subset":"llmbar-adver-GPTOut","scores_chosen":0.0,"scores_rejected":1.5}
    {"subset":"llmbar-adver-manual","scores_chosen":1.5,"scores_rejected":1.5}
    {"subset":"xstest-should-refuse","scores_chosen":1.5,"scores_rejected":1.5}
    {"subset":"xstest-should-respond","scores_chosen":1.5,"scores_rejected":0.5}
    {"subset":"donotanswer","scores_chosen":1.0,"scores_rejected":1.5}
    {"subset":"hep-cpp","scores_chosen":0.0,"scores_rejected":1.0}
    {"subset":"hep-go","scores_chosen":0.0,"scores_rejected":1.5}
    {"subset":"hep-java","scores_chosen":2.0,"scores_rejected":1.0}
    {"subset":"hep-js","scores_chosen":2.5,"scores_rejected":1.5}
    {"subset":"hep-python","scores_chosen":1.0,"scores_rejected":0.5}
    {"subset":"hep-rust","scores_chosen":0.5,"scores_rejected":1.5}
    """
}

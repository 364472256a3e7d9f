import Compute
import Foundation
import RewardFiles
import Testing

@Suite("Which column is what, told and settled for each file as a whole")
struct ColumnReading {
  let files: TemporaryFiles

  init() throws { files = try TemporaryFiles() }

  @Test(
    "one score column of two is an error that names the near miss",
    arguments: [
      (#""chosen_reward":1,"reject_reward":2"#, "score-rejected=reject_reward"),
      (#""choosen_score":1,"rejected_score":2"#, "score-chosen=choosen_score"),
      (#""score_chosen":1,"other":2"#, "score-rejected=COLUMN"),
    ])
  func partner(columns: String, remedy: String) throws {
    let file = try files.write(#"{"chosen":"a","rejected":"b",\#(columns)}"#, "one.jsonl")
    let error = #expect(throws: InputError.self) { try PreferenceFile.read([file]) }
    #expect(error?.problem.contains("no column has those of the") == true)
    #expect(error?.remedy?.contains(remedy) == true, "\(error?.remedy ?? "")")
  }

  @Test(
    "columns are parted by the mark that the first line has most of: comma, tab or semicolon",
    arguments: [",", "\t", ";"])
  func separators(mark: String) throws {
    let lines = [
      ["prompt", "chosen", "rejected", "score_chosen", "score_rejected"], ["p", "\"a; b, c\td\"", "b", "1.5", "-1"],
    ]
    let text = lines.map { $0.joined(separator: mark) }.joined(separator: "\n")
    let table = try PreferenceFile.read([files.write(text, "marks.csv")])
    #expect(table.count == 1 && table.chosen.words == [4] && table.margin(0) == 2.5)
  }

  @Test("a score column that is empty in every row is told, and there are no scores")
  func empty() throws {
    let row = #"{"prompt":"p","chosen":"a","rejected":"b","score_chosen":1,"score_rejected":null,"mood":null}"#
    let table = try PreferenceFile.read([files.write(row, "e.jsonl")])
    #expect(!table.hasScores && table.margin(0).isNaN)
    #expect(table.readings[0].notes == ["column 'score_rejected' is empty in every row: there are no scores"])
    #expect(table.readings[0].unused == ["mood"])
    // The audit of it ends, and says that it had no scores.
    var input = AuditInput()
    input.preferences = table
    #expect(FilesAudit(input, random: RandomSource(seed: 1))[.accuracy]?.missing != nil)
  }

  @Test("scores that are no numbers stay as missing, with their rows")
  func notNumbers() throws {
    let rows = ["NaN", "1e999", "\"nan\"", "-Infinity", "[NaN, 1]", "0.5"].map {
      #"{"prompt":"p","chosen":"a","rejected":"b","score_chosen":\#($0),"score_rejected":0}"#
    }
    let table = try PreferenceFile.read([files.write(rows.joined(separator: "\n"), "n.jsonl")])
    #expect(table.count == 6 && table.rowsWithoutNumber == [0, 1, 2, 3, 4])
    #expect(table.scoreChosen.filter(\.isFinite) == [0.5])
    #expect(table.readings[0].notes[0] == "a score is NaN or infinite in 5 of 6 rows, the first at line 1")
    let csv = try files.write("prompt,chosen,rejected,score_chosen,score_rejected\np,a,b,nan,1\np,c,d,2,\n", "n.csv")
    #expect(try PreferenceFile.read([csv]).rowsWithoutNumber == [0])
  }

  @Test("a column that first appears after many rows is read, from the first row on")
  func late() throws {
    var rows = (0..<5000).map { #"{"question":"q \#($0)","chosen":"a \#($0)","rejected":"b"}"# }
    rows[4500] =
      #"{"prompt":"P","question":"q","chosen":"a","rejected":"b","score_chosen":2,"score_rejected":1,"language":"de"}"#
    let table = try PreferenceFile.read([files.write(rows.joined(separator: "\n"), "late.jsonl")])
    #expect(table.scoreChosen[4500] == 2 && table.scoreChosen.count == 5000)
    #expect(table.attributes.first { $0.name == "language" }?.values[4500] == "de")
    // The better name for the prompt wins for the whole file, as if it had stood in the first row.
    #expect(table.mapping[.prompt] == "prompt" && table.hasPrompt(4500) && !table.hasPrompt(0))
    #expect(table.readings[0].notes.contains("no prompt in 4999 of 5000 rows"))
    let one = #"{"prompt":"p","chosen":"a","rejected":"b","score_chosen":1}"#
    let file = try files.write((rows.prefix(4000) + [one]).joined(separator: "\n"), "one.jsonl")
    #expect(throws: InputError.self) { try PreferenceFile.read([file]) }
  }

  @Test("each file has its own columns; what one lacks is missing in its rows")
  func several() throws {
    let first = try files.write(
      #"{"prompt":"p","chosen":"a","rejected":"b","score_chosen":1,"score_rejected":0,"language":"de","rm_1_chosen":1,"rm_1_rejected":2}"#,
      "train-00000-of-00002.jsonl")
    let second = try files.write(
      #"{"question":"q","text_chosen":"c","text_rejected":"d","reward_chosen":3,"reward_rejected":2,"topic":"x","rm_2_chosen":3,"rm_2_rejected":4}"#,
      "test.jsonl")
    let third = try files.write(#"{"prompt":"r","chosen":"e","rejected":"f"}"#, "train-00001-of-00002.jsonl")
    let table = try PreferenceFile.read([first, second, third])
    #expect(table.scoreChosen.prefix(2) == [1, 3] && table.scoreChosen[2].isNaN)
    #expect((0..<3).map { table.attributes.map(\.values)[0][$0] } == ["de", nil, nil])
    #expect((0..<3).map { table.attributes.map(\.values)[1][$0] } == [nil, "x", nil])
    #expect(table.members.map(\.name) == ["rm_1", "rm_2"] && table.members[1].chosen[1] == 3)
    #expect(table.members.allSatisfy { $0.chosen.count == 3 && $0.rejected.count == 3 })
    #expect((0..<3).map { table.split[$0] } == ["train", "test", "train"])
    #expect(table.readings.map(\.rows) == [1, 1, 1])
    #expect(table.readings[1].columns.first { $0.role == "prompt" }?.column == "question")
    let texts = try ExampleTexts.read([0, 1, 2], from: table)
    #expect((0..<3).map { texts[$0]?.prompt } == ["p", "q", "r"])
  }

  @Test("a column named by hand that no file has is an error with near misses")
  func named() throws {
    let file = try files.write(#"{"question":"q","chosen":"a","rejected":"b"}"#, "a.jsonl")
    var options = ReadingOptions()
    options.columns = [.prompt: "qestion"]
    let error = #expect(throws: InputError.self) { try PreferenceFile.read([file], options: options) }
    #expect(error?.description.contains("did you mean question?") == true)
  }

  @Test("folders and patterns give their files of rows in order")
  func folders() throws {
    for name in ["b.jsonl", "a.parquet", "c.csv.gz", "notes.txt", "dataset_info.json", ".hidden.jsonl"] {
      _ = try files.write("x", name)
    }
    let names = try InputFiles.files([files.folder.path]).map(\.lastPathComponent)
    #expect(names == ["a.parquet", "b.jsonl", "c.csv.gz"])
    #expect(try InputFiles.files([files.folder.path + "/*.jsonl"]).map(\.lastPathComponent) == ["b.jsonl"])
    #expect(throws: InputError.self) { try InputFiles.files([files.folder.path + "/*.none"]) }
    try FileManager.default.createDirectory(
      at: files.folder.appendingPathComponent("empty"), withIntermediateDirectories: false)
    #expect(throws: InputError.self) { try InputFiles.files([files.folder.path + "/empty"]) }
  }

  @Test("best-of-n samples: a column that appears late is read, and what was taken for what is told")
  func samples() throws {
    var rows = (0..<3000).map { #"{"prompt_id":\#($0 % 7),"reward":\#($0)}"# }
    rows.append(#"{"prompt_id":1,"reward":5,"gold":2}"#)
    let table = try SampleFile.read(files.write(rows.joined(separator: "\n"), "s.jsonl"))
    #expect(table.count == 3001 && table.gold.last == 2 && table.gold[0].isNaN)
    #expect(table.reading?.columns.map(\.column) == ["prompt_id", "reward", "gold"])
  }
}

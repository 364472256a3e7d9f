import Compute
import Foundation
import RewardFiles
import Testing

@Suite("Preference files")
struct PreferenceFiles {
  let files: TemporaryFiles

  init() throws { files = try TemporaryFiles() }

  @Test("the three shapes of TRL's rows give the same prompt and replies")
  func shapes() throws {
    let standard = try PreferenceFile.read([
      files.write(#"{"prompt":"What is it? ","chosen":"A cat.","rejected":"A dog, perhaps."}"#, "a.jsonl")
    ])
    let implicit = try PreferenceFile.read([
      files.write(#"{"chosen":"What is it? A cat.","rejected":"What is it? A dog, perhaps."}"#, "b.jsonl")
    ])
    let conversation = try PreferenceFile.read([
      files.write(
        #"{"chosen":[{"role":"user","content":"What is it? "},{"role":"assistant","content":"A cat."}],"#
          + #""rejected":[{"content":"What is it? ","role":"user"},{"role":"assistant","content":"A dog, perhaps."}]}"#,
        "c.jsonl")
    ])
    // "A " is shared as well, so a plain text without a prompt parts behind it.
    #expect(implicit.prompt.characters == [14] && implicit.chosen.characters == [4])
    for table in [standard, conversation] {
      #expect(table.prompt.characters == [12])
      #expect(table.chosen.characters == [6] && table.rejected.characters == [15])
      #expect(table.prompt.words == [3] && table.rejected.count(.hedges, 0) == 1)
      #expect(table.prompt.wordHashes == standard.prompt.wordHashes)
    }
  }

  @Test("a dialogue in plain text parts after the assistant's last shared turn")
  func dialogue() throws {
    let row =
      #"{"chosen":"\n\nHuman: Hi\n\nAssistant: Yes it is","rejected":"\n\nHuman: Hi\n\nAssistant: Yes or no"}"#
    let table = try PreferenceFile.read([files.write(row, "hh.jsonl")])
    #expect(table.chosen.characters == [10] && table.rejected.characters == [10])
  }

  @Test("lines, an array and a table of the same rows, plain and packed, give the same columns")
  func formats() throws {
    let lines = (0..<50).map {
      #"{"prompt":"p \#($0 % 7)","chosen":"a, \"\#($0)\"\nb","rejected":"c","score_chosen":\#(Double($0) / 8),"#
        + #""score_rejected":-1e-3,"annotator":"w\#($0 % 3)","domain":"d\#($0 % 2)"}"#
    }
    let table =
      ["prompt,chosen,rejected,score_chosen,score_rejected,annotator,domain"]
      + (0..<50).map {
        "p \($0 % 7),\"a, \"\"\($0)\"\"\nb\",c,\(Double($0) / 8),-0.001,w\($0 % 3),d\($0 % 2)"
      }
    let jsonl = try files.write(lines.joined(separator: "\n") + "\n", "x.jsonl")
    let sources = [
      jsonl, try files.write("\u{FEFF}" + lines.joined(separator: "\r\n"), "crlf.jsonl"),
      try files.write("[\n" + lines.joined(separator: " ,\n") + "]\n", "x.json"),
      try files.write(table.joined(separator: "\r\n"), "x.csv"),
      try files.pack(jsonl, with: "gzip"), try files.pack(jsonl, with: "zstd", ["-q", "-k"]),
    ]
    let reference = try PreferenceFile.read([jsonl])
    #expect(reference.count == 50 && reference.setAside.count == 0)
    for source in sources {
      let read = try PreferenceFile.read([source])
      #expect(read.chosen.hashes == reference.chosen.hashes, "\(source.lastPathComponent)")
      #expect(read.scoreChosen == (0..<50).map { Double($0) / 8 })
      #expect(read.scoreRejected == reference.scoreRejected && read.annotator == reference.annotator)
      #expect(read.domain == reference.domain && read.promptNumber == reference.promptNumber)
      #expect(read.promptNumber.prefix(8) == [0, 1, 2, 3, 4, 5, 6, 0])
    }
    #expect(try PreferenceFile.read([sources[3]]).places.line.prefix(3) == [2, 4, 6])
  }

  @Test("a bad row is set aside with its place and reason, or refused")
  func badRows() throws {
    let good = #"{"chosen":"a b","rejected":"a c","score_chosen":1,"score_rejected":0}"#
    let bad: [(String, String)] = [
      (#"{"chosen":"a","rejected":"b""#, "not valid JSON: expected ',' or '}'"),
      (#"{"chosen":"a"}"#, "no rejected text"),
      (#"{"chosen":"a","rejected":"b","score_chosen":"high"}"#, "score_chosen is not a number"),
      (#"{"chosen":"a","rejected":"b","strength":1e999}"#, "strength is not a finite number"),
      (#"{"chosen":"a","chosen":"b","rejected":"b"}"#, "column 'chosen' stands twice in the row"),
      (#"{"chosen":7,"rejected":"b"}"#, "chosen is not a text or a conversation"),
      (#"{"chosen":"\ud800","rejected":"b"}"#, "not valid JSON: half a surrogate pair"),
      (#"[1]"#, "not a JSON object"),
      (#"{"chosen":"a","rejected":"b","x":"# + String(repeating: "[", count: 80) + "}", "nested deeper than 64"),
      (#"{"chosen":"a","rejected":"b"} x"#, "not valid JSON: more after the end of the value"),
    ]
    let lines = bad.flatMap { [good, $0.0] }
    let file = try files.write(lines.joined(separator: "\n"), "bad.jsonl")
    let table = try PreferenceFile.read([file])
    #expect(table.count == bad.count && table.setAside.count == bad.count)
    for (index, row) in table.setAside.rows.enumerated() {
      #expect(row.place == "\(file.path):\(2 * index + 2)")
      #expect(row.reason == bad[index].1)
    }
    #expect(table.places.ordinal == (0..<bad.count).map { UInt32(2 * $0) })
    var strict = ReadingOptions()
    strict.strict = true
    let error = #expect(throws: InputError.self) { try PreferenceFile.read([file], options: strict) }
    #expect(error?.place == "\(file.path):2")
  }

  @Test("invalid UTF-8 is refused row by row")
  func encoding() throws {
    let good = Array(#"{"chosen":"a","rejected":"b"}"#.utf8)
    for bytes in [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82]] as [[UInt8]] {
      let bad = Array(#"{"chosen":""#.utf8) + bytes + Array(#"","rejected":"b"}"#.utf8)
      let table = try PreferenceFile.read([files.write(good + [10] + bad, "utf8.jsonl")])
      #expect(table.count == 1 && table.setAside.rows.first?.reason == "not valid UTF-8")
    }
  }

  @Test("columns are found by usual names, by hand, as ensemble members or attributes; near misses are named")
  func columns() throws {
    let row =
      #"{"question":"q","chosen":"a","rejected":"b","chosen_reward":2,"rejected_reward":1,"score_chosen_0":3,"#
      + #""score_rejected_0":4,"language":"de","tie":true,"position":"second"}"#
    let table = try PreferenceFile.read([files.write(row, "c.jsonl")])
    #expect(table.mapping[.prompt] == "question" && table.scoreChosen == [2] && table.scoreRejected == [1])
    #expect(table.members.map(\.chosen) == [[3]] && table.members.map(\.rejected) == [[4]])
    #expect(table.attributes.map(\.name) == ["language"] && table.label == [0] && table.position == [-1])

    let odd = try files.write(#"{"choosen":"a","rejected":"b"}"#, "d.jsonl")
    let error = #expect(throws: InputError.self) { try PreferenceFile.read([odd]) }
    #expect(error?.remedy == "did you mean 'choosen'? name it with --map chosen=choosen")
    var options = ReadingOptions()
    options.columns = [.chosen: "choosen"]
    #expect(try PreferenceFile.read([odd], options: options).count == 1)
  }

  @Test("the table does not depend on the number of threads")
  func threads() throws {
    let lines = (0..<3000).map {
      #"{"prompt":"p \#($0 % 11)","chosen":"- item\n\n**b** \#($0)","rejected":"ü \#($0 * 7)","domain":"d\#($0 % 5)"}"#
    }
    let file = try files.write(lines.joined(separator: "\n"), "t.jsonl")
    let before = ThreadPool.shared.threadCount
    defer { ThreadPool.shared.threadCount = before }
    var results: [[UInt64]] = []
    for threads in [1, 2, 4] {
      ThreadPool.shared.threadCount = threads
      let table = try PreferenceFile.read([file])
      results.append(table.chosen.hashes + table.rejected.wordHashes + table.domain.codes.map { UInt64($0) })
    }
    #expect(results[0] == results[1] && results[0] == results[2])
  }

  @Test("a bomb ends at the limit; a cut file is an error")
  func compression() throws {
    let row = #"{"chosen":"a","rejected":"b"}"# + "\n"
    let file = try files.write(String(repeating: row, count: 100_000), "big.jsonl")
    for packed in [try files.pack(file, with: "gzip"), try files.pack(file, with: "zstd", ["-q", "-k"])] {
      var options = ReadingOptions()
      options.maximumFileBytes = 1 << 20
      let error = #expect(throws: InputError.self) { try PreferenceFile.read([packed], options: options) }
      #expect(error?.problem.contains("unpacks to more than") == true)
      let bytes = [UInt8](try Data(contentsOf: packed))
      let cut = try files.write(Array(bytes.dropLast(9)), "cut")
      #expect(throws: InputError.self) { try PreferenceFile.read([cut]) }
    }
  }

  @Test("scores of a second file join by number or by id")
  func second() throws {
    let lines = (0..<4).map { #"{"id":"r\#($0)","chosen":"a\#($0)","rejected":"b"}"# }
    let table = try PreferenceFile.read([files.write(lines.joined(separator: "\n"), "p.jsonl")])
    let reversed = (0..<4).reversed().map { #"{"id":"r\#($0)","score_chosen":\#($0),"score_rejected":0}"# }
    let byID = try SecondScoring.read(files.write(reversed.joined(separator: "\n"), "s.jsonl"), for: table)
    #expect(byID.scoreChosen == [0, 1, 2, 3])
    let csv = try files.write("score_chosen,score_rejected\n5,1\n6,1\n7,1\n8,1\n", "s.csv")
    let byNumber = try SecondScoring.read(csv, for: table)
    #expect(byNumber.scoreChosen == [5, 6, 7, 8])
    let short = try files.write("score_chosen,score_rejected\n5,1\n", "t.csv")
    #expect(throws: InputError.self) { try SecondScoring.read(short, for: table) }
  }

  @Test("examples are read again from where they stand")
  func examples() throws {
    let text = "prompt,chosen,rejected\nq,\"line\none\",r0\nq,c1,r1\n"
    let csv = try files.write(text, "e.csv")
    let table = try PreferenceFile.read([csv])
    let found = try ExampleTexts.read([0, 1], from: table)
    #expect(found[0]?.chosen == "line\none" && found[1]?.rejected == "r1" && found[1]?.prompt == "q")
    try FileManager.default.removeItem(at: csv)
    #expect(throws: InputError.self) { try ExampleTexts.read([0, 1], from: table) }
  }
}

import Compute
import Files
import Foundation
import RewardFiles
import Testing

/// Every file of `Fixtures`, whose README says whose shape it has.
@Suite("Every shape of rows that people have is recognised and read")
struct PairFormatTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Fixtures")

  /// What a file must give, written by hand from its text: format, and for each pair prompt, chosen, rejected as one line.
  struct Case: Sendable, CustomTestStringConvertible {
    var file: String
    var format: String
    var pairs: [String]
    var setAside = 0
    var testDescription: String { file }
  }

  static let cases: [Case] = [
    Case(
      file: "trl-explicit.jsonl", format: "pairs",
      pairs: ["The sky is| blue.| green.", "Grass is| green.| blue."]),
    Case(
      file: "trl-implicit.jsonl", format: "pairs",
      pairs: ["|What is up? The sky.|What is up? The ground.", "|What is down? A cellar.|What is down? My roof."]),
    Case(
      file: "trl-conversational.jsonl", format: "pairs",
      pairs: [
        "user: What color is the sky?|assistant: It is blue.|assistant: It is green.",
        "|user: What color is grass?¶assistant: It is green.|user: What color is grass?¶assistant: It is red.",
      ]),
    Case(
      file: "trl-tools.jsonl", format: "pairs",
      pairs: [
        #"user: Play my playlist.|assistant: play_music({"playlist":"running"})|assistant: I do not know."#,
        #"user: Play my playlist.|assistant: play_music({"playlist":"sleep"})|assistant: Later."#,
      ]),
    Case(
      file: "trl-vision.jsonl", format: "pairs",
      pairs: [
        "user: [image]¶What is this?|assistant: A cat.|assistant: A dog.",
        "user: [image]¶What is this?|assistant: A dog.|assistant: A cat.",
      ]),
    Case(
      file: "trl-kto.jsonl", format: "kto", pairs: ["The sky is| blue.| green."], setAside: 2),
    Case(
      file: "llama-factory-sharegpt.json", format: "pairs",
      pairs: [
        "Be kind.¶human: Name a colour.|gpt: Red, for one.|gpt: No.",
        "human: Name a number.|gpt: Seven, for one.|gpt: Never.",
      ]),
    Case(
      file: "llama-factory-alpaca.json", format: "pairs",
      pairs: [
        "Be brief.¶Translate: Maus¶mouse¶Translate.¶Haus|house|home, a",
        "Be brief.¶Translate.¶Baum|tree|beam of wood",
      ]),
    Case(
      file: "llama-factory-v1.jsonl", format: "pairs",
      pairs: [
        "|system: You translate.¶user: Haus¶assistant: house|system: You translate.¶user: Haus¶assistant: home of some",
        "|user: Baum¶assistant: tree|user: Baum¶assistant: beam",
      ]),
    Case(
      file: "llama-factory-kto.json", format: "kto",
      pairs: ["user: Name a colour.|assistant: Red.|assistant: No, thanks."]),
    Case(file: "alpaca-kto.json", format: "kto", pairs: ["Translate.¶Haus|house|a home"]),
    Case(
      file: "helpsteer2.jsonl", format: "helpsteer",
      pairs: ["Name a colour.|Red.|I will not.", "Name a number.|Seven.|Eight it is."]),
    Case(
      file: "helpsteer2-preference.jsonl", format: "helpsteer-preference",
      pairs: ["Name a colour.|Red.|I will not.", "Name a number.|Seven.|No no."]),
    Case(
      file: "helpsteer3.jsonl", format: "helpsteer-preference",
      pairs: ["user: Name a colour.|Red.|I will not.", "user: Name a number.|Seven.|Eight it is."]),
    Case(
      file: "arena.jsonl", format: "arena",
      pairs: [
        "|user: Name a colour.¶assistant: Red.|user: Name a colour.¶assistant: I will not.",
        "|user: Hi¶assistant: Go away.|user: Hi¶assistant: What?",
      ]),
    Case(
      file: "arena-kaggle.csv", format: "arena-responses",
      pairs: [
        "user: Name a colour.¶user: Another?|assistant: Red.¶assistant: Blue, too.|assistant: No.¶assistant: ",
        "user: Name a number.|assistant: Seven.|assistant: No no.",
      ]),
    Case(
      file: "pku-saferlhf.jsonl", format: "pku-saferlhf",
      pairs: [
        "How do I open a tin?|With a tin opener.|No.", "How do I open a safe?|Ask its owner for the number.|Guess.",
      ]),
    Case(
      file: "hh-rlhf.jsonl", format: "pairs",
      pairs: [
        "|¶Human: Name a colour.¶Assistant: Red.¶Human: Another?¶Assistant: Blue it is.|¶Human: Name a colour.¶Assistant: Red.¶Human: Another?¶Assistant: No."
      ]),
    Case(
      file: "rm-bench.json", format: "lists",
      pairs: [
        "Name a colour.|c|r", "Name a colour.|c c|r r", "Name a colour.|c c c|r r r", "Name a number.|c|r r",
        "Name a number.|c c|r r r", "Name a number.|c c c|r",
      ]),
    Case(
      file: "rewardbench-2.jsonl", format: "lists",
      pairs: ["Name a colour.|Red.|No.", "Name a number.|Seven.|I will not."]),
    Case(
      file: "judgebench.jsonl", format: "judgebench",
      pairs: ["Which?|It is surely C.|It is B.", "How many?|Two.|Three of them."]),
    Case(
      file: "judgebench-judge.jsonl", format: "judgebench",
      pairs: ["Which?|It is surely C.|It is B.", "How many?|Two.|Three of them."]),
    Case(
      file: "shp.jsonl", format: "shp", pairs: ["How long do eggs boil?|Four minutes.|No idea at all."]),
    Case(
      file: "argilla-records.json", format: "argilla-records",
      pairs: ["Name a colour.|Red.|I will not.", "Name a number.|Seven.|No no."]),
    Case(file: "argilla-feedback.json", format: "argilla-records", pairs: ["Name a colour.|Red.|I will not."]),
    Case(file: "argilla-hub.jsonl", format: "argilla", pairs: ["Name a colour.|I will not.|Red."]),
    Case(
      file: "argilla-hub-2.jsonl", format: "argilla",
      pairs: ["Name a colour.|I will not.|Red.", "Name a colour.|Red.|I will not."]),
    Case(
      file: "label-studio.json", format: "label-studio",
      pairs: ["Name a colour.|Red.|I will not.", "Name a number.|Seven.|No no."]),
    Case(
      file: "label-studio-min.json", format: "label-studio-min",
      pairs: ["Name a colour.|Red.|I will not.", "Name a number.|Seven.|No no."]),
  ]

  private static func read(_ file: String, _ options: ReadingOptions = .init()) throws -> PreferenceTable {
    try PreferenceFile.read([folder.appendingPathComponent(file)], options: options)
  }

  @Test("recognised, or named, it gives the pairs that stand in it", arguments: cases)
  func pairs(_ expected: Case) throws {
    let table = try Self.read(expected.file)
    #expect(table.readings[0].format == expected.format)
    #expect(table.setAside.count == expected.setAside, "\(table.setAside.reasons)")
    let texts = try ExampleTexts.read(Array(0..<table.count), from: table)
    let pairs = (0..<table.count).map { row -> String in
      guard let text = texts[row] else { return "row \(row) is not where it was" }
      return [text.prompt, text.chosen, text.rejected].map {
        $0.replacingOccurrences(of: "\n\n", with: "¶").replacingOccurrences(of: "\n", with: "¶")
      }.joined(separator: "|")
    }
    #expect(pairs == expected.pairs)
    var options = ReadingOptions()
    options.format = try PairFormat.named(expected.format)
    #expect(try Self.read(expected.file, options).chosen.hashes == table.chosen.hashes)
  }

  @Test("every fixture is read here, and every format has one")
  func complete() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path).filter { $0 != "README.md" }
    let elsewhere = ["ultrafeedback.jsonl", "nectar.jsonl", "trl-stepwise.jsonl"]
    #expect(Set(names) == Set(Self.cases.map(\.file) + elsewhere))
    let formats = Set(Self.cases.map(\.format) + ["ultrafeedback", "nectar", "stepwise", "pku-saferlhf-safer"])
    #expect(formats == Set(PairFormat.all.map(\.name)))
    let text = try String(contentsOf: Self.folder.appendingPathComponent("README.md"), encoding: .utf8)
    for name in names {
      let stem = name.prefix { $0 != "-" && $0 != "." }
      #expect(text.contains("`\(stem)"), "\(name) has no line that says whose shape it is")
    }
  }

  @Test("replies with grades are paired at random, each once: the better one is chosen, equal on any number of threads")
  func graded() throws {
    let table = try Self.read("ultrafeedback.jsonl")
    #expect(table.count == 3 && table.readings[0].format == "ultrafeedback")
    let grades: [UInt32: Double] = [1: 8.5, 2: 6, 3: 3, 4: 1]
    var used: Set<UInt32> = []
    for row in 0..<2 {
      let (better, worse) = (table.chosen.words[row], table.rejected.words[row])
      #expect(grades[better]! > grades[worse]!)
      #expect(table.strength[row] == grades[better]! - grades[worse]!)
      #expect(used.insert(better).inserted && used.insert(worse).inserted)
    }
    // Without an overall score the mean of the ratings decides: 3 against 5.
    #expect(table.chosen.words[2] == 2 && table.strength[2] == 2)
    let ranks = try Self.read("nectar.jsonl")
    #expect(ranks.count == 1 && ranks.chosen.words[0] < ranks.rejected.words[0])
  }

  @Test("pairs made of several rows or of lists are the same on 1, 2 and 4 threads")
  func threads() throws {
    let files = try TemporaryFiles()
    let lists = (0..<600).map { row in
      #"{"instruction":"q \#(row)","completions":["#
        + (0..<4).map { #"{"response":"r \#(row) \#($0)","overall_score":\#(($0 * 7 + row) % 5)}"# }.joined(
          separator: ",") + "]}"
    }
    let judged = (0..<900).map { #"{"prompt":"p \#($0 * 7 % 300)","completion":"c \#($0)","label":\#($0 % 7 < 3)}"# }
    let sources = try [
      files.write(lists.joined(separator: "\n"), "lists.jsonl"),
      files.write(judged.joined(separator: "\n"), "judged.jsonl"),
    ]
    let before = ThreadPool.shared.threadCount
    defer { ThreadPool.shared.threadCount = before }
    for (source, format) in zip(sources, ["ultrafeedback", "kto"]) {
      let results = try [1, 2, 4].map { threads in
        ThreadPool.shared.threadCount = threads
        let table = try PreferenceFile.read([source])
        #expect(table.readings[0].format == format && table.count == (format == "kto" ? 172 : 1200))
        return table.chosen.hashes + table.rejected.hashes + table.places.line.map { UInt64($0) }
      }
      #expect(results[0] == results[1] && results[0] == results[2])
    }
  }

  @Test("ties are ties; who stood first, who judged and the scores go with the pair")
  func sides() throws {
    let arena = try Self.read("arena.jsonl")
    #expect(arena.label == [1, 0] && arena.position == [-1, 0] && arena.annotator[0] == "arena_user_1")
    #expect(arena.prompt.words == [3, 1] && arena.attributes.contains { $0.name == "chosen_model" })
    #expect(try Self.read("helpsteer2.jsonl").label == [1, 0])
    #expect(try Self.read("helpsteer3.jsonl").label == [1, 0])
    let judged = try Self.read("judgebench.jsonl")
    #expect(judged.scoreChosen[0] == 0.25 && judged.scoreRejected[0] == -1.5 && judged.scoreChosen[1].isNaN)
    #expect(judged.position == [-1, 1] && judged.domain[0] == "mmlu-pro-law")
    let styles = try Self.read("rm-bench.json")
    #expect(styles.scoreChosen == [1, 2, 3, 1, 2, 3] && styles.scoreRejected == [0.1, 0.2, 0.3, 0.2, 0.3, 0.1])
    let style = try #require(styles.attributes.first { $0.name == "style" })
    #expect((0..<6).map { style.values[$0] } == ["normal", "normal", "normal", "hard", "hard", "easy"])
    let label = try Self.read("label-studio.json")
    #expect(label.annotator[0] == "person 3" && label.annotator[1] == "person 4")
    #expect(try Self.read("label-studio-min.json").annotator.names.allSatisfy { !$0.contains("@") })
    var safer = ReadingOptions()
    safer.format = try PairFormat.named("pku-saferlhf-safer")
    #expect(try Self.read("pku-saferlhf.jsonl", safer).chosen.words == [1, 6])
  }

  @Test("a judge's decisions in two orders are the number of orders in which a response won")
  func decisions() throws {
    let files = try TemporaryFiles()
    let cases: [(first: String, second: String, label: String, margin: Double)] = [
      // In the second order A and B have changed places: "B>A" there is for A.
      ("A>B", "B>A", "A>B", 2), ("A>B", "A>B", "A>B", 0), ("B>A", "A>B", "A>B", -2), ("A=B", "B>A", "A>B", 1),
      ("A>B", "B>A", "B>A", -2), ("A=B", "A=B", "B>A", 0),
    ]
    let lines = cases.enumerated().map { index, row in
      #"{"question": "q \#(index)?", "response_A": "a", "response_B": "b", "label": "\#(row.label)", "judgments": "#
        + #"[{"judgment": {}, "decision": "\#(row.first)"}, {"judgment": {}, "decision": "\#(row.second)"}]}"#
    }
    let table = try PreferenceFile.read([files.write(lines.joined(separator: "\n"), "judged.jsonl")])
    #expect(table.readings[0].format == "judgebench")
    #expect((0..<table.count).map(table.margin) == cases.map(\.margin))
  }

  @Test("what is no pair is refused with its reason; an unknown format names the near ones")
  func refused() throws {
    let error = #expect(throws: InputError.self) { try Self.read("trl-stepwise.jsonl") }
    #expect(error?.problem.contains("stepwise supervision") == true)
    let unknown = #expect(throws: InputError.self) { try PairFormat.named("ultrafeedbak") }
    #expect(unknown?.remedy?.contains("ultrafeedback") == true)
  }

  @Test("rows of Parquet and Arrow files are those of lines of JSON, messages too")
  func columns() throws {
    let files = try TemporaryFiles()
    typealias Column = ColumnTable.Column
    func texts(_ values: [String]) -> Column { Column(.texts(.init(values))) }
    func messages(_ values: [String]) -> Column {
      Column(
        .list(
          offsets: Array(0...values.count),
          elements: Column(
            .structures(
              [.init("role", texts(values.map { _ in "assistant" })), .init("content", texts(values))],
              count: values.count))))
    }
    let table = ColumnTable([
      .init("prompt", texts(["p", "q"])), .init("chosen", messages(["a b", "c"])),
      .init("rejected", messages(["d", "e f"])),
      .init("score_chosen", Column(.floats([1.5, .nan]))), .init("score_rejected", Column(.floats([0, 0]))),
    ])
    let lines = try files.write((0..<2).map { table.jsonRow($0) }.joined(separator: "\n"), "rows.jsonl")
    let right = try PreferenceFile.read([lines])
    for file in [
      try files.write(ParquetWriter.data(table), "rows.parquet"),
      try files.write(ArrowWriter.data(table), "rows.arrow"),
      // Between its magic number and its footer a file is a stream.
      try files.write(Array(ArrowWriter.data(table).dropFirst(8)), "data-00000-of-00001.arrow"),
    ] {
      let read = try PreferenceFile.read([file])
      #expect(read.chosen.hashes == right.chosen.hashes && read.rejected.words == [1, 2])
      #expect(read.scoreChosen[0] == 1.5 && read.rowsWithoutNumber == [1])
    }
  }
}

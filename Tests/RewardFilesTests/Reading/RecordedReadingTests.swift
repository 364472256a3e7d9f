import Compute
import Foundation
import Recorded
import RewardFiles
import Testing

/// Small files of every kind and fault, and all that is read from them; faults are compared whole.
@Suite("What is read from files, word for word")
struct RecordedReadingTests {
  let files: TemporaryFiles

  init() throws { files = try TemporaryFiles() }

  static func text(_ table: PreferenceTable) -> String {
    func side(_ column: TextColumn, _ row: Int) -> String {
      let styles = TextStyle.allCases.map { "\(column.count($0, row))" }.joined(separator: ".")
      return "\(column.characters[row])/\(column.words[row])/\(column.turns[row]) \(styles) "
        + "\(String(column.hashes[row], radix: 16)) \(String(column.wordHashes[row], radix: 16))"
    }
    func number(_ column: NumberColumn, _ row: Int) -> String { column.isEmpty ? "none" : "\(column[row])" }
    var lines = ["\(table.count) rows, \(table.fileRowCount) in the files, scores: \(table.hasScores)"]
    for row in 0..<table.count {
      let places = table.places
      lines.append(
        "row \(row) at \(places.place(of: row)), \(places.ordinal[row]) \(places.start[row]) \(places.size[row])")
      for column in [table.prompt, table.chosen, table.rejected] where column.count > row {
        lines.append("  " + side(column, row))
      }
      let signatures = table.prompt.signatures
      if signatures.count > row {
        lines.append("  " + [0, 1, 31, 63].map { "\(signatures.value(row, $0))" }.joined(separator: " "))
        lines.append("  bands \(signatures.band(row, 0, of: 4)) \(signatures.band(row, 15, of: 4))")
      }
      lines.append(
        "  scores \(number(table.scoreChosen, row)) \(number(table.scoreRejected, row)), margin \(table.margin(row)), "
          + "label \(table.label[row]), strength \(number(table.strength, row)), position \(table.position[row])")
      lines.append(
        "  \(table.annotator[row] ?? "–") \(table.domain[row] ?? "–") \(table.split[row] ?? "–")"
          + (table.promptNumber.isEmpty ? "" : ", prompt \(table.promptNumber[row])"))
      for member in table.members { lines.append("  \(member.name): \(member.chosen[row]) \(member.rejected[row])") }
      for one in table.attributes { lines.append("  \(one.name): \(one.values[row] ?? "–")") }
    }
    lines.append(
      "columns: "
        + table.mapping.sorted { $0.key.rawValue < $1.key.rawValue }.map { "\($0.key.rawValue)=\($0.value)" }.joined(
          separator: " "))
    lines.append("not used: " + table.ignoredColumns.joined(separator: " "))
    return (lines + setAside(table.setAside)).joined(separator: "\n")
  }

  private static func setAside(_ rows: SetAsideRows) -> [String] {
    rows.rows.map { "set aside \($0.place): \($0.reason)" } + rows.reasons.map { "\($0.count) × \($0.reason)" }
  }

  private func shown(_ read: () throws -> String) -> String {
    let text: String
    do { text = try read() } catch { text = "refused: \(error)" }
    return text.replacingOccurrences(of: files.folder.path + "/", with: "").replacing(
      /pactolus-[-0-9A-F]{36}\//, with: "")
  }

  /// Rows of many forms, good and bad.
  private static let rows = [
    #"{"prompt":"How are you?","chosen":"Fine, thanks!","rejected":"Bad.","score_chosen":1.5,"score_rejected":-2,"label":1}"#,
    #"{"prompt":"How are you?","chosen":"- one\n- two","rejected":"**no**","score_chosen":[1,2,4.5],"score_rejected":"0.25","label":"tie"}"#,
    #"{"prompt":null,"chosen":"a b c","rejected":"a b d","label":"B","position":"second","annotator":"ann","domain":"chat","split":"train"}"#,
    #"{"prompt":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Ho"}],"chosen":"x","rejected":"y","label":0,"strength":3}"#,
    #"{"chosen":[{"role":"user","content":"Hi"},{"role":"assistant","content":"yes"}],"rejected":[{"role":"user","content":"Hi"},{"role":"assistant","content":"no"}],"label":-1}"#,
    #"{"chosen":[{"role":"user","content":"Hi"}],"rejected":[{"role":"user","content":"Hi"}],"label":0.5}"#,
    #"{"chosen":{"content":[{"type":"text","text":"part one"},{"text":" part two","x":1}],"role":"assistant"},"rejected":{"content":null},"tie":true}"#,
    #"{"chosen":"\n\nHuman: q\n\nAssistant: a","rejected":"\n\nHuman: q\n\nAssistant: b","label":"a"}"#,
    #"{"chosen":"same same","rejected":"same same","position":1,"prompt_id":"p7"}"#,
    #"{"chosen":"the word one","rejected":"the word two","position":0,"prompt_id":"p7","annotator":"ben"}"#,
    #"{"chosen":"eins zwei","rejected":"eins drei","position":2,"id":"r1","language":"de","tie":"TRUE"}"#,
    #"{"chosen":"","rejected":"z","position":"left","id":"r2","language":"en","score_chosen_0":1,"score_rejected_0":2}"#,
    #"{"chosen":"q","rejected":"","position":"right","language":true,"score_chosen_0":0.5,"score_chosen_1":7,"extra":{"a":[1]}}"#,
    #"{"chosen":"m","rejected":"n","language":3.25,"label":true,"domain":7,"split":"test","strength":-0.5}"#,
    #"{"chosen":"m","rejected":"n","label":"maybe"}"#, #"{"chosen":"m","rejected":"n","label":2}"#,
    #"{"chosen":"m","rejected":"n","position":3}"#, #"{"chosen":"m","rejected":"n","position":"middle"}"#,
    #"{"chosen":"m","rejected":"n","strength":"strong"}"#, #"{"chosen":"m","rejected":"n","score_chosen":[]}"#,
    #"{"chosen":"m","rejected":"n","score_chosen":[1,"2"]}"#, #"{"chosen":"m","rejected":"n","score_chosen":{"a":1}}"#,
    #"{"chosen":"m","rejected":"n","score_chosen_0":"x"}"#, #"{"chosen":"m","rejected":"n","annotator":["x"]}"#,
    #"{"chosen":false,"rejected":"n"}"#, #"{"chosen":[],"rejected":"n"}"#, #"{"chosen":["x"],"rejected":"n"}"#,
    #"{"chosen":[{"role":"user"}],"rejected":"n"}"#, #"{"chosen":[{"content":"a","content":"b"}],"rejected":"n"}"#,
    #"{"chosen":[{"content":7}],"rejected":"n"}"#, #"{"chosen":[{"content":true}],"rejected":"n"}"#,
    #"{"chosen":[{"content":["x"]}],"rejected":"n"}"#, #"{"chosen":"m"}"#, #"{"rejected":"n"}"#, #"7"#,
    #"{"chosen":"m","rejected":"n","domain":""# + String(repeating: "d", count: 256) + #""}"#,
    #"{"chosen":"m","rejected":"n","domain":""# + String(repeating: "d", count: 257) + #""}"#,
    #"{"chosen":"m","rejected":"n","language":""# + String(repeating: "l", count: 64) + #""}"#,
    #"{"chosen":"m","rejected":"n","language":""# + String(repeating: "l", count: 65) + #""}"#,
  ]

  @Test("preference files: lines of JSON, tables with commas and tabs, several files, options")
  func preferences() throws {
    let lines = try files.write(Self.rows.joined(separator: "\n"), "rows.jsonl")
    let csv = try files.write(
      "question,chosen,rejected,chosen_rating,rejected_rating,winner,source,mood\n"
        + "q1,\"a, b\",c,1,2,a,web,good\nq1,\"say \"\"hi\"\"\",d,3,,b,web,\nq2,e,f,x,1,tie,book,bad\nq2,g,h,1,1\n"
        + "q3,i,j,0.5,0.25,,book,good\n", "table.csv")
    let tsv = try files.write("prompt\tchosen\trejected\nq, r\ta\tb\nq, r\tc\td\n", "table.tsv")
    let second = try files.write(#"{"prompt":"q1","chosen":"k","rejected":"l"}"# + "\n", "other.jsonl")
    var strict = ReadingOptions()
    strict.strict = true
    var columns = ReadingOptions()
    columns.columns = [.domain: "mood", .prompt: "source"]
    var wrong = ReadingOptions()
    wrong.columns = [.domain: "moood"]
    var short = ReadingOptions()
    short.maximumRowBytes = 60
    var said: [String] = []
    for (name, sources, options) in [
      ("lines", [lines], ReadingOptions()), ("csv", [csv], .init()), ("tsv", [tsv], .init()),
      ("two files", [tsv, second], .init()), ("strict", [lines], strict), ("columns", [csv], columns),
      ("wrong column", [csv], wrong), ("short rows", [lines], short),
    ] {
      said.append("== \(name)\n" + shown { Self.text(try PreferenceFile.read(sources, options: options)) })
    }
    for (name, text) in [
      ("empty.jsonl", ""), ("blank.jsonl", "\n\n"), ("list.jsonl", "[1, 2]\n"), ("head.csv", "chosen,rejected\n"),
      ("twice.csv", "chosen,chosen\na,b\n"), ("one.csv", "chosen,other\na,b\n"),
      ("near.jsonl", #"{"choosen":"a","rejectd":"b"}"#),
      ("array.json", #"[{"chosen":"a","rejected":"b"},{"chosen":"c","rejected":"d"},{"chosen":"e"}]"#),
    ] {
      let file = try files.write(text, name)
      said.append("== \(name)\n" + shown { Self.text(try PreferenceFile.read([file])) })
    }
    try Recorded.check(said.joined(separator: "\n\n"), as: "preferences")
  }

  @Test("marks, phrases and words of many texts")
  func features() throws {
    let texts = [
      "", " ", "a", "A b", "one two three four five", "it's it’s ITS", "- a", "-a", "* a", "+ a", "  - a", "\t- a", "-",
      "- ",
      "1. a", "12) a", "123. a", "1234. a", "1.a", "1.", "# a", "###### a", "####### a", "#a", "#",
      "x\n# b\n## c\nd # e",
      "**a** b **c**", "a**b**", "** a**", "***a***", "*a*", "**", "2 ** 3", "```\ncode\n```", "``a``", "````",
      "http://x https://y", "a:/b ://",
      "a\n\nb\n\n\nc", "\n\n", "why? no! what?!", "ABC abc 123 4", "naïve café", "日本語 テスト 한국어", "🙂🚀 ☀ ★ ⚽ →",
      "• a\n• b c •", "a • b",
      "don‘t — “quote”", "I think it depends, perhaps maybe", "I cannot help with that. As an AI I won't.",
      "great question! you're absolutely right",
      "sorry, my mistake; apologies", "I can’t help with that", "it is possible it's possible to some extent",
      "\u{e9}\u{301} é", "a\u{a0}b", "x\u{200b}y", "tab\tsep", String(repeating: "word ", count: 40), "12345678",
      "123456789", "1234567",
    ]
    let table = PreferenceTable(
      texts.map { PreferenceRow(prompt: $0, chosen: $0, rejected: $0 + " x") })
    try Recorded.check(Self.text(table), as: "features")
    var similar: [String] = []
    for a in 0..<texts.count where a % 5 == 0 {
      for b in 0..<a where b % 5 == 0 { similar.append("\(table.prompt.signatures.similarity(a, b))") }
    }
    #expect(table.prompt.signatures.similarity(4, 4) == 1)
    try Recorded.check(similar.joined(separator: " "), as: "similarities")
  }

  @Test("samples")
  func samples() throws {
    var said: [String] = []
    for (name, text) in [
      (
        "full.jsonl",
        """
        {"prompt_id":3,"proxy":1,"gold":0.5,"logprob":-2,"ref_logprob":-3,"response":"häi","proxy_0":1,"proxy_10":2,"proxy_2":4}
        {"prompt_id":3,"proxy":2,"gold":"0.25","logprob":null,"ref_logprob":-3,"response":"","proxy_0":1}
        {"prompt_id":"x","proxy":"high","gold":0.25}
        {"prompt_id":4,"gold":0.25}
        {"proxy":4,"gold":0.25}
        [1]
        {"prompt_id":5,"proxy":-1e3,"gold":1e999}
        {"prompt_id":5,"proxy":0}
        """
      ), ("members.csv", "question,score_0,score_1,answer\nq,1,2,abc\nq,3,5,\nr,,1,d\nr,1\ns,0,0,x\n"),
      ("plain.csv", "prompt,reward\na,1\nb,2\na,3\n"), ("none.csv", "prompt,reward\na,x\n"), ("empty.jsonl", ""),
      ("noprompt.jsonl", #"{"promt":1,"proxy":1}"#), ("noproxy.jsonl", #"{"prompt":1,"prox":1}"#),
    ] {
      let file = try files.write(text, name)
      said.append(
        "== \(name)\n"
          + shown {
            let table = try SampleFile.read(file)
            var lines = ["\(table.count) samples of \(table.promptCount) prompts"]
            for row in 0..<table.count {
              func number(_ column: NumberColumn) -> String { column.isEmpty ? "none" : "\(column[row])" }
              lines.append(
                "\(table.places.place(of: row)) \(table.places.ordinal[row]) \(table.places.start[row]) "
                  + "\(table.places.size[row]): \(table.prompt[row]) \(table.proxy[row]) \(number(table.gold)) "
                  + "\(number(table.logProbability)) \(number(table.referenceLogProbability)) \(table.characters[row]) "
                  + table.members.map { "\($0.name)=\($0.scores[row])" }.joined(separator: " "))
            }
            return (lines + Self.setAside(table.setAside)).joined(separator: "\n")
          })
    }
    try Recorded.check(said.joined(separator: "\n\n"), as: "samples")
  }

  @Test("results of RewardBench")
  func rewardBench() throws {
    var said: [String] = []
    for (name, text) in [
      (
        "one.json",
        #"{"subset":["a","b","b",7,"c"],"scores_chosen":[1,"2",[3],1,null],"scores_rejected":[0,1,4,1,1],"results":[1,null,0,1,1],"id":[1,"x",2,3,4],"model":"m"}"#
      ),
      (
        "two.json",
        #"{"subset":["a","b","c","d","e"],"scores":[[1,0],[1,1,0],[2],[1,2],[1,2]],"num_correct":[1,2,1,0,1.5],"model":["m2"]}"#
      ),
      ("three.json", #"{"subset":["a","b"],"scores":[[1,0],[1,2]],"num_correct":[2,3]}"#),
      (
        "lines.jsonl",
        "{\"subset\":\"a\",\"scores_chosen\":1,\"scores_rejected\":0}\n{\"subset\":\"b\",\"scores_chosen\":0,\"scores_rejected\":1}"
      ),
      ("rows.json", #"[{"subset":"a","scores_chosen":1,"scores_rejected":0},{"subset":"b","scores_chosen":5}]"#),
      ("single.json", #"{"subset":"a","scores_chosen":1,"scores_rejected":0}"#), ("list.json", "[1]"),
      ("number.json", "7"),
      ("broken.jsonl", "{\"subset\":\"a\",\"scores_chosen\":1,\"scores_rejected\":0}\n{\"subset\":"),
      ("nothing.json", "{"),
      ("uneven.json", #"{"subset":["a"],"scores_chosen":[1,2],"scores_rejected":[0]}"#),
      ("none.json", #"{"subset":["a"],"scores_chosen":[null],"scores_rejected":[0]}"#),
      ("missing.json", #"{"subset":["a"],"score_chosen":[1]}"#),
    ] {
      let file = try files.write(text, name)
      said.append(
        "== \(name)\n"
          + shown {
            let table = try RewardBenchFile.read(file)
            let rows = table.rows.map {
              "\($0.subset) \($0.id) \($0.scores) \($0.correctCount) \($0.result.map { "\($0)" } ?? "–")"
            }
            return (["version \(table.version), \(table.model ?? "no model")"] + rows + Self.setAside(table.setAside))
              .joined(separator: "\n")
          })
    }
    try Recorded.check(said.joined(separator: "\n\n"), as: "rewardbench")
  }

  @Test("second scorings: by id, by place, and what does not fit")
  func second() throws {
    let rows = (0..<4).map {
      #"{"id":"r\#($0)","chosen":"a\#($0)","rejected":"b","score_chosen":\#($0),"score_rejected":1}"#
    }
    let table = try PreferenceFile.read([files.write((rows + ["{}"]).joined(separator: "\n"), "p.jsonl")])
    let plain = try PreferenceFile.read([files.write("chosen,rejected\na,b\nc,d\n", "p.csv")])
    var said: [String] = []
    for (name, text) in [
      (
        "ids.jsonl",
        #"{"id":"r2","score_chosen":5,"score_rejected":6}"# + "\n" + #"{"id":"zz","score_chosen":7,"score_rejected":8}"#
      ),
      (
        "twice.jsonl",
        #"{"id":"r2","score_chosen":5,"score_rejected":6}"# + "\n" + #"{"id":"r2","score_chosen":7,"score_rejected":8}"#
      ),
      ("order.csv", "score_chosen,score_rejected\n1,2\n3,4\n5,6\n7,8\n9,10\n"),
      ("few.csv", "score_chosen,score_rejected\n1,2\n"),
      ("two.csv", "score_chosen,score_rejected\n1,2\n3,x\n"),
      ("two-good.csv", "score_chosen,score_rejected\n1,2\n3,4\n"),
      ("missing.csv", "score_chosen,score_reject\n1,2\n"),
    ] {
      let file = try files.write(text, name)
      for (place, table) in [("with ids", table), ("without", plain)] {
        said.append(
          "== \(name) \(place)\n"
            + shown {
              let scoring = try SecondScoring.read(file, for: table)
              let scored = table.scored(by: scoring)
              return "\(scoring.name) \(scored.scoreChosen) \(scored.scoreRejected) \(Self.setAside(scoring.setAside))"
            })
      }
    }
    try Recorded.check(said.joined(separator: "\n"), as: "second")
  }
}

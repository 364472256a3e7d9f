import Compute
import Foundation
import RewardFiles
import Testing

@Suite("What makes a prompt, and what a reply says")
struct PromptReading {
  let files: TemporaryFiles

  init() throws { files = try TemporaryFiles() }

  private func table(_ rows: String...) throws -> PreferenceTable {
    try PreferenceFile.read([files.write(rows.joined(separator: "\n"), "rows.jsonl")])
  }

  @Test(
    "rows that differ in one part of the prompt alone have different prompts",
    arguments: [
      ("input", #""one""#, #""two""#), ("system", #""Be brief.""#, #""Be kind.""#),
      ("history", #"[["hi","ho"]]"#, #"[["hi","hey"]]"#), ("context", #""a passage""#, #""another""#),
      ("images", #"["cat.png"]"#, #"["dog.png"]"#), ("image", #"{"bytes":"AA"}"#, #"{"bytes":"AB"}"#),
      ("tools", #"[{"name":"add"}]"#, #"[{"name":"multiply"}]"#),
    ])
  func parts(name: String, first: String, second: String) throws {
    func row(_ value: String) -> String {
      #"{"instruction":"Go on.","\#(name)":\#(value),"chosen":"a","rejected":"b"}"#
    }
    let table = try table(row(first), row(second), row(first), row("null"))
    #expect(table.promptNumber == [0, 1, 0, 2])
    #expect(table.readings[0].columns.contains { $0.column == name })
  }

  @Test("a column called input is the prompt where there is no other")
  func input() throws {
    let table = try table(
      #"{"input":"What is it?","chosen":"a","rejected":"b"}"#, #"{"input":"Who?","chosen":"a","rejected":"b"}"#)
    #expect(table.mapping[.prompt] == "input" && table.promptNumber == [0, 1] && table.prompt.words == [3, 1])
  }

  @Test("pictures within messages tell prompts and replies apart")
  func pictures() throws {
    func row(_ prompt: String, _ reply: String) -> String {
      #"{"prompt":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"\#(prompt)"}},{"type":"text","text":"What?"}]}],"#
        + #""chosen":[{"role":"assistant","content":[{"type":"image","url":"\#(reply)"}]}],"#
        + #""rejected":[{"role":"assistant","content":[{"type":"image","url":"r.png"}]}]}"#
    }
    let table = try table(row("a.png", "x.png"), row("b.png", "x.png"), row("a.png", "r.png"))
    #expect(table.promptNumber == [0, 1, 0])
    #expect(table.prompt.words == [1, 1, 1])
    #expect((0..<3).map { table.hasIdenticalReplies($0) } == [false, false, true])
    // The same picture before both replies is a part of the prompt that they share.
    let shared =
      #"{"chosen":[{"role":"user","content":[{"type":"image","url":"p.png"}]},{"role":"assistant","content":"a"}],"#
      + #""rejected":[{"role":"user","content":[{"type":"image","url":"p.png"}]},{"role":"assistant","content":"b"}]}"#
    let implicit = try self.table(shared, shared.replacingOccurrences(of: "p.png", with: "q.png"))
    #expect(implicit.promptNumber == [0, 1] && implicit.chosen.hashes[0] == implicit.chosen.hashes[1])
  }

  @Test("a prompt that is absent, null, empty or blank is no prompt, and no two rows share it")
  func absent() throws {
    let table = try table(
      #"{"prompt":"","chosen":"Sure: a","rejected":"Sure: b"}"#,
      #"{"prompt":null,"chosen":"Sure: c","rejected":"Sure: d"}"#,
      #"{"prompt":" \n","chosen":"e","rejected":"f"}"#, #"{"chosen":"g","rejected":"h"}"#,
      #"{"prompt":[],"chosen":"i","rejected":"j"}"#, #"{"prompt":"Yes?","chosen":"k","rejected":"l"}"#)
    #expect((0..<6).map { table.hasPrompt($0) } == [false, false, false, false, false, true])
    #expect(table.promptNumber == [0, 1, 2, 3, 4, 5])
    #expect(table.readings[0].notes == ["no prompt in 5 of 6 rows"])
  }

  @Test("words that two replies happen to begin with are no prompt; a question is")
  func shared() throws {
    let words = try table(#"{"chosen":"I think so","rejected":"I think not"}"#)
    #expect(!words.hasPrompts && words.chosen.words == [3])
    let question = try table(#"{"chosen":"Is it so? I think so","rejected":"Is it so? I think not"}"#)
    #expect(question.hasPrompts && question.chosen.words == [1])
  }

  @Test("calls of tools are the text of a reply, with content or without; their ids do not count")
  func calls() throws {
    func reply(_ content: String, _ city: String, _ id: String) -> String {
      #"[{"role":"assistant"\#(content),"tool_calls":[{"id":"\#(id)","type":"function","function":{"name":"weather","arguments":{"city":"\#(city)"}}}]}]"#
    }
    func row(_ content: String, _ first: String, _ second: String) -> String {
      #"{"prompt":"Weather?","chosen":\#(reply(content, first, "1")),"rejected":\#(reply(content, second, "2"))}"#
    }
    for content in [#","content":null"#, "", #","content":"""#] {
      let table = try table(row(content, "Paris", "Rome"), row(content, "Oslo", "Oslo"))
      #expect((0..<2).map { table.hasIdenticalReplies($0) } == [false, true])
      #expect(table.chosen.words == [3, 3])
      let texts = try ExampleTexts.read([0], from: table)
      #expect(texts[0]?.chosen == #"assistant: weather({"city":"Paris"})"#)
    }
    let both = try table(row(#","content":"I look.""#, "Paris", "Rome"))
    #expect(both.chosen.words == [5])
    let nothing = try files.write(#"{"prompt":"p","chosen":[{"role":"assistant"}],"rejected":"b"}"#, "n.jsonl")
    #expect(throws: InputError.self) { try PreferenceFile.read([nothing]) }
  }

  @Test(
    "messages spelled out in a cell, as JSON or as Python writes lists, are messages; what only looks so is refused")
  func spelled() throws {
    let json = #"[{"role": "assistant", "content": "it's \"so\"\nyes"}]"#
    let python = #"[{'role': 'assistant', 'content': 'it\'s "so"\nyes', 'weight': None, 'train': True}]"#
    let mixed = #"[{'role': 'assistant', 'content': "it's \"so\"\nyes"}]"#
    func cell(_ text: String) -> String { "\"" + text.replacingOccurrences(of: "\"", with: "\"\"") + "\"" }
    let rows = [json, python, mixed].map { "p,\(cell($0)),\(cell($0))" }
    let csv = try files.write("prompt,chosen,rejected\n" + rows.joined(separator: "\n") + "\n", "m.csv")
    let table = try PreferenceFile.read([csv])
    let direct = try self.table(
      #"{"prompt":"p","chosen":[{"role":"assistant","content":"it's \"so\"\nyes"}],"rejected":"x"}"#)
    #expect(table.chosen.hashes == [UInt64](repeating: direct.chosen.hashes[0], count: 3))
    #expect(try ExampleTexts.read([1], from: table)[1]?.chosen == "assistant: it's \"so\"\nyes")

    let numPy = "[{'content': 'a', 'role': 'assistant'}\n {'content': 'b', 'role': 'user'}]"
    let bad = try files.write("prompt,chosen,rejected\np,\(cell(numPy)),x\np,[code],[x]\n", "n.csv")
    let read = try PreferenceFile.read([bad])
    #expect(read.count == 1 && read.setAside.rows[0].reason.hasPrefix("chosen looks like messages"))
  }

  @Test("ShareGPT's from and value, one message or many, are messages")
  func shareGPT() throws {
    let table = try table(
      #"{"conversations":[{"from":"human","value":"hi"}],"chosen":{"from":"gpt","value":"a"},"rejected":{"from":"gpt","value":"b"}}"#
    )
    #expect(table.mapping[.prompt] == "conversations" && table.prompt.words == [1] && table.chosen.words == [1])
    #expect(try ExampleTexts.read([0], from: table)[0]?.chosen == "gpt: a")
  }
}

import Compute
import Foundation
import RewardFiles
import Testing

@Suite("A file that holds no rows is named as what it is, with the line that helps")
struct UnreadableFiles {
  let files: TemporaryFiles

  init() throws { files = try TemporaryFiles() }

  private static let pointer =
    "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 123\n"

  @Test(
    "pointers, other encodings, archives, pickles, databases, pages",
    arguments: [
      ("p.jsonl", Array(pointer.utf8), "a pointer of git-lfs", "git lfs pull --include '*p.jsonl'"),
      ("u.jsonl", [0xFF, 0xFE, 0x7B, 0], "UTF-16", "iconv -f UTF-16 -t UTF-8 u.jsonl"),
      ("w.csv", Array("p,c\nq,rr".utf8).flatMap { [$0, 0] }, "UTF-16", "iconv"),
      ("z.jsonl", [0x50, 0x4B, 3, 4, 0, 0], "a ZIP archive", "unzip z.jsonl"),
      ("b.bz2", Array("BZh91AY".utf8), "bzip2", "bunzip2"), ("k.pkl", [0x80, 4, 0x95], "a Python pickle", "Parquet"),
      ("s.db", Array("SQLite format 3\0".utf8), "an SQLite database", "sqlite3 -json"),
      ("h.json", Array("<!DOCTYPE html><html>".utf8), "a page (HTML)", "download the file itself"),
    ] as [(String, [UInt8], String, String)])
  func kinds(name: String, bytes: [UInt8], what: String, help: String) throws {
    let file = try files.write(bytes, name)
    let error = #expect(throws: InputError.self) { try PreferenceFile.read([file]) }
    #expect(
      error?.problem.contains(what) == true && error?.remedy?.contains(help) == true, "\(error?.description ?? "")")
  }

  @Test("pretty-printed JSON is named; rows with a damaged first line, and one row on one line, are not taken for it")
  func pretty() throws {
    let row = "{\n  \"chosen\": \"a\",\n  \"rejected\": \"b\"\n}\n"
    for text in [row, row + row, row + String(repeating: row, count: 4000)] {
      let file = try files.write(text, "pretty.json")
      let error = #expect(throws: InputError.self) { try PreferenceFile.read([file]) }
      #expect(error?.problem.hasPrefix("pretty-printed JSON") == true && error?.remedy?.contains("jq -c .") == true)
    }
    let good = #"{"chosen":"a","rejected":"b"}"#
    for text in ["{\"chosen\":\"a\"\n" + good, good, good + "\n", "{\n" + good] {
      #expect(try PreferenceFile.read([files.write(text, "lines.jsonl")]).count == 1)
    }
    #expect(try PreferenceFile.read([files.write("[\n" + row + ",\n" + row + "]", "array.json")]).count == 2)
  }

  @Test(
    "one object that holds all rows is named as such, with the line that makes rows of it",
    arguments: [
      (#"{"version": 1, "data": [{"prompt": "p", "chosen": "a", "rejected": "b"}]}"#, "jq -c '.data[]'"),
      (#"{"prompt": ["p", "q"], "chosen": ["a", "b"], "rejected": ["c", "d"]}"#, "orient='records'"),
    ])
  func whole(text: String, remedy: String) throws {
    let files = try TemporaryFiles()
    let error = #expect(throws: InputError.self) { try PreferenceFile.read([files.write(text, "one.json")]) }
    #expect(error?.problem.hasPrefix("one object") == true && error?.remedy?.contains(remedy) == true)
    // One row alone is a row, of lists as well.
    let row = #"{"prompt": "p", "chosen": ["a", "b"], "rejected": ["c", "d"]}"#
    #expect(try PreferenceFile.read([files.write(row, "row.jsonl")]).count == 2)
  }
}

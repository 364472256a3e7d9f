import Foundation
import Testing

@Suite("Files go in and out by the command")
struct FileVerbTests {
  /// One answer about a clip of a pendulum.
  private static let line =
    #"{"schema":1,"number":0,"kind":"best-of-k","person":"ada","question":{"clips":[{"observationSize":3,"#
    + #""actionRowSize":1,"observations":[1,0,0.5,0.25,-1,0],"actions":[0.1],"rewards":[-2],"terminated":false,"#
    + #""truncated":true}],"details":{}},"answer":{"clips":[],"content":{"best":0}}}"#

  @Test("what a format cannot carry is refused; what it can comes back; a bad line is located")
  func inAndOut() throws {
    let scratch = try Scratch()
    let answers = scratch.path + "/answers.jsonl"
    try Data((Self.line + "\n").utf8).write(to: URL(fileURLWithPath: answers))

    let refused = try Tool.run(["export", answers, "--as", "safetensors", "--out", scratch.path + "/x"])
    #expect(refused.code == 2)
    #expect(refused.complaint.contains("the answers (1) would be lost"))
    let texts = try Tool.run(["export", answers, "--as", "trl", "--out", scratch.path + "/x"])
    #expect(texts.code == 2)
    #expect(texts.complaint.contains("pairs of texts"))

    let aside = try Tool.run(["export", answers, "--as", "csv", "--out", scratch.path + "/x", "--set-aside"])
    #expect(aside.code == 2)
    #expect(aside.complaint.contains("does not say which answers were set aside"))

    let table = scratch.path + "/answers.csv"
    #expect(try Tool.run(["export", answers, "--as", "csv", "--out", table]).code == 0)
    let back = scratch.path + "/back.jsonl"
    #expect(try Tool.run(["import", table, "--as", "csv", "--out", back]).code == 0)
    let again = scratch.path + "/again.jsonl"
    #expect(try Tool.run(["export", answers, "--as", "jsonl", "--out", again]).code == 0)
    #expect(FileManager.default.contentsEqual(atPath: back, andPath: again))

    let world = ["--environment", "pactolus/Pendulum-v1", "--clips-only"]
    for (format, file) in [("imitation", "/clips.npz"), ("minari", "/clips")] {
      let out = scratch.path + file
      let exported = try Tool.run(["export", answers, "--as", format, "--out", out] + world)
      #expect(exported.code == 0, "\(exported.complaint)")
      let imported = try Tool.run(["import", out, "--as", format])
      #expect(imported.code == 0, "\(imported.complaint)")
    }

    try Data("\n{\"schema\":2}\n".utf8).write(to: URL(fileURLWithPath: answers))
    let bad = try Tool.run(["import", answers, "--as", "jsonl"])
    #expect(bad.code == 2)
    #expect(bad.complaint.contains("answers.jsonl:2"))
  }
}

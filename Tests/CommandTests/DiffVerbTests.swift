import Foundation
import Testing

@Suite("diff")
struct DiffVerbTests {
  private func learn(_ directory: String, seed: Int, threads: Int = 1, _ more: [String] = []) throws {
    let learned = try Tool.run(
      ["learn", "pactolus/Pendulum-v1", "--out", directory, "--seed", "\(seed)", "--threads", "\(threads)"]
        + CompareRunsTests.tiny + more)
    try #require(learned.code == 0, "\(learned.complaint)")
  }

  @Test("runs of one seed on 1 and 2 threads are the same, another seed and another setting are named, and CI is told")
  func verdicts() throws {
    let scratch = try Scratch()
    let run = scratch.path + "/run"
    try learn(run, seed: 1)
    try learn(scratch.path + "/again", seed: 1, threads: 2)
    try learn(scratch.path + "/seed", seed: 2)
    try learn(scratch.path + "/setting", seed: 1, ["--set", "reward.epochs=2"])
    let same = try Tool.run(["diff", run, scratch.path + "/again"])
    #expect(same.code == 0 && same.output.contains("the same but for time"), "\(same.output)\(same.complaint)")
    let seed = try Tool.run(["diff", run, scratch.path + "/seed"])
    #expect(seed.code == 3 && seed.output.contains("seed: run.seed is 1 and 2"), "\(seed.output)")
    let setting = try Tool.run(["diff", run, scratch.path + "/setting", "--json"])
    #expect(setting.code == 3)
    let document = try #require(try JSONSerialization.jsonObject(with: Data(setting.output.utf8)) as? [String: Any])
    let numbers = try #require(document["numbers"] as? [String: Any])
    let causes = try #require(numbers["causes"] as? [[String: Any]])
    #expect(
      causes.compactMap { $0["name"] as? String } == ["reward.epochs"] && numbers["relation"] as? String == "parted")
    #expect((numbers["course"] as? [String: Any])?["kinds"] as? [String] == ["reward-trained", "reward-trained"])
    let page = scratch.path + "/page.html"
    #expect(try Tool.run(["diff", run, scratch.path + "/again", "--out", page]).code == 0)
    #expect(try String(contentsOfFile: page, encoding: .utf8).contains("The runs are the same"))
  }

  @Test("what is no run, and one run named twice, end with 2; one name alone with 64")
  func refusals() throws {
    let scratch = try Scratch()
    let run = scratch.path + "/run"
    try learn(run, seed: 1)
    for (other, words) in [
      (scratch.path + "/rum", "did you mean"), (run, "named twice"), (scratch.path, "no run here"),
    ] {
      let refused = try Tool.run(["diff", run, other])
      #expect(refused.code == 2 && refused.complaint.contains(words), "\(refused.complaint)")
    }
    #expect(try Tool.run(["diff", run]).code == 64)
  }
}

import Foundation
import Testing

/// What `pactolus goals` says of a run, and what it refuses.
@Suite("Goals of a run")
struct GoalsVerbTests {
  private struct Document: Decodable {
    struct Finding: Decodable { var id, verdict: String }
    struct Numbers: Decodable {
      struct Told: Decodable {
        var steps: Int
        var goals: [String]
        var logOdds: [Double]
      }
      struct Verdict: Decodable {
        var kind: String
        var failures, episodes: Int
      }
      struct Gap: Decodable { var best, achieved: Double }
      var told: Told
      var verdict: Verdict
      var gap: Gap?
      var trueReturns: [Double]
    }
    var findings: [Finding]
    var numbers: Numbers
  }

  /// A short run on the true reward: what it learns does not matter here.
  private static func learned(_ world: String, in scratch: Scratch, _ more: [String] = []) throws -> String {
    let place = scratch.path + "/run"
    let run = try Tool.run(
      [
        "learn", world, "--out", place, "--run.agentReward", "true", "--run.steps", "4000", "--run.iterations", "1",
        "--feedback.comparisons", "10", "--run.preset", "none", "--evaluation.episodes", "5",
      ] + more)
    #expect(run.code == 0, "\(run.complaint)")
    return place
  }

  @Test("where levels are drawn, those that were played are planned in, and a probe can be added")
  func levels() throws {
    let scratch = try Scratch()
    let place = try Self.learned("pactolus/CheeseMaze-v0", in: scratch, ["--feedback.segmentLength", "10"])
    let call = ["goals", place, "--world", "pactolus/CheeseMaze-v0:levels=test", "--episodes", "8", "--seed", "3"]
    let said = try Tool.run(call + ["--probe", "--json"])
    #expect(said.code == 0, "\(said.complaint)")
    let document = try JSONDecoder().decode(Document.self, from: Data(said.output.utf8))
    #expect(document.findings.map(\.id).count { $0.hasPrefix("goals/") } == 3)
    // What was meant, and the corner, are among the goals.
    #expect(document.numbers.told.goals.first == "what the world rewards")
    #expect(document.numbers.told.goals.contains { $0.contains("accident") }, "\(document.numbers.told.goals)")
    #expect(document.numbers.trueReturns.count == 8 && document.numbers.verdict.episodes == 8)
    #expect((document.numbers.gap?.best ?? 0) > 0.5)
    #expect(try Tool.run(call + ["--probe", "--json", "--threads", "1"]).output == said.output)
    #expect(try Tool.run(call).output.contains("levels side by side"))
  }

  @Test("a run in a finite world is told, in words, in JSON and on a page, the same each time")
  func told() throws {
    let scratch = try Scratch()
    let place = try Self.learned("pactolus/Delivery-v0", in: scratch)
    let call = ["goals", place, "--episodes", "10"]
    let said = try Tool.run(call + ["--out", scratch.path + "/goals.html"])
    #expect(said.code == 0, "\(said.complaint)")
    for word in ["agent or device", "which goal", "verdict", "reward and result", "tried", "view"] {
      #expect(said.output.contains("\n" + word) || said.output.hasPrefix(word), "\(word) in \(said.output)")
    }
    let page = try String(contentsOfFile: scratch.path + "/goals.html", encoding: .utf8)
    #expect(page.contains("Which goal, and when") && page.contains("Log-odds of an agent"))
    let json = try Tool.run(call + ["--json"]).output
    let document = try JSONDecoder().decode(Document.self, from: Data(json.utf8))
    #expect(document.findings.map(\.id) == ["goals/result", "goals/misgeneralisation"])
    #expect(document.numbers.told.goals.first == "what the world rewards")
    #expect(document.numbers.told.logOdds.count == document.numbers.told.steps)
    #expect(document.numbers.trueReturns.count == 10 && document.numbers.verdict.episodes <= 10)
    #expect((document.numbers.gap?.achieved ?? .infinity) <= (document.numbers.gap?.best ?? 0) + 1e-9)
    #expect(try Tool.run(call + ["--json", "--threads", "1"]).output == json)
  }

  @Test("where nothing is left to chance the one episode there is is played, whatever is asked for")
  func certain() throws {
    let scratch = try Scratch()
    let place = try Self.learned("safety/BoatRace-v0", in: scratch)
    let said = try Tool.run(["goals", place, "--json"])
    let document = try JSONDecoder().decode(Document.self, from: Data(said.output.utf8))
    #expect(document.numbers.trueReturns.count == 1 && document.numbers.verdict.episodes == 1)
    #expect(document.findings.first.map { $0.verdict == "holds" || $0.verdict == "fails" } ?? false)
    let drawn = try Tool.run(["goals", place, "--stochastic", "--episodes", "10", "--json"])
    let many = try JSONDecoder().decode(Document.self, from: Data(drawn.output.utf8))
    #expect(many.numbers.trueReturns.count == 10)
  }

  @Test("a world that is not finite is refused without a view, and told through bins")
  func bins() throws {
    let scratch = try Scratch()
    let place = try Self.learned("pactolus/CartPole-v1", in: scratch)
    let refused = try Tool.run(["goals", place, "--episodes", "5"])
    #expect(refused.code == 2 && refused.complaint.contains("--bins"), "\(refused)")
    let told = try Tool.run(["goals", place, "--episodes", "5", "--bins", "3"])
    #expect(told.code == 0 && told.output.contains("Bins of what is observed, 3 for each of 4"), "\(told)")
    let probed = try Tool.run(["goals", place, "--episodes", "5", "--bins", "3", "--probe"])
    #expect(probed.code == 2 && probed.complaint.contains("pactolus/CoinRun-v0"), "\(probed)")
    let other = try Tool.run(["goals", place, "--world", "safety/BoatRace-v0"])
    #expect(other.code == 2 && other.complaint.contains("whose observations or actions are others"), "\(other)")
    let unknown = try Tool.run(["goals", place, "--world", "pactolus/CartPol-v1"])
    #expect(unknown.code == 2 && unknown.complaint.contains("pactolus/CartPole-v1"), "\(unknown)")
  }

  @Test("what is no run, or no number that can be, is refused")
  func refused() throws {
    let nowhere = try Tool.run(["goals", "no-such-run"])
    #expect(nowhere.code == 2 && nowhere.complaint.contains("no run here"), "\(nowhere)")
    for options in [["--episodes", "0"], ["--success", "1"], ["--tolerated", "0"], ["--bins", "1"]] {
      #expect(try Tool.run(["goals", "no-such-run"] + options).code == 64, "\(options)")
    }
  }
}

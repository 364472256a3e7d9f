import Foundation
import Testing

/// What the verbs about runs say of one, and where a run goes that was given no place.
@Suite("Verbs about runs")
struct RunVerbTests {
  private struct Evaluated: Decodable {
    struct Ends: Decodable { var lower, upper: Double }
    var directory: String
    var agentSteps: Int
    var meanTrueReturn, meanPredictedReturn: Double
    var trueReturns, predictedReturns: [Double]
    var trueReturnInterval, predictedReturnInterval: Ends?
  }

  private static func two(_ value: Double) -> String { String(format: "%.2f", value) }

  @Test("runs that are given no place are numbered, and listed with what they came to")
  func numbered() throws {
    let scratch = try Scratch()
    for _ in 0..<2 {
      let run = try Tool.run(
        ["learn", "pactolus/Pendulum-v1"] + ScreenTests.quick, in: scratch.url)
      #expect(run.code == 0, "\(run.complaint)")
    }
    let listed = try Tool.run(["runs"], in: scratch.url).output
    let wanted =
      #/runs\/Pendulum-v1-[12]  pactolus\/Pendulum-v1  seed 0  finished  10 answers  true return -[0-9]+\.[0-9]/#
    let lines = listed.split(separator: "\n")
    #expect(lines.count == 2 && lines.allSatisfy { $0.wholeMatch(of: wanted) != nil }, "\(listed)")
    // A finished run is gone on with to the same end, and asked nothing more.
    let again = try Tool.run(["resume", "runs/Pendulum-v1-2"], in: scratch.url)
    #expect(again.code == 0 && again.output.contains("learned from 10 answers and "), "\(again)")
    #expect(try Tool.run(["runs"], in: scratch.url).output == listed)
  }

  @Test(
    "a directory that was made for a run which cannot begin is gone again; one with something in it stays"
  )
  func takenAway() throws {
    let scratch = try Scratch()
    let call = ["learn", "pactolus/Delivery-v0", "--answers", "none.json"]
    let refused = try Tool.run(call, in: scratch.url)
    #expect(refused.code == 2 && refused.complaint.contains("none.json"), "\(refused)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path + "/runs").isEmpty)
    let place = scratch.path + "/full"
    try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
    try Data("x".utf8).write(to: URL(fileURLWithPath: place + "/note"))
    let full = try Tool.run(call + ["--out", place], in: scratch.url)
    #expect(full.code == 2 && full.complaint.contains("not empty"), "\(full)")
    #expect(FileManager.default.fileExists(atPath: place + "/note"))
    let elsewhere = try Tool.run(
      ["learn", "pactolus/Pendulum-v1", "--answers", "none.json"], in: scratch.url)
    #expect(
      elsewhere.code == 2 && elsewhere.complaint.contains("'pactolus/Delivery-v0' only"),
      "\(elsewhere)")
  }

  @Test("the settings that would be used are printed, and nothing is begun")
  func settings() throws {
    let scratch = try Scratch()
    let call = ["learn", "pactolus/Pendulum-v1", "--seed", "7", "--print-settings"]
    let printed = try Tool.run(call, in: scratch.url)
    #expect(
      printed.code == 0 && printed.output.hasPrefix("# What 'pactolus learn' would use.\n"),
      "\(printed)")
    #expect(printed.output.contains("  seed: 7  # flag\n"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path).isEmpty)
  }

  @Test(
    "an evaluation: means and Student's intervals of the episodes that it lists, to two decimals; of one, the mean"
  )
  func evaluation() throws {
    let scratch = try Scratch()
    let run = scratch.path + "/run"
    #expect(
      try Tool.run(["learn", "pactolus/Pendulum-v1", "--out", run] + ScreenTests.quick).code == 0)
    let json = try Tool.run(["evaluate", run, "--episodes", "5", "--json"]).output
    let evaluated = try #require(
      try JSONDecoder().decode([Evaluated].self, from: Data(json.utf8)).first)
    #expect(
      evaluated.trueReturns.count == 5 && evaluated.directory == run && evaluated.agentSteps == 4096
    )
    var lines = ["\(run): pactolus/Pendulum-v1, 4096 steps of the agent"]
    for (name, returns, mean, ends) in [
      (
        "true return     ", evaluated.trueReturns, evaluated.meanTrueReturn,
        evaluated.trueReturnInterval
      ),
      (
        "predicted return", evaluated.predictedReturns, evaluated.meanPredictedReturn,
        evaluated.predictedReturnInterval
      ),
    ] {
      let centre = returns.reduce(0, +) / 5
      let squares = returns.reduce(0) { $0 + ($1 - centre) * ($1 - centre) }
      // t of 4 degrees of freedom at 0.975.
      let reach = 2.776445105198 * (squares / 4 / 5).squareRoot()
      let interval = try #require(ends)
      #expect(abs(mean - centre) < 1e-6 * max(1, abs(centre)), "\(name)")
      #expect(abs(interval.lower - (centre - reach)) < 1e-6 * reach, "\(name)")
      #expect(abs(interval.upper - (centre + reach)) < 1e-6 * reach, "\(name)")
      lines.append(
        "  \(name) \(Self.two(mean))  (95 % interval of the mean \(Self.two(interval.lower)) to \(Self.two(interval.upper)))"
      )
    }
    let said = try Tool.run(["evaluate", run, "--episodes", "5"]).output
    #expect(said == lines.joined(separator: "\n") + "\n")
    // The same seed gives the same episodes, another one others; drawn actions others again.
    #expect(try Tool.run(["evaluate", run, "--episodes", "5", "--seed", "0"]).output == said)
    #expect(try Tool.run(["evaluate", run, "--episodes", "5", "--seed", "1"]).output != said)
    #expect(try Tool.run(["evaluate", run, "--episodes", "5", "--stochastic"]).output != said)
    let one = try Tool.run(["evaluate", run, "--episodes", "1"]).output
    #expect(one.split(separator: "\n").count == 3 && !one.contains("interval"), "\(one)")
  }

  @Test(
    "playing with a trusted policy tells who acted in each step; the run itself as the trusted one changes no action")
  func playedWithFallback() throws {
    let scratch = try Scratch()
    let run = scratch.path + "/run"
    #expect(
      try Tool.run(
        ["learn", "pactolus/Pendulum-v1", "--out", run] + ScreenTests.quick + ["--feedback.comparisons", "30"]
      ).code == 0)
    struct Step: Decodable {
      var action: [Float]?
      var fallback: Bool?
    }
    func steps(_ more: [String]) throws -> [Step] {
      let played = try Tool.run(["play", "pactolus/Pendulum-v1", "--policy", run, "--json"] + more)
      #expect(played.code == 0, "\(played)")
      return try played.output.split(separator: "\n").map { try JSONDecoder().decode(Step.self, from: Data($0.utf8)) }
    }
    let alone = try steps([])
    let guarded = try steps(["--fallback", run, "--level", "0.5"])
    #expect(alone.count == 201 && alone.allSatisfy { $0.fallback == nil })
    #expect(guarded.map(\.action) == alone.map(\.action))
    let takeovers = guarded.count { $0.fallback == true }
    #expect(takeovers > 0 && takeovers + guarded.count { $0.fallback == false } == 200)
    let said = try Tool.run(["play", "pactolus/Pendulum-v1", "--policy", run, "--fallback", run, "--level", "0.5"])
    #expect(said.output.contains("200 steps, the trusted policy in \(takeovers), return"), "\(said)")
  }
}

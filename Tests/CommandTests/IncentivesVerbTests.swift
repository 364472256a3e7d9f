import Foundation
import Testing

/// Incentives through the command itself.
@Suite("Incentives on the command line")
struct IncentivesVerbTests {
  private func expect(
    _ arguments: [String], code: Int32 = 0, says words: [String], sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let result = try Tool.run(["incentives"] + arguments)
    #expect(result.code == code, "\(result.complaint)", sourceLocation: sourceLocation)
    for word in words {
      #expect(
        (result.output + result.complaint).contains(word), "said: \(result.output)\(result.complaint)",
        sourceLocation: sourceLocation)
    }
  }

  @Test("examples by name, files by path, a decision of several and an agent of several")
  func answers() throws {
    try expect([], says: ["content-recommender", "Everitt"])
    try expect(["content-recommender"], says: ["posts can gain by changing influenced opinions"])
    try expect(["party"], says: ["yes 0.85", "Best expected utility 7.85."])
    try expect(["two-tests", "--decision", "give"], says: ["two-tests, at give", "Best expected utility 1.7."])
    try expect(["signals", "--agent", "receiver"], says: ["agent receiver, at buy"])
    try expect(["prisoners-dilemma"], says: ["1 equilibrium:", "one gains −2"])
    let scratch = try Scratch()
    let file = scratch.path + "/own.yaml"
    try "decisions: {D: []}\nutilities: {U: D}\n".write(toFile: file, atomically: true, encoding: .utf8)
    let picture = scratch.path + "/own.svg"
    try expect([file, "--svg", picture], says: ["no reason to change anything", "picture: \(picture)"])
    #expect(try String(contentsOfFile: picture, encoding: .utf8).hasPrefix("<svg "))
  }

  @Test(
    "a world says what its first action can gain by changing, and how much of a gain comes through what is delicate")
  func worlds() throws {
    try expect(["recommender"], says: ["interest: a means", "5 steps"])
    try expect(
      ["safety/AbsentSupervisor-v0"], says: ["supervisor: nothing is gained", "agent: a means"])
    try expect(
      ["recommender", "--delicate", "interest", "--baseline", "mixed"],
      // As a second program has them: what each earns, and the parts of the plain agent's gain.
      says: ["1.8629", "2.5983", "2.4619", "-0.2486", "0.9839", "path-specific"])
    try expect(
      ["recommender", "--delicate", "intrest"], code: 2, says: ["interest"])
    try expect(["recommender", "--delicate", "interest", "--baseline", "mix"], code: 2, says: ["mixed"])
    try expect(["recommender", "--svg", "picture.svg"], code: 2, says: ["--svg"])
    try expect(["content-recommender", "--delicate", "opinions"], code: 2, says: ["name a world"])
    try expect(["recommender", "--baseline", "mixed"], code: 64, says: ["--delicate"])
    try expect(["recomender"], code: 2, says: ["recommender"])
  }

  @Test("JSON holds all that the table shows")
  func json() throws {
    let result = try Tool.run(["incentives", "party", "--json"])
    let document = try #require(
      try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    let decisions = try #require(document["decisions"] as? [[String: Any]])
    let rows = try #require(decisions[0]["rows"] as? [[String: Any]])
    let forecast = try #require(rows.first { $0["node"] as? String == "forecast" })
    #expect(forecast["valueOfInformation"] as? Bool == true)
    #expect(abs((forecast["worthOfKnowing"] as? Double ?? 0) - 0.85) < 1e-12)
    #expect(abs((decisions[0]["bestExpectedUtility"] as? Double ?? 0) - 7.85) < 1e-12)
  }

  @Test("what is wrong is named: examples, agents, decisions, lines of files, pictures of two decisions")
  func refusals() throws {
    try expect(["conten-recommender"], code: 2, says: ["unknown diagram", "did you mean content-recommender"])
    try expect(["party", "--agent", "nobody"], code: 2, says: ["unknown agent 'nobody'"])
    try expect(["party", "--decision", "wether"], code: 2, says: ["unknown node 'wether'", "weather"])
    try expect(["party", "--decision", "weather"], code: 2, says: ["unknown decision of agent 'weather'", "place"])
    try expect(["two-tests", "--svg", "never.svg"], code: 2, says: ["choose with --decision: test, give"])
    try expect(["missing.yaml"], code: 2, says: ["there is no such file"])
    let scratch = try Scratch()
    let file = scratch.path + "/blind.yaml"
    try "decisions: {A: [], B: []}\nutilities: {U: [A, B]}\n".write(toFile: file, atomically: true, encoding: .utf8)
    try expect([file], code: 2, says: ["no sufficient recall", "the best rule at A depends on the rule at B"])
    try "chance:\n  A: [B]\n  B: [A]\n".write(toFile: file, atomically: true, encoding: .utf8)
    try expect([file], code: 2, says: ["blind.yaml:2: A: the diagram has a cycle, A → B → A"])
  }

  /// The built-in world's numbers, which a second program has checked, are those of its file.
  @Test("a world's file is read as a world, says what the built-in one says, and is refused by file and line")
  func files() throws {
    let written = URL(filePath: #filePath).appending(path: "../../../Examples/data/recommender.yaml").standardized.path
    for rest in [[], ["--delicate", "interest", "--baseline", "mixed"], ["--delicate", "habit", "--penalty", "2"]] {
      let own = try Tool.run(["incentives", written] + rest)
      let known = try Tool.run(["incentives", "recommender"] + rest)
      #expect(own.code == 0 && own.output == known.output, "\(own)")
    }
    try expect([written, "--delicate", "intrest"], code: 2, says: ["unknown variable 'intrest'", "interest"])
    try expect([written, "--svg", "picture.svg"], code: 2, says: ["--svg"])
    let scratch = try Scratch()
    let file = scratch.path + "/own.yaml"
    let text = try String(contentsOfFile: written, encoding: .utf8)
    for (right, wrong, words) in [
      ("parents: [habit, action]", "parents: [habbit, action]", ["own.yaml:10", "did you mean habit"]),
      ("here, bait: {here: 0.8, away: 0.2}", "here, bait: {here: 0.8}", ["own.yaml:16", "(here, bait) sums to 0.8"]),
      ("      here, depth: {here: 0.9, away: 0.1}\n", "", ["own.yaml:12", "there is no row (here, depth)"]),
      ("horizon: 5", "horizon: five", ["own.yaml:3", "1 to 1000"]),
    ] {
      try text.replacing(right, with: wrong, maxReplacements: 1).write(
        toFile: file, atomically: true, encoding: .utf8)
      try expect([file], code: 2, says: words)
    }
  }

  @Test("a run that was told what is delicate says how its gain came, and one that was not says so when it is asked")
  func runs() throws {
    let scratch = try Scratch()
    let settings = [
      "--run.steps", "1200", "--run.iterations", "2", "--ppo.environments", "4", "--ppo.stepsPerRollout", "25",
      "--ppo.minibatchSize", "50", "--ppo.hidden", "[8]", "--feedback.comparisons", "40", "--evaluation.episodes", "1",
      "--evaluation.finalEpisodes", "4",
    ]
    func learn(_ more: [String], out: String) throws -> Tool.Result {
      try Tool.run(["learn", "pactolus/Recommender-v0", "--out", scratch.path + "/" + out] + more + settings)
    }
    let near = try learn(["--delicate", "intrest"], out: "near")
    #expect(near.code == 2 && near.complaint.contains("did you mean interest"), "\(near)")
    #expect(
      near.complaint.contains("evaluation.delicate") && !FileManager.default.fileExists(atPath: scratch.path + "/near"))
    let elsewhere = try Tool.run(
      ["learn", "pactolus/Pendulum-v1", "--delicate", "angle", "--out", scratch.path + "/pendulum"])
    #expect(elsewhere.code == 2 && elsewhere.complaint.contains("not a finite world"), "\(elsewhere)")

    let told = try learn(["--delicate", "interest"], out: "told")
    #expect(told.code == 0 && told.output.contains("interest"), "\(told)")
    let run = scratch.path + "/told"
    try expect(
      [run],
      says: ["Delicate: interest. Baseline: all actions alike.", "before training", "best for it", "Round by round"])
    try expect([run, "--delicate", "intrest"], code: 2, says: ["unknown variable 'intrest'", "interest"])
    try expect(
      [run, "--delicate", "interest", "--baseline", "mix"], code: 2, says: ["unknown baseline 'mix'", "mixed"])
    try expect([run, "--steps", "3"], code: 2, says: ["--steps", "leave it out"])
    let result = try Tool.run(["incentives", run, "--json"])
    let document = try #require(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    let numbers = try #require(document["numbers"] as? [String: Any])
    #expect(numbers["delicate"] as? [String] == ["interest"] && numbers["isFinished"] as? Bool == true)
    #expect((numbers["rounds"] as? [Any])?.count == 3)
    for payment in try #require(numbers["payments"] as? [[String: Any]]) {
      for agent in try #require(payment["agents"] as? [[String: Any]]) {
        let gain = try #require(agent["gain"] as? [String: Double])
        let (total, parts) = (try #require(gain["total"]), ["direct", "indirect"].compactMap { gain[$0] })
        #expect(parts.count == 2 && abs(total - parts[0] - parts[1]) < 1e-9, "\(gain)")
      }
    }
    #expect((document["findings"] as? [[String: Any]])?.count == 3)

    let untold = try learn([], out: "untold")
    #expect(untold.code == 0, "\(untold)")
    try expect(
      [scratch.path + "/untold"], says: ["interest: a means", "habit: a means", "Name one by --delicate"])
    try expect([scratch.path + "/untold", "--delicate", "interest"], says: ["gains", "through it"])
  }
}

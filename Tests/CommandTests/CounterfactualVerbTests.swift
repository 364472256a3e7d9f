import Foundation
import Testing

@Suite("Counterfactuals on the command line")
struct CounterfactualVerbTests {
  private func expect(
    _ arguments: [String], code: Int32 = 0, says words: [String], sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let result = try Tool.run(["counterfactual"] + arguments)
    #expect(result.code == code, "\(result.output)\(result.complaint)", sourceLocation: sourceLocation)
    for word in words {
      #expect(
        (result.output + result.complaint).contains(word), "said: \(result.output)\(result.complaint)",
        sourceLocation: sourceLocation)
    }
  }

  private static func numbers(_ arguments: [String]) throws -> [String: Any] {
    let result = try Tool.run(["counterfactual"] + arguments + ["--json"])
    try #require(result.code == 0, "\(result.complaint)")
    let document = try #require(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    return try #require(document["numbers"] as? [String: Any])
  }

  @Test(
    "a decision is explained, a pair is told and drawn, many are averaged; a finding that fails ends with 3 if asked")
  func answers() throws {
    let scratch = try Scratch()
    try expect(
      ["pactolus/MountainCar-v0", "--acting", "stay", "--at", "3", "--lucks", "20"],
      says: ["coast ← done", "push left", "No other action at step 3 is worth more than coast"])
    let page = scratch.path + "/pair.html"
    try expect(
      ["pactolus/Pendulum-v1", "--at", "50", "--action", "2", "--lucks", "20", "--out", page],
      says: ["They do different things from step 50 on, and see different things from step 51 on", "other luck"])
    let html = try String(contentsOfFile: page, encoding: .utf8)
    #expect(html.contains("As it was") && html.contains("As it would have been") && html.contains("<svg"))
    try expect(
      ["pactolus/CartPole-v1", "--episodes", "30", "--policy", "random", "--at", "5", "--lucks", "20"],
      says: ["episodes", "30"])
    // Balancing for one push more than falling at once: pushing left all the time falls within twelve steps.
    try expect(
      [
        "pactolus/CartPole-v1", "--done", Array(repeating: "0", count: 30).joined(separator: ","), "--policy", "random",
        "--lucks", "100", "--fail-on-finding",
      ],
      code: 3, says: ["would be worth more"])
  }

  @Test("JSON has both arms step by step, and is the same twice")
  func json() throws {
    let arguments = ["pactolus/Pendulum-v1", "--at", "10", "--action", "-2", "--lucks", "10", "--discount", "0.9"]
    let numbers = try Self.numbers(arguments)
    let pair = try #require(numbers["pair"] as? [String: Any])
    let (done, other) = (pair["done"] as? [String: Any], pair["other"] as? [String: Any])
    let rewards = [done, other].map { (($0?["rewards"] as? [[Double]]) ?? [])[0] }
    #expect(rewards[0].count == 200 && rewards[0].prefix(10) == rewards[1].prefix(10))
    let difference = try #require((pair["differences"] as? [[String: Any]])?.first)
    var (sum, factor) = (0.0, 1.0)
    for step in 10..<200 {
      sum += factor * (rewards[1][step] - rewards[0][step])
      factor *= 0.9
    }
    #expect(abs((difference["difference"] as? Double ?? .nan) - sum) < 1e-9)
    #expect(try Self.numbers(arguments) as NSDictionary == numbers as NSDictionary)
  }

  @Test("recorded episodes of a finite world are asked by inferred luck")
  func recorded() throws {
    let scratch = try Scratch()
    let log = scratch.path + "/ice.csv"
    // On slippery ice, where a move goes straight or to either side.
    try "episode,step,state,action\na,0,0,right\na,1,1,right\na,2,5,\nb,0,0,down\nb,1,4,down\nb,2,8,\n".write(
      toFile: log, atomically: true, encoding: .utf8)
    try expect(
      ["gym:FrozenLake-v1", "--record", log, "--policy", "uniform", "--episodes", "2"],
      says: ["difference over episodes", "as it would have been"])
    let one = try Self.numbers(["gym:FrozenLake-v1", "--record", log, "--policy", "uniform", "--action", "right"])
    #expect((one["pairs"] as? [[String: Any]])?.count == 1)
  }

  @Test("bad input is said with its place, and ends with 2; what cannot be meant with 64")
  func badInput() throws {
    try expect(["pactolus/CartPol-v1"], code: 2, says: ["CartPole"])
    try expect(["pactolus/CartPole-v1", "--at", "9999"], code: 2, says: ["no step 9999", "--at"])
    try expect(["pactolus/CartPole-v1", "--action", "up"], code: 2, says: ["push left"])
    try expect(["pactolus/CartPole-v1", "--policy", "runs/none"], code: 2, says: ["--policy", "runs/none"])
    try expect(["pactolus/CartPole-v1", "--action", "0", "--lucks", "0"], code: 64, says: ["--lucks"])
    try expect(["pactolus/CartPole-v1", "--action", "0", "--actions", "0,1"], code: 64, says: ["exclude each other"])
    try expect(["pactolus/CartPole-v1", "--record", "x.csv"], code: 64, says: ["--policy"])
    try expect(["gym:FrozenLake-v1", "--record", "none.csv", "--policy", "uniform"], code: 2, says: ["none.csv"])
    try expect(["pactolus/CartPole-v1", "--delicate", "interest"], code: 2, says: ["no run here"])
    try expect(["pactolus/CartPole-v1", "--delicate", "interest", "--action", "0"], code: 64, says: ["who judges"])
    try expect(["pactolus/CartPole-v1", "--baseline", "uniform"], code: 64, says: ["--delicate"])
  }
}

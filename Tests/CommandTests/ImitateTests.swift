import Foundation
import Testing

@Suite("pactolus imitate")
struct ImitateTests {
  private static let quick = [
    "--ppo.stepsPerRollout", "64", "--expert-steps", "1024", "--steps", "1024", "--episodes", "4", "--json",
  ]

  @Test("an expert's demonstrations are written, and cloning from the file gives what cloning from the expert gave")
  func file() throws {
    let scratch = try Scratch()
    let cartPole = ["imitate", "pactolus/CartPole-v1", "--method", "bc"]
    let first = try Tool.run(cartPole + ["--expert", "--out", scratch.path + "/made"] + Self.quick)
    #expect(first.code == 0, "\(first.complaint)")
    let second = try Tool.run(cartPole + ["--demonstrations", scratch.path + "/made/demonstrations.npz"] + Self.quick)
    #expect(second.code == 0, "\(second.complaint)")
    func result(_ text: String) throws -> Double {
      let object = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
      return try #require(object?["meanTrueReturn"] as? Double)
    }
    #expect(try result(first.output) == result(second.output))
    for name in ["result.json", "policy.json"] {
      #expect(FileManager.default.fileExists(atPath: scratch.path + "/made/" + name))
    }
    let again = try Tool.run(cartPole + ["--expert", "--out", scratch.path + "/made"] + Self.quick)
    #expect(again.code == 2 && again.complaint.contains("not empty"))
  }

  @Test("every method runs", arguments: ["dagger", "gail", "airl", "trex", "drex"])
  func methods(method: String) throws {
    let result = try Tool.run(["imitate", "pactolus/Pendulum-v1", "--method", method, "--expert"] + Self.quick)
    #expect(result.code == 0, "\(result.complaint)")
    #expect(result.output.contains("\"method\" : \"\(method)\""))
  }

  @Test("steps are rounded up to whole rollouts, and said so only where they were")
  func rounding() throws {
    // Two environments for 64 steps: a rollout has 128.
    func said(_ steps: String) throws -> String {
      let result = try Tool.run([
        "imitate", "pactolus/Pendulum-v1", "--method", "gail", "--expert", "--ppo.environments", "2",
        "--ppo.stepsPerRollout", "64", "--expert-steps", "128", "--episodes", "2", "--steps", steps,
      ])
      #expect(result.code == 0, "\(result.complaint)")
      return result.output
    }
    #expect(try said("256").contains("\ngail after 256 steps: true return "))
    #expect(
      try said("129").contains("\ngail after 256 steps (129 asked for, rounded up to whole rollouts): true return "))
  }

  @Test("what is wrong is named: method, missing expert, missing file, both sources")
  func mistakes() throws {
    func expect(_ arguments: [String], _ code: Int32, _ word: String) throws {
      let result = try Tool.run(["imitate", "pactolus/CartPole-v1"] + arguments)
      #expect(result.code == code && result.complaint.contains(word), "\(result.code) \(result.complaint)")
    }
    try expect(["--method", "gial", "--expert"], 2, "gail")
    try expect(["--method", "dagger", "--demonstrations", "x.npz"], 2, "--expert")
    try expect(["--method", "bc", "--demonstrations", "/nowhere/x.npz"], 2, "/nowhere/x.npz")
    try expect(["--method", "bc"], 64, "--expert")
    try expect(["--method", "bc", "--expert", "--demonstrations", "x.npz"], 64, "--expert")
    try expect(["--method", "bc", "--expert", "--seed", "-1"], 64, "--seed")
  }
}

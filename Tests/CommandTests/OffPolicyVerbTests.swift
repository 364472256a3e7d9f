import Audits
import Compute
import Foundation
import Reproductions
import Testing

@Suite("Off-policy evaluation on the command line")
struct OffPolicyVerbTests {
  private static let logs = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Documentation/logs")

  private func expect(
    _ arguments: [String], code: Int32 = 0, says words: [String], sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let result = try Tool.run(["off-policy"] + arguments)
    #expect(result.code == code, "\(result.complaint)", sourceLocation: sourceLocation)
    for word in words {
      #expect(
        (result.output + result.complaint).contains(word), "said: \(result.output)\(result.complaint)",
        sourceLocation: sourceLocation)
    }
  }

  private static func path(_ name: String) -> String { logs.appendingPathComponent(name).path }
  private static let log = path("two-states.csv")

  @Test("a log that carries is believed, one that cannot tell is refused, and CI is told")
  func answers() throws {
    try expect(
      [Self.log, "--policy", Self.path("eager.csv"), "--discount", "0.9"],
      says: ["Believe wdr", "anytime-valid interval", "--rewards gives their ends", "The policy earns more"])
    try expect(
      [Self.log, "--policy", Self.path("sure.csv"), "--estimators", "sndr,mis", "--fail-on", "off-policy/support"],
      code: 3,
      says: ["Believe none", "was never tried"])
    try expect(
      [Self.log, "--policy", "uniform", "--behavior", "counted", "--interval", "bca", "--resamples", "200"],
      says: ["The policy earns more than the one that acted"])
  }

  @Test("JSON holds the estimates that the table shows")
  func json() throws {
    let result = try Tool.run([
      "off-policy", Self.log, "--policy", Self.path("eager.csv"), "--discount", "0.9", "--rewards", "0,1",
      "--largest-ratio", "1.8", "--json",
    ])
    let document = try #require(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    let numbers = try #require(document["numbers"] as? [String: Any])
    #expect(numbers["believed"] as? String == "wdr")
    let evaluation = try #require(numbers["evaluation"] as? [String: Any])
    let estimates = try #require(evaluation["estimates"] as? [[String: Any]])
    // All but dm, which has no model of its own here.
    #expect(estimates.count == OffPolicyEstimator.allCases.count - 1 && evaluation["bernstein"] != nil)
    #expect((document["findings"] as? [[String: Any]])?.count == 4)
  }

  @Test("bad input is said with its place, and ends with 2")
  func badInput() throws {
    try expect([Self.log], code: 2, says: ["--policy"])
    try expect([Self.log, "--policy", "unifrom"], code: 2, says: ["uniform"])
    try expect([Self.log, "--policy", "column"], code: 2, says: ["two-states.csv:1", "pi"])
    try expect([Self.log, "--policy", "uniform", "--estimators", "wdrr"], code: 2, says: ["--estimators", "wdr"])
    try expect([Self.log, "--policy", "uniform", "--behavior", "count"], code: 2, says: ["counted"])
    try expect([Self.log, "--policy", "uniform", "--rewards", "0,0.5"], code: 2, says: ["rewards lie between 0"])
    try expect([Self.log, "--policy", "uniform", "--fail-on", "gain"], code: 2, says: ["off-policy/gain"])
    try expect([Self.log, "--policy", "uniform", "--estimators", "dm"], code: 2, says: ["q and v"])
    try expect([Self.log, "--discount", "2"], code: 64, says: ["--discount"])
    let scratch = try Scratch()
    let bare = scratch.path + "/bare.csv"
    try "episode,step,state,action,reward\n1,0,s,a,1\n".write(toFile: bare, atomically: true, encoding: .utf8)
    try expect([bare, "--policy", "uniform"], code: 2, says: ["bare.csv:1", "probability", "--behavior counted"])
  }

  @Test("the study, small: intervals hold what they promise, and weights of whole episodes break over forty steps")
  func study() throws {
    var study = OffPolicyStudy()
    (study.logs, study.resamples) = (60, 100)
    let worlds = try OffPolicyWorld.all()
    func row(_ name: String) throws -> OffPolicyStudy.Row {
      var world = try #require(worlds.first { $0.name == name })
      world.episodes = 200
      return try study.row(world, random: RandomSource(seed: 1))
    }
    let bandit = try row("bandit")
    for (name, _, cell) in bandit.cells {
      // Of 60 intervals of 95 %, more than ten miss once in 2,000 times.
      #expect(cell.covered >= 50, "\(name)")
      #expect(abs(cell.bias) < 5 * cell.rootMeanSquare / Double(study.logs).squareRoot(), "\(name)")
    }
    let long = try row("forty steps")
    func cell(_ name: String) throws -> OffPolicyStudy.Cell { try #require(long.cells.first { $0.name == name }).cell }
    #expect(try cell("is").covered < 50 && cell("mis").covered >= 50 && cell("anytime").covered >= 55)
    #expect(try cell("mis").rootMeanSquare < cell("wpdis").rootMeanSquare)
    #expect(long.believed > 0 && long.effectiveSize < 30)
  }

  @Test("a world's twin has the same policies and no gain, and little is said of one")
  func twins() throws {
    var study = OffPolicyStudy()
    (study.logs, study.resamples) = (60, 100)
    for world in try OffPolicyWorld.all() where world.name != "no difference" {
      let twin = try world.twin()
      #expect(abs(twin.worth(of: twin.target) - twin.worth(of: twin.behavior)) < 1e-9, "\(world.name)")
      #expect(twin.target == world.target && twin.behavior == world.behavior)
      #expect(abs(world.worth(of: world.target) - world.worth(of: world.behavior)) > 1e-3)
    }
    let bandit = try #require(try OffPolicyWorld.all().first { $0.name == "bandit" })
    // Of 60 verdicts of which 5 % are wrong, more than eleven are once in 20,000 times.
    let row = try study.twin(bandit, random: RandomSource(seed: 1))
    #expect(row.wrong <= 11 && row.verdicts.values.reduce(0, +) == 60, "\(row.verdicts)")
  }
}

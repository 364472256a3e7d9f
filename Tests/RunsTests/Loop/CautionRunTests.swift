import Compute
import Environments
import Foundation
import RunFixtures
import Runs
import Testing

@Suite("Caution in the loop", .serialized)
struct CautionRunTests {
  /// A replaying learner, so small that it can be killed everywhere: everything remembered is judged again each round.
  private static let replaying = [
    "run.learner": "sac", "run.steps": "180", "run.iterations": "3", "sac.environments": "2",
    "sac.stepsPerRollout": "20", "sac.randomSteps": "40", "sac.batchSize": "8", "sac.hidden": "[6]",
    "sac.bufferSize": "1000", "reward.members": "3", "reward.normalizeForAgent": "false", "evaluation.every": "2",
  ]

  private static let rules: [[String: String]] = [
    ["caution.rule": "worst"], ["caution.rule": "deviation", "caution.deviations": "2"],
    ["caution.rule": "tail", "caution.share": "0.6"], ["caution.rule": "posterior"],
  ]

  private func trained(_ remains: TinyRun.Remains) -> [Substring] {
    remains.ledger.split(separator: "\n").filter { $0.contains("agent-trained") }
  }

  private func figure(_ name: String, in line: Substring) -> Double? {
    line.range(of: "\"\(name)\":").flatMap { place in
      Double(line[place.upperBound...].prefix { $0 != "," && $0 != "}" })
    }
  }

  @Test("every rule pays otherwise than the mean, with both learners, and 1, 2 and 4 threads leave the same bytes")
  func threads() throws {
    let before = ThreadPool.shared.threadCount
    defer { ThreadPool.shared.threadCount = before }
    for learner in [[:], Self.replaying] {
      let plain = try TinyRun.reference(learner)
      var ledgers = [plain.ledger]
      for rule in Self.rules {
        let more = learner.merging(rule) { $1 }
        var all: [TinyRun.Remains] = []
        for count in [1, 2, 4] {
          ThreadPool.shared.threadCount = count
          all.append(try TinyRun.reference(more))
        }
        #expect(all[0] == all[1] && all[0] == all[2], "\(more)")
        // Not only the settings differ: the agent was paid otherwise.
        #expect(trained(all[0]).last != trained(plain).last, "\(more)")
        ledgers.append(all[0].ledger)
      }
      #expect(Set(ledgers).count == ledgers.count)
    }
  }

  @Test("killed after any event and resumed, a cautious run leaves the bytes of an undisturbed one", arguments: 0..<4)
  func killedAnywhere(rule: Int) throws {
    for learner in [["run.checkpointEvery": "2", "run.keep": "best"], Self.replaying] {
      let more = learner.merging(Self.rules[rule]) { $1 }
      let reference = try TinyRun.reference(more)
      try TinyRun.expectSameBytes(as: reference, more, killedEvery: 6, from: rule)
    }
  }

  @Test("the member that is drawn is recorded, and several are")
  func drawn() throws {
    let remains = try TinyRun.reference([
      "caution.rule": "posterior", "reward.members": "5", "run.iterations": "6", "run.steps": "420",
    ])
    let members = trained(remains).compactMap { figure("caution/member", in: $0) }
    #expect(members.count == 7 && members.allSatisfy { (0..<5).contains(Int($0)) } && Set(members).count > 1)
    // The stream by hand.
    let source = RandomSource(seed: 5)
    #expect(
      members.map { Int($0) }
        == (0..<7).map { iteration in
          var stream = source.stream("caution/member", iteration)
          return stream.below(5)
        })
  }

  @Test("a run near another says how far it is in each round, with an interval, and goes on exactly after a kill")
  func reference() throws {
    try withTemporaryDirectory { parent in
      let trusted = parent + "/trusted"
      try TinyRun.create(trusted, ["run.seed": "9"]).run()
      let measured = ["caution.reference": trusted]
      let held = ["caution.reference": trusted, "caution.klWeight": "2"]
      let (plain, only, near) = (
        try TinyRun.reference(), try TinyRun.reference(measured), try TinyRun.reference(held)
      )
      for remains in [only, near] {
        #expect(trained(remains).count == 4)
        for line in trained(remains) {
          let lower = try #require(figure("ppo/reference_kl_lower", in: line))
          let upper = try #require(figure("ppo/reference_kl_upper", in: line))
          let divergence = try #require(figure("ppo/reference_kl", in: line))
          #expect(lower < divergence && divergence < upper && divergence.isFinite)
        }
      }
      #expect(!plain.ledger.contains("reference_kl"))
      // Measuring alone changes nothing that the agent does.
      func returns(_ remains: TinyRun.Remains) -> [Substring] {
        remains.ledger.split(separator: "\n").filter { $0.contains("\"evaluated\"") }
      }
      #expect(returns(only) == returns(plain) && !returns(only).isEmpty && returns(near) != returns(plain))
      try TinyRun.expectSameBytes(as: near, held, killedEvery: 7)
      // Against another policy it does not go on.
      let directory = parent + "/run"
      do {
        let run = try TinyRun.create(directory, held)
        let stop = StopFlag()
        run.beforeCheckpoint = { stop.raise() }
        _ = try run.run(stop: stop)
      }
      try FileManager.default.removeItem(atPath: trusted)
      try TinyRun.create(trusted, ["run.seed": "10"]).run()
      let error = #expect(throws: InputError.self) { try TinyRun.resume(directory) }
      #expect(error?.problem.contains("another one than when") == true, "\(String(describing: error))")
    }
  }

  @Test("a trusted policy takes over in training until enough is judged, and less after that; a kill changes no byte")
  func fallback() throws {
    try withTemporaryDirectory { parent in
      let trusted = parent + "/trusted"
      try TinyRun.create(trusted, ["run.seed": "9"]).run()
      for learner in [[:], Self.replaying] {
        let guarded = learner.merging(["caution.fallback": trusted, "caution.level": "0.3"]) { $1 }
        let remains = try TinyRun.reference(guarded)
        let shares = trained(remains).map { figure("caution/takeovers", in: $0) ?? -1 }
        // Of 13 questions 4 come at first: their 8 clips are too few to tell what is familiar.
        #expect(shares.count == 4 && shares[0] == 1, "\(shares)")
        #expect((0..<1).contains(shares[3]), "\(shares)")
        #expect(remains.ledger != (try TinyRun.reference(learner)).ledger)
        try TinyRun.expectSameBytes(as: remains, guarded, killedEvery: 7)
      }
      let before = ThreadPool.shared.threadCount
      defer { ThreadPool.shared.threadCount = before }
      let guarded = ["caution.fallback": trusted]
      var all: [TinyRun.Remains] = []
      for count in [1, 2, 4] {
        ThreadPool.shared.threadCount = count
        all.append(try TinyRun.reference(guarded))
      }
      #expect(all[0] == all[1] && all[0] == all[2])
    }
  }

  @Test(
    "a run does not go on with another fallback than it began with, whoever learned that", arguments: [true, false])
  func otherFallback(replaying: Bool) throws {
    try withTemporaryDirectory { parent in
      let trusted = parent + "/trusted"
      let learner = replaying ? Self.replaying : [:]
      func trust(_ seed: String) throws {
        try TinyRun.create(trusted, learner.merging(["run.seed": seed]) { $1 }).run()
      }
      try trust("9")
      do {
        let run = try TinyRun.create(parent + "/run", ["caution.fallback": trusted])
        let stop = StopFlag()
        run.beforeCheckpoint = { stop.raise() }
        _ = try run.run(stop: stop)
      }
      try FileManager.default.removeItem(atPath: trusted)
      try trust("10")
      let error = #expect(throws: InputError.self) { try TinyRun.resume(parent + "/run") }
      #expect(error?.problem.contains("another one than when") == true, "\(String(describing: error))")
      try FileManager.default.removeItem(atPath: trusted)
      try trust("9")
      #expect(try TinyRun.resume(parent + "/run").run().finished)
    }
  }

  @Test("a fallback of another world, none at all, a level without one: refused before anything is written")
  func refusedFallback() throws {
    try withTemporaryDirectory { parent in
      func refusal(_ more: [String: String]) -> InputError? {
        #expect(throws: InputError.self) { try TinyRun.create(parent + "/run", more) }
      }
      let nowhere = refusal(["caution.fallback": parent + "/nowhere"])
      #expect(nowhere?.place?.hasPrefix("caution.fallback, ") == true && nowhere?.problem == "no run here")
      try TinyRun.create(parent + "/cart", ["run.environment": "pactolus/CartPole-v1"]).run()
      let world = refusal(["caution.fallback": parent + "/cart"])
      #expect(world?.place == "caution.fallback" && world?.problem.contains("pactolus/CartPole-v1") == true)
      #expect(refusal(["caution.level": "0.1"])?.description.contains("caution.fallback") == true)
      for level in ["0", "1", "-0.1", "half"] {
        let wrong = refusal(["caution.fallback": parent + "/cart", "caution.level": level])
        #expect(wrong?.description.contains("caution.level") == true, "\(level)")
      }
      #expect(!FileManager.default.fileExists(atPath: parent + "/run"))
    }
  }

  @Test(
    "a reference of another world, none at all, or for a learner that cannot, is refused before anything is written")
  func refusedReference() throws {
    try withTemporaryDirectory { parent in
      func refusal(_ more: [String: String]) -> InputError? {
        #expect(throws: InputError.self) { try TinyRun.create(parent + "/run", more) }
      }
      let nowhere = refusal(["caution.reference": parent + "/nowhere"])
      #expect(nowhere?.place?.hasPrefix("caution.reference, ") == true && nowhere?.problem == "no run here")
      try TinyRun.create(parent + "/cart", ["run.environment": "pactolus/CartPole-v1"]).run()
      let world = refusal(["caution.reference": parent + "/cart", "caution.klWeight": "1"])
      #expect(world?.place == "caution.reference" && world?.problem.contains("pactolus/CartPole-v1") == true)
      #expect(world?.remedy?.contains("pactolus/Pendulum-v1") == true)
      try TinyRun.create(parent + "/trusted").run()
      let learner = refusal(Self.replaying.merging(["caution.reference": parent + "/trusted"]) { $1 })
      #expect(learner?.place == "caution.reference" && learner?.remedy == "name a run of sac")
      try TinyRun.create(parent + "/sac", Self.replaying).run()
      let kind = refusal(["caution.reference": parent + "/sac"])
      #expect(kind?.place == "caution.reference" && kind?.remedy?.contains("ppo") == true)
      #expect(!FileManager.default.fileExists(atPath: parent + "/run"))
    }
  }

  @Test("rules that do not fit the reward, the agent or their own numbers are refused, and say where and what to do")
  func refusedRules() throws {
    func refusal(_ more: [String: String]) -> InputError? {
      do {
        _ = try TinyRun.settings(more)
        return nil
      } catch { return error as? InputError }
    }
    for rule in Self.rules {
      let alone = refusal(rule.merging(["reward.members": "1", "feedback.selection": "random"]) { $1 })
      #expect(alone?.description.contains("reward.members") == true, "\(rule)")
      #expect(alone?.description.contains("caution.rule") == true, "\(rule)")
      let paid = refusal(rule.merging(["run.agentReward": "true"]) { $1 })
      #expect(paid?.description.contains("not paid by the learned reward") == true, "\(rule)")
    }
    for share in ["0", "1", "-0.1", "1.5", "half"] {
      #expect(refusal(["caution.rule": "tail", "caution.share": share])?.description.contains("caution.share") == true)
    }
    #expect(refusal(["caution.rule": "worst", "caution.share": "0.3"])?.description.contains("caution.rule") == true)
    #expect(refusal(["caution.deviations": "2"])?.description.contains("deviation") == true)
    #expect(refusal(["caution.rule": "deviation", "caution.deviations": "-1"]) != nil)
    #expect(refusal(["caution.rule": "worse"])?.description.contains("worst") == true)
    #expect(refusal(["caution.klWeight": "1"])?.description.contains("caution.reference") == true)
    // One member is enough where nothing is made of several.
    #expect(refusal(["reward.members": "1", "feedback.selection": "random"]) == nil)
  }
}

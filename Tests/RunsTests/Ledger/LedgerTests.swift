import Compute
import Environments
import Findings
import Foundation
import RunFixtures
import Runs
import Testing

@Suite("Ledger")
struct LedgerTests {
  /// One of every kind of event.
  private static let everyEvent: [LedgerEvent] = [
    .runStarted(RunStarted(settings: ["run.seed": "1"], arithmetic: "fused", format: 1)),
    .comparisonAsked(ComparisonAsked(iteration: 0, query: 0, first: 0, second: 1, predicted: 0.25, disagreement: nil)),
    .comparisonAnswered(ComparisonAnswered(query: 0, answer: "first", person: "simulated/boltzmann")),
    .answerTakenBack(AnswerTakenBack(query: 0, person: "Ada")),
    .rewardTrained(
      RewardTrained(
        iteration: 0, comparisons: 1, epochs: 3, loss: 0.5, accuracy: 1, heldOutLoss: nil, heldOutAccuracy: 0.5)),
    .agentTrained(
      AgentTrained(
        iteration: 0, agentSteps: 2048, allSteps: 4096, trueReturns: [-1, -2.5], meanPredictedReward: 0.125,
        statistics: ["ppo/entropy": 1.5])),
    .evaluated(
      Evaluated(
        iteration: 0, final: false, trueReturns: [1, 2], predictedReturns: [3, .infinity], lengths: [4, 5],
        disagreement: 0.1, clips: [2])),
    .checkpointWritten(CheckpointWritten(iteration: 0, weights: "00ff")),
    .segmentsJudged(SegmentsJudged(predictedReturns: [0.5, -0.5])),
    .findingMade(
      FindingMade(
        finding: Finding(id: "a/b", claim: "c", verdict: .unknown, reason: "r", evidence: [], source: "s"))),
    .referencesMeasured(
      ReferencesMeasured(
        lines: [.init(policy: .random, trueReturns: [-2], predictedReturns: [0.5], lengths: [3])])),
    .runFinished(RunFinished(iterations: 1, agentSteps: 2048, allSteps: 4096, answers: 1)),
  ]

  private static func segment(_ value: Float, count: Int = 3) -> StoredSegment {
    StoredSegment(
      Trajectory(
        observationSize: 2, actionRowSize: 1,
        observations: (0..<2 * (count + 1)).map { value + Float($0) }, actions: [Float](repeating: value, count: count),
        rewards: (0..<count).map { Float($0) }, terminated: false, truncated: true,
        start: EpisodePosition(slot: 1, episode: 2, step: 7)),
      leadingActions: [1, 2, 3, 4, 5, 6, 7], source: "experience/agent", sourceIndex: 4)
  }

  private func open(_ directory: String, wallTime: Double = 5) throws -> Ledger {
    try Ledger(path: directory + "/ledger.sqlite", clock: { wallTime })
  }

  @Test("every kind of event is written and read back as it was")
  func everyKind() throws {
    try withTemporaryDirectory { directory in
      let ledger = try open(directory)
      for (step, event) in Self.everyEvent.enumerated() { try ledger.append([LedgerEntry(event, step: step)]) }
      let rows = try open(directory).entries()
      #expect(rows.map(\.event) == Self.everyEvent)
      #expect(rows.map(\.sequence) == Array(0..<Self.everyEvent.count))
      #expect(rows.map(\.step) == Array(0..<Self.everyEvent.count))
      #expect(rows.allSatisfy { $0.wallTime == 5 })
      #expect(Set(rows.map(\.event.kind)).count == Self.everyEvent.count)
    }
  }

  @Test("a segment comes back whole, with what it takes to draw it")
  func segments() throws {
    for segment in [Self.segment(1), Self.segment(-0.5, count: 0)] {
      #expect(try StoredSegment(decoding: segment.encoded()) == segment)
    }
    try withTemporaryDirectory { directory in
      let ledger = try open(directory)
      try ledger.append([LedgerEntry(Self.everyEvent[1], step: 1, segments: [Self.segment(1), Self.segment(2)])])
      #expect(ledger.nextSegment == 2)
      #expect(try ledger.segments([1, 0]) == [Self.segment(2), Self.segment(1)])
    }
  }

  @Test("a damaged segment is refused, never a trap")
  func damagedSegments() throws {
    let whole = Self.segment(1).encoded()
    for length in 0..<whole.count {
      #expect(throws: InputError.self) { try StoredSegment(decoding: whole.prefix(length)) }
    }
  }

  @Test("equal runs export equal bytes, whatever the clock said")
  func stampsApart() throws {
    try withTemporaryDirectory { one in
      try withTemporaryDirectory { two in
        for (directory, wallTime) in [(one, 1.0), (two, 2.0)] {
          let ledger = try open(directory, wallTime: wallTime)
          for event in Self.everyEvent { try ledger.append([LedgerEntry(event, step: 0, segments: [Self.segment(3)])]) }
        }
        #expect(try open(one).export() == open(two).export())
        #expect(try open(one).entries().map(\.wallTime) != open(two).entries().map(\.wallTime))
      }
    }
  }

  @Test("replaying from any position confirms what stands, then appends")
  func replay() throws {
    for position in 0...Self.everyEvent.count - 2 where position != 4 {
      try withTemporaryDirectory { directory in
        let ledger = try open(directory)
        let entries = Self.everyEvent.enumerated().map {
          LedgerEntry($1, step: $0, segments: $0 % 2 == 0 ? [Self.segment(Float($0))] : [])
        }
        // The event at position 3 came from outside: the loop never repeats it.
        for entry in entries.dropLast(2) { try ledger.append([entry]) }
        let reference = try ledger.export()
        try ledger.rewind(to: position)
        for (index, entry) in entries.enumerated().dropFirst(position) where index != 3 && index < entries.count - 2 {
          #expect(ledger.isReplaying)
          try ledger.append([entry])
        }
        #expect(try ledger.export() == reference)
        for entry in entries.suffix(2) { try ledger.append([entry]) }
        #expect(try ledger.entries().map(\.event) == Self.everyEvent)
        #expect(ledger.eventsTakenBack == (position <= 3 ? [0] : []))
      }
    }
  }

  @Test("a replay that goes another way is refused, and nothing is overwritten")
  func divergence() throws {
    try withTemporaryDirectory { directory in
      let ledger = try open(directory)
      for event in Self.everyEvent.prefix(3) {
        try ledger.append([LedgerEntry(event, step: 0, segments: [Self.segment(3)])])
      }
      let reference = try ledger.export()
      let other = LedgerEvent.comparisonAnswered(
        ComparisonAnswered(query: 0, answer: "second", person: "simulated/boltzmann"))
      let same = Self.everyEvent[2]
      for entry in [
        LedgerEntry(other, step: 0, segments: [Self.segment(3)]),
        LedgerEntry(same, step: 1, segments: [Self.segment(3)]),
        LedgerEntry(same, step: 0, segments: [Self.segment(4)]),
        LedgerEntry(same, step: 0),
        LedgerEntry(Self.everyEvent[4], step: 0, segments: [Self.segment(3)]),
      ] {
        try ledger.rewind(to: 2)
        #expect(throws: InputError.self) { try ledger.append([entry]) }
        #expect(try ledger.export() == reference)
      }
    }
  }

  @Test("events cannot be changed or removed, not even by SQL")
  func appendOnly() throws {
    try withTemporaryDirectory { directory in
      do { try open(directory).append([LedgerEntry(Self.everyEvent[0], step: 0)]) }
      for sql in [
        "UPDATE events SET step = 9", "DELETE FROM events", "DELETE FROM stamps", "UPDATE segments SET content = ''",
      ] where sql.contains("segments") == false {
        #expect(throws: (any Error).self) { try execute(sql, in: directory + "/ledger.sqlite") }
      }
    }
  }

  @Test("several entries are appended all together or not at all")
  func atomic() throws {
    try withTemporaryDirectory { directory in
      let ledger = try open(directory)
      try ledger.append(Self.everyEvent.prefix(2).map { LedgerEntry($0, step: 0) })
      try ledger.rewind(to: 0)
      // The first repeats, the second does not: the third must not be written either.
      let entries = [Self.everyEvent[0], Self.everyEvent[4], Self.everyEvent[5]].map { LedgerEntry($0, step: 0) }
      #expect(throws: InputError.self) { try ledger.append(entries) }
      #expect(try open(directory).entries().count == 2)
    }
  }

  @Test("an entry that may wait goes to the disk with the next that may not, in order")
  func waiting() throws {
    try withTemporaryDirectory { directory in
      let ledger = try open(directory)
      try ledger.append([LedgerEntry(Self.everyEvent[0], step: 0, segments: [Self.segment(1)])], durable: false)
      #expect(try open(directory).entries().isEmpty)
      try ledger.append([LedgerEntry(Self.everyEvent[1], step: 0, segments: [Self.segment(2)])])
      #expect(try open(directory).entries().map(\.event) == Array(Self.everyEvent.prefix(2)))
      #expect(try open(directory).segments([0, 1]) == [Self.segment(1), Self.segment(2)])
      try ledger.append([LedgerEntry(Self.everyEvent[2], step: 0)], durable: false)
      #expect(try ledger.entries().count == 3)
    }
  }

  @Test("a foreign file, a foreign database and another version are refused as they are")
  func foreign() throws {
    try withTemporaryDirectory { directory in
      let path = directory + "/ledger.sqlite"
      let text = Array("this is not a database, but it is long enough to be looked at as one....".utf8)
      try write(text + text, to: path)
      #expect(throws: InputError.self) { _ = try open(directory) }
      #expect(FileManager.default.contents(atPath: path) == Data(text + text))
    }
    try withTemporaryDirectory { directory in
      try execute("CREATE TABLE mine (x INTEGER)", in: directory + "/ledger.sqlite")
      let error = #expect(throws: InputError.self) { _ = try open(directory) }
      #expect(error?.problem == "not a ledger of Pactolus")
    }
    try withTemporaryDirectory { directory in
      do { _ = try open(directory) }
      try execute("PRAGMA user_version = 99", in: directory + "/ledger.sqlite")
      let error = #expect(throws: InputError.self) { _ = try open(directory) }
      #expect(error?.problem.contains("format 99") == true)
    }
  }

  @Test("a checkpoint from beyond the ledger's end is refused")
  func shortened() throws {
    try withTemporaryDirectory { directory in
      let ledger = try open(directory)
      #expect(throws: InputError.self) { try ledger.rewind(to: 1) }
      #expect(throws: InputError.self) { try ledger.rewind(to: -1) }
    }
  }
}

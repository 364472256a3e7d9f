import Compute
import Environments
import Foundation
import Testing

/// Step by step beside Gymnasium 1.4.0, from injected start states, in whole episodes: nothing is put right in between,
/// so that a single wrong rounding early on would be seen late. States, observations and returns are equal in every
/// bit. `Traces/generate.py` makes the files.
@Suite("Classic control moves exactly as Gymnasium does")
struct GymnasiumTraceTests {
  @Test func cartPole() throws {
    try expectTrace("CartPole-v1", CartPole()) { start, _ in
      CartPole.State(position: start[0], velocity: start[1], angle: start[2], angularVelocity: start[3])
    } state: {
      [$0.position, $0.velocity, $0.angle, $0.angularVelocity]
    }
  }

  @Test func pendulum() throws {
    try expectTrace("Pendulum-v1", Pendulum()) { start, _ in
      Pendulum.State(angle: start[0], angularVelocity: start[1])
    } state: {
      [$0.angle, $0.angularVelocity]
    }
  }

  @Test func mountainCar() throws {
    try expectTrace("MountainCar-v0", MountainCar()) { start, _ in
      MountainCar.State(position: start[0], velocity: start[1])
    } state: {
      [$0.position, $0.velocity]
    }
  }

  @Test func mountainCarContinuous() throws {
    try expectTrace("MountainCarContinuous-v0", MountainCarContinuous()) { start, single in
      MountainCarContinuous.State(position: start[0], velocity: start[1], hasMoved: single)
    } state: {
      [$0.position, $0.velocity]
    }
  }

  @Test func acrobot() throws {
    try expectTrace("Acrobot-v1", Acrobot()) { start, _ in
      Acrobot.State(angle1: start[0], angle2: start[1], velocity1: start[2], velocity2: start[3])
    } state: {
      [$0.angle1, $0.angle2, $0.velocity1, $0.velocity2]
    }
  }
}

private struct Trace: Decodable {
  var probe: Double
  var episodes: [Episode]

  struct Episode: Decodable {
    var start: [Double]
    var single: Bool
    var actions: [Double]
    var records: [Record]
  }

  struct Record: Decodable {
    var step: Int
    var state: [Double]
    var observation: [Double]
    var `return`: Double
    var terminated: Bool
    var truncated: Bool
  }
}

/// Whether this machine's sine and cosine round as those that made the traces; see `generate.py`.
private func hasSameFunctions(as trace: Trace) -> Bool {
  var x = 0.5
  for _ in 0..<2_000 { x = sin(3 * x) + 2 * cos(5 * x) }
  return x == trace.probe
}

private func expectTrace<E: Environment>(
  _ name: String, _ environment: E, start: ([Double], Bool) -> E.State, state: (E.State) -> [Double]
) throws {
  let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Traces/\(name).json")
  let trace = try JSONDecoder().decode(Trace.self, from: Data(contentsOf: file))
  #expect(!trace.episodes.isEmpty)
  // With another C library the last bits may differ, and grow: then only the first steps say anything.
  let isExact = hasSameFunctions(as: trace)
  let horizon = isExact ? Int.max : 30
  func agree(_ ours: Double, _ theirs: Double) -> Bool {
    isExact ? ours == theirs : abs(ours - theirs) <= 1e-5 * max(1, abs(theirs))
  }
  for (index, episode) in trace.episodes.enumerated() {
    // Through a batch, so that its time limit is compared as well; and beside it as a value, for the exact last state.
    let batch = Batch(environment, count: 1, random: RandomSource(seed: 0))
    var value = start(episode.start, episode.single)
    batch.setState(value, of: 0)
    var random = RandomSource(seed: 0).stream("unused")
    var records = episode.records[...]
    var total = 0.0
    for (t, action) in episode.actions.prefix(horizon).enumerated() {
      let place: Comment = "\(name) episode \(index) step \(t + 1)"
      batch.step([Float(action)])
      total += environment.step(&value, row: [Float(action)], random: &random).reward
      guard let record = records.first, record.step == t + 1 else {
        #expect(!batch.terminated[0] && !batch.truncated[0], place)
        continue
      }
      records.removeFirst()
      #expect(batch.terminated[0] == record.terminated && batch.truncated[0] == record.truncated, place)
      #expect(zip(state(value), record.state).allSatisfy(agree), place)
      let seen = batch.finalObservations.map(Double.init)
      #expect(zip(seen, record.observation).allSatisfy { agree($0, Double(Float($1))) }, place)
      #expect(agree(total, record.return), place)
    }
    #expect(records.isEmpty || !isExact)
  }
}

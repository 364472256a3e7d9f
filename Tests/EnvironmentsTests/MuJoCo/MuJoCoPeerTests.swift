import Compute
import Environments
import Foundation
import Testing

/// Beside Gymnasium itself over 200 random steps: `Peers/check` plays there, then runs this.
@Suite(
  "MuJoCo's worlds are those of Gymnasium",
  .enabled(if: MuJoCoHere.traces != nil && MuJoCoHere.isReady, "run Tests/EnvironmentsTests/MuJoCo/Peers/check"))
struct MuJoCoPeerTests {
  struct Trace: Decodable {
    var id: String
    var positions: [Double]
    var velocities: [Double]
    var first: [Double]
    var actions: [[Float]]
    var observations: [[Double]]
    var rewards: [Double]
    var terminated: [Bool]
  }

  @Test("start, observations, rewards and ends, to 10⁻⁹ over 200 random steps")
  func traces() throws {
    let folder = URL(filePath: try #require(MuJoCoHere.traces))
    let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
      .filter { $0.pathExtension == "json" }.sorted { $0.path < $1.path }
    #expect(files.count == 17, "eleven worlds, and six with their horizon fixed")
    for file in files {
      let trace = try JSONDecoder().decode(Trace.self, from: Data(contentsOf: file))
      let world = try MuJoCoHere.world(trace.id)
      var state = world.state(positions: trace.positions, velocities: trace.velocities)
      var random = RandomSource(seed: 1).stream("unused")
      var (inObservations, inRewards) = (worst(world.exactObservation(of: state), trace.first), 0.0)
      for step in trace.actions.indices {
        let row = trace.actions[step]
        let outcome = world.step(&state, ContinuousAction(row.span), random: &random)
        inObservations = max(inObservations, worst(world.exactObservation(of: state), trace.observations[step]))
        inRewards = max(inRewards, abs(outcome.reward - trace.rewards[step]))
        #expect(outcome.terminated == trace.terminated[step], "\(trace.id), step \(step)")
      }
      print("\(trace.id): observations within \(inObservations), rewards within \(inRewards)")
      #expect(inObservations <= 1e-9, "\(trace.id): observations")
      #expect(inRewards <= 1e-9, "\(trace.id): rewards")
    }
  }

  /// The largest difference, relative to numbers above 1.
  private func worst(_ ours: [Double], _ theirs: [Double]) -> Double {
    guard ours.count == theirs.count else { return .infinity }
    return zip(ours, theirs).map { abs($0 - $1) / max(1, abs($1)) }.max() ?? 0
  }
}

import Compute
import Environments
import Rewards
import Testing

@Suite("The encoding of transitions")
struct TransitionEncodingTests {
  @Test("of a trajectory's transitions only the last can have ended the episode for good", arguments: [false, true])
  func ends(terminated: Bool) throws {
    let world = specification(observations: 1, discrete: 2, actionRowSize: 1)
    var random = RandomSource(seed: 2).stream("ends")
    var episode = trajectory(world, steps: 3, random: &random)
    episode.terminated = terminated
    let ends = episode.withTransitionRows(world) { rows in (0..<3).map { rows.isTerminated($0) } }
    #expect(ends == [false, false, terminated])
  }

  @Test("every choice of inputs writes exactly the chosen parts, in order", arguments: [nil, 3])
  func layout(discrete: Int?) throws {
    let world = specification(observations: 2, discrete: discrete, actionRowSize: 2)
    var random = RandomSource(seed: 1).stream("encoding")
    let steps = 5
    let episode = trajectory(world, steps: steps, random: &random)
    for choice in 1..<16 {
      let inputs = RewardInputs(
        observation: choice & 1 > 0, action: choice & 2 > 0, nextObservation: choice & 4 > 0,
        termination: choice & 8 > 0)
      let encoding = try TransitionEncoding(inputs, specification: world)
      var expected: [Float] = []
      for t in 0..<steps {
        if inputs.observation { expected += episode.observations[2 * t..<2 * t + 2] }
        if inputs.action, let discrete {
          expected += (0..<discrete).map { $0 == Int(episode.actions[t]) ? 1 : 0 }
        } else if inputs.action {
          expected += episode.actions[2 * t..<2 * t + 2]
        }
        if inputs.nextObservation { expected += episode.observations[2 * t + 2..<2 * t + 4] }
        if inputs.termination { expected.append(t == steps - 1 ? 1 : 0) }
      }
      #expect(encoding.width * steps == expected.count)
      var appended: [Float] = [7]
      try encoding.append(episode, to: &appended)
      #expect(appended == [7] + expected, "\(inputs)")
      var written = [Float](repeating: .nan, count: expected.count)
      written.withUnsafeMutableBufferPointer { written in
        episode.withTransitionRows(world) { encoding.encode($0, into: written.baseAddress!) }
      }
      #expect(written == expected, "\(inputs)")
    }
  }

  @Test("a truncated end is no termination")
  func truncation() throws {
    let world = specification(observations: 1)
    let encoding = try TransitionEncoding(
      RewardInputs(observation: false, action: false, termination: true), specification: world)
    var random = RandomSource(seed: 2).stream("encoding")
    var episode = trajectory(world, steps: 3, random: &random)
    episode.terminated = false
    episode.truncated = true
    var rows: [Float] = []
    try encoding.append(episode, to: &rows)
    #expect(rows == [0, 0, 0])
  }

  @Test("bad trajectories are refused, with their place, and change nothing")
  func badInput() throws {
    let world = specification(observations: 2, discrete: 3)
    let encoding = try TransitionEncoding(RewardInputs(), specification: world)
    var random = RandomSource(seed: 3).stream("encoding")
    let good = trajectory(world, steps: 4, random: &random)
    var rows: [Float] = [1]

    var bad = good
    bad.observations[5] = .nan
    expectProblem("row 2, column 1") { try encoding.append(bad, to: &rows) }
    bad = good
    bad.observations[9] = .infinity  // the last next observation is part of the trajectory too
    expectProblem("inf") { try encoding.append(bad, to: &rows) }
    for action: Float in [-1, 3, 0.5, .nan] {
      bad = good
      bad.actions[1] = action
      expectProblem("row 1") { try encoding.append(bad, to: &rows) }
    }
    let other = trajectory(specification(observations: 3, discrete: 3), steps: 2, random: &random)
    expectProblem("observations of 3") { try encoding.append(other, to: &rows) }
    #expect(rows == [1])
  }

  @Test("an encoding without inputs is refused")
  func noInputs() {
    let none = RewardInputs(observation: false, action: false)
    #expect(throws: InputError.self) { try TransitionEncoding(none, specification: specification(observations: 1)) }
  }
}

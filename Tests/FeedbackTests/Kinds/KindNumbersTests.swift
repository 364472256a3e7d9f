import Compute
import Environments
import Feedback
import Foundation
import PactolusTesting
import Testing

/// Numbers inside kinds of feedback, worked out another way.
@Suite("The numbers inside kinds of feedback")
struct KindNumbersTests {
  @Test("cut points lie where the likelihood with its prior is greatest, also when grades are narrow")
  func cutPoints() throws {
    var random = RandomSource(seed: 4).stream("ratings")
    for (count, narrow) in [(2, 1.0), (3, 1), (5, 0.3), (9, 0.25), (7, 1.5)] {
      let values = (0..<400).map { _ in 3 + 2 * random.normal() }
      let ratings = values.map { value in
        let noise = log(1 / random.uniform() - 1)
        return min(count - 1, max(0, Int(((value + noise - 3) / narrow).rounded(.down)) + count / 2))
      }
      let cuts = try ClipRating.fitCutPoints(values: values, ratings: ratings, count: count)
      let mean = values.reduce(0, +) / 400
      func objective(_ cuts: [Double]) -> Double {
        func logistic(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
        let likelihood = zip(values, ratings).reduce(0) { sum, item in
          let upper = item.1 < cuts.count ? logistic(cuts[item.1] - item.0) : 1
          let lower = item.1 > 0 ? logistic(cuts[item.1 - 1] - item.0) : 0
          return sum + log(upper - lower)
        }
        return likelihood - cuts.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 200
      }
      #expect(cuts.count == count - 1 && zip(cuts, cuts.dropFirst()).allSatisfy(<))
      for index in cuts.indices {
        var (above, below) = (cuts, cuts)
        above[index] += 1e-6
        below[index] -= 1e-6
        #expect(abs(objective(above) - objective(below)) / 2e-6 < 1e-4, "\(count) grades, cut \(index)")
      }
    }
  }

  @Test("no cut points from nothing, from unequal numbers, from what is not finite or not a rating")
  func refusedCutPoints() {
    func said(_ values: [Double], _ ratings: [Int], _ count: Int) -> String {
      do {
        return try "\(ClipRating.fitCutPoints(values: values, ratings: ratings, count: count).count)"
      } catch { return "\(error)" }
    }
    let needed = "values, all finite, and"
    #expect(said([1], [0], 1) == "there are 1 ratings (use at least 2)" || said([1], [0], 1).contains("there are 1"))
    #expect(said([1], [0], 2) == "1")
    #expect(said([], [], 2).contains("0 \(needed) 0 ratings"))
    #expect(said([1, 2], [0], 2).contains("2 \(needed) 1 ratings"))
    #expect(said([.nan], [0], 2).contains("1 \(needed) 1 ratings"))
    #expect(said([1], [2], 2).contains("rating 2 is not one of 0 ..< 2"))
    #expect(said([1], [-1], 2).contains("rating -1 is not one of 0 ..< 2"))
    #expect(said([1, 1], [1, 1], 2) == "1")
  }

  /// Two ways out of each of three states but the last, which ends the episode.
  private func world() throws -> TabularWorld {
    let mdp = try TabularMDP(
      stateCount: 4, actionCount: 2, rowStarts: [0, 2, 3, 5, 6, 8, 9, 10, 11],
      successors: [0, 1, 2, 1, 3, 0, 0, 2, 3, 3, 3], probabilities: [0.25, 0.75, 1, 0.5, 0.5, 1, 0.9, 0.1, 1, 1, 1],
      rewards: [1, 2, 3, 4, 5, 6, 7, 8], start: [0.6, 0.4, 0, 0], isTerminal: [false, false, false, true], discount: 0.9
    )
    return TabularWorld(
      mdp: mdp, observations: (0..<16).map { $0 / 4 == $0 % 4 ? 1 : 0 }, observationSize: 4, featureNames: ["a"],
      features: [Double](repeating: 0, count: 8), trueWeights: [0])
  }

  @Test("a state of the world is worth what all histories that end in it are, counted one by one")
  func histories() throws {
    let table = try world()
    let mdp = table.mdp
    let world = FeedbackWorld(EnvironmentEntry(RingWorld(), tabular: table))
    for steps in [1, 2, 4] {
      // Every history of random actions by brute force; an ended episode stays where it is.
      var paths: [(state: Int, chance: Double, counts: [Double])] = mdp.start.enumerated().filter { $0.1 > 0 }.map {
        ($0.0, $0.1, [Double](repeating: 0, count: 11))
      }
      for _ in 0..<steps {
        paths = paths.flatMap { path -> [(state: Int, chance: Double, counts: [Double])] in
          if mdp.isTerminal[path.state] { return [path] }
          return (0..<2).flatMap { action in
            mdp.transitions(path.state, action).map { entry in
              var counts = path.counts
              counts[entry] += 1
              return (mdp.successors[entry], path.chance * mdp.probabilities[entry] / 2, counts)
            }
          }
        }
      }
      let states = Set(paths.map(\.state)).sorted()
      let question = Question([], details: WorldState.Details(steps: steps, states: states))
      let choice = try WorldState.ground(
        Answer(.init(state: states[1])), to: question, in: world, person: PersonModel(rationality: 2, lapse: 0.1))[0]
      #expect(choice.target == states.indices.map { $0 == 1 ? 1 : 0 } && choice.rationality == 2)
      for (state, option) in zip(states, choice.options) {
        let ending = paths.filter { $0.state == state }
        let mass = ending.reduce(0) { $0 + $1.chance }
        #expect(abs(Double(option.offset) - log(mass)) < 1e-6)
        for entry in 0..<11 {
          let expected = ending.reduce(0) { $0 + $1.chance * $1.counts[entry] } / mass
          #expect(abs(Double(option.weights![entry]) - expected) < 1e-6, "\(steps) steps, \(state), \(entry)")
        }
        #expect(option.clips.map { $0.rewards[0] } == [1, 1, 2, 3, 3, 4, 5, 5, 6, 7, 8])
        #expect(option.clips.map(\.terminated) == mdp.successors.map { $0 == 3 })
        #expect(option.clips.map { $0.observations[4...].firstIndex(of: 1)! - 4 } == mdp.successors)
      }
    }
  }

  @Test("every clip from a state, with its probability: they sum to 1 for each sequence of actions")
  func everyClip() throws {
    let table = try world()
    let clips = try Demonstration.everyClip(in: table, from: 0, steps: 3)
    let bySequence = Dictionary(grouping: clips) { $0.clip.actions }
    #expect(bySequence.count == 8)
    for (_, group) in bySequence {
      #expect(abs(group.reduce(0) { $0 + exp($1.logProbability) } - 1) < 1e-12)
      #expect(Set(group.map(\.clip.observations)).count == group.count)
    }
    for (clip, logProbability) in clips {
      let states = (0...3).map { step in (0..<4).first { clip.observations[step * 4 + $0] == 1 }! }
      let expected = (0..<3).reduce(0.0) { sum, step in
        let entry = table.mdp.transitions(states[step], Int(clip.actions[step])).first {
          table.mdp.successors[$0] == states[step + 1]
        }!
        return sum + log(table.mdp.probabilities[entry])
      }
      #expect(abs(logProbability - expected) < 1e-12 && states[0] == 0)
      #expect(clip.rewards == (0..<3).map { Float(1 + states[$0] * 2 + Int(clip.actions[$0])) })
    }
    let ring = try RingWorld.table()
    #expect(try Demonstration.everyClip(in: ring, from: 0, steps: 9).count == 19683)
    #expect(throws: Error.self) { try Demonstration.everyClip(in: ring, from: 0, steps: 10) }
  }

  @Test("a clip pushed at one step bends as little as it can: its fourth differences vanish elsewhere")
  func deformed() throws {
    for (count, step) in [(2, 1), (3, 1), (3, 2), (8, 3), (9, 8), (9, 1)] {
      let clip = Trajectory(
        observationSize: 2, actionRowSize: 1, observations: [Float](repeating: 0, count: 2 * (count + 1)),
        actions: [Float](repeating: 0, count: count), rewards: [Float](repeating: 1, count: count), terminated: false,
        truncated: false, start: nil)
      let moved = try Correction.deformed(clip, at: step, by: [2, -1])
      #expect(moved.actions == clip.actions && moved.rewards == clip.rewards)
      let first = (0...count).map { Double(moved.observations[2 * $0]) }
      #expect(first[0] == 0 && first[count] == 0 && first[step] == 2)
      #expect((0...count).allSatisfy { moved.observations[2 * $0 + 1] == -moved.observations[2 * $0] / 2 })
      // Stationary: the gradient of the sum of squared second differences (with the fixed ends) is 0 except at the step.
      func second(_ at: Int) -> Double {
        guard at > 0, at < count else { return 0 }
        return first[at - 1] - 2 * first[at] + first[at + 1]
      }
      for place in 1..<count where place != step {
        #expect(abs(second(place - 1) - 2 * second(place) + second(place + 1)) < 1e-4, "\(count) \(step) \(place)")
      }
    }
    let clip = RingWorld.clip([0, 1, 2])
    for (step, push) in [(0, 5), (2, 5), (1, 4), (1, 6)] {
      #expect(throws: Error.self) {
        try Correction.deformed(clip, at: step, by: [Double](repeating: 1, count: push))
      }
    }
    #expect(throws: Error.self) { try Correction.deformed(clip, at: 1, by: [0, 0, .nan, 0, 0]) }
    #expect(throws: Error.self) { try Correction.deformed(RingWorld.clip([0, 1]), at: 1, by: [0, 0, 0, 0, 1]) }
  }

  @Test("likelihood of grades: clipped at the threshold from both sides, flat beyond")
  func thresholds() {
    func logistic(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
    for (advantage, seen) in [(1.5, 1.5), (2, 2), (2.5, 2), (-2, -2), (-3, -2), (-1.5, -1.5)] {
      for lapse in [0.0, 0.3] {
        let likelihood = ChoiceLikelihood(lapse: lapse, threshold: 2, link: .ordinal(cutPoints: [-1, 0.5]))
        let (loss, probabilities, gradients) = likelihood.evaluate([advantage, 0, 0], targets: [0.25, 0.5, 0.25])
        let plain = [logistic(-1 - seen), logistic(0.5 - seen) - logistic(-1 - seen), 1 - logistic(0.5 - seen)]
        let mixed = plain.map { (1 - lapse) * $0 + lapse / 3 }
        #expect(zip(mixed, probabilities).allSatisfy { abs($0 - $1) < 1e-12 })
        #expect(abs(loss + 0.25 * log(mixed[0]) + 0.5 * log(mixed[1]) + 0.25 * log(mixed[2])) < 1e-12)
        #expect((gradients[0] == 0) == (abs(advantage) >= 2) && gradients[0] == -gradients[1] && gradients[2] == 0)
      }
    }
  }
}

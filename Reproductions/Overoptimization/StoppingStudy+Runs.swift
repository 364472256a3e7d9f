import Compute
import Findings
import Foundation

extension StoppingStudy {
  /// How good the policy after each round is, in the units of a logistic choice.
  private struct Course: Sendable {
    var name: String
    var isNull: Bool
    var quality: @Sendable (Int) -> Double
  }

  private struct SimulatedRun: Sendable {
    var stoppedAt: Int?
    var bests: Int
    /// How much less than the best of all rounds the policy is worth that the run ends with, and that of the last round.
    var lost: Double
    var lostAtEnd: Double
  }

  private static let rounds = 60
  private static let perRound = 10

  private static let courses = [
    Course(name: "never better or worse", isNull: true) { _ in 0 },
    Course(name: "better for 20 rounds, then level", isNull: true) { 0.1 * Double(min($0, 20)) },
    Course(name: "better for 20 rounds, worse from 30 on by preference 0.65", isNull: false) {
      $0 < 30 ? 0.1 * Double(min($0, 20)) : 2 - log(0.65 / 0.35)
    },
    Course(name: "better for 20 rounds, slowly worse from 30 on", isNull: false) {
      0.1 * Double(min($0, 20)) - 0.1 * Double(max(0, $0 - 30))
    },
  ]

  private static func run(_ course: Course, _ stream: inout RandomStream) -> SimulatedRun {
    var watch = StoppingWatch(error: error)
    var best = 0
    let highest = (0...rounds).map(course.quality).max() ?? 0
    let last = highest - course.quality(rounds)
    for round in 1...rounds {
      watch.begin()
      let preference = 1 / (1 + exp(course.quality(round) - course.quality(best)))
      for _ in 0..<perRound { watch.observe(bestIsPreferred: stream.bernoulli(preference)) }
      switch watch.advice {
      case .goOn: continue
      case .takeCurrent:
        best = round
        watch.replaceBest()
      case .stop:
        return SimulatedRun(
          stoppedAt: round, bests: watch.best, lost: highest - course.quality(best), lostAtEnd: last)
      }
    }
    return SimulatedRun(stoppedAt: nil, bests: watch.best, lost: last, lostAtEnd: last)
  }

  /// Whole runs by the rule, 10 answers a round.
  static func runs(simulations: Int, bound: SimulatedBound, random: RandomSource) -> [ReproducedNumber] {
    courses.flatMap { course -> [ReproducedNumber] in
      let source = random.child("run/\(course.name)")
      let runs = NoiseLawStudy.gathered(simulations) { index in
        var stream = source.stream("run", index)
        return run(course, &stream)
      }
      let stops = runs.compactMap(\.stoppedAt)
      var numbers = [
        ReproducedNumber(
          "runs \(course.name): stopped", Double(stops.count) / Double(simulations),
          interval: Statistics.proportionInterval(successes: stops.count, of: simulations),
          reference: course.isNull ? 0 : nil,
          tolerance: course.isNull ? bound.tolerance(error, simulations: simulations) : nil,
          note: course.isNull
            ? "at most 0.05" : "median round \(Numbers.plain(Statistics.median(stops.map(Double.init))))")
      ]
      if !course.isNull {
        let lost = runs.map(\.lost)
        numbers.append(
          ReproducedNumber(
            "runs \(course.name): quality lost", Statistics.mean(lost), interval: Statistics.meanInterval(lost),
            note: "\(Numbers.plain(runs[0].lostAtEnd)) if never stopped; bests, mean "
              + Numbers.plain(Statistics.mean(runs.map { Double($0.bests) }))))
      }
      return numbers
    }
  }
}

import Audits
import Compute
import Foundation

extension Reproduction {
  /// Whether attributions name the cause that was planted, and whether planted slips are found.
  static let plantedCauses = Reproduction(
    name: "planted-causes", summary: "rewards with a known cause, explained; answers with known slips, found",
    source: "Sundararajan et al. 2017, Adebayo et al. 2018, Koh & Liang 2017; simulations of ours",
    duration: "about a minute",
    quick: { try PlantedCauseStudy.result(models: 20, isQuick: true, $0) },
    run: { try PlantedCauseStudy.result(models: 100, isQuick: false, $0) })
}

/// A hundred planted rewards and answers, and how often what was planted is named.
package enum PlantedCauseStudy {
  private struct Cause: Sendable {
    var isFirst: Bool
    var share: Double
    var decoyIsFirst: Bool
    var decoyShare: Double
    /// Of the randomisation test, where it was made: with the method, and with one that does not look at the network.
    var follows: Bool?
    var blindIsCaught: Bool?
    var correlation: Double?
  }

  private static func cause(
    _ correlation: Double, randomised: Bool, answers: Int, _ random: RandomSource
  ) throws -> Cause {
    let planted = try PlantedCause(correlation: correlation, answers: answers, random: random)
    let (order, shares) = try planted.ranked()
    var result = Cause(
      isFirst: order[0] == planted.cause, share: shares[planted.cause], decoyIsFirst: order[0] == planted.decoy,
      decoyShare: planted.decoy.map { shares[$0] } ?? 0)
    if randomised {
      let own = try ModelRandomisation(planted.model, networks: 10, random: random) {
        try planted.attributions($0).values
      }
      let blind = try ModelRandomisation(planted.model, networks: 10, random: random) { _ in
        Matrix(
          rows: planted.rows.count / PlantedCause.features, columns: PlantedCause.features,
          elements: planted.rows.map(Double.init))
      }
      result.follows = own.finding().verdict == .holds
      result.blindIsCaught = blind.finding().verdict == .fails
      result.correlation = own.mean
    }
    return result
  }

  private static func causes(
    _ models: Int, correlation: Double, answers: Int, _ random: RandomSource
  ) throws -> [Cause] {
    try ThreadPool.shared.map(models) { number in
      Result {
        try cause(correlation, randomised: number % 5 == 0, answers: answers, random.child("cause", number))
      }
    }.map { try $0.get() }
  }

  private static func share(
    _ name: String, _ count: Int, of all: Int, atLeast: Double? = nil, note: String = ""
  ) -> ReproducedNumber {
    ReproducedNumber(
      name, Double(count) / Double(max(1, all)),
      interval: Statistics.proportionInterval(successes: count, of: all), reference: atLeast.map { _ in 1 },
      tolerance: atLeast.map { 1 - $0 }, note: note)
  }

  /// Whole networks trained again.
  private static func leaveTenOut(_ worlds: Int, _ random: RandomSource) throws -> [ReproducedNumber] {
    let found = try ThreadPool.shared.map(worlds) { number in
      Result { try LeaveTenOut(random: random.child("leave-ten-out", number)) }
    }.map { try $0.get() }
    let (own, between) = (found.map(\.correlation), found.map(\.betweenTrainings))
    let isMeasurable = Statistics.mean(between) >= 0.5
    let (last, newton) = (found.map(\.lastLayer), found.map(\.lastLayerNewton))
    return [
      ReproducedNumber(
        "influence on a last layer that is fitted to the end, one answer left out", Statistics.mean(last),
        interval: Statistics.meanInterval(last), reference: 1, tolerance: 0.05,
        note: "rank correlation with fitting again, to first order; asked: at least 0.95"),
      ReproducedNumber(
        "the same by one Newton step", Statistics.mean(newton), interval: Statistics.meanInterval(newton)),
      ReproducedNumber(
        "influence in a whole network, ten answers left out", Statistics.mean(own),
        interval: Statistics.meanInterval(own), reference: isMeasurable ? 1 : nil,
        tolerance: isMeasurable ? 0.5 : nil,
        note: "rank correlation with real training without them, \(worlds) sets of answers; "
          + (isMeasurable ? "asked: at least 0.5" : "not measurable: two trainings do not predict each other")),
      ReproducedNumber(
        "the same between two trainings", Statistics.mean(between), interval: Statistics.meanInterval(between),
        note: "other start and order: the noise of training"),
    ]
  }

  /// The table.
  package static func result(models: Int, isQuick: Bool, _ random: RandomSource) throws -> ReproductionResult {
    let plain = try causes(models, correlation: 0, answers: 500, random.child("plain"))
    let decoys = try causes(models, correlation: 0.8, answers: 500, random.child("decoys"))
    let tested = plain.filter { $0.follows != nil }
    var numbers = [
      share(
        "cause named first", plain.count(where: \.isFirst), of: models, atLeast: 0.95,
        note: "\(models) rewards learned from 500 answers; four forms; asked: at least 0.95"),
      ReproducedNumber(
        "its share in the mean", Statistics.mean(plain.map(\.share)),
        interval: Statistics.meanInterval(plain.map(\.share)), note: "1 would be all of it"),
      share(
        "cause named first beside a decoy", decoys.count(where: \.isFirst), of: models,
        note: "another number correlates with the cause by 0.8"),
      share("decoy named first", decoys.count(where: \.decoyIsFirst), of: models),
      ReproducedNumber(
        "the decoy's share in the mean", Statistics.mean(decoys.map(\.decoyShare)),
        interval: Statistics.meanInterval(decoys.map(\.decoyShare)), note: "a number that nobody minds"),
      share(
        "randomisation test passed", tested.count { $0.follows ?? false }, of: tested.count,
        note: "10 random networks each, mean rank correlation "
          + String(format: "%.2f", Statistics.mean(tested.compactMap(\.correlation)))),
      share(
        "a method blind to the network is caught", tested.count { $0.blindIsCaught ?? false }, of: tested.count,
        atLeast: 0.95),
    ]
    let sets = isQuick ? 20 : 100
    let found = try ThreadPool.shared.map(2 * sets) { number in
      Result {
        let planted = PlantedAnswers(400, slips: number < sets ? 4 : 0, random: random.child("slips", number % sets))
        let suspicious = try planted.suspicious()
        return (
          inTenth: suspicious.ranked.prefix(40).count { planted.slipped.contains($0.answer) },
          suspects: suspicious.suspects.count,
          right: suspicious.suspects.count { planted.slipped.contains($0.answer) },
          fails: suspicious.finding().verdict == .fails
        )
      }
    }.map { try $0.get() }
    let (slips, twins) = (found.prefix(sets), found.suffix(sets))
    numbers += [
      share(
        "slips in the most suspicious tenth", slips.reduce(0) { $0 + $1.inTenth }, of: 4 * sets, atLeast: 0.9,
        note: "4 of 400 answers to questions that are not hard are turned round: 1 %"),
      share(
        "suspects that are slips (precision at 1 %)", slips.reduce(0) { $0 + $1.right },
        of: slips.reduce(0) { $0 + $1.suspects }, note: "rather not meant than meant"),
      share("slips that are suspects", slips.reduce(0) { $0 + $1.right }, of: 4 * sets),
      share("sets of answers said to have slips", slips.count(where: \.fails), of: sets),
      share(
        "the same without slips (false alarms)", twins.count(where: \.fails), of: sets,
        note: "asked: at most 0.05"),
    ]
    numbers += try leaveTenOut(isQuick ? 2 : 6, random)
    return ReproductionResult(
      title: "Planted causes and slips, \(models) rewards and \(sets) sets of answers", numbers: numbers,
      remarks: [
        "People mind one of six numbers: as it is, by its size, above a threshold, or saturating. The reward is a network of "
          + "two hidden layers, and attributions are integrated gradients against the mean of what was judged.",
        "Beside a decoy the reward itself may read the wrong number, as answers hardly tell them apart: then attributions are "
          + "right to name it.",
        "Influence in a whole network is of first order with Gauss–Newton curvature; what an answer does to last layers that "
          + "are fitted to the end is exact (`pactolus inspect`).",
        "Slips on hard questions cannot be told from doubt, and are not planted.",
      ])
  }
}

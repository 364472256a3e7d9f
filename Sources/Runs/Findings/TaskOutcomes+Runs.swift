import Audits
import Compute
import Environments

extension TaskOutcomes {
  /// What became of the agents of these runs, which differ in their seeds alone.
  ///
  /// A run that is not at its end has no outcome yet. Runs made before reference policies were measured are compared
  /// with random play as it is played now, with the run's own randomness. Where nobody knows what an agent on the true
  /// reward earns, the best of several seeds is the reference.
  init(_ records: [RunRecord], entry: EnvironmentEntry?) {
    let known = entry?.returns ?? KnownReturns()
    let ends = records.map { $0.finalEvaluation?.trueReturns ?? [] }
    let means = ends.filter { !$0.isEmpty }.map(Statistics.mean)
    let best = means.count > 1 ? means.max().map { TaskOutcome.Reference($0, .bestSeed) } : nil
    let reference = known.reference.map { TaskOutcome.Reference($0, .trueReward) } ?? best
    let level = 1 - 0.05 / Double(max(1, records.count))
    self.init(
      zip(records, ends).map { record, returns in
        TaskOutcome(
          seed: record.seed, returns: returns,
          random: returns.isEmpty ? [] : record.randomReturns(entry),
          start: record.references?[.start]?.trueReturns ?? [], reference: reference, bounds: known.bounds, level: level
        )
      }, mayDiffer: records.contains(where: \.isAnsweredByPeople))
  }
}

extension RunRecord {
  fileprivate func randomReturns(_ entry: EnvironmentEntry?) -> [Double] {
    if let line = references?[.random] { return line.trueReturns }
    return entry?.randomEpisodes(20, random: RandomSource(seed: seed)).map(\.trueReturn) ?? []
  }
}

import Agents
import Compute
import Environments
import Feedback
import Foundation

/// Demonstrations first, comparisons after: the agent starts as a clone of what is demonstrated, and every round takes
/// for granted that a demonstrated segment is better than one of the agent's. Ibarz et al. 2018, arXiv 1811.06521,
/// §3.1.
extension LearnRun {
  /// Name of the source of demonstrated segments in the ledger, which cannot be drawn again.
  static let demonstrated = "demonstrations"
  /// The name under which automatic answers are stored.
  static let automatic = "automatic/demonstrations"

  /// The demonstrations that the settings name; empty for none.
  ///
  /// - Throws: `InputError` if the file cannot be read, or does not fit the environment or the segments.
  static func demonstrations(_ settings: LearnSettings, _ entry: EnvironmentEntry) throws -> [Trajectory] {
    let path = settings.demonstrations.file
    guard path != DemonstrationSettings.none else { return [] }
    let demonstrations = try ImitationFile.read(URL(fileURLWithPath: path)).content
    do {
      _ = try DemonstrationRows(demonstrations, specification: entry.specification)
    } catch var error as InputError {
      error.place = path + (error.place.map { ", \($0)" } ?? "")
      throw error
    }
    guard demonstrations.contains(where: { $0.count >= settings.feedback.segmentLength }) else {
      throw InputError(
        "no demonstration has the \(settings.feedback.segmentLength) steps of a segment", at: path,
        remedy: "shorten the segments (feedback.segmentLength)")
    }
    return demonstrations
  }

  /// Stores as many automatic comparisons as the settings ask for: a demonstrated segment before one of the agent's.
  func compareWithDemonstrations(_ iteration: Int, _ trajectories: [SourcedTrajectory]) throws {
    let count = settings.demonstrations.comparisons
    guard !demonstrations.isEmpty, count > 0 else { return }
    // Where the agent's episodes are shorter than a segment there is nothing to hold against a demonstration.
    guard trajectories.contains(where: { sampler.accepts($0.trajectory) }) else { return }
    var draws = random.stream("demonstrations/comparisons", iteration)
    let shown = try sampler.sample(count, from: demonstrations, random: &draws)
    let own = try sampler.sample(count, from: trajectories.map(\.trajectory), random: &draws)
    var entries: [LedgerEntry] = []
    var segment = ledger.nextSegment
    for (better, worse) in zip(shown, own) {
      let first = StoredSegment(
        demonstrations[better.trajectory].segment(
          better.steps(in: demonstrations[better.trajectory], length: sampler.length)), leadingActions: [],
        source: Self.demonstrated, sourceIndex: 0)
      let second = cut(worse, from: trajectories)
      let recorded = RecordedAnswer(
        record: try FeedbackRecord(
          number: counters.queries, person: Self.automatic,
          comparison: Feedback.Comparison(first: first.trajectory, second: second.trajectory), answer: .first,
          details: .automatic),
        iteration: iteration, isAutomatic: true)
      let clips = RecordedAnswer.Clips(shown: [first, second])
      entries += try recorded.entries(clips, segment: &segment, step: counters.allSteps).entries
      try answered.append(counters.queries, recorded.record.choices(in: world, kinds: feedback))
      counters.queries += 1
    }
    try ledger.append(entries)
  }
}

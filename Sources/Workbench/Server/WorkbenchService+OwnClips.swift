import Compute
import Environments
import Feedback
import Foundation
import Runs

/// Clips that people make, by acting from some step of a question's clip on.
extension WorkbenchService {
  /// Clips in one answer, at most.
  static let mostPlays = 8

  /// How many steps a person may act from this step of a clip on: to the end of the clip, since what goes beyond it is
  /// compared with nothing. Where the episode ended within the clip, they may go on to the length that it would have had.
  /// The episode's own limit holds as well.
  func limit(_ clip: Int, from: Int, of stored: StoredQuestion) -> Int {
    let shown = stored.clips[clip].trajectory
    let whole = max(stored.clips.map(\.trajectory.count).max() ?? 0, project.segmentLength ?? 0)
    let end = shown.terminated ? whole : shown.count
    let episode = (project.entry.specification.maximumEpisodeSteps ?? .max) - (shown.start?.step ?? 0)
    return max(0, min(end, episode) - from)
  }

  func replay(_ clip: Int, _ from: Int, _ actions: [[Float]], of stored: StoredQuestion) throws -> StoredSegment {
    let entry = project.entry
    guard stored.clips.indices.contains(clip) else { throw InputError("there is no clip \(clip)", at: "clip") }
    let segment = stored.clips[clip]
    guard segment.canBeReplayed(in: entry) else {
      throw InputError("this clip cannot be replayed", at: "clip")
    }
    guard (0...segment.trajectory.count).contains(from) else {
      throw InputError(
        "step \(from) is not one of the clip's", at: "from", remedy: "use 0 to \(segment.trajectory.count)")
    }
    let limit = limit(clip, from: from, of: stored)
    guard actions.count <= limit else {
      throw InputError(
        "\(actions.count) steps from step \(from) on are more than the clip has", at: "actions",
        remedy: "act for at most \(limit)")
    }
    let space = entry.specification.actionSpace
    for (step, row) in actions.enumerated() {
      let fits: Bool
      switch space {
      case .discrete(let names):
        fits = row.count == 1 && row[0] == row[0].rounded() && names.indices.contains(Int(exactly: row[0]) ?? -1)
      case .continuous(let box):
        fits =
          row.count == box.count && row.allSatisfy(\.isFinite)
          && row.indices.allSatisfy { row[$0] >= box.low[$0] && row[$0] <= box.high[$0] }
      }
      guard fits else { throw InputError("this is no action of \(entry.specification.id)", at: "actions[\(step)]") }
    }
    return segment.whatIf(actions.flatMap { $0 }, from: from, in: entry, random: RandomSource(seed: project.seed))
  }

  func play(_ request: Messages.PlayRequest, _ member: Member) throws -> Messages.Played {
    let stored = try question(request.question, of: member)
    let made = try replay(request.clip, request.from, request.actions, of: stored)
    return played(made, limit: limit(request.clip, from: request.from, of: stored))
  }

  /// What happened, as a page draws it.
  func played(_ made: StoredSegment, limit: Int) -> Messages.Played {
    let picture = ClipPicture(scenes(made))
    return Messages.Played(
      shapes: picture.shapes, frames: picture.frames, width: picture.width, height: picture.height, rate: picture.rate,
      finished: made.trajectory.terminated || made.trajectory.count >= limit, limit: limit,
      ended: made.trajectory.terminated)
  }

  /// A picture of each state that was played through. Without an action yet there is the state to act in.
  func scenes(_ made: StoredSegment) -> [Scene] {
    let start = made.trajectory.start?.step ?? 0
    return project.entry.replayScenes(
      start: made.trajectory.start ?? EpisodePosition(slot: 0, episode: 0, step: 0),
      random: made.randomSource(seed: project.seed), actions: made.actionsFromEpisodeStart,
      range: start..<start + made.trajectory.count)
  }
}

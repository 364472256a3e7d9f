import Compute
import Environments
import Foundation
import Runs

extension WorkbenchService {
  /// A clip's path; bent, if a frame of it is dragged.
  func bend(_ request: Messages.BendRequest, _ member: Member) throws -> Messages.Bent {
    let stored = try question(request.question, of: member)
    let base = try request.actions.map { try replay(request.clip, 0, $0, of: stored) } ?? clip(request.clip, of: stored)
    var actions = base.trajectory.actions
    var missed: Double?
    if let frame = request.frame, let x = request.x, let y = request.y {
      let first = request.from ?? 0
      guard (1...max(1, base.trajectory.count)).contains(frame), (0..<frame).contains(first), x.isFinite, y.isFinite
      else {
        throw InputError(
          "frame \(frame) cannot be dragged from step \(first) on", at: "frame",
          remedy: "use 1 to \(base.trajectory.count), and an earlier step")
      }
      (actions, missed) = try dragged(base, frame: frame, from: first, x: x, y: y, question: stored.id)
    }
    let rowSize = entry.specification.actionSpace.rowSize
    let rows = stride(from: 0, to: actions.count, by: rowSize).map { Array(actions[$0..<$0 + rowSize]) }
    let made = try replay(request.clip, 0, rows, of: stored)
    let scenes = scenes(made)
    return Messages.Bent(
      picture: played(made, limit: limit(request.clip, from: 0, of: stored)),
      actions: Array(rows.prefix(made.trajectory.count)),
      path: scenes.compactMap { scene in scene.actor.map { [inBox($0.x, scene.left, scene), inBoxDown($0.y, scene)] } },
      missed: missed)
  }

  private func clip(_ clip: Int, of stored: StoredQuestion) throws -> StoredSegment {
    guard stored.clips.indices.contains(clip), stored.clips[clip].canBeReplayed(in: entry) else {
      throw InputError("there is no clip \(clip) that can be replayed", at: "clip")
    }
    return stored.clips[clip]
  }

  private func dragged(
    _ base: StoredSegment, frame: Int, from first: Int, x: Double, y: Double, question: Int
  ) throws -> ([Float], Double) {
    let scene = scenes(base)[0]
    guard scene.actor != nil else {
      throw InputError("paths cannot be dragged in this world", at: "clip", remedy: "take over instead")
    }
    let scale = scene.width / ClipPicture.boxWidth
    let point = Scene.Point(x: scene.left + x * scale, y: scene.bottom + scene.height - y * scale)
    let bending = PathBending(
      entry: entry,
      segment: .init(
        start: base.trajectory.start ?? EpisodePosition(slot: 0, episode: 0, step: 0),
        random: base.randomSource(seed: project.seed), leading: base.leadingActions))
    var random = RandomSource(seed: project.seed).child("bend", question).stream("search", frame)
    guard
      let found = bending.bend(
        base.trajectory.actions, frame: frame, from: first, to: point, width: scene.width, random: &random)
    else { throw InputError("paths cannot be dragged in this world", at: "clip", remedy: "take over instead") }
    return (found.actions, found.distance / scene.width)
  }

  private func inBox(_ x: Double, _ left: Double, _ scene: Scene) -> Double {
    ((x - left) * ClipPicture.boxWidth / scene.width * 100).rounded() / 100
  }

  private func inBoxDown(_ y: Double, _ scene: Scene) -> Double { inBox(scene.bottom + scene.height, y, scene) }
}

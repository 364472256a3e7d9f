import Agents
import Audits
import Compute
import Environments
import Foundation
import Runs

/// What would have happened in a question's clip, with the same luck, had something else been done at a step of it.
///
/// Pictures alone come back: what a clip earns, by the truth or by what was learned, is no business of those who judge it,
/// and nothing of it becomes part of an answer.
extension WorkbenchService {
  /// Without a choice, what can be chosen; with one, the other continuation as far as the clip goes.
  func whatIf(_ request: Messages.WhatIfRequest, _ member: Member) throws -> Messages.WhatIf {
    let stored = try question(request.question, of: member)
    guard stored.clips.indices.contains(request.clip), stored.clips[request.clip].canBeReplayed(in: entry),
      let start = stored.clips[request.clip].trajectory.start
    else { throw InputError("there is no clip \(request.clip) that can be replayed", at: "clip") }
    let segment = stored.clips[request.clip]
    let rowSize = entry.specification.actionSpace.rowSize
    let rows = stride(from: 0, to: segment.actionsFromEpisodeStart.count, by: rowSize).map {
      Array(segment.actionsFromEpisodeStart[$0..<$0 + rowSize])
    }
    guard (0..<segment.trajectory.count).contains(request.step) else {
      throw InputError(
        "the clip has no step \(request.step)", at: "step",
        remedy: segment.trajectory.count > 0 ? "use 0 to \(segment.trajectory.count - 1)" : nil)
    }
    let limit = limit(request.clip, from: 0, of: stored)
    let luck = try SameLuck(
      entry, random: segment.randomSource(seed: project.seed), slot: start.slot, acting: .listed(rows),
      steps: max(1, start.step + limit))
    let options = entry.specification.actionSpace.alternatives
    let moment = start.step + request.step
    var reply = Messages.WhatIf(
      options: options.map(\.name), done: entry.specification.actionSpace.name(of: rows[moment]),
      afterwards: afterwards)
    guard let option = request.option else { return reply }
    guard options.indices.contains(option) else {
      throw InputError("there is no action \(option)", at: "option", remedy: "use 0 to \(options.count - 1)")
    }
    let rule = try rule(request.then ?? Messages.WhatIf.Afterwards.same.rawValue)
    let done = try luck.episode(start.episode)
    let shown = start.step..<start.step + limit
    let change = CounterfactualChange(at: moment, actions: [options[option].row], then: rule)
    let other = try luck.twin(of: done, change, drawing: shown)
    let own = try luck.twin(of: done, CounterfactualChange(at: moment), drawing: shown)
    let picture = ClipPicture(other.scenes)
    reply.picture = Messages.Played(
      shapes: picture.shapes, frames: picture.frames, width: picture.width, height: picture.height, rate: picture.rate,
      finished: true, limit: limit, ended: other.trajectory.terminated)
    reply.differs =
      zip(own.scenes, other.scenes).enumerated().first { $0.element.0 != $0.element.1 }?.offset
      ?? (own.scenes.count == other.scenes.count ? nil : min(own.scenes.count, other.scenes.count))
    return reply
  }

  /// Ways to go on after the other action; the first one is what the page offers unless asked.
  private var afterwards: [Messages.WhatIf.Offer] {
    Messages.WhatIf.Afterwards.allCases
      .filter { $0 != .stay || entry.specification.actionSpace.idle != nil }
      .map { Messages.WhatIf.Offer(name: $0.rawValue, text: $0.text) }
  }

  /// Who acts afterwards; nil: what was done goes on.
  private func rule(_ word: String) throws -> ActionRule? {
    guard let way = Messages.WhatIf.Afterwards(rawValue: word) else {
      throw InputError.unknown("way to go on", word, among: afterwards.map(\.name), at: "then")
    }
    switch way {
    case .same: return nil
    case .random: return .random
    case .stay: return .stay
    case .agent:
      do { return .policy(try project.agent(), isDrawn: false) } catch let error as InputError {
        // A run's files have names that are no annotator's business.
        HostScreen.complain("the agent cannot be read: \(error)")
        throw InputError("the agent has not learned anything yet that could go on here", at: "then")
      }
    }
  }
}

extension Messages {
  /// A step of a question's clip, and what is to be done there instead.
  struct WhatIfRequest: Decodable {
    var question: String
    var clip: Int
    /// Counted from the clip's first step.
    var step: Int
    /// One of ``WhatIf/options``; nil asks what there is.
    var option: Int?
    /// One of ``WhatIf/Afterwards``.
    var then: String?
  }

  struct WhatIf: Encodable {
    /// Who acts after the other action.
    enum Afterwards: String, CaseIterable {
      case same, agent, random, stay

      var text: String {
        switch self {
        case .same: "then as it was"
        case .agent: "then as the agent acts now"
        case .random: "then at random"
        case .stay: "then doing nothing"
        }
      }
    }

    struct Offer: Encodable {
      var name: String
      var text: String
    }

    /// What can be done.
    var options: [String]
    /// What was done at that step.
    var done: String
    /// How it can go on.
    var afterwards: [Offer]
    /// The other continuation, from the clip's first step on.
    var picture: Played?
    /// The first frame that looks different; nil where none does.
    var differs: Int?
  }
}

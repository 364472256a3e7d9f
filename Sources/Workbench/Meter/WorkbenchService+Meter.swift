import Compute
import Environments
import Feedback
import Foundation
import Runs

extension WorkbenchService {
  /// What is not known of the present reward of a question's clips; for those who may see how the run goes.
  ///
  /// A question that is lent to them, by the page's name for it; owners and researchers may ask about any, by its id.
  func measured(_ request: Messages.MeterRequest, for member: Member) throws -> Outcome {
    guard try Self.watches(member, store.guide()) else {
      return .refused(
        status: 403,
        Messages.Problem(
          error: "how sure the machine is, is shown to those who may watch it learn",
          remedy: "ask the owner of the project"))
    }
    let clips = try metered(request, by: member).clips.map(\.trajectory)
    guard let reading = try reading(for: member) else {
      let nothing = MeasuredClip(unknown: "the reward has learned nothing yet")
      return .value(
        Messages.Metered(
          message: "The agent's reward has learned nothing yet.", clips: clips.map { _ in nothing }))
    }
    let uncertainty = reading.uncertainty
    let numbers = try uncertainty.clips(clips)
    return .value(
      Messages.Metered(
        message: "By the reward that round \(reading.iteration) trained, and "
          + "\(uncertainty.answers) \(uncertainty.answers == 1 ? "answer" : "answers") to pairs of clips.",
        round: reading.iteration, answers: uncertainty.answers, level: uncertainty.level,
        clips: clips.indices.map { place in
          clips[place].count == 0
            ? MeasuredClip(unknown: "the clip has no step")
            : MeasuredClip(numbers, at: place, level: uncertainty.level)
        }))
  }

  private func metered(_ request: Messages.MeterRequest, by member: Member) throws -> StoredQuestion {
    if let name = request.question { return try question(name, of: member) }
    guard let id = request.id, member.role != .annotator, let stored = try store.question(id) else {
      throw InputError("there is no such question", at: "question")
    }
    return stored
  }

  /// A run's files can be damaged, and their names are no annotator's business.
  private func reading(for member: Member) throws -> RewardMeter.Reading? {
    do {
      return try project.meter.reading()
    } catch let error as InputError where member.role == .annotator {
      HostScreen.complain("the run's reward cannot be read: \(error)")
      throw InputError("the run's reward cannot be read", remedy: "ask the owner of the project")
    }
  }
}

extension Messages {
  /// A question by the page's name for it, or by its own id.
  struct MeterRequest: Decodable {
    var question: String?
    var id: Int?
  }

  struct Metered: Encodable {
    /// What the numbers rest on.
    var message: String
    /// The round that trained the reward; nil if none did.
    var round: Int?
    /// Answers to pairs of clips.
    var answers: Int?
    /// The p-value up to which only the distributional number is known.
    var level: Double?
    /// As many as the question has.
    var clips: [MeasuredClip]
  }
}

import Compute
import Environments
import Feedback
import Foundation
import Rewards
import Synchronization

extension LearnRun {
  /// Asks `count` questions of one kind about random windows of the trajectories.
  func ask(
    _ kind: AnyFeedbackKind, _ iteration: Int, count: Int, about trajectories: [SourcedTrajectory]
  ) throws {
    var entries: [LedgerEntry] = []
    var segment = ledger.nextSegment
    for _ in 0..<count {
      let query = counters.queries
      var chance = random.stream("person/answer", query)
      let (windows, question) = try pose(kind, query, from: trajectories)
      // Of several people whose turn it is, one; nobody but them if all are found unreliable.
      let person = people.respondents(to: query, random: random).first ?? query % people.members.count
      var asked: any FeedbackJudge = SimulatedJudge(people.members[person]) { [judge] in
        judge.seen($0).rewards.map(Double.init)
      }
      let answer = try kind.simulate(question, in: world, judge: &asked, random: &chance)
      func store(_ clips: [Trajectory]) -> (numbers: [Int], stored: [StoredSegment]) {
        let stored = clips.map { clip in
          windows.first { $0.trajectory == clip } ?? StoredSegment(clip, leadingActions: [], source: "", sourceIndex: 0)
        }
        defer { segment += stored.count }
        return (stored.indices.map { segment + $0 }, stored)
      }
      let shown = store(question.clips)
      let event = FeedbackAsked(
        iteration: iteration, query: query, kind: kind.name, segments: shown.numbers, details: question.details)
      entries.append(LedgerEntry(.feedbackAsked(event), step: counters.allSteps, segments: shown.stored))
      let made = store(answer?.clips ?? [])
      let given = FeedbackGiven(
        query: query, person: name(of: person), content: answer?.content, segments: made.numbers,
        skipped: answer == nil ? ComparisonAnswer.cannotTell.rawValue : nil)
      entries.append(LedgerEntry(.feedbackGiven(given), step: counters.allSteps, segments: made.stored))
      if let answer { try answered.append(query, kind.ground(answer, to: question, in: world)) }
      people.note(person: person, query: query)
      counters.queries += 1
      counters.answers += 1
    }
    try ledger.append(entries)
  }

  /// A question about random windows, and all clips there are to it, each with what it takes to draw it; other windows
  /// are drawn where these do not make a question (all alike, say).
  func pose(
    _ kind: AnyFeedbackKind, _ query: Int, from trajectories: [SourcedTrajectory]
  ) throws -> (windows: [StoredSegment], question: Question<JSONValue>) {
    let sampler = SegmentSampler(length: settings.feedback.fragmentLength)
    let plain = trajectories.map(\.trajectory)
    var draws = random.stream("feedback/clips", query)
    var failure = InputError("there are no clips")
    for _ in 0..<10 {
      let places = try sampler.sample(max(2, settings.feedback.options), from: plain, random: &draws)
      let windows = places.map { trajectories[$0.trajectory].segment($0.start..<$0.start + sampler.length) }
      let replayed = Mutex<[StoredSegment]>([])
      let material = QuestionMaterial(
        clips: windows.map(\.trajectory), world: world, options: settings.feedback.options,
        whatIf: { [entry, random] clip, step, actions in
          let other = windows[clip].whatIf(actions, from: step, in: entry, random: random)
          replayed.withLock { $0.append(other) }
          return other.trajectory
        })
      do {
        let question = try kind.ask(material, random: &draws)
        return (windows + replayed.withLock { $0 }, question)
      } catch let error as InputError {
        failure = error
      }
    }
    throw InputError(
      "'\(kind.name)' cannot be asked in \(entry.specification.id): \(failure.problem)", at: "feedback.kinds",
      remedy: failure.remedy)
  }

  /// What questions are about.
  var world: FeedbackWorld { FeedbackWorld(entry) }
}

extension LearnSettings.Feedback {
  /// The kind whose questions the ensemble's disagreement can choose.
  static let comparison = "comparison"

  /// The names in `feedback.kinds`.
  ///
  /// - Throws: `InputError` for an unknown or repeated one, with near misses.
  func kindNames() throws -> [String] {
    let names = kinds.split(separator: ",", omittingEmptySubsequences: false).map { String($0).trimmingWhitespace }
    let known = [Self.comparison] + FeedbackKinds.standard.map(\.name).filter { $0 != Self.comparison }
    for (index, name) in names.enumerated() {
      guard known.contains(name) else {
        throw InputError.unknown("kind of feedback", name, among: known, at: "feedback.kinds")
      }
      guard !names[..<index].contains(name) else {
        throw InputError("'\(name)' stands there twice", at: "feedback.kinds", remedy: "name each kind once")
      }
    }
    return names
  }
}

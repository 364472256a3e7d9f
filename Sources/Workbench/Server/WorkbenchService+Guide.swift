import Compute
import Environments
import Feedback
import Foundation
import Runs

extension WorkbenchService {
  /// After so many minutes without a pause, one is suggested.
  private static let restAfter = 25.0

  func guide(for member: Member) throws -> Messages.Guide {
    let settings = try project.store.guide()
    let guidance = project.texts.map(Guidance.init(judging:)) ?? project.entry.guidance
    let edits = member.role == .owner
    return Messages.Guide(
      project: project.title, goal: guidance.goal,
      legend: guidance.legend.map { .init(mark: $0.mark, role: $0.role, meaning: $0.meaning) },
      unsure: guidance.unsure, instructions: settings.instructions,
      practice: try project.texts == nil && settings.offersPractice && member.role.judges
        && !practicePairs().pairs.isEmpty,
      introduces: member.role == .annotator, watches: Self.watches(member, settings), mayEdit: edits,
      offersPractice: edits ? settings.offersPractice : nil, annotatorsWatch: edits ? settings.annotatorsWatch : nil)
  }

  /// Whether this person may see how the work goes.
  static func watches(_ member: Member, _ settings: GuideSettings) -> Bool {
    member.role != .annotator || settings.annotatorsWatch
  }

  func changeGuide(_ wanted: Messages.GuideChange, by member: Member) throws -> Messages.Guide {
    var settings = try project.store.guide()
    if let instructions = wanted.instructions { settings.instructions = instructions }
    if let offers = wanted.offersPractice { settings.offersPractice = offers }
    if let watch = wanted.annotatorsWatch { settings.annotatorsWatch = watch }
    try project.store.set(settings)
    try project.store.note(.settingsChanged, by: member.name, about: "guide")
    return try guide(for: member)
  }

  // MARK: Practice

  /// As long as the run's own clips, within bounds.
  private func practicePairs() throws -> PracticePairs {
    let limit = project.entry.specification.maximumEpisodeSteps ?? 100
    let steps = try project.store.clipLength() ?? min(limit, 100)
    return PracticePairs(
      project.entry, steps: min(500, max(20, steps)), random: RandomSource(seed: project.seed).child("practice"))
  }

  func practice() throws -> Messages.Practice {
    guard try project.store.guide().offersPractice else { return Messages.Practice(pairs: []) }
    let practice = try practicePairs()
    return Messages.Practice(
      pairs: practice.pairs.map { pair in
        .init(
          clips: practice.pictures(pair), answer: pair.better == 0 ? "first" : "second", returns: pair.returns)
      })
  }

  // MARK: One's own work

  func own(_ member: Member) throws -> Messages.Own {
    let progress = try project.store.progress(of: member.name)
    let state = project.board.current
    let minutes = progress.stretch.map { ($0.upperBound - $0.lowerBound) / 60 } ?? 0
    return Messages.Own(
      answers: progress.answers, left: progress.left, round: state.iteration, rounds: state.iterations,
      perMinute: (progress.perMinute * 10).rounded() / 10,
      secondsLeft: progress.perMinute > 0 ? Int(60 * Double(progress.left) / progress.perMinute) : nil,
      rest: progress.stretch.flatMap { stretch in
        minutes < Self.restAfter ? nil : .init(since: Int(stretch.lowerBound), minutes: Int(minutes))
      })
  }

  func lesson(for member: Member) throws -> Messages.Lesson {
    let lesson = try project.store.lesson(of: member.name)
    guard let after = lesson.after else { return Messages.Lesson(taken: lesson.taken) }
    func picture(_ segment: StoredSegment) -> ClipPicture? {
      ClipPicture(segment, in: project.entry, seed: project.seed)
    }
    // Before it has learned anything an agent acts at random.
    let random = RandomSource(seed: project.seed).child("lesson")
    let before =
      lesson.before.flatMap(picture)
      ?? project.entry.randomClips(1, steps: max(1, after.trajectory.count), random: random).first.flatMap { clip in
        clip.start.map {
          ClipPicture(
            project.entry.replayScenes(start: $0, random: random, actions: clip.actions, range: 0..<clip.count))
        }
      }
    return Messages.Lesson(taken: lesson.taken, before: before, after: picture(after))
  }

  /// How many of their last answers people see.
  private static let shownAnswers = 8

  func history(of member: Member) throws -> Messages.History {
    let world = FeedbackWorld(project.entry)
    return Messages.History(
      answers: try project.store.history(of: member.name, count: Self.shownAnswers).map { given in
        let stored = given.question
        let shown = try project.kinds.kind(stored.kind).show(stored.question, in: world)
        let pictures = clips(of: stored, shown).prefix(max(1, shown.captions.count))
        return .init(
          answer: given.sequence,
          question: .init(
            id: project.store.names.name(of: stored.id), prompt: shown.prompt, reply: shown.reply,
            clips: pictures.map(\.still),
            previous: .init(
              content: given.answer.content, nonAnswer: given.answer.skipped, reason: given.answer.reason)))
      })
  }
}

extension Guidance {
  /// What people are told who judge texts.
  fileprivate init(judging record: JudgingRecord) {
    self.init(
      goal: record.question, legend: [],
      unsure: "Read both again. If nothing speaks for either, say so; if you cannot judge it, say that you can't tell.")
  }
}

import Audits
import Compute
import Environments
import Feedback
import Files
import Findings
import Foundation
import Rewards

/// What can be computed again from a run's parts without running it again.
extension CertifiedRun {
  /// Whether the settings file says what the ledger says the run was started with.
  func settingsRecorded() throws -> Finding {
    var problem: String?
    do {
      try LearnRun.compareSettings(
        trained.settings, Ledger(reading: RunLayout(directory).ledger), RunLayout(directory))
    } catch let error as InputError {
      problem = error.problem
    }
    return recorded(
      "settings", "The settings are those that the run was started with", problem.map { [$0] } ?? [],
      "\(record.settings.count) settings are the same in file and ledger.",
      "Whoever changed the settings did not change file and ledger alike.")
  }

  /// Whether the newest checkpoint's weights are those that the ledger says were written.
  func weightsRecorded() throws -> Finding {
    let layout = RunLayout(directory)
    let claim = "The weights are those that the ledger says were written"
    let place = try Checkpoint.newestDirectory(in: layout)
    let iteration = Int(place.lastPathPart) ?? 0
    guard let data = FileManager.default.contents(atPath: place + "/weights.safetensors") else {
      throw InputError("cannot read this part of the run", at: place + "/weights.safetensors")
    }
    let written = try Ledger(reading: layout.ledger).entries().compactMap { row -> CheckpointWritten? in
      guard case .checkpointWritten(let written) = row.event, written.iteration == iteration else { return nil }
      return written
    }.last
    let found = Checkpoint.checksum(data)
    let problems =
      switch written {
      case nil: ["the ledger has no checkpoint of round \(iteration)"]
      case let written? where written.weights != found:
        ["the weights' checksum is \(found), and \(written.weights) was written after round \(iteration)"]
      default: [String]()
      }
    return recorded(
      "weights", claim, problems, "Their checksum is \(found), as the ledger has it.",
      "The checksum tells damage and exchange; somebody can make other weights with the same one.")
  }

  /// Whether every stored clip is what the environment shows and pays when its episode is played again.
  func clipsReplay() throws -> Finding {
    let claim = "Every stored clip is what the environment shows and pays for the same actions"
    guard try trained.entry.environment.tryRepeatability(random: RandomSource(seed: 0)) == .exact else {
      return undone("clips", claim, .notMeasurable, "Episodes of this world cannot be had again.")
    }
    let stored = try record.segments(Array(record.shownSegments.indices))
    let clips = stored.enumerated().filter { $0.element.canBeReplayed(in: trained.entry) }
    guard !clips.isEmpty else {
      return undone("clips", claim, .unknown, "Of \(stored.count) stored clips none names its episode.")
    }
    var problems: [String] = []
    for (number, clip) in clips {
      if let problem = problem(with: clip) { problems.append("clip \(number) \(problem)") }
    }
    if !problems.isEmpty, !isThisArithmetic {
      return undone(
        "clips", claim, .unknown,
        "\(problems.count) of \(clips.count) clips are not repeated, and the run was made with another arithmetic.")
    }
    return recorded(
      "clips", claim, problems,
      "\(clips.count) of \(stored.count) stored clips were played again and are the same to the bit.",
      "This program's environment of the same id is the one that is meant.")
  }

  private func problem(with clip: StoredSegment) -> String? {
    guard let start = clip.trajectory.start else { return nil }
    let (seen, row) = (clip.trajectory, clip.trajectory.actionRowSize)
    let again = trained.entry.whatIf(
      start: start, random: clip.randomSource(seed: record.seed), actions: clip.actionsFromEpisodeStart,
      from: start.step)
    // Where clips go on past the end, what is beyond it was not played.
    let steps = again.terminated && trained.settings.feedback.absorbing ? again.count : seen.count
    guard again.count == steps, steps <= seen.count else {
      return "goes on for \(seen.count) steps, and the episode ends after \(again.count)"
    }
    if let limit = trained.entry.specification.maximumEpisodeSteps {
      if start.step + steps > limit { return "goes beyond the time limit of \(limit) steps" }
      if seen.truncated, start.step + seen.count < limit {
        return "is cut by the time limit after \(start.step + seen.count) of \(limit) steps"
      }
    }
    if steps == seen.count, seen.terminated != again.terminated {
      return again.terminated ? "goes on where the episode ends" : "ends where the episode goes on"
    }
    if let step = (0..<steps).first(where: { seen.rewards[$0] != again.rewards[$0] }) {
      return "was paid \(seen.rewards[step]) in step \(start.step + step), and is paid \(again.rewards[step])"
    }
    let width = seen.observationSize
    if let place = (0..<(steps + 1) * width).first(where: { seen.observations[$0] != again.observations[$0] }) {
      return
        "shows \(seen.observations[place]) in step \(start.step + place / width), and \(again.observations[place]) "
        + "is seen"
    }
    return seen.actions[..<(steps * row)] == again.actions[..<(steps * row)] ? nil : "has other actions"
  }

  /// Whether the last policy and the last reward, in the episodes of the last evaluation, do again what was recorded.
  func evaluationRepeats() throws -> Finding {
    let claim = "The certified policy and reward do again what the last evaluation recorded of them"
    guard let evaluated = record.finalEvaluation, let finished = record.finished else {
      return undone("evaluation", claim, .unknown, "The run has not finished: there is no last evaluation.")
    }
    guard trained.settings.caution == CautionSettings() else {
      return undone("evaluation", claim, .notMeasurable, "Another policy, or a person, may have acted in its place.")
    }
    guard try trained.entry.environment.tryRepeatability(random: RandomSource(seed: 0)) == .exact else {
      return undone("evaluation", claim, .notMeasurable, "Episodes of this world cannot be had again.")
    }
    let count = evaluated.trueReturns.count
    let player = EpisodePlayer(
      entry: trained.entry, policy: trained.policy, slots: min(count, 32), seed: RandomSource(seed: record.seed),
      source: "experience/final-evaluation", sourceIndex: finished.iterations - 1, manner: .deterministic)
    let played = try player.play(.episodes(count)).trajectories.map(\.trajectory)
    var problems: [String] = []
    func compare(_ what: String, _ then: [Double], _ now: [Double]) {
      let index = then.count == now.count ? zip(then, now).enumerated().first { $1.0 != $1.1 }?.offset : 0
      guard let index else { return }
      func words(_ values: [Double]) -> String {
        values.indices.contains(index) ? Numbers.plain(values[index]) : "none"
      }
      problems.append("\(what) \(index) was \(words(then)), and is \(words(now))")
    }
    compare("the length of episode", evaluated.lengths.map(Double.init), played.map { Double($0.count) })
    compare("the true return of episode", evaluated.trueReturns, played.map(\.trueReturn))
    func predicted(_ trajectories: [Trajectory]) -> [Double] {
      trajectories.map { trajectory in
        trained.reward.rewards(of: trajectory, specification: trained.entry.specification).reduce(0) { $0 + Double($1) }
      }
    }
    compare("the predicted return of episode", evaluated.predictedReturns, predicted(played))
    let stored = record.shownSegments.filter { $0.predictedReturn != nil }
    compare(
      "the predicted return of clip", stored.compactMap(\.predictedReturn),
      predicted(try record.segments(stored.map(\.number)).map(\.trajectory)))
    if !problems.isEmpty, !isThisArithmetic {
      return undone(
        "evaluation", claim, .unknown, "It is not repeated, and the run was made with another arithmetic.")
    }
    return recorded(
      "evaluation", claim, problems,
      "\(count) episodes and the reward of \(stored.count) clips are the same to the bit.",
      "The evaluation's episodes follow from the run's seed, and no other episodes are told to be them.")
  }

  /// Whether a simulated person of the settings gives the answers that the ledger has.
  func answersAsStated() throws -> Finding {
    let claim = "The answers are those of the person whom the settings describe"
    let person = trained.settings.person
    guard person.answering == .simulated else {
      return undone("answers", claim, .notMeasurable, "People answered, and nothing says what they had to answer.")
    }
    let changes = [.equal, .skip].contains(person.kind) || person.flaws.drift > 0
    guard !changes else {
      return undone(
        "answers", claim, .notMeasurable, "What this person says depends on what happened before each question.")
    }
    let ledger = try Ledger(reading: RunLayout(directory).ledger)
    let answers = try ledger.answers(before: ledger.count).filter {
      !$0.isAutomatic && $0.record.kind == PairComparison.name
    }
    let respondents = try answers.map { try StatedPerson.member(of: $0.record.person, in: person) }
    guard !answers.isEmpty, respondents.contains(where: { $0 != nil }) else {
      return undone("answers", claim, .unknown, "No comparison was answered by one of the settings' people.")
    }
    let stated = try StatedPerson(trained.settings, trained.entry, kinds: kinds, seed: record.seed)
    var (problems, compared) = ([String](), 0)
    for (answer, member) in zip(answers, respondents) {
      guard let member else { continue }
      compared += 1
      let expected = try stated.answer(answer.record, by: member)
      if try Self.said(expected) != Self.said(answer.record.answer) {
        problems.append("question \(answer.record.number) was answered otherwise than this person does")
      }
    }
    if !problems.isEmpty, !isThisArithmetic {
      return undone("answers", claim, .unknown, "They are not the same, and the run was made with another arithmetic.")
    }
    return recorded(
      "answers", claim, problems, "\(compared) comparisons were asked again and answered alike.",
      "The clips are as they were when they were asked about: 'clips replay' tells.")
  }

  /// What an answer to a comparison comes to; nil for one that says nothing, which the ledger has as none.
  private static func said(_ answer: Answer<JSONValue>?) throws -> PairComparison.Preference? {
    guard let said = try answer?.content.decode(PairComparison.Preference.self) else { return nil }
    return said.answer == .skipped || said.answer == .cannotTell ? nil : said
  }

  /// Whether differences cannot come from another way of computing.
  private var isThisArithmetic: Bool {
    LearnRun.isExact(
      after: record.arithmetic, trained.settings, kinds: (try? trained.settings.feedback.kindNames(among: kinds)) ?? [])
      && record.continuations.isEmpty
  }

  /// What records say of one another.
  func recorded(
    _ name: String, _ claim: String, _ problems: [String], _ fine: String, _ assumption: String
  ) -> Finding {
    Finding(
      id: name, claim: claim, verdict: problems.isEmpty ? .holds : .fails,
      reason: problems.first.map { "\($0.prefix(1).uppercased())\($0.dropFirst())." + Self.more(problems.count - 1) }
        ?? fine, assumptions: [assumption], source: "the run itself")
  }

  /// What could not be looked at.
  func undone(_ name: String, _ claim: String, _ verdict: Finding.Verdict, _ reason: String) -> Finding {
    Finding(id: name, claim: claim, verdict: verdict, reason: reason, source: "the run itself")
  }

  static func more(_ count: Int) -> String { count > 0 ? " And \(Numbers.count(count, "more problem"))." : "" }
}

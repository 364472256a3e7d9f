import Compute
import Environments
import Runs

/// Which clips of a run are worth a look, drawn by replaying them in the environment.
struct RunClips {
  let record: RunRecord
  let entry: EnvironmentEntry
  let count = 4
  /// Longer clips are cut to so many steps, from their beginning.
  let longest = 120

  /// Best and worst in the eyes of the final model, those its members disagree on most, and what the agent does now.
  ///
  /// - Throws: `InputError` if the ledger's segments cannot be read.
  func groups() throws -> [ClipGroup] {
    var groups: [ClipGroup] = []
    let judged = judgedSegments()
    if judged.count >= 2 {
      let shown = min(count, judged.count / 2)
      groups.append(
        ClipGroup(
          title: "Judged best by the reward model", text: "Is this what you would want to see?",
          clips: try clips(judged.prefix(shown).map { ($0.number, "Best", facts($0)) })))
      groups.append(
        ClipGroup(
          title: "Judged worst", text: "And do you dislike what it dislikes?",
          clips: try clips(judged.suffix(shown).reversed().map { ($0.number, "Worst", facts($0)) })))
    }
    let disputed = try disputedPairs()
    if !disputed.isEmpty {
      groups.append(
        ClipGroup(
          title: "Where the members disagreed most",
          text: "Pairs of clips on which the members of the reward ensemble were most at odds when people were asked.",
          clips: disputed))
    }
    if let last = record.finalEvaluation ?? record.iterations.last(where: { $0.evaluation != nil })?.evaluation,
      !last.clips.isEmpty
    {
      // The ledger keeps the best-judged segments first, then as many of the worst-judged, worst last.
      let half = (last.clips.count + 1) / 2
      groups.append(
        ClipGroup(
          title: "What the agent does at the end",
          text: "Segments of the last evaluation's episodes: those with the highest predicted reward, then those with "
            + "the lowest.",
          clips: try clips(last.clips.prefix(min(count, half)).map { ($0, "Best", []) })
            + clips(last.clips.suffix(min(count, last.clips.count - half)).map { ($0, "Worst", []) })))
    }
    return groups.filter { !$0.clips.isEmpty }
  }

  private struct Judged {
    var number: Int
    var predicted: Double
    var actual: Double?
    var steps: Int

    var mean: Double { predicted / Double(steps) }
  }

  /// Each segment that was asked about, by questions of any kind, once, best first by the mean over its steps: those of
  /// one kind may be longer than those of another.
  private func judgedSegments() -> [Judged] {
    var seen = Set<Int>()
    let judged = record.questions.flatMap(\.asked.segments).compactMap { number -> Judged? in
      guard record.shownSegments.indices.contains(number), seen.insert(number).inserted else { return nil }
      let segment = record.shownSegments[number]
      guard let predicted = segment.predictedReturn, segment.steps > 0 else { return nil }
      return Judged(number: number, predicted: predicted, actual: segment.trueReturn, steps: segment.steps)
    }
    return judged.sorted { ($0.mean, $1.number) > ($1.mean, $0.number) }
  }

  private func facts(_ judged: Judged) -> [ReportModel.Fact] {
    [ReportModel.Fact("predicted return", NumberFormat.plain.text(judged.predicted))]
      + (judged.actual.map { [ReportModel.Fact("true return", NumberFormat.plain.text($0))] } ?? [])
  }

  private func disputedPairs() throws -> [Clip] {
    let asked = record.comparisons.filter { ($0.disagreement ?? 0) > 0 }
      .sorted { ($0.disagreement ?? 0, $1.query) > ($1.disagreement ?? 0, $0.query) }
    return try asked.prefix(count / 2).flatMap { comparison -> [Clip] in
      func facts(_ odds: Double, _ actual: Double?, isFirst: Bool) -> [ReportModel.Fact] {
        let spread = NumberFormat.percent.text(comparison.disagreement ?? .nan, digits: 2)
        var facts = [
          ReportModel.Fact("to win", "\(NumberFormat.percent.text(odds, digits: 2)) ± \(spread)")
        ]
        if let actual { facts.append(ReportModel.Fact("true return", NumberFormat.plain.text(actual))) }
        let answer = comparison.answer ?? "none yet"
        let isDecided = answer == "first" || answer == "second"
        let said = isDecided ? ((answer == "first") == isFirst ? "this" : "other") : answer
        return facts + [ReportModel.Fact("answer", said)]
      }
      let odds = comparison.predicted ?? .nan
      return try clips([
        (
          comparison.first, "Question \(comparison.query + 1), first",
          facts(odds, comparison.firstTrueReturn, isFirst: true)
        ),
        (
          comparison.second, "Question \(comparison.query + 1), second",
          facts(1 - odds, comparison.secondTrueReturn, isFirst: false)
        ),
      ])
    }
  }

  /// Segments drawn; those that come from elsewhere and cannot be replayed are left out.
  private func clips(_ chosen: [(number: Int, title: String, facts: [ReportModel.Fact])]) throws -> [Clip] {
    let segments = try record.segments(chosen.map(\.number))
    guard segments.count == chosen.count else { return [] }
    var clips: [Clip] = []
    for (index, (segment, choice)) in zip(segments, chosen).enumerated() {
      guard let start = segment.trajectory.start, segment.trajectory.count > 0, segment.canBeReplayed(in: entry) else {
        continue
      }
      let range = start.step..<start.step + min(longest, segment.trajectory.count)
      let actions = segment.actionsFromEpisodeStart
      let scenes = entry.replayScenes(
        start: start, random: segment.randomSource(seed: record.seed), actions: actions, range: range)
      var facts = choice.facts
      if facts.isEmpty {
        facts = [ReportModel.Fact("true return", NumberFormat.plain.text(segment.trajectory.trueReturn))]
      }
      if segment.trajectory.count > longest {
        facts.append(ReportModel.Fact("shown", "\(longest) of \(segment.trajectory.count) steps"))
      }
      let isNumbered = chosen.count > 2
      clips.append(
        Clip(
          title: isNumbered ? "\(choice.title) \(index + 1)" : choice.title, frames: scenes,
          framesPerSecond: min(30, max(8, Double(scenes.count) / 4)), facts: facts))
    }
    return clips
  }
}

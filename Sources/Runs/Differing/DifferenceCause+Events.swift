import Environments
import Files
import Foundation

extension StoredEvent {
  var json: JSONValue { get throws { try CanonicalJSON.decode(JSONValue.self, from: payload) } }

  /// The event as this version knows it.
  var event: LedgerEvent? {
    get throws { try LedgerEvent.Kind(rawValue: kind).map { try LedgerEvent(kind: $0, payload: payload) } }
  }
}

extension DifferenceCause {
  /// Why two events with one number are not the same, of runs in which nothing was different before.
  static func event(_ first: StoredEvent, _ second: StoredEvent) -> DifferenceCause {
    let kinds = [first.kind, second.kind]
    guard first.kind == second.kind else { return otherKind(first, second) }
    if first.segments != second.segments, let cause = segments(first, second) { return cause }
    let (one, other) = (try? first.json, try? second.json)
    guard let one, let other, let difference = FirstDifference(one, other) else {
      return DifferenceCause(
        .course, "step", "\(first.step)", "\(second.step)",
        "'\(kinds[0])' comes at step \(first.step) and \(second.step)")
    }
    let query = number("query", one).map { "question \($0)" } ?? "the event"
    let (a, b) = difference.values
    switch LedgerEvent.Kind(rawValue: first.kind) {
    case .comparisonAnswered, .questionAnswered:
      if difference.path.hasPrefix("contrasts") { return numbers(difference, of: "what was expected of \(query)") }
      let (who, whom) = (text("person", one) ?? "somebody", text("person", other) ?? "somebody")
      return DifferenceCause(
        .answer, query, said(one), said(other),
        difference.path == "person" && said(one) == said(other)
          ? "\(query) was answered by \(who), and by \(whom)"
          : "\(query) was answered \(said(one)) by \(who), and \(said(other)) by \(whom)")
    case .answerTakenBack, .answersSetAside:
      return DifferenceCause(
        .answer, difference.path, a, b,
        "other answers were taken back or set aside: \(difference.path) is \(a) and \(b)")
    case .comparisonAsked, .questionAsked, .questionsReplaced:
      if ["predicted", "disagreement"].contains(difference.path) {
        return numbers(difference, of: "what was expected of \(query)")
      }
      return DifferenceCause(.question, query, a, b, "\(query) is another: its \(difference.path) is \(a) and \(b)")
    case .runContinued:
      return DifferenceCause(.arithmetic, difference.path, a, b, "\(difference.path) is \(a) and \(b)")
    case .checkpointWritten where difference.path == "weights":
      return DifferenceCause(
        .numbers, "weights", a, b, "the weights of the checkpoint differ, and nothing that the ledger shows before them"
      )
    case .findingMade:
      return DifferenceCause(
        .version, difference.path, a, b,
        "what was found from equal events is worded or weighed otherwise (\(difference.path)): by another version")
    default: return numbers(difference, of: "'\(kinds[0])'")
    }
  }

  private static func otherKind(_ first: StoredEvent, _ second: StoredEvent) -> DifferenceCause {
    let kinds = [first.kind, second.kind].map { LedgerEvent.Kind(rawValue: $0) }
    let kind: Kind =
      if kinds.contains(.runContinued) {
        .arithmetic
      } else if kinds.contains(.answerTakenBack) || kinds.contains(.answersSetAside) {
        .answer
      } else if kinds.contains(nil) {
        .version
      } else {
        .course
      }
    let words = kind == .arithmetic ? ": it goes on with another arithmetic" : ""
    return DifferenceCause(
      kind, "event", first.kind, second.kind,
      "the next event is '\(first.kind)' in one and '\(second.kind)' in the other\(words)")
  }

  private static func numbers(_ difference: FirstDifference, of what: String) -> DifferenceCause {
    let (a, b) = difference.values
    let reach = difference.ulps.map {
      $0 < 1_000_000 ? ", \($0) \($0 == 1 ? "step" : "steps") of the last digit apart" : ""
    }
    return DifferenceCause(
      .numbers, difference.path, a, b,
      "\(what) differs though nothing before it does: \(difference.path) is \(a) and \(b)\(reach ?? "")"
        + (difference.places > 1 ? ", and \(difference.places - 1) more" : "")
        + "; by another build, another world of the same name, or something that does not repeat")
  }

  // MARK: Clips

  /// What is different in the clips that came with two events.
  private static func segments(_ first: StoredEvent, _ second: StoredEvent) -> DifferenceCause? {
    guard let place = zip(first.segments, second.segments).enumerated().first(where: { $0.1.0 != $0.1.1 }) else {
      return DifferenceCause(
        .question, "clips", "\(first.segments.count)", "\(second.segments.count)",
        "'\(first.kind)' has \(first.segments.count) and \(second.segments.count) new clips")
    }
    guard let one = try? StoredSegment(decoding: place.1.0), let other = try? StoredSegment(decoding: place.1.1) else {
      return nil
    }
    let clip = "clip \(place.0 + 1) of '\(first.kind)'"
    let (a, b) = (one.trajectory, other.trajectory)
    guard one.source == other.source, one.sourceIndex == other.sourceIndex, a.start == b.start,
      a.observationSize == b.observationSize, a.actionRowSize == b.actionRowSize, a.count == b.count
    else {
      return DifferenceCause(
        .question, clip, Self.place(one), Self.place(other), "\(clip) is \(Self.place(one)), and \(Self.place(other))")
    }
    let (row, width) = (a.actionRowSize, a.observationSize)
    let done = (one.actionsFromEpisodeStart, other.actionsFromEpisodeStart)
    let acted = firstPlace(done.0, done.1).map { $0 / row }
    // The observation before step t of the episode rests on the actions before t.
    let seen = firstPlace(a.observations, b.observations).map { one.leadingActions.count / row + $0 / width }
    if let seen, seen <= acted ?? .max {
      let value = firstPlace(a.observations, b.observations)!
      return DifferenceCause(
        .world, clip, "\(a.observations[value])", "\(b.observations[value])",
        "after the same actions the world shows something else in \(clip): component \(value % width) at step "
          + "\(seen) of "
          + "its episode is \(a.observations[value]) and \(b.observations[value]); it is another world of the same "
          + "name, or does not "
          + "repeat")
    }
    if let acted {
      let isUnseen = acted < one.leadingActions.count / row
      return DifferenceCause(
        .agent, clip, nil, nil,
        "the agent acts otherwise at step \(acted) of the episode of \(clip)"
          + (isUnseen
            ? ", before the clip begins: what it saw there is not kept, so its weights differ or the world showed "
              + "something else"
            : ", and nothing told before that differs: other weights, another build, or something that does not repeat")
      )
    }
    let reward = firstPlace(a.rewards, b.rewards)
    return DifferenceCause(
      .world, clip, reward.map { "\(a.rewards[$0])" }, reward.map { "\(b.rewards[$0])" },
      "for the same steps the world pays or ends otherwise in \(clip)"
        + (reward.map { ": \(a.rewards[$0]) and \(b.rewards[$0]) at its step \($0)" } ?? ""))
  }

  private static func firstPlace(_ first: [Float], _ second: [Float]) -> Int? {
    let shared = min(first.count, second.count)
    return (0..<shared).first { first[$0].bitPattern != second[$0].bitPattern }
      ?? (first.count == second.count ? nil : shared)
  }

  private static func place(_ segment: StoredSegment) -> String {
    let start = segment.trajectory.start.map { "episode \($0.episode) of slot \($0.slot) from step \($0.step)" }
    return "\(segment.trajectory.count) steps" + (start.map { " of \($0)" } ?? "")
      + (segment.source.isEmpty ? "" : " (\(segment.source) \(segment.sourceIndex))")
  }

  // MARK: Words

  private static func number(_ name: String, _ value: JSONValue) -> Int? {
    guard case .object(let fields) = value, case .number(let number)? = fields[name] else { return nil }
    return Int(exactly: number)
  }

  private static func text(_ name: String, _ value: JSONValue) -> String? {
    guard case .object(let fields) = value, case .string(let text)? = fields[name] else { return nil }
    return text
  }

  /// What an answer's event says, in a few words.
  private static func said(_ value: JSONValue) -> String {
    guard case .object(let fields) = value else { return "nothing" }
    if let skipped = text("skipped", value) { return "'\(skipped)'" }
    let strongly = if case .bool(let flag)? = fields["strongly"] { flag ? " strongly" : " not strongly" } else { "" }
    return "'\(FirstDifference.text(fields["answer"] ?? fields["content"]))'" + strongly
  }
}

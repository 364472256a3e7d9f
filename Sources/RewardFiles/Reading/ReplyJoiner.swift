import Files

/// Makes pairs of files that have a row for each reply: a reply waits until another one to the same prompt comes whose
/// grade differs (or is the same, where that is a tie). Every reply stands in one pair at most.
struct ReplyJoiner {
  private struct Waiting {
    var reply: GradedReply
    var row: PairRow
    var order: Int
  }

  private var waiting: [[UInt8]: [Waiting]] = [:]
  private var count = 0
  private var paired = 0
  /// Every reply whose grade is a verdict, with a partner or without.
  private(set) var verdicts = VerdictTable()
  private var analyzer = TextAnalyzer()

  /// Takes a reply; the pair that it completes, if it does, stands where this reply does.
  mutating func add(_ reply: GradedReply, at row: PairRow, to output: inout PairBatch) {
    if !reply.allowsTies { keep(reply) }
    var key: [UInt8] = []
    reply.prompt.appendRow(to: &key)
    if let place = waiting[key]?.firstIndex(where: { $0.reply.grade != reply.grade || reply.allowsTies }) {
      let other = waiting[key]!.remove(at: place)
      if waiting[key]!.isEmpty { waiting[key] = nil }
      paired += 1
      output.append(Self.pair(other.reply, reply), at: row)
    } else {
      waiting[key, default: []].append(Waiting(reply: reply, row: row, order: count))
      count += 1
    }
  }

  private mutating func keep(_ reply: GradedReply) {
    verdicts.isGood.append(reply.grade > 0)
    verdicts.score.append(reply.score?.cellNumber ?? .nan)
    verdicts.words.append(analyzer.features(of: reply.text.words).words)
    func name(_ names: [String]) -> String? { names.lazy.compactMap { reply.others[$0]?.cellText }.first }
    verdicts.domain.append(name(["domain", "subset", "source"]))
    verdicts.split.append(name(["split"]))
  }

  /// The replies that nothing came for, each as a row that cannot be used; none where nearly all have come alone, as such a
  /// file is audited reply by reply.
  mutating func rest() -> PairBatch {
    var batch = PairBatch()
    guard !verdicts.areAlone(pairs: paired) else {
      waiting = [:]
      return batch
    }
    for left in waiting.values.joined().sorted(by: { $0.order < $1.order }) {
      var row = left.row
      row.fault = "no other reply to its prompt to compare it with"
      batch.rows.append(row)
    }
    waiting = [:]
    return batch
  }

  private static func pair(_ first: GradedReply, _ second: GradedReply) -> [String: JSONValue] {
    let (better, worse) = first.grade >= second.grade ? (first, second) : (second, first)
    var fields = first.others.merging(second.others) { own, _ in own }
    fields["prompt"] = better.prompt
    fields["chosen"] = better.text
    fields["rejected"] = worse.text
    fields["score_chosen"] = better.score
    fields["score_rejected"] = worse.score
    fields["label"] = better.grade == worse.grade ? .string("tie") : nil
    fields["strength"] = .number(better.grade - worse.grade)
    return fields
  }
}

extension JSONValue {
  /// The text of a reply or message.
  fileprivate var words: String {
    switch self {
    case .string(let text): text
    case .array(let items): items.map(\.words).joined(separator: "\n")
    case .object(let fields): (fields["content"] ?? fields["value"] ?? fields["text"])?.words ?? ""
    default: ""
    }
  }
}

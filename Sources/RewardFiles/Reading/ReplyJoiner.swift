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

  /// Takes a reply; the pair that it completes, if it does, stands where this reply does.
  mutating func add(_ reply: GradedReply, at row: PairRow, to output: inout PairBatch) {
    var key: [UInt8] = []
    reply.prompt.appendRow(to: &key)
    if let place = waiting[key]?.firstIndex(where: { $0.reply.grade != reply.grade || reply.allowsTies }) {
      let other = waiting[key]!.remove(at: place)
      if waiting[key]!.isEmpty { waiting[key] = nil }
      output.append(Self.pair(other.reply, reply), at: row)
    } else {
      waiting[key, default: []].append(Waiting(reply: reply, row: row, order: count))
      count += 1
    }
  }

  /// The replies that nothing came for, each as a row that cannot be used.
  mutating func rest() -> PairBatch {
    var batch = PairBatch()
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

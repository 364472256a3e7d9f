import Compute
import Files

extension PairFormat {
  /// UltraFeedback: several completions of an instruction, each with an overall score.
  public static let ultraFeedback = PairFormat(
    "ultrafeedback", "instruction and a list of completions with response and overall_score",
    source: "openbmb/UltraFeedback (follows its dataset card)",
    columns: [
      ("prompt", "instruction"), ("chosen", "completions[].response, by overall_score"),
      ("rejected", "another of them"), ("strength", "difference of overall_score"),
      ("score-chosen", "completions[].reward or .score, if there"), ("score-rejected", "the same"),
    ],
    recognises: { $0.isObjects("completions", with: "response") },
    rewrite: { row, number throws(RowFault) in
      guard case .array(let items)? = row["completions"] else { throw RowFault("completions is not a list") }
      var replies: [Graded] = []
      for case .object(let item) in items {
        guard let grade = item.first("overall_score", "fine-grained_score", "rating")?.cellNumber ?? meanRating(item)
        else {
          continue
        }
        replies.append(
          Graded(
            text: try item.reply("response"), grade: grade, score: item.first("reward", "score", "reward_score"),
            model: item["model"]))
      }
      return pairs(
        replies, of: row.without("completions", "models", "correct_answers", "incorrect_answers"), number)
    })

  /// Nectar: seven answers to a prompt, ranked.
  public static let nectar = PairFormat(
    "nectar", "prompt and a list of answers with answer and rank",
    source: "berkeley-nest/Nectar (follows its dataset card)",
    columns: [
      ("chosen", "answers[].answer, by rank"), ("rejected", "another of them"), ("strength", "difference of rank"),
      ("score-chosen", "answers[].reward or .score, if there"), ("score-rejected", "the same"),
    ],
    recognises: { $0.isObjects("answers", with: "rank") },
    rewrite: { row, number throws(RowFault) in
      guard case .array(let items)? = row["answers"] else { throw RowFault("answers is not a list") }
      var replies: [Graded] = []
      for case .object(let item) in items {
        guard let rank = item["rank"]?.cellNumber else { continue }
        replies.append(
          Graded(
            text: try item.reply("answer"), grade: -rank, score: item.first("reward", "score", "reward_score"),
            model: item["model"]))
      }
      return pairs(replies, of: row.without("answers", "num_responses"), number)
    })

  /// HelpSteer and HelpSteer2: a row for each response, with ratings; the responses to a prompt stand together.
  public static let helpSteerRatings = PairFormat(
    "helpsteer", "prompt and response with ratings, helpfulness among them; a row for each response",
    source: "nvidia/HelpSteer2 (follows its dataset card)",
    columns: [
      ("chosen", "response, by helpfulness"), ("rejected", "another response to the prompt"),
      ("strength", "difference of helpfulness"), ("score-chosen", "reward or score, if there"),
      ("score-rejected", "the same"),
    ],
    recognises: { $0.has("prompt", "response", "helpfulness") },
    rewrite: { row, _ throws(RowFault) in
      guard let grade = row["helpfulness"]?.cellNumber, grade.isFinite else { throw RowFault("no helpfulness") }
      return [
        .reply(
          GradedReply(
            prompt: try row.reply("prompt"), text: try row.reply("response"), grade: grade,
            score: row.first("reward", "score", "reward_score"), allowsTies: true,
            others: row.filter { ["split", "domain", "annotator", "language"].contains($0.key) }))
      ]
    })

  private struct Graded {
    var text: JSONValue
    var grade: Double
    var score: JSONValue?
    var model: JSONValue?
  }

  /// Where a completion has no overall score: the mean of its ratings.
  private static func meanRating(_ item: [String: JSONValue]) -> Double? {
    let ratings = (item["annotations"]?.fields ?? [:]).values.compactMap { annotation -> Double? in
      guard let rating = annotation.fields?["Rating"] else { return nil }
      return rating.cellNumber ?? rating.string.flatMap(Double.init)
    }
    return ratings.isEmpty ? nil : ratings.reduce(0, +) / Double(ratings.count)
  }

  /// Replies to one prompt, two and two, each in one pair at most, so that pairs share no reply. Who meets whom is drawn
  /// anew for each row, from the row's number.
  private static func pairs(_ replies: [Graded], of row: [String: JSONValue], _ number: Int) -> [PairPiece] {
    var order = Array(replies.indices)
    var stream = RandomSource(seed: 0).stream("replies of a row", number)
    for last in order.indices.reversed() where last > 0 { order.swapAt(last, stream.below(last + 1)) }
    return stride(from: 0, to: order.count - 1, by: 2).map { index in
      let (a, b) = (replies[order[index]], replies[order[index + 1]])
      let two = TwoReplies(
        a: a.text, b: b.text, preference: a.grade - b.grade, isShownInOrder: false, scores: (a.score, b.score),
        sides: [("model", a.model, b.model)])
      var pair = two.pair(row.without("label", "position"))
      pair["strength"] = .number(abs(a.grade - b.grade))
      return .pair(pair)
    }
  }
}

import Files

extension PairFormat {
  /// PKU-SafeRLHF, by which response is the better one.
  public static let pkuSafeRLHF = PairFormat(
    "pku-saferlhf", "prompt, response_0 and response_1 with better_response_id",
    source: "PKU-Alignment/PKU-SafeRLHF (follows its dataset card)",
    columns: [("chosen", "response_0 or response_1, by better_response_id"), ("rejected", "the other")],
    recognises: { $0.has("response_0", "response_1", "better_response_id") },
    rewrite: { row, _ throws(RowFault) in try pku(row, by: "better_response_id") })

  /// PKU-SafeRLHF, by which response is the safer one.
  public static let pkuSafer = PairFormat(
    "pku-saferlhf-safer", "the same, by safer_response_id",
    source: "PKU-Alignment/PKU-SafeRLHF (follows its dataset card)",
    columns: [("chosen", "response_0 or response_1, by safer_response_id"), ("rejected", "the other")],
    recognises: { $0.has("response_0", "response_1", "safer_response_id") },
    rewrite: { row, _ throws(RowFault) in try pku(row, by: "safer_response_id") })

  private static func pku(_ row: [String: JSONValue], by name: String) throws(RowFault) -> [PairPiece] {
    guard let better = row[name]?.cellNumber, better == 0 || better == 1 else {
      throw RowFault("\(name) is \((row[name] ?? .null).kind), not 0 or 1")
    }
    var others = row.without(
      "response_0", "response_1", "better_response_id", "safer_response_id", "label", "position", "chosen", "rejected")
    var replies = try TwoReplies(
      a: row.reply("response_0"), b: row.reply("response_1"), preference: better == 0 ? 1 : -1, isShownInOrder: false)
    // Whatever a response has of its own, such as is_response_0_safe.
    for first in row.keys.sorted() where first.contains("response_0") && first != "response_0" {
      let second = first.replacing("response_0", with: "response_1")
      guard let other = row[second], let own = row[first], own.cellText != nil || own.cellNumber != nil else {
        continue
      }
      replies.sides.append((first.replacing("response_0_", with: "").replacing("is_", with: ""), own, other))
      others[first] = nil
      others[second] = nil
    }
    return [.pair(replies.pair(others))]
  }

  /// HelpSteer2's and HelpSteer3's preferences between two responses.
  public static let helpSteerPreference = PairFormat(
    "helpsteer-preference",
    "prompt, response_1 and response_2 with preference_strength; or context, response1, response2 with overall_preference",
    source: "nvidia/HelpSteer2 (preference) and nvidia/HelpSteer3 (follow their dataset cards)",
    columns: [
      ("chosen", "response 1 or 2, by the sign of the preference (below 0: the first)"), ("rejected", "the other"),
      ("strength", "how far the preference is from 0"), ("position", "1 is first"),
    ],
    recognises: { sample in
      sample.has("response_1", "response_2", "preference_strength")
        || sample.has("response1", "response2", "overall_preference")
    },
    rewrite: { row, _ throws(RowFault) in
      let isThree = row["response1"] != nil
      guard let preference = row.first("preference_strength", "overall_preference")?.cellNumber, preference.isFinite
      else { throw RowFault("no number says which response is preferred") }
      let replies = try TwoReplies(
        a: row.reply(isThree ? "response1" : "response_1"), b: row.reply(isThree ? "response2" : "response_2"),
        preference: -preference)
      var pair = replies.pair(
        row.without(
          "response1", "response2", "response_1", "response_2", "preference_strength", "overall_preference", "context",
          "individual_preference", "label", "position"))
      if let context = row["context"] { pair["prompt"] = context }
      pair["strength"] = .number(abs(preference))
      return [.pair(pair)]
    })

  /// JudgeBench: two responses, of which one is right, and what a reward model or a judge said of them if it was run.
  ///
  /// A judge that gives no scores saw the pair in two orders: a response's score is the number of orders in which it was
  /// preferred, so that the better score is what the benchmark's own program counts as the judge's choice, and equal ones as none.
  public static let judgeBench = PairFormat(
    "judgebench", "question, response_A and response_B with label A>B or B>A; judgments with scores or decisions",
    source: "follows ScalerLab/JudgeBench@e2c52c2 (data/, outputs/ and utils/judges.py)",
    columns: [
      ("prompt", "question"), ("chosen", "response_A or response_B, by label"), ("rejected", "the other"),
      ("score-chosen", "judgments: the scores, or the number of orders in which it is preferred"),
      ("score-rejected", "the same of the other"),
      ("position", "A is first"), ("domain", "source"), ("id", "pair_id"),
    ],
    recognises: { $0.has("response_A", "response_B", "label") },
    rewrite: { row, _ throws(RowFault) in
      guard let label = row["label"]?.string, ["A>B", "B>A"].contains(label) else {
        throw RowFault("label is \((row["label"] ?? .null).kind), not A>B or B>A")
      }
      var replies = try TwoReplies(
        a: row.reply("response_A"), b: row.reply("response_B"), preference: label == "A>B" ? 1 : -1)
      if case .array(let judgments)? = row["judgments"] { replies.scores = judged(judgments) }
      return [
        .pair(replies.pair(row.without("response_A", "response_B", "label", "judgments", "position")))
      ]
    })

  /// The scores of A and B. The first judgment saw A first; the second saw them the other way round.
  private static func judged(_ judgments: [JSONValue]) -> (a: JSONValue?, b: JSONValue?) {
    if case .array(let scores)? = judgments.first?.fields?["judgment"]?.fields?["scores"], scores.count == 2 {
      return (scores[0], scores[1])
    }
    var wins = (a: 0.0, b: 0.0)
    guard !judgments.isEmpty, judgments.allSatisfy({ $0.fields?.keys.contains("decision") == true || $0 == .null })
    else {
      return (nil, nil)
    }
    for (order, judgment) in judgments.prefix(2).enumerated() {
      switch judgment.fields?["decision"]?.string {
      case "A>B": if order == 0 { wins.a += 1 } else { wins.b += 1 }
      case "B>A": if order == 0 { wins.b += 1 } else { wins.a += 1 }
      default: break
      }
    }
    return (.number(wins.a), .number(wins.b))
  }

  /// Stanford Human Preferences: two comments, of which one was voted higher.
  public static let shp = PairFormat(
    "shp", "history, human_ref_A and human_ref_B with labels 1 (A) or 0 (B)",
    source: "stanfordnlp/SHP (follows its dataset card)",
    columns: [
      ("prompt", "history"), ("chosen", "human_ref_A or human_ref_B, by labels"), ("rejected", "the other"),
      ("score_ratio", "score_ratio"),
    ],
    recognises: { $0.has("human_ref_A", "human_ref_B", "labels") },
    rewrite: { row, _ throws(RowFault) in
      guard let label = row["labels"]?.cellNumber, label == 0 || label == 1 else {
        throw RowFault("labels is not 0 or 1")
      }
      let replies = try TwoReplies(
        a: row.reply("human_ref_A"), b: row.reply("human_ref_B"), preference: label == 1 ? 1 : -1,
        isShownInOrder: false)
      var pair = replies.pair(row.without("human_ref_A", "human_ref_B", "labels", "history", "label"))
      pair["prompt"] = row["history"]
      return [.pair(pair)]
    })
}

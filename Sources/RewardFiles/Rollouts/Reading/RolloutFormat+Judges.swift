import Files

extension RolloutFormat {
  /// Games of a judge that compares two answers, in the forms that JudgeBench, MT-Bench and Arena-Hard keep them: a row for
  /// each answer in each game. Follows ScalerLab/JudgeBench@e2c52c2 (`utils/metrics.py`),
  /// lm-sys/FastChat@b494d0c (`llm_judge/common.py`, and conversations with `winner`) and lm-sys/arena-hard-auto@9aa749d
  /// (`gen_judgment.py`).
  ///
  /// The total is 1 for the winner, 0 for the loser, one half for both in a tie; a game without a decision is not scored.
  /// Two games of one pair are the same answers in both orders. A label, where there is one, is a gold label of both answers.
  static let judge = RolloutFormat(
    name: "judge", title: "games of a judge that compares two answers",
    recognizes: { fields in
      fields["judgments"] != nil && fields["response_A"] != nil || fields["g1_winner"] != nil
        || fields["games"] != nil && fields["judge"] != nil
        || fields["winner"] != nil && (fields["model_a"] != nil || fields["model_1"] != nil)
    },
    rows: { (fields, context) throws(RowFault) in
      let pair = JudgedPair(&fields, context)
      let games = try JudgedGame.games(&fields)
      var rows: [RolloutRow] = []
      for (number, game) in games.enumerated() {
        for place in 0..<2 {
          let side = game.isSwapped ? 1 - place : place
          var row = RolloutRow()
          row.prompt = pair.prompt
          row.completion = pair.completions[side]
          row.run = pair.models[side]
          row.task = pair.task
          row.group = .key(pair.key)
          row.game = number
          row.side = Int8(side)
          row.gold = pair.gold(side)
          if let first = game.first {
            row.total = place == 0 ? first : 1 - first
          } else {
            row.error = game.error ?? "no decision"
          }
          row.attributes = [("position", place == 0 ? "first" : "second")]
          if let judge = game.judge ?? pair.judge { row.attributes.append(("judge", judge)) }
          rows.append(row)
        }
      }
      for (name, _) in fields.rest { fields.seen.use(name, .ignore) }
      return rows
    })
}

/// Two answers of one prompt, as a log names them.
private struct JudgedPair {
  var prompt: [UInt8]?
  var completions: [[UInt8]?] = [nil, nil]
  var models: [String?] = [nil, nil]
  var task: String?
  var judge: String?
  var key: UInt64
  /// Which one a person found better: "A>B".
  var label: String?

  init(_ fields: inout RolloutFields, _ context: RolloutContext) {
    let values = fields.values
    let id = fields.text("pair_id", "question_id", "uid", "id", as: .group)
    prompt = (fields.take("question", "prompt", as: .prompt)).flatMap { RolloutText.text($0) }.map { Array($0.utf8) }
    task = fields.text("source", "category", "language", as: .task)
    judge = fields.text("judge_model", as: .attribute)
    if let name = fields.take("judge", as: .attribute) {
      // FastChat writes the judge with the name of its prompt, or the people who judged.
      judge = judge ?? (name.cellList?.first ?? name).answerText
    }
    let names = [["model_1", "model_a", "model_A", "baseline"], ["model_2", "model_b", "model_B", "model"]]
    let same = fields.text("response_model", as: .run)
    for side in 0..<2 {
      models[side] = fields.take(names[side], as: .run)?.answerText ?? same
      let answer = fields.take(
        side == 0 ? ["response_A", "conversation_a"] : ["response_B", "conversation_b"], as: .completion)
      completions[side] = Self.answer(answer).map { Array($0.utf8) }
      if prompt == nil, case .array(let turns)? = answer { prompt = Self.opening(turns).map { Array($0.utf8) } }
    }
    label = fields.text("label", as: .gold)
    let turn = fields.text("turn", as: .group) ?? ""
    key = context.key(
      "pair", id ?? prompt.map { String(RolloutTable.hash($0, seed: 11)) } ?? JSONValue.object(values).plainText, turn,
      models[0] ?? "",
      models[1] ?? "", judge ?? "")
  }

  /// What a person found: 1 the better answer, 0 the other, 2 a tie.
  func gold(_ side: Int) -> Int8 {
    guard let label, let first = JudgedGame.score(label) else { return -1 }
    return first == 0.5 ? 2 : (first == 1) == (side == 0) ? 1 : 0
  }

  /// A text, or the turns of a conversation after the first of the user.
  private static func answer(_ value: JSONValue?) -> String? {
    guard case .array(let turns)? = value, !turns.isEmpty else { return RolloutText.text(value) }
    return RolloutText.text(Array(turns.dropFirst()))
  }

  private static func opening(_ turns: [JSONValue]) -> String? { turns.first.map { RolloutText.text([$0]) } }
}

/// What a judge said of two answers in one order.
private struct JudgedGame {
  /// The score of the answer that was shown first: 1, 0 or one half; nil if the judge came to no decision.
  var first: Double?
  /// Whether the second answer of the pair was shown first.
  var isSwapped: Bool
  var judge: String?
  var error: String?

  /// The games of one row, in the order in which they were played.
  static func games(_ fields: inout RolloutFields) throws(RowFault) -> [JudgedGame] {
    if let judgments = fields.take("judgments", as: .total)?.cellList {
      return judgments.enumerated().map { number, item in
        let judgment = item.fields?["judgment"]?.fields
        return JudgedGame(
          first: item.fields?["decision"]?.answerText.flatMap(score), isSwapped: number % 2 == 1,
          judge: judgment?["judge_model"]?.answerText)
      }
    }
    if let games = fields.take("games", as: .total)?.cellList {
      // The first game shows the baseline first, which is the pair's first answer.
      return games.enumerated().map { number, item in
        JudgedGame(first: item.fields?["score"]?.answerText.flatMap(score), isSwapped: number % 2 == 1)
      }
    }
    if fields.has("g1_winner") {
      let winners = [fields.text("g1_winner", as: .total), fields.text("g2_winner", as: .total)]
      for name in ["g1_user_prompt", "g1_judgment", "g2_user_prompt", "g2_judgment", "tstamp"] {
        _ = fields.take(name, as: .ignore)
      }
      return winners.enumerated().compactMap { number, winner in
        winner.map { JudgedGame(first: score(ofWinner: $0, isSwapped: number == 1), isSwapped: number == 1) }
      }
    }
    let winner = fields.text("winner", as: .total)
    return [JudgedGame(first: winner.flatMap { score(ofWinner: $0, isSwapped: false) }, isSwapped: false)]
  }

  /// "A>B", "[[B>>A]]", "A=B", "tie": the score of A.
  static func score(_ decision: String) -> Double? {
    switch decision.filter({ !"[] ".contains($0) }).uppercased() {
    case "A>B", "A>>B", "A": 1
    case "B>A", "B>>A", "B", "A<B", "A<<B": 0
    case "A=B", "B=A", "TIE", "C": 0.5
    default: nil
    }
  }

  /// "model_1", "model_b", "tie (bothbad)": the score of the answer that was shown first.
  private static func score(ofWinner winner: String, isSwapped: Bool) -> Double? {
    let name = winner.lowercased()
    if name.hasPrefix("tie") { return 0.5 }
    if ["model_1", "model_a"].contains(name) { return isSwapped ? 0 : 1 }
    if ["model_2", "model_b"].contains(name) { return isSwapped ? 1 : 0 }
    return nil
  }
}

import Compute
import Findings
import Foundation

extension AuditCheck {
  /// Evaluation prompts are not in the training data.
  public static let leakage = AuditCheck(
    id: "leakage",
    title: "Evaluation prompts are not in the training data",
    problem: "Evaluation prompts stand in the training data, or rows repeat others",
    explanation:
      "Prompts of the evaluation split that stand in the training split: word for word, whatever the case, spaces and marks, or nearly (MinHash over "
      + "three-word shingles: Jaccard similarity from 0.8; in prompts of 24 words and more, those of which at most three words, or one in ten, are others). At most 1 % is "
      + "tolerated. Accuracy is shown with and without them. In every split, rows that repeat an earlier row's prompt and both replies, "
      + "judged by the same person, are at most 1 %; two people's judgements of one pair are no repetition. Rows without a prompt do not enter. It misleads for "
      + "prompts that share most of their words and still ask for different things; what more than fifty prompts share counts as a template.",
    assumptions: "The split column tells which rows were trained on.",
    advice:
      "Take the rows named here out of the evaluation split (or out of training, and train again): until then "
      + "accuracy is flattering: pactolus audit CLEANED",
    source: "Broder 1997 (MinHash)",
    needs: [.pairs],
    run: Leakage.measure)
}

private enum Leakage {
  static func measure(_ files: AuditFiles) throws(AuditGap) -> CheckOutcome {
    let table = try files.pairs()
    guard (0..<table.count).contains(where: table.hasPrompt) else { throw AuditGap.missing("no row has a prompt") }
    let repeated = repetitions(table)
    let repetition = EffectTest.share(
      "rows that repeat an earlier one", repeated.count, of: table.count, atMost: 0.01)
    let examples = repeated.prefix(5).map {
      ExampleRow($0.row, table.places.place(of: $0.row), "the same as \(table.places.place(of: $0.first))")
    }
    let training = table.trainingSplits
    guard !training.isEmpty, table.split.names.count > 1 else {
      let shared = HashedKeys.groups(of: (0..<table.count).filter(table.hasPrompt)) { table.prompt.wordHashes[$0] }
        .reduce(0) { $0 + $1.count }
      return CheckOutcome(
        claim: "No row repeats another", problem: "Rows repeat others", tests: [repetition],
        evidence: [
          Evidence("rows whose prompt stands in another row, too", Double(shared), count: table.count)
        ], notes: ["No split is named as training: only repetition within the file could be looked for."],
        examples: examples)
    }
    let search = TrainingPrompts(table)
    let evaluated = table.evaluationRows.filter { table.split.codes[$0] >= 0 && table.hasPrompt($0) }
    let leaked = try confirmed(search.found(among: evaluated), files)
    var evidence = [
      Evidence("of them word for word", Double(leaked.count { $0.similarity == 1 }), count: evaluated.count)
    ]
    if let pairs = files.labelledPairs {
      let rows = Set(leaked.map(\.row))
      for (name, wanted) in [("accuracy on leaked prompts", true), ("accuracy without leaked prompts", false)] {
        let members = pairs.rows.indices.filter {
          table.split.codes[pairs.rows[$0]] >= 0 && rows.contains(pairs.rows[$0]) == wanted
        }
        guard !members.isEmpty else { continue }
        let right = members.count { pairs.margins[$0] > 0 }
        evidence.append(
          Evidence(
            name, Double(right) / Double(members.count),
            interval: Statistics.proportionInterval(successes: right, of: members.count), count: members.count))
      }
    }
    return CheckOutcome(
      tests: [
        EffectTest.share("evaluation prompts found in training", leaked.count, of: evaluated.count, atMost: 0.01),
        repetition,
      ], evidence: evidence,
      examples: leaked.prefix(5).map {
        ExampleRow(
          $0.row, table.places.place(of: $0.row),
          "its prompt stands at \(table.places.place(of: $0.from)) too (similarity \(Numbers.plain($0.similarity)))")
      } + examples)
  }

  /// Of long prompts that are alike, those that differ in few words: many prompts are made from one template and ask for
  /// different things. In a table made in memory, those from a similarity of 0.55 on.
  private static func confirmed(
    _ found: [TrainingPrompts.Match], _ files: AuditFiles
  ) throws(AuditGap) -> [TrainingPrompts.Match] {
    let near = found.filter { $0.similarity < 1 }
    guard !near.isEmpty else { return found }
    let texts = try files.texts(of: Set(near.flatMap { [$0.row, $0.from] }).sorted())
    return found.filter { match in
      guard match.similarity < 1 else { return true }
      guard let (a, b) = texts[match.row].flatMap({ a in texts[match.from].map { (a.prompt, $0.prompt) } }),
        !a.isEmpty, !b.isEmpty
      else { return match.similarity >= 0.55 }
      let (first, second) = (words(a), words(b))
      guard first.count >= TrainingPrompts.long else { return match.similarity >= 0.8 }
      let apart = max(first.count, second.count) - shared(first, second)
      return apart <= max(3, first.count / 10)
    }
  }

  private static func words(_ text: String) -> [Substring] {
    text.lowercased().split { !($0.isLetter || $0.isNumber || $0 == "'") }
  }

  /// How many words two texts share, each as often as in both.
  private static func shared(_ first: [Substring], _ second: [Substring]) -> Int {
    var counts: [Substring: Int] = [:]
    for word in first { counts[word, default: 0] += 1 }
    return second.reduce(0) { sum, word in
      guard let left = counts[word], left > 0 else { return sum }
      counts[word] = left - 1
      return sum + 1
    }
  }

  /// Rows that repeat an earlier row's prompt and both replies, case, spaces and marks set aside, in the same split and by
  /// the same person.
  private static func repetitions(_ table: PreferenceTable) -> [(row: Int, first: Int)] {
    func words(_ column: TextColumn, _ row: Int) -> UInt64 {
      column.words[row] > 0 ? column.wordHashes[row] : column.hashes[row]
    }
    var seen = HashedKeys(capacity: table.count)
    var firsts: [Int] = []
    var repeated: [(row: Int, first: Int)] = []
    for row in 0..<table.count where table.hasPrompt(row) {
      let (a, b) = (words(table.chosen, row), words(table.rejected, row))
      let person = table.annotator.isPresent ? table.annotator.codes[row] : -1
      let split = table.split.isPresent ? table.split.codes[row] : -1
      let who = UInt64(UInt32(bitPattern: person)) << 32 | UInt64(UInt32(bitPattern: split))
      let replies = HashedKeys.key(min(a, b), max(a, b))
      let number = seen.add(HashedKeys.key(HashedKeys.key(words(table.prompt, row), replies), who))
      if number < firsts.count { repeated.append((row, firsts[number])) } else { firsts.append(row) }
    }
    return repeated
  }
}

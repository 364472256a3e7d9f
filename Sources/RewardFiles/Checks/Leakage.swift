import Compute
import Findings
import Foundation

extension AuditCheck {
  /// Evaluation prompts are not in the training data.
  public static let leakage = AuditCheck(
    id: "leakage",
    title: "Evaluation prompts are not in the training data",
    explanation:
      "Prompts of the evaluation split that stand in the training split, word for word or nearly (MinHash over three-word "
      + "shingles, Jaccard similarity from about 0.8). At most 1 % is tolerated. Accuracy is shown with and without them. Without a split, "
      + "rows that repeat an earlier row's prompt and replies are counted. It misleads for prompts that share a long template.",
    assumptions: "The split column tells which rows were trained on.",
    source: "Broder 1997 (MinHash)",
    needs: [.pairs],
    run: Leakage.measure)
}

private enum Leakage {
  static func measure(_ files: AuditFiles) throws(AuditGap) -> CheckOutcome {
    let table = try files.pairs()
    let pairs = files.labelledPairs
    let training = table.trainingSplits
    guard !training.isEmpty, table.split.names.count > 1 else { return repetition(table) }
    guard table.hasPrompts else { throw AuditGap.missing("the rows have no prompts") }
    var exact: [UInt64: Int] = [:]
    var buckets: [UInt64: [Int32]] = [:]
    let signatures = table.prompt.signatures
    func isTraining(_ row: Int) -> Bool {
      table.split.codes[row] >= 0 && training.contains(Int(table.split.codes[row]))
    }
    for row in 0..<table.count where isTraining(row) && table.hasPrompt(row) {
      if exact[table.prompt.wordHashes[row]] == nil {
        exact[table.prompt.wordHashes[row]] = row
        for band in 0..<16 where signatures.count == table.count {
          let key = signatures.band(row, band, of: 4)
          // A bucket that holds a template shared by thousands is cut: its first rows are enough to find it.
          if buckets[key, default: []].count < 50 { buckets[key, default: []].append(Int32(row)) }
        }
      }
    }
    var evaluated = 0
    var leaked: [(row: Int, from: Int, similarity: Double)] = []
    for row in 0..<table.count where table.split.codes[row] >= 0 && !isTraining(row) && table.hasPrompt(row) {
      evaluated += 1
      if let from = exact[table.prompt.wordHashes[row]] {
        leaked.append((row, from, 1))
      } else if signatures.count == table.count, table.prompt.words[row] >= 8 {
        search: for band in 0..<16 {
          for candidate in buckets[signatures.band(row, band, of: 4)] ?? [] {
            let similarity = signatures.similarity(row, Int(candidate))
            if similarity >= 0.8 {
              leaked.append((row, Int(candidate), similarity))
              break search
            }
          }
        }
      }
    }
    var evidence = [
      Evidence("of them word for word", Double(leaked.count { $0.similarity == 1 }), count: evaluated)
    ]
    if let pairs {
      let rows = Set(leaked.map(\.row))
      for (name, wanted) in [("accuracy on leaked prompts", true), ("accuracy without leaked prompts", false)] {
        let members = pairs.rows.indices.filter {
          let row = pairs.rows[$0]
          return table.split.codes[row] >= 0 && !isTraining(row) && rows.contains(row) == wanted
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
        EffectTest.share("evaluation prompts found in training", leaked.count, of: evaluated, atMost: 0.01)
      ], evidence: evidence,
      examples: leaked.prefix(5).map {
        ExampleRow(
          $0.row, table.places.place(of: $0.row),
          "its prompt stands at \(table.places.place(of: $0.from)) too (similarity \(Numbers.plain($0.similarity)))")
      })
  }

  /// Without a training split: rows that repeat an earlier row's prompt and both replies.
  private static func repetition(_ table: PreferenceTable) -> CheckOutcome {
    var seen: [SIMD3<UInt64>: Int] = [:]
    var repeated: [(row: Int, first: Int)] = []
    var prompts: [UInt64: Int] = [:]
    for row in 0..<table.count {
      if table.hasPrompt(row) { prompts[table.prompt.wordHashes[row], default: 0] += 1 }
      // Two people who judge the same pair repeat nothing.
      let pair = table.pairKey(row)
      let key = SIMD3(pair.x, pair.y, UInt64(bitPattern: Int64(table.annotator.codes[row])))
      if let first = seen[key] { repeated.append((row, first)) } else { seen[key] = row }
    }
    let shared = prompts.values.filter { $0 > 1 }.reduce(0, +)
    return CheckOutcome(
      claim: "No row repeats another",
      tests: [EffectTest.share("rows that repeat an earlier one", repeated.count, of: table.count, atMost: 0.01)],
      evidence: [
        Evidence("rows whose prompt stands in another row, too", Double(shared), count: table.count)
      ], notes: ["No split is named as training: only repetition within the file could be looked for."],
      examples: repeated.prefix(5).map {
        ExampleRow($0.row, table.places.place(of: $0.row), "the same as \(table.places.place(of: $0.first))")
      })
  }
}

import Compute
import Findings
import Foundation

/// What a check of rollouts may look at. Each accessor throws the gap that makes the check's verdict unknown.
public struct RolloutFacts: Sendable {
  /// All that was read.
  public let table: RolloutTable
  /// What is tolerated.
  public let limits: RolloutLimits
  /// The check's own randomness: named by the check, so that adding a check changes no other's numbers.
  public private(set) var random: RandomSource
  /// For each row 1 if the verifier accepted the completion, 0 if it rejected it, −1 if it has no total.
  public let accepted: [Int8]
  /// What counts as accepted: "a total of at least 0.5".
  public let acceptance: String
  /// The part of the reward that is named after the answer, if there is exactly one and its values lie in 0 … 1.
  package let answerPart: [Double]?
  package let texts: CompletionFeatures
  package let goldSample: GoldSample

  init(_ table: RolloutTable, limits: RolloutLimits, random: RandomSource) {
    self.table = table
    self.limits = limits
    self.random = random
    let threshold = limits.acceptedFrom ?? Self.threshold(table.total)
    accepted = Self.verdicts(table.total, from: threshold)
    acceptance =
      threshold.isFinite ? "a total of at least \(Numbers.plain(threshold))" : "nothing: the total does not vary"
    answerPart = Self.answerPart(table)
    texts = CompletionFeatures(table)
    goldSample = GoldSample(table, accepted: accepted, opinions: texts.opinions)
  }

  /// The same rollouts with the randomness of one check.
  func with(random: RandomSource) -> RolloutFacts {
    var other = self
    other.random = random
    return other
  }

  /// The number of rows.
  public var count: Int { table.count }

  /// The higher of two values; 0.5 if all lie in 0 … 1; else midway between the values that a twentieth of the rows lie
  /// below and above, so that a few outliers do not move it. Infinite without variation, unless the one value is 1 or 0.
  package static func threshold(_ total: NumberColumn) -> Double {
    var (least, most) = (Double.infinity, -Double.infinity)
    for value in total where value.isFinite { (least, most) = (min(least, value), max(most, value)) }
    guard least.isFinite else { return .infinity }
    if least == most { return most == 1 || most == 0 ? 0.5 : .infinity }
    if total.allSatisfy({ !$0.isFinite || $0 == least || $0 == most }) { return (least + most) / 2 }
    if least >= 0, most <= 1.000_001 { return 0.5 }
    let sorted = total.filter(\.isFinite).sorted()
    let (low, high) = (sorted[sorted.count / 20], sorted[sorted.count - 1 - sorted.count / 20])
    return low == high ? (least + most) / 2 : (low + high) / 2
  }

  package static func verdicts(_ total: NumberColumn, from threshold: Double) -> [Int8] {
    total.map { $0.isNaN || threshold == .infinity ? -1 : $0 >= threshold ? 1 : 0 }
  }

  private static func answerPart(_ table: RolloutTable) -> [Double]? {
    let parts = table.components.filter { AnswerPartName.isVerdict($0.name) }
    guard parts.count == 1, let values = parts.first?.values, values.count == table.count else { return nil }
    return values.allSatisfy { $0.isNaN || (0...1).contains($0) } ? values : nil
  }

  /// Whether the verifier rejects the row's answer: the part that is named after it says so, or, without one, the total.
  package func rejectsAnswer(_ row: Int) -> Bool { accepted[row] >= 0 && isAnswerAccepted(row) == false }

  /// Whether the verifier accepts the row's answer.
  package func acceptsAnswer(_ row: Int) -> Bool { accepted[row] >= 0 && isAnswerAccepted(row) == true }

  private func isAnswerAccepted(_ row: Int) -> Bool? {
    guard let answerPart else { return accepted[row] == 1 }
    return answerPart[row].isNaN ? nil : answerPart[row] >= 0.5
  }

  /// A row to look at, with the reason why and the end of its completion.
  public func example(_ row: Int, _ why: String) -> ExampleRow {
    var example = ExampleRow(row, row < table.places.count ? table.places.place(of: row) : "row \(row + 1)", why)
    var parts: [String] = []
    if table.prompt.count == count, table.prompt[row] >= 0, table.prompts.count > 0 {
      parts.append("Prompt: " + Self.cut(table.prompts[Int(table.prompt[row])]))
    }
    if table.completions.count == count { parts.append("completion: " + Self.cut(table.completions[row])) }
    if table.answers.count == count, !table.answers.range(row).isEmpty {
      parts.append("reference: " + Self.cut(table.answers[row]))
    }
    if !parts.isEmpty { example.text = parts.joined(separator: " — ") }
    example.parts = texts(of: row)
    return example
  }

  /// Prompt, completion with its total, and reference, as far as they are there.
  private func texts(of row: Int) -> [ExampleRow.Part] {
    var parts: [ExampleRow.Part] = []
    if table.prompt.count == count, table.prompt[row] >= 0, table.prompts.count > 0 {
      parts.append(.init("prompt", Self.cut(table.prompts[Int(table.prompt[row])], to: 1200)))
    }
    if table.completions.count == count {
      parts.append(.init("completion", Self.cut(table.completions[row], to: 2000), score: table.total[row]))
    }
    if table.answers.count == count, !table.answers.range(row).isEmpty {
      parts.append(.init("reference", Self.cut(table.answers[row], to: 600)))
    }
    return parts
  }

  /// The end of a text: where answers stand.
  private static func cut(_ text: String, to length: Int = 160) -> String {
    text.count > length ? "…" + text.suffix(length) : text
  }

  /// The rows with a verdict.
  package var scored: [Int] { (0..<count).filter { accepted[$0] >= 0 } }

  /// For each row which prompt it answers: by text, else by group; empty if neither is known.
  package var promptNumbers: [Int32] {
    table.prompt.count == count && table.prompt.contains { $0 >= 0 } ? table.prompt : table.group
  }

  /// Rows of each group, in the order of the table; rows without a group are left out.
  package var groups: [[Int]] {
    guard table.group.count == count else { return [] }
    var members = [[Int]](repeating: [], count: table.groupCount)
    for row in 0..<count where table.group[row] >= 0 && Int(table.group[row]) < members.count {
      members[Int(table.group[row])].append(row)
    }
    return members
  }

  /// The rates of error on the labelled rows.
  ///
  /// - Throws: the gap if fewer than twenty rows are labelled, or none of the accepted or of the rejected.
  package func gold() throws(AuditGap) -> GoldSample {
    guard goldSample.labelled >= 20 else { throw .missing("fewer than twenty gold labels (--gold)") }
    for verdict in [true, false] where goldSample.strata.contains(where: { $0.accepted == verdict }) {
      guard goldSample.labelled(accepted: verdict) > 0 else {
        throw .missing("no gold label of \(verdict ? "an accepted" : "a rejected") completion")
      }
    }
    return goldSample
  }

  /// Throws the gap if this is not there.
  func require(_ need: RolloutNeed) throws(AuditGap) {
    func text(_ store: TextStore) -> Bool { store.count == count && !store.bytes.isEmpty }
    let isThere =
      switch need {
      case .totals: table.total.count { !$0.isNaN } >= 20
      case .reward: table.total.contains { !$0.isNaN }
      case .completions: text(table.completions)
      case .prompts: table.prompt.count == count && !table.prompts.bytes.isEmpty
      case .answers: text(table.answers)
      case .extracted: text(table.extracted)
      case .gold: goldSample.labelled > 0
      case .errors: table.error.count == count
      case .components: !table.components.isEmpty
      case .groups: table.groupCount > 0 && table.group.count == count
      case .steps: table.step.count == count && Set(table.step.lazy.filter { $0 >= 0 }).count > 1
      case .advantages: table.advantage.count == count && table.advantage.contains { !$0.isNaN }
      case .second: !table.second.isEmpty
      case .rubric: !table.rubric.isEmpty
      case .truncation: table.truncated.contains { $0 >= 0 }
      case .impossible: table.impossible.contains(1)
      case .runs: table.run.names.count > 1
      }
    if !isThere {
      throw .missing(
        "no \(need.words)".replacing("no twenty", with: "fewer than twenty").replacing("no a ", with: "no "))
    }
  }
}

import Compute
import Foundation

extension RolloutTable {
  /// Reads what a second verifier said of the same rollouts: a file of rollouts in any format, or rows of `key` or `id` and
  /// `reward`. Rollouts are matched by id, otherwise by prompt and completion, equal ones in their order.
  ///
  /// - Throws: `InputError` if no rollout of the file is one of this table's.
  public mutating func readSecond(_ file: URL, options: RolloutOptions = .init()) throws {
    let other = try RolloutFile.read([file], options: options)
    let matcher = RolloutMatcher(self)
    var values = [Double](repeating: .nan, count: count)
    var taken: Set<Int> = []
    var matched = 0
    for row in 0..<other.count {
      var rows = other.ids.isEmpty || other.ids[row] == 0 ? [] : matcher.rows(id: other.ids[row])
      if rows.isEmpty, other.completions.count > 0 { rows = matcher.rows(text: other.textKey(row)) }
      guard let mine = rows.first(where: { !taken.contains($0) }) else { continue }
      taken.insert(mine)
      values[mine] = other.total[row]
      matched += 1
    }
    guard matched > 0 else {
      throw InputError(
        "none of its \(other.count) rows is one of the \(count) rollouts", at: file.path,
        remedy: "give the same ids, or the same prompts and completions")
    }
    let stem = String(file.lastPathComponent.prefix { $0 != "." })
    let name = second.contains { $0.name == stem } ? "\(stem) \(second.count + 1)" : stem
    second.append(.init(name: name, values: values, weights: []))
    notes.append(
      "\(file.lastPathComponent): \(matched) of \(other.count) second verdicts belong to one of \(count) rollouts")
    if other.setAside.count > 0 {
      notes.append(
        "\(file.lastPathComponent): \(other.setAside.count) rows could not be used: \(other.setAside.reasons[0].reason)"
      )
    }
  }
}

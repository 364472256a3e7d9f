import Compute
import Feedback
import Rewards

/// All answers that are evidence, as the trainer wants them; answers taken back and those beyond the memory left out.
struct AnsweredComparisons {
  private struct Item {
    var query: Int
    var comparison: Comparison
    var first: Range<Int>
    var second: Range<Int>
    var target: [Float]
  }

  private var all: ChoiceSet
  private var items: [Item] = []
  private var withdrawn: Set<Int> = []

  init(_ encoding: TransitionEncoding) {
    all = ChoiceSet(encoding)
  }

  mutating func append(_ query: Int, _ comparison: Comparison, _ answer: ComparisonAnswer) throws {
    guard let target = answer.target else { return }
    let first = try all.append(rows: comparison.first)
    let second = try all.append(rows: comparison.second)
    items.append(Item(query: query, comparison: comparison, first: first, second: second, target: target))
    try all.append([.init(first), .init(second)], target: target)
  }

  mutating func withdraw(_ query: Int) { withdrawn.insert(query) }

  /// What to train on. The rows of answers left out stay in the set, so that input statistics only grow.
  func choices(memory: Int?) throws -> ChoiceSet {
    let kept = items.filter { !withdrawn.contains($0.query) }
    let last = kept.suffix(memory ?? kept.count)
    if last.count == items.count { return all }
    var set = ChoiceSet(all.encoding)
    for item in items {
      _ = try set.append(rows: item.comparison.first)
      _ = try set.append(rows: item.comparison.second)
    }
    for item in last { try set.append([.init(item.first), .init(item.second)], target: item.target) }
    return set
  }
}

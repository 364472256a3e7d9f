import Compute
import Feedback
import Rewards

/// All answers that are evidence, as the trainer wants them; answers taken back and those beyond the memory left out.
struct AnsweredComparisons {
  private var all: ChoiceSet
  /// The query of each choice.
  private var queries: [Int] = []
  private var withdrawn: Set<Int> = []

  init(_ encoding: TransitionEncoding) {
    all = ChoiceSet(encoding)
  }

  mutating func append(_ query: Int, _ comparison: Comparison, _ answer: ComparisonAnswer) throws {
    if try all.append(comparison, answer) { queries.append(query) }
  }

  mutating func withdraw(_ query: Int) { withdrawn.insert(query) }

  /// What to train on. The rows of answers left out stay in the set, so that input statistics only grow, and every
  /// choice keeps its number, so that what was held out stays held out.
  func choices(memory: Int?) -> ChoiceSet {
    let kept = queries.indices.filter { !withdrawn.contains(queries[$0]) }
    let last = kept.suffix(memory ?? kept.count)
    return last.count == queries.count ? all : all.subset(Array(last))
  }
}

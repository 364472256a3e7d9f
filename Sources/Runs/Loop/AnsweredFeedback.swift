import Compute
import Feedback
import Rewards

/// All answers that are evidence, as the trainer wants them; answers taken back and those beyond the memory left out.
package struct AnsweredFeedback {
  private var all: ChoiceSet
  /// The query of each choice; one answer may be several.
  private var queries: [Int] = []
  private var withdrawn: Set<Int> = []

  init(_ encoding: TransitionEncoding) {
    all = ChoiceSet(encoding)
  }

  /// Adds what one answer means, with what lies around its clips; nothing if it is no evidence.
  mutating func append(_ query: Int, _ choices: [Choice], surroundings: [ClipSurroundings] = []) throws {
    guard !choices.isEmpty else { return }
    try all.append(choices, surroundings: surroundings)
    queries += [Int](repeating: query, count: choices.count)
  }

  /// The question that each answer came from, by its `ChoiceSet.numbers`.
  package var questions: [Int: Int] {
    Dictionary(zip(all.numbers, queries), uniquingKeysWith: { first, _ in first })
  }

  @discardableResult
  mutating func withdraw(_ query: Int) -> Bool { withdrawn.insert(query).inserted }

  /// What to train on. The rows of answers left out stay in the set, so that input statistics only grow, and every
  /// choice keeps its number, so that what was held out stays held out.
  ///
  /// - Parameter memory: how many of the latest answers count; nil for all.
  package func choices(memory: Int?) -> ChoiceSet {
    var kept = queries.indices.filter { !withdrawn.contains(queries[$0]) }
    if let memory {
      var answers = Set<Int>()
      let start = kept.lastIndex { index in
        answers.insert(queries[index])
        return answers.count > memory
      }
      if let start { kept.removeFirst(start + 1) }
    }
    return kept.count == queries.count ? all : all.subset(kept)
  }
}

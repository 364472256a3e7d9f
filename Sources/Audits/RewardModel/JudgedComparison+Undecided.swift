import Findings

extension JudgedComparison {
  /// Whether the model gave both sides exactly one half: it named no winner, so it is neither right nor wrong.
  package var isUndecided: Bool { probabilityFirst == 0.5 }
}

import Audits

extension RunCheck {
  /// Whether more answers would make the model better. Several seeds are several learning curves; their batches pool
  /// because each says how much came before it.
  static let enoughAnswers = RunCheck("answers/enough") { runs in
    EnoughAnswers(runs.runs.flatMap(\.batches)).map { [$0.finding()] } ?? []
  }
}

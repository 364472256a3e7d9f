import Pactolus

/// What a user is told of a world whose episodes cannot be had again.
enum RepeatabilityLine {
  /// The sentence; nil where there is nothing to warn of. Where it is not so by construction an episode is played twice.
  static func caution(about id: String) -> String? {
    do {
      let entry = try Parts.current.environments.entry(id)
      return try entry.environment.tryRepeatability(random: RandomSource(seed: 0)).caution.map { "\(id) is \($0)" }
    } catch {
      return "whether \(id) is repeatable could not be tried: \(error)"
    }
  }

  /// Says it on standard error.
  static func complain(about id: String) {
    if let caution = caution(about: id) { Screen.complain(caution) }
  }
}

import Compute
import Foundation

/// How the judging of texts stands, for those who may see the answers of all.
struct TextStatus: Encodable {
  /// A share with its exact 95 % interval.
  struct Share: Encodable {
    var text: String
    var count: Int
    var of: Int
    var share: Double
    var low: Double
    var high: Double

    init?(_ text: String, _ count: Int, of all: Int) {
      guard let interval = Statistics.proportionInterval(successes: count, of: all) else { return nil }
      (self.text, self.count, of, share) = (text, count, all, Double(count) / Double(all))
      (low, high) = (interval.lower, interval.upper)
    }
  }

  var phase: LiveBoard.Phase
  var message: String
  var answers: Int
  var answersWanted: Int
  var open: Int
  var answersPerMinute: Double
  var isPaused = false
  var canPause = false
  /// What was said, as shares.
  var shares: [Share]
  /// What else is known, as sentences.
  var notes: [String]

  init(
    phase: LiveBoard.Phase, message: String, _ counts: WorkbenchStore.Counts, _ record: JudgingRecord,
    tallies: [WorkbenchStore.Tally], people: Int
  ) {
    (self.phase, self.message) = (phase, message)
    answers = counts.answers
    answersWanted = record.questions * people
    (open, answersPerMinute) = (counts.open, counts.perMinute)
    notes = record.notes
    func count(_ isCounted: (WorkbenchStore.Tally) -> Bool) -> Int {
      tallies.filter(isCounted).reduce(0) { $0 + $1.count }
    }
    let all = count { _ in true }
    let none = Share("No answer (can't tell, skipped)", count { $0.answer == nil }, of: all)
    switch record.kind {
    case .pairs:
      let sides = ["first", "second"]
      let decided = count { sides.contains($0.answer ?? "") && sides.contains($0.label ?? "") }
      let agreed = count { sides.contains($0.answer ?? "") && $0.answer == $0.label }
      shares = [
        Share("Preferences that agree with the file", agreed, of: decided),
        Share("About equal", count { $0.answer == "tie" }, of: all), none,
      ].compactMap(\.self)
    case .rollouts:
      let (right, wrong) = (count { $0.answer == "right" }, count { $0.answer == "wrong" })
      shares = [Share("Verdicts that say right", right, of: right + wrong), none].compactMap(\.self)
      for answer in ["right", "wrong"] {
        guard let reward = tallies.first(where: { $0.answer == answer })?.meanReward else { continue }
        notes.append("The verifier paid \(String(format: "%.3g", reward)) on average for what people call \(answer).")
      }
    }
  }
}

import Environments
import Findings

/// Whether episodes terminate by a clock that nobody sees: a time limit that says it is an end for good.
///
/// A learner takes termination for an end without a future. Where it is a limit, values near it are wrong, and the
/// learner cannot
/// know when it comes. Told by what cannot be otherwise: every episode terminates after the same number of steps,
/// whatever is
/// done, and nothing that is seen tells how late it is.
struct EndingClock {
  private static let fewest = 20

  private var lengths: [Int] = []
  private var truncations = 0
  /// By component, the value at each step; nil for one that cannot be a clock.
  private var ticks: [[Float]?] = []
  private var size: Int?
  /// The step at which a row was seen; −1 for several.
  private var steps: [[Float]: Int] = [:]
  private var repeats = 0

  /// Rows longer than this are not looked into.
  private static let widest = 512

  mutating func see(_ row: [Float], step: Int, of episode: EpisodePosition) {
    guard row.count <= Self.widest else { return }
    if size == nil {
      size = row.count
      ticks = row.map { _ in [] }
    }
    if let known = steps[row] {
      repeats += 1
      if known != step { steps[row] = -1 }
    } else if steps.count < 20_000 {
      steps[row] = step
    }
    for index in row.indices {
      guard var seen = ticks[index] else { continue }
      let place = step - 1
      if place < seen.count {
        if seen[place] != row[index] { ticks[index] = nil }
      } else if place == seen.count, !seen.contains(row[index]) || seen.count > 4096 {
        seen.append(row[index])
        ticks[index] = seen
      } else {
        ticks[index] = nil
      }
    }
  }

  mutating func end(_ episode: EpisodePosition, length: Int, terminated: Bool) {
    if terminated { lengths.append(length) } else { truncations += 1 }
  }

  /// Whether something that is seen tells how late it is.
  private var isSeen: Bool {
    ticks.contains { $0 != nil } || (repeats > steps.count && !steps.values.contains(-1))
  }

  var finding: Finding {
    let isOneLength = lengths.count >= Self.fewest && truncations == 0 && Set(lengths).count == 1 && lengths[0] > 1
    let isKnown = size != nil
    let verdict: Finding.Verdict =
      !isOneLength
      ? (lengths.isEmpty && truncations == 0 ? .unknown : .holds) : !isKnown ? .unknown : isSeen ? .holds : .fails
    let reason =
      if lengths.isEmpty {
        truncations == 0 ? "No episode ended." : "No episode terminated."
      } else if !isOneLength {
        lengths.count < Self.fewest && Set(lengths).count == 1 && truncations == 0
          ? "Too few episodes terminated to tell: \(lengths.count)." : "Episodes end after different numbers of steps."
      } else if isSeen {
        "All \(lengths.count) episodes terminate after \(lengths[0]) steps, and what is seen tells how late it is."
      } else {
        "All \(lengths.count) episodes terminate after \(lengths[0]) steps, whatever is done, and nothing that is "
          + "seen tells when."
      }
    return Finding(
      id: "environment/termination", claim: "Episodes terminate by what happens, and not by a hidden clock",
      verdict: verdict,
      reason: reason, evidence: [Evidence("terminated", Double(lengths.count), count: lengths.count + truncations)],
      assumptions: ["What is the same in \(Self.fewest) episodes of random actions is not an accident."],
      errorRate: verdict == .fails
        ? "A world in which one of p episodes ends at another step passes for a clock with chance (1 − p) to the "
          + "power \(lengths.count)."
        : "A clock that random play meets in every episode is found whenever \(Self.fewest) of them terminate.",
      source: "truncation is not termination", problem: "A time limit says that it is termination",
      advice: Finding.Advice(
        text: "Declare the limit as the maximum of an episode's steps, and do not terminate at it", command: nil))
  }
}

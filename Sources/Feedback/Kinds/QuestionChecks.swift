import Compute
import Environments

extension Question {
  /// Refuses another number of clips, or an empty one.
  func needs(clips count: ClosedRange<Int>) throws {
    guard count.contains(clips.count) else {
      let wanted =
        count.lowerBound == count.upperBound
        ? "\(count.lowerBound)" : count.upperBound == .max ? "at least \(count.lowerBound)" : "\(count)"
      throw InputError("the question has \(clips.count) clips", at: "question.clips", remedy: "give \(wanted)")
    }
    if let index = clips.firstIndex(where: { $0.count == 0 }) {
      throw InputError("the clip has no transitions", at: "question.clips[\(index)]")
    }
  }
}

extension Answer {
  /// Refuses another number of clips, an empty one, or one of another world than the question's.
  func needs(clips count: Int, like clip: Trajectory) throws {
    guard clips.count == count else {
      throw InputError("the answer has \(clips.count) clips", at: "answer.clips", remedy: "give \(count)")
    }
    for (index, made) in clips.enumerated() {
      guard made.count > 0 else { throw InputError("the clip has no transitions", at: "answer.clips[\(index)]") }
      guard made.observationSize == clip.observationSize, made.actionRowSize == clip.actionRowSize else {
        throw InputError("the clip is of another world than the question's", at: "answer.clips[\(index)]")
      }
    }
  }
}

extension Trajectory {
  /// Segments of nearly equal length that together are the whole: at most `count` of them.
  func segments(_ count: Int) -> [Range<Int>] {
    let parts = max(1, min(count, self.count))
    return (0..<parts).map { $0 * self.count / parts..<($0 + 1) * self.count / parts }
  }
}

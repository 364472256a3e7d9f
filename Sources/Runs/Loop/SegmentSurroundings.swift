import Compute
import Environments
import Feedback
import Rewards

/// The steps around segments that were asked about, by the number of the question: what a checkpoint keeps of them, since
/// the ledger has only what was shown.
struct SegmentSurroundings: Sendable {
  /// What a checkpoint keeps beside the rows.
  struct Index: Codable, Sendable {
    /// The questions in the order of their rows; for each clip the rows before it, then those behind it.
    var questions: [Int] = []
    var counts: [[Int]] = []
    /// The question that each query answered.
    var answered: [Int: Int] = [:]
  }

  private let width: Int
  private(set) var index = Index()
  private var rows: [Float] = []
  /// Where each question stands in the index, and its first row.
  private var places: [Int: (place: Int, row: Int)] = [:]

  init(width: Int) { self.width = width }

  var isEmpty: Bool { index.questions.isEmpty }

  /// Takes down what lies up to `steps` around the segments of a question.
  mutating func note(
    _ question: Int, _ segments: [SegmentReference], of trajectories: [Trajectory], steps: Int,
    _ sampler: SegmentSampler, _ encoding: TransitionEncoding
  ) throws {
    guard places[question] == nil else { return }
    places[question] = (index.questions.count, rows.count / width)
    index.questions.append(question)
    var counts: [Int] = []
    for segment in segments {
      let whole = trajectories[segment.trajectory]
      let around = try ClipSurroundings(
        segment.steps(in: whole, length: sampler.length), of: whole, steps: steps, encoding: encoding)
      counts += [around.before.count / width, around.after.count / width]
      rows += around.before + around.after
    }
    index.counts.append(counts)
  }

  /// Those of an answered question's clips, in order, and takes down which query the answer became.
  mutating func of(_ clips: [Trajectory], question: Int, query: Int) -> [ClipSurroundings] {
    guard places[question] != nil else { return [] }
    index.answered[query] = question
    return of(clips, query: query)
  }

  /// Those of the clips of an answer that was taken down.
  func of(_ clips: [Trajectory], query: Int) -> [ClipSurroundings] {
    guard let question = index.answered[query], let (place, first) = places[question] else { return [] }
    let counts = index.counts[place]
    guard counts.count == 2 * clips.count else { return [] }
    var row = first
    return clips.enumerated().map { number, clip in
      let (before, after) = (counts[2 * number], counts[2 * number + 1])
      defer { row += before + after }
      return ClipSurroundings(
        clip: clip, before: Array(rows[row * width..<(row + before) * width]),
        after: Array(rows[(row + before) * width..<(row + before + after) * width]))
    }
  }

  // MARK: Checkpoint

  /// All rows, [rows × width].
  var tensor: NamedTensor {
    NamedTensor("surroundings.rows", shape: [rows.count / width, width], values: rows)
  }

  /// - Throws: `InputError` if the parts contradict each other.
  init(width: Int, index: Index, tensors: [NamedTensor]) throws {
    self.init(width: width)
    let counts = index.counts.joined()
    guard let rows = tensors.first(where: { $0.name == "rows" })?.values, index.questions.count == index.counts.count,
      counts.allSatisfy({ $0 >= 0 }), rows.count == counts.reduce(0, +) * width,
      Set(index.questions).count == index.questions.count
    else { throw InputError("its part 'surroundings' contradicts itself") }
    self.index = index
    self.rows = rows
    var row = 0
    for (place, question) in index.questions.enumerated() {
      places[question] = (place, row)
      row += index.counts[place].reduce(0, +)
    }
  }
}

import Compute
import Files
import Foundation

/// Where two runs part, and why: their ledgers read event by event, their checkpoints and curves byte by byte.
///
/// ```swift
/// let difference = try RunDifference("runs/one", "runs/two")
/// difference.relation                 // .parted
/// difference.course?.sequence         // 12: the first event that is not the same
/// difference.causes[0].sentence       // "question 3 was answered 'first' by Ada, and 'second' by Ada"
/// ```
///
/// A run is a function of its settings and its answers on one kind of processor, so a cause can be told: what a run is
/// told
/// comes before what it does with that. Exact: nothing is estimated. It takes no lock, and compares what stands on
/// disk.
///
/// - Complexity: O(bytes of both runs).
public struct RunDifference: Sendable, Hashable, Codable {
  /// The runs' directories.
  public let first: String
  /// See ``first``.
  public let second: String
  /// In a word.
  public private(set) var relation: Relation
  /// How many events the ledgers have.
  public private(set) var events: [Int] = [0, 0]
  /// Why they part, what comes first in a run first; empty for runs that are the same.
  public private(set) var causes: [DifferenceCause] = []
  /// The first event, their starts apart, that is not the same in both; nil if all are.
  public private(set) var course: Parting?
  /// The first checkpoint that both have and whose numbers differ.
  public private(set) var weights: WeightDifference?
  /// The rounds whose checkpoints both still have.
  public private(set) var comparedCheckpoints: [Int] = []
  /// Events that are the same and happened at other times.
  public private(set) var otherTimes = 0

  /// The check sums of the checkpoints' weights in the events that are the same, by round.
  private var recorded: [Int: String] = [:]
  private var lastIteration: Int?

  private enum CodingKeys: String, CodingKey {
    case first, second, relation, events, causes, course, weights, comparedCheckpoints, otherTimes
  }

  /// How two runs stand to each other.
  public enum Relation: String, Sendable, Hashable, Codable {
    /// Nothing tells them apart, times included.
    case same
    /// Events, weights and curves are the same; only when they were written differs.
    case sameButForTime = "same but for time"
    /// They are told otherwise in what changes nothing: every event after the start is the same.
    case sameCourse = "same course"
    /// They part.
    case parted
  }

  /// The first event that is not the same.
  public struct Parting: Sendable, Hashable, Codable {
    /// Its number in the ledger.
    public var sequence: Int
    /// Which round it belongs to; nil where its event does not say.
    public var iteration: Int?
    /// Environment steps taken by then in the first run, and in the second; nil for one that has no such event.
    public var steps: [Int?]
    /// What kinds of event they are, in the ledger's words; nil for a run that has no more.
    public var kinds: [String?]
  }

  /// - Throws: `InputError` for a directory that holds no run (with near misses), or a study, one whose ledger is
  /// empty, damaged
  ///   or of a later format, and a directory that is named twice.
  public init(_ first: String, _ second: String) throws {
    let layouts = [RunLayout(first), RunLayout(second)]
    (self.first, self.second) = (layouts[0].directory, layouts[1].directory)
    relation = .same
    for layout in layouts { try Self.requireEvents(layout) }
    guard Self.real(self.first) != Self.real(self.second) else {
      throw InputError("the run is named twice", at: second, remedy: "name two runs")
    }
    let ledgers = try layouts.map { try Ledger(reading: $0.ledger) }
    events = ledgers.map(\.count)
    try compareEvents(LedgerPair(ledgers[0], ledgers[1]))
    try compareFiles(layouts)
    let told: Set<DifferenceCause.Kind> = [.settings, .seed, .environment]
    if course == nil, weights == nil, !causes.isEmpty, causes.allSatisfy({ told.contains($0.kind) }) {
      relation = .sameCourse
    } else {
      relation = !causes.isEmpty ? .parted : otherTimes > 0 ? .sameButForTime : .same
    }
  }

  // MARK: Events

  private mutating func compareEvents(_ pair: LedgerPair) throws {
    var (pair, last) = (pair, StoredEvent?.none)
    while let (one, other) = try pair.advance() {
      defer { last = one }
      guard let one, let other else {
        part(one, other)
        let names = one == nil ? (first, second) : (second, first)
        if causes.isEmpty, let row = one ?? other {
          causes.append(.ending(shorter: names.0, longer: names.1, after: last, at: row))
        }
        return
      }
      if one.saysTheSame(as: other) {
        if one.wallTime != other.wallTime { otherTimes += 1 }
        lastIteration = DifferenceCause.iteration(one) ?? lastIteration
        if case .checkpointWritten(let written)? = try? one.event { recorded[written.iteration] = written.weights }
        continue
      }
      if one.sequence == 0, one.kind == other.kind, one.kind == LedgerEvent.Kind.runStarted.rawValue {
        causes += DifferenceCause.starts(one, other)
        // What was made before anything else is no setting: the segments of demonstrations, say.
        if one.step == other.step, one.segments == other.segments { continue }
      }
      part(one, other)
      let differing = DifferenceCause.event(one, other)
      // What it was told explains what it does.
      if causes.isEmpty { causes.append(differing) }
      return
    }
  }

  private mutating func part(_ one: StoredEvent?, _ other: StoredEvent?) {
    let row = one ?? other
    course = Parting(
      sequence: row?.sequence ?? 0, iteration: row.flatMap(DifferenceCause.iteration) ?? lastIteration,
      steps: [one?.step, other?.step], kinds: [one?.kind, other?.kind])
  }

  // MARK: Files

  private mutating func compareFiles(_ layouts: [RunLayout]) throws {
    let checkpoints = try ComparedCheckpoints(layouts[0], layouts[1])
    comparedCheckpoints = checkpoints.common
    weights = checkpoints.weights
    if let weights, !(causes.first?.kind.isTold ?? false), precedesCourse(weights.iteration) {
      // Events after a checkpoint follow from it, so it is the first cause.
      let changed = zip([first, second], checkpoints.checksums).filter { $1 != recorded[weights.iteration] }.map(\.0)
      let isRecorded = recorded[weights.iteration] != nil && !changed.isEmpty
      causes = [
        DifferenceCause(
          .weights, weights.array, nil, nil,
          weights.sentence
            + (isRecorded ? "; what \(changed.joined(separator: " and ")) holds is not what its ledger recorded" : ""))
      ]
    }
    guard causes.isEmpty else { return }
    if let state = checkpoints.state {
      causes.append(
        DifferenceCause(
          .state, state.part, nil, nil, "after round \(state.iteration) the checkpoints differ in \(state.part)"))
    }
    for (name, path) in [("settings.yaml", \RunLayout.settings), ("the curves", \RunLayout.curves)] {
      let contents = layouts.map { FileManager.default.contents(atPath: $0[keyPath: path]) }
      guard contents[0] != contents[1] else { continue }
      causes.append(DifferenceCause(.file, name, nil, nil, "\(name) differs, though the ledgers say the same"))
    }
  }

  /// Whether the checkpoint of this round was written before the runs part, or is where they do.
  private func precedesCourse(_ iteration: Int) -> Bool {
    let isParting = course?.iteration == iteration && course?.kinds[0] == LedgerEvent.Kind.checkpointWritten.rawValue
    return course == nil || recorded[iteration] != nil || isParting
  }

  // MARK: Input

  private static func requireEvents(_ layout: RunLayout) throws {
    let files = FileManager.default
    if Study.isStudy(layout.directory) {
      throw InputError("this is a study, not a run", at: layout.directory, remedy: "name two runs, such as its seeds")
    }
    guard files.fileExists(atPath: layout.ledger) else {
      let remedy = try ComparedRuns.remedy(for: layout.directory)
      let isStarted = files.fileExists(atPath: layout.settings)
      throw InputError(
        isStarted ? "the run has no ledger yet" : "no run here", at: layout.directory,
        remedy: isStarted
          ? "go on with it: 'pactolus resume \(layout.directory)'"
          : remedy ?? "name directories that 'pactolus learn' has made")
    }
    guard try Ledger.hasEvents(layout) else {
      throw InputError(
        "nothing has happened in the run yet", at: layout.directory,
        remedy: "go on with it: 'pactolus resume \(layout.directory)'")
    }
  }

  private static func real(_ path: String) -> String {
    URL(fileURLWithPath: path).resolvingSymlinksInPath().standardizedFileURL.path
  }
}

extension RunLayout {
  fileprivate var curves: String { metrics + "/" + TensorBoardWriter.fileName }
}

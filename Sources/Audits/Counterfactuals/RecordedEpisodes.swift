import Compute
import Environments
import Files

/// Episodes of a finite world that were recorded, without the luck that they had.
///
/// A file of comma-separated values with the columns `episode`, `step`, `state` and `action`, a row for each step and one
/// more for the state that the last action led to, whose action is empty.
public struct RecordedEpisodes: Sendable, Hashable {
  /// One episode.
  public struct Episode: Sendable, Hashable {
    /// One more than actions.
    public let states: [Int]
    /// What was done.
    public let actions: [Int]
  }

  /// In the file's order.
  public let episodes: [Episode]

  /// Reads a file's bytes.
  ///
  /// - Parameters:
  ///   - bytes: comma-separated values with a header.
  ///   - place: what errors call the file.
  ///   - states: the names of the world's states.
  ///   - actions: the names of its actions.
  /// - Throws: `InputError` at "file:line" for an unknown state or action, steps out of order, and an episode without its
  ///   last state.
  public init(_ bytes: [UInt8], place: String, states: [String], actions: [String]) throws {
    let table = try CSVTable(bytes, place: place)
    guard !table.rows.isEmpty else { throw InputError("there are no rows below the header", at: place) }
    let read = OffPolicyColumns(table)
    let (numbers, steps) = (try read.texts("episode"), try read.numbers("step"))
    let (stateTexts, actionTexts) = (try read.texts("state"), try read.texts("action"))
    func index(_ text: String, _ kind: String, among names: [String], _ row: Int) throws -> Int {
      if let found = names.firstIndex(of: text) { return found }
      if let number = Int(text), names.indices.contains(number) { return number }
      throw InputError.unknown(kind, text, among: names, at: table.place(of: row))
    }
    var (episodes, seen, now) = ([Episode](), Set<String>(), (states: [Int](), actions: [Int]()))
    for row in numbers.indices {
      let isFirst = row == 0 || numbers[row] != numbers[row - 1]
      let isLast = row + 1 == numbers.count || numbers[row + 1] != numbers[row]
      if isFirst {
        guard seen.insert(numbers[row]).inserted else {
          throw InputError(
            "episode \(numbers[row]) goes on after another", at: table.place(of: row),
            remedy: "sort by episode and step")
        }
      } else if steps[row] != steps[row - 1] + 1 {
        throw InputError(
          "step \(read.text("step", row)) after step \(read.text("step", row - 1))", at: table.place(of: row),
          remedy: "sort by episode and step, with none left out")
      }
      guard isLast == actionTexts[row].isEmpty else {
        throw InputError(
          isLast ? "episode \(numbers[row]) ends with an action" : "there is no action", at: table.place(of: row),
          remedy: isLast ? "add a row with the state that it led to, and no action" : "only the last row has none")
      }
      now.states.append(try index(stateTexts[row], "state", among: states, row))
      guard isLast else {
        now.actions.append(try index(actionTexts[row], "action", among: actions, row))
        continue
      }
      episodes.append(Episode(states: now.states, actions: now.actions))
      now = ([], [])
    }
    self.episodes = episodes
  }
}

/// What recorded episodes of a finite world would have earned, with the luck that they had as far as they tell of it.
///
/// Each is an exact expectation (``EpisodeCounterfactual``); over episodes it is an average of pairs.
public struct RecordedCounterfactual: Sendable, Encodable {
  /// Of one episode.
  public struct Pair: Sendable, Encodable {
    /// Which, from 0, in the file's order.
    public let episode: Int
    /// Its discounted return.
    public let done: Double
    /// What is expected of the other way, with the same luck.
    public let other: Double
  }

  /// Each episode that was long enough.
  public let pairs: [Pair]
  /// The second less the first, over episodes.
  public let difference: PairedDifference
  /// Episodes without the step.
  public let tooShort: Int

  /// - Parameters:
  ///   - recorded: the episodes.
  ///   - numbers: which of them, from 0.
  ///   - mdp: their world, with its rewards and discount.
  ///   - step: the first step at which something else is done.
  ///   - first: what is done from there on, before the policy has its turn.
  ///   - policy: who acts then.
  /// - Throws: `InputError` for an episode that cannot have happened in this world, and if none is long enough.
  public init(
    _ recorded: RecordedEpisodes, _ numbers: Range<Int>, in mdp: TabularMDP, from step: Int, doing first: [Int] = [],
    policy: TabularPolicy
  ) throws {
    guard numbers.upperBound <= recorded.episodes.count, numbers.lowerBound >= 0 else {
      throw InputError(
        "there is no episode \(max(numbers.lowerBound, recorded.episodes.count))", at: "--episode",
        remedy: "the file has \(recorded.episodes.count), counted from 0")
    }
    var (pairs, short) = ([Pair](), 0)
    for number in numbers {
      let episode = recorded.episodes[number]
      guard step < episode.actions.count else {
        short += 1
        continue
      }
      do {
        let other = try EpisodeCounterfactual(
          of: episode.states, actions: episode.actions, in: mdp, policy: policy, from: step, doing: first)
        pairs.append(Pair(episode: number, done: other.factualReturn, other: other.expectedReturn))
      } catch var error as InputError {
        error.place = "episode \(number)" + (error.place.map { ", \($0)" } ?? "")
        throw error
      }
    }
    guard !pairs.isEmpty else {
      throw InputError("no episode has a step \(step)", at: "--at", remedy: "take a smaller step")
    }
    (self.pairs, tooShort) = (pairs, short)
    difference = PairedDifference(pairs.map { $0.other - $0.done })
  }
}

import Agents
import Compute
import Environments
import Foundation

/// A trajectory that knows where it came from, so that any segment of it can be drawn again.
package struct SourcedTrajectory: Sendable, Hashable {
  package var trajectory: Trajectory
  /// The episode's actions before the trajectory begins.
  package var leadingActions: [Float]
  /// Name and index of the random source of the batch it ran in.
  package var source: String
  package var sourceIndex: Int

  /// A segment as the ledger keeps it.
  package func segment(_ range: Range<Int>) -> StoredSegment {
    StoredSegment(
      trajectory.segment(range),
      leadingActions: leadingActions + trajectory.actions[0..<range.lowerBound * trajectory.actionRowSize],
      source: source, sourceIndex: sourceIndex)
  }

  package var whole: StoredSegment { segment(0..<trajectory.count) }

  package init(_ trajectory: Trajectory, leadingActions: [Float] = [], source: String, sourceIndex: Int) {
    self.trajectory = trajectory
    self.leadingActions = leadingActions
    self.source = source
    self.sourceIndex = sourceIndex
  }

  package init(_ stored: StoredSegment) {
    self.init(
      stored.trajectory, leadingActions: stored.leadingActions, source: stored.source, sourceIndex: stored.sourceIndex)
  }
}

/// The agent's own experience between two rounds of questions, in pieces as the rollouts cut it.
///
/// An episode that a rollout cuts goes on in the next piece; the actions before it are remembered, since replaying an
/// episode needs all of them.
package struct AgentExperience: Sendable, Hashable {
  package static let source = "experience/agent"

  /// What the last round of training recorded, in the order of the recorder.
  package private(set) var pieces: [SourcedTrajectory] = []
  /// For each slot the episode under way and its actions so far.
  private var leading: [Int: (episode: Int, actions: [Float])] = [:]
  /// How many complete episodes are remembered; nil for none.
  package let episodes: Int?
  /// The latest of them, the last one ended last.
  package private(set) var complete: [SourcedTrajectory] = []
  /// For each slot the episode under way from its beginning, where complete ones are remembered.
  private var begun: [Int: Trajectory] = [:]

  package init(episodes: Int? = nil) { self.episodes = episodes }

  /// Takes over what the recorder has, in the place of what was there.
  package mutating func replace(by trajectories: [Trajectory]) {
    if let episodes { remember(trajectories, atMost: episodes) }
    pieces = trajectories.map { trajectory in
      let slot = trajectory.start?.slot ?? 0
      let episode = trajectory.start?.episode ?? 0
      var before: [Float] = []
      if let known = leading[slot], known.episode == episode, trajectory.start?.step != 0 { before = known.actions }
      if trajectory.terminated || trajectory.truncated {
        leading[slot] = nil
      } else {
        leading[slot] = (episode, before + trajectory.actions)
      }
      return SourcedTrajectory(trajectory, leadingActions: before, source: Self.source, sourceIndex: 0)
    }
  }

  /// The actions of the episode that runs in this slot, up to where the last piece of it ended.
  package func actionsBefore(slot: Int, episode: Int) -> [Float] {
    guard let known = leading[slot], known.episode == episode else { return [] }
    return known.actions
  }

  /// Adds pieces to the episodes under way, and those that have ended to the complete ones.
  private mutating func remember(_ trajectories: [Trajectory], atMost count: Int) {
    for piece in trajectories {
      guard let start = piece.start else { continue }
      var whole = piece
      if start.step > 0 {
        guard let before = begun[start.slot], before.start?.episode == start.episode, before.count == start.step else {
          continue
        }
        whole = before.continued(by: piece)
      }
      if piece.terminated || piece.truncated {
        begun[start.slot] = nil
        complete.append(SourcedTrajectory(whole, source: Self.source, sourceIndex: 0))
      } else {
        begun[start.slot] = whole
      }
    }
    complete.removeFirst(max(0, complete.count - count))
  }

  package static func == (a: Self, b: Self) -> Bool { a.encoded() == b.encoded() }
  package func hash(into hasher: inout Hasher) { hasher.combine(encoded()) }

  // MARK: Bytes for a checkpoint

  package func encoded() -> Data {
    var data = Data()
    func append(_ number: Int) { withUnsafeBytes(of: Int64(number).littleEndian) { data.append(contentsOf: $0) } }
    append(pieces.count)
    for piece in pieces {
      let bytes = piece.whole.encoded()
      append(bytes.count)
      data.append(bytes)
    }
    append(leading.count)
    for slot in leading.keys.sorted() {
      guard let known = leading[slot] else { continue }
      append(slot)
      append(known.episode)
      append(known.actions.count)
      known.actions.withUnsafeBytes { data.append(contentsOf: $0) }
    }
    guard episodes != nil else { return data }
    let under = begun.keys.sorted().compactMap { begun[$0] }
    append(complete.count)
    append(under.count)
    for episode in complete + under.map({ SourcedTrajectory($0, source: Self.source, sourceIndex: 0) }) {
      let bytes = episode.whole.encoded()
      append(bytes.count)
      data.append(bytes)
    }
    return data
  }

  package init(decoding data: Data, episodes: Int? = nil) throws {
    self.init(episodes: episodes)
    let bytes = [UInt8](data)
    var offset = 0
    func take(_ count: Int) throws -> ArraySlice<UInt8> {
      guard count >= 0, offset + count <= bytes.count else { throw InputError("the experience is truncated") }
      defer { offset += count }
      return bytes[offset..<offset + count]
    }
    func number() throws -> Int {
      Int(try take(8).reversed().reduce(into: UInt64(0)) { $0 = $0 << 8 | UInt64($1) }.asSigned)
    }
    for _ in 0..<(try number()) {
      pieces.append(SourcedTrajectory(try StoredSegment(decoding: Data(try take(try number())))))
    }
    for _ in 0..<(try number()) {
      let slot = try number()
      let episode = try number()
      let raw = try take(4 * (try number()))
      let actions = Array(raw).withUnsafeBytes { Array($0.assumingMemoryBound(to: Float.self)) }
      leading[slot] = (episode, actions)
    }
    guard episodes != nil else { return }
    let (ended, under) = (try number(), try number())
    for place in 0..<max(0, ended) + max(0, under) {
      let episode = SourcedTrajectory(try StoredSegment(decoding: Data(try take(try number()))))
      if place < ended {
        complete.append(episode)
      } else {
        begun[episode.trajectory.start?.slot ?? 0] = episode.trajectory
      }
    }
  }
}

extension Trajectory {
  /// This one and the piece that goes on where it stops.
  fileprivate func continued(by next: Trajectory) -> Trajectory {
    Trajectory(
      observationSize: observationSize, actionRowSize: actionRowSize,
      observations: observations + next.observations.dropFirst(observationSize), actions: actions + next.actions,
      rewards: rewards + next.rewards, terminated: next.terminated, truncated: next.truncated, start: start)
  }
}

extension UInt64 {
  fileprivate var asSigned: Int64 { Int64(bitPattern: self) }
}

import Compute
import Environments
import Foundation

/// A segment of experience as the ledger keeps it: whole, with what it takes to draw it again.
public struct StoredSegment: Sendable, Hashable {
  /// What happened.
  public var trajectory: Trajectory
  /// The actions between the start of the episode and the start of the segment.
  public var leadingActions: [Float]
  /// Name and index of the random source of the batch it was seen in: `RandomSource(seed:).child(source, index)`.
  public var source: String
  /// See ``source``.
  public var sourceIndex: Int

  package init(_ trajectory: Trajectory, leadingActions: [Float], source: String, sourceIndex: Int) {
    self.trajectory = trajectory
    self.leadingActions = leadingActions
    self.source = source
    self.sourceIndex = sourceIndex
  }

  /// What `EnvironmentEntry/replayScenes` asks for: the source of the batch that the episode ran in.
  public func randomSource(seed: UInt64) -> RandomSource { RandomSource(seed: seed).child(source, sourceIndex) }

  /// All actions of the episode up to the end of the segment.
  public var actionsFromEpisodeStart: [Float] { leadingActions + trajectory.actions }

  /// Whether it has what it takes to be played again in this environment: the episode, and its actions from the first.
  /// A segment made elsewhere, or read from a damaged file, has not.
  package func canBeReplayed(in entry: EnvironmentEntry) -> Bool {
    guard let start = trajectory.start, !source.isEmpty, start.slot >= 0, start.episode >= 0, start.step >= 0 else {
      return false
    }
    let rowSize = entry.specification.actionSpace.rowSize
    return trajectory.actionRowSize == rowSize && leadingActions.count == start.step * rowSize
      && actionsFromEpisodeStart.allSatisfy(\.isFinite)
  }

  /// What would have happened, had these actions been taken from this step of the segment on: the same episode and
  /// chance.
  ///
  /// - Parameters:
  ///   - actions: row after row, in the place of what was done.
  ///   - step: counted from the segment's first.
  ///   - entry: the environment that it was seen in.
  ///   - random: the run's.
  package func whatIf(
    _ actions: [Float], from step: Int, in entry: EnvironmentEntry, random: RandomSource
  ) -> StoredSegment {
    let start = trajectory.start ?? EpisodePosition(slot: 0, episode: 0, step: 0)
    let before = leadingActions + trajectory.actions[..<(step * trajectory.actionRowSize)]
    let other = entry.whatIf(
      start: start, random: random.child(source, sourceIndex), actions: before + actions, from: start.step + step)
    return StoredSegment(other, leadingActions: before, source: source, sourceIndex: sourceIndex)
  }

  private static let magic: UInt32 = 0x3147_5350  // "PSG1"

  /// Little-endian: eleven 32-bit numbers, the source's name, then the floats.
  package func encoded() -> Data {
    var data = Data()
    let floats =
      trajectory.observations.count + trajectory.actions.count + trajectory.rewards.count + leadingActions.count
    data.reserveCapacity(64 + source.utf8.count + 4 * floats)
    func append(_ number: Int) {
      withUnsafeBytes(of: Int32(clamping: number).littleEndian) { data.append(contentsOf: $0) }
    }
    withUnsafeBytes(of: Self.magic.littleEndian) { data.append(contentsOf: $0) }
    let flags = (trajectory.terminated ? 1 : 0) | (trajectory.truncated ? 2 : 0) | (trajectory.start == nil ? 0 : 4)
    append(flags)
    append(trajectory.observationSize)
    append(trajectory.actionRowSize)
    append(trajectory.count)
    append(trajectory.start?.slot ?? 0)
    append(trajectory.start?.episode ?? 0)
    append(trajectory.start?.step ?? 0)
    append(leadingActions.count)
    append(sourceIndex)
    append(source.utf8.count)
    data.append(contentsOf: source.utf8)
    for part in [trajectory.observations, trajectory.actions, trajectory.rewards, leadingActions] {
      part.withUnsafeBytes { data.append(contentsOf: $0) }
    }
    return data
  }

  package init(decoding data: Data) throws {
    let bytes = [UInt8](data)
    var offset = 0
    func number() throws -> Int {
      guard offset + 4 <= bytes.count else { throw InputError("a stored segment is truncated") }
      defer { offset += 4 }
      return Int(
        bytes.withUnsafeBytes { Int32(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: Int32.self)) })
    }
    func floats(_ count: Int) throws -> [Float] {
      guard count >= 0, offset + 4 * count <= bytes.count else { throw InputError("a stored segment is truncated") }
      defer { offset += 4 * count }
      return [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
        bytes.withUnsafeBytes { bytes in
          UnsafeMutableRawBufferPointer(buffer).copyMemory(from: .init(rebasing: bytes[offset..<offset + 4 * count]))
        }
        initialized = count
      }
    }
    guard try number() == Int(Self.magic) else { throw InputError("not a stored segment") }
    let flags = try number()
    let observationSize = try number()
    let actionRowSize = try number()
    let count = try number()
    let start = EpisodePosition(slot: try number(), episode: try number(), step: try number())
    let leading = try number()
    sourceIndex = try number()
    let nameLength = try number()
    guard observationSize > 0, actionRowSize > 0, count >= 0, nameLength >= 0, offset + nameLength <= bytes.count else {
      throw InputError("a stored segment has impossible sizes")
    }
    source = String(decoding: bytes[offset..<offset + nameLength], as: UTF8.self)
    offset += nameLength
    trajectory = Trajectory(
      observationSize: observationSize, actionRowSize: actionRowSize,
      observations: try floats((count + 1) * observationSize), actions: try floats(count * actionRowSize),
      rewards: try floats(count), terminated: flags & 1 != 0, truncated: flags & 2 != 0,
      start: flags & 4 != 0 ? start : nil)
    leadingActions = try floats(leading)
  }
}

import Foundation

/// An episode in Python, as a value: how it began and what was done in it, and what it shows now.
///
/// The world itself lives in another process and cannot be copied, so the state is its history. While an instance in a
/// worker stands exactly here it is stepped; a copy, or a state that comes out of a file, is played again from its seed
/// and its actions, and a check sum over everything that it showed tells whether that led to the same place.
public struct PythonEpisode: Sendable, Codable {
  /// What the environment was reset with.
  public let seed: UInt32
  /// All action rows since, flat.
  public internal(set) var actions: [Float]
  /// What the environment shows now, as it came: floats, or bytes of a picture.
  var observation: [UInt8]
  /// CRC-32 over everything that the episode has shown and paid.
  public internal(set) var digest: UInt32
  /// Whether the episode is over, and how.
  public internal(set) var ending: Ending

  /// The instance that stood here last; if it went on, it no longer does.
  var lease: PythonLease?
  /// The instance's step count when it stood here.
  var serial: UInt64 = 0

  /// How an episode ended, if it did.
  public enum Ending: String, Sendable, Codable {
    /// It goes on.
    case none
    /// There is no future.
    case terminated
    /// The environment broke it off by itself, before the time limit.
    case truncated
  }

  init(seed: UInt32, observation: [UInt8]) {
    self.seed = seed
    actions = []
    self.observation = observation
    digest = 0
    ending = .none
  }

  /// Takes over what a step or a reset led to.
  mutating func show(_ record: PythonRecord) {
    observation.withUnsafeMutableBytes { $0.copyMemory(from: record.observation) }
    digest = record.digest
    ending = record.terminated ? .terminated : record.truncated ? .truncated : .none
  }

  private enum CodingKeys: String, CodingKey { case seed, actions, observation, digest, ending }

  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    seed = try fields.decode(UInt32.self, forKey: .seed)
    let bytes = try fields.decode(Data.self, forKey: .actions)
    guard bytes.count.isMultiple(of: 4) else {
      throw DecodingError.dataCorruptedError(forKey: .actions, in: fields, debugDescription: "no whole numbers")
    }
    actions = bytes.withUnsafeBytes { bytes in
      (0..<bytes.count / 4).map { Float(bitPattern: PythonFrame.number(bytes, at: 4 * $0)) }
    }
    observation = Array(try fields.decode(Data.self, forKey: .observation))
    digest = try fields.decode(UInt32.self, forKey: .digest)
    ending = try fields.decode(Ending.self, forKey: .ending)
  }

  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: CodingKeys.self)
    try fields.encode(seed, forKey: .seed)
    var bytes: [UInt8] = []
    PythonFrame.append(actions.span, to: &bytes)
    try fields.encode(Data(bytes), forKey: .actions)
    try fields.encode(Data(observation), forKey: .observation)
    try fields.encode(digest, forKey: .digest)
    try fields.encode(ending, forKey: .ending)
  }
}

/// A claim on an instance, shared by all copies of the states that it led to. When the last is gone, the instance is
/// free for another episode.
final class PythonLease: Sendable {
  let instance: Int
  let claim: UInt64
  private let workers: PythonWorkers

  init(instance: Int, claim: UInt64, workers: PythonWorkers) {
    self.instance = instance
    self.claim = claim
    self.workers = workers
  }

  deinit { workers.release(instance: instance, claim: claim) }
}

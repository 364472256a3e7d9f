import Compute
import Files
import Foundation
import Rewards

/// Everything that a run needs to go on bit for bit, at the end of one iteration.
///
/// On disk a directory `checkpoints/<iteration>` with `weights.safetensors` (all arrays) and `state.json` (the rest,
/// with the arrays' checksum). It is written beside its place and renamed into it, so it is there whole or not at
/// all.
package struct Checkpoint: Sendable, Hashable {
  package static let format = 1

  package var iteration: Int
  /// Events in the ledger when it was written.
  package var ledgerPosition: Int
  /// Bytes of the metrics file that belong to it.
  package var metricsBytes: Int
  package var counters: Counters
  /// PPO, the reward model, its trainer: arrays under these names, JSON texts, and raw bytes.
  package var tensors: [NamedTensor]
  package var texts: [String: String]
  package var blobs: [String: Data]

  /// What the loop counts.
  package struct Counters: Sendable, Hashable, Codable {
    package var agentSteps = 0
    package var samplingSteps = 0
    package var queries = 0
    package var answers = 0
    package var allSteps: Int { agentSteps + samplingSteps }
    package init() {}
  }

  /// The file `state.json`.
  private struct State: Codable {
    var made: String
    var format: Int
    var iteration: Int
    var ledgerPosition: Int
    var metricsBytes: Int
    var counters: Counters
    var texts: [String: String]
    var weightsBytes: Int
    var weightsChecksum: String
  }

  private static let made = "pactolus checkpoint"
  private static let blobPrefix = "bytes."

  package init(
    iteration: Int, ledgerPosition: Int, metricsBytes: Int, counters: Counters, tensors: [NamedTensor],
    texts: [String: String], blobs: [String: Data]
  ) {
    self.iteration = iteration
    self.ledgerPosition = ledgerPosition
    self.metricsBytes = metricsBytes
    self.counters = counters
    self.tensors = tensors
    self.texts = texts
    self.blobs = blobs
  }

  /// One of the texts or blobs.
  /// - Throws: `InputError` if it is missing.
  package func part(_ name: String) throws -> Data {
    if let text = texts[name] { return Data(text.utf8) }
    guard let data = blobs[name] else { throw InputError("the checkpoint lacks its part '\(name)'") }
    return data
  }

  /// The tensors whose names begin with this and a dot, without it.
  package func tensors(of part: String) -> [NamedTensor] {
    tensors.compactMap { tensor in
      guard tensor.name.hasPrefix(part + ".") else { return nil }
      return NamedTensor(String(tensor.name.dropFirst(part.count + 1)), shape: tensor.shape, values: tensor.values)
    }
  }

  // MARK: Files

  /// Writes it whole into the run's directory and removes all but the last ones; returns the weights' checksum.
  package func write(into layout: RunLayout, keeping most: Int = 2) throws -> String {
    let (files, checksum) = try encoded()
    try FileManager.default.makeDirectory(layout.checkpoints)
    try DurableFile.writeDirectory(files, to: Self.path(iteration, in: layout))
    for old in try Self.iterations(in: layout).dropLast(most) where old < iteration {
      try DurableFile.remove(Self.path(old, in: layout))
    }
    return checksum
  }

  package func encoded() throws -> (files: [(name: String, data: Data)], checksum: String) {
    let arrays = tensors.map { SafetensorsFile.Tensor($0.name, TypedArray($0.values, shape: $0.shape)) }
    let bytes = blobs.map { name, data in
      SafetensorsFile.Tensor(
        Self.blobPrefix + name, TypedArray(.uint8, shape: [data.count], bytes: [UInt8](data)))
    }
    let weights = try SafetensorsFile(
      tensors: arrays + bytes,
      metadata: ["made": Self.made, "format": "\(Self.format)"]
    ).data()
    let checksum = Self.checksum(weights)
    let state = State(
      made: Self.made, format: Self.format, iteration: iteration, ledgerPosition: ledgerPosition,
      metricsBytes: metricsBytes, counters: counters, texts: texts, weightsBytes: weights.count,
      weightsChecksum: checksum)
    let json = Data(try CanonicalJSON.encode(state).utf8)
    return ([("weights.safetensors", weights), ("state.json", json)], checksum)
  }

  /// The newest checkpoint of a run; nil if there is none yet.
  ///
  /// - Throws: `InputError` that names the file if it is damaged, foreign, or of another version.
  package static func newest(in layout: RunLayout) throws -> Checkpoint? {
    guard let iteration = try iterations(in: layout).last else { return nil }
    return try Checkpoint(directory: path(iteration, in: layout))
  }

  package init(directory: String) throws {
    let statePath = directory + "/state.json"
    let weightsPath = directory + "/weights.safetensors"
    guard let json = FileManager.default.contents(atPath: statePath) else {
      throw InputError("cannot read the checkpoint", at: statePath, remedy: Self.remedy)
    }
    func read<Value: Decodable>(_ type: Value.Type) throws -> Value {
      do {
        return try CanonicalJSON.decode(type, from: String(decoding: json, as: UTF8.self))
      } catch {
        throw InputError("not a whole checkpoint of Pactolus", at: statePath, remedy: Self.remedy)
      }
    }
    let head = try read(Head.self)
    guard head.made == Self.made else {
      throw InputError("not a whole checkpoint of Pactolus", at: statePath, remedy: Self.remedy)
    }
    guard head.format == Self.format else {
      throw InputError(
        "the checkpoint has format \(head.format), this program reads format \(Self.format)", at: statePath,
        remedy: "use the version of Pactolus that made the run")
    }
    let state = try read(State.self)
    guard let weights = FileManager.default.contents(atPath: weightsPath) else {
      throw InputError("cannot read the checkpoint's weights", at: weightsPath, remedy: Self.remedy)
    }
    guard weights.count == state.weightsBytes else {
      throw InputError(
        "the weights have \(weights.count) bytes, not \(state.weightsBytes)", at: weightsPath, remedy: Self.remedy)
    }
    guard Self.checksum(weights) == state.weightsChecksum else {
      throw InputError("the weights are not those that were written", at: weightsPath, remedy: Self.remedy)
    }
    let file = try SafetensorsFile([UInt8](weights), place: weightsPath)
    var tensors: [NamedTensor] = []
    var blobs: [String: Data] = [:]
    for tensor in file.tensors {
      if tensor.name.hasPrefix(Self.blobPrefix) {
        blobs[String(tensor.name.dropFirst(Self.blobPrefix.count))] = Data(tensor.array.bytes)
      } else {
        tensors.append(NamedTensor(tensor.name, shape: tensor.array.shape, values: tensor.array.floats()))
      }
    }
    self.init(
      iteration: state.iteration, ledgerPosition: state.ledgerPosition, metricsBytes: state.metricsBytes,
      counters: state.counters, tensors: tensors, texts: state.texts, blobs: blobs)
  }

  private struct Head: Codable {
    var made: String
    var format: Int
  }

  private static let remedy = "remove this checkpoint's directory to go on from the one before"

  package static func path(_ iteration: Int, in layout: RunLayout) -> String {
    let digits = String(iteration)
    return layout.checkpoints + "/" + String(repeating: "0", count: max(0, 6 - digits.count)) + digits
  }

  /// The iterations of all whole checkpoints, in order.
  package static func iterations(in layout: RunLayout) throws -> [Int] {
    try FileManager.default.entries(of: layout.checkpoints).compactMap { Int($0) }.sorted()
  }

  /// FNV-1a, 64 bits: tells damage, not malice.
  package static func checksum(_ data: Data) -> String {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    data.withUnsafeBytes { bytes in
      for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

extension FileManager {
  /// The names in a directory; none if it is not there.
  ///
  /// - Throws: `InputError` if it is a file, or may not be read.
  package func entries(of directory: String) throws -> [String] {
    var isDirectory: ObjCBool = false
    guard fileExists(atPath: directory, isDirectory: &isDirectory) else { return [] }
    guard isDirectory.boolValue else {
      throw InputError("this is a file, not a directory", at: directory, remedy: "choose another place")
    }
    do {
      return try contentsOfDirectory(atPath: directory)
    } catch {
      throw InputError("cannot list the directory", at: directory, remedy: "check its permissions")
    }
  }

  /// Makes a directory into which its owner alone may look, and those above it; one that is there stays as it is.
  package func makePrivateDirectory(_ path: String) throws {
    guard !fileExists(atPath: path) else { return try makeDirectory(path) }
    let above = path.parentPath
    if !above.isEmpty { try makeDirectory(above) }
    if mkdir(path, 0o700) != 0, errno != EEXIST { throw fileError("cannot make the directory", at: path) }
  }

  /// Makes a directory, and those above it; fine if it is there.
  package func makeDirectory(_ path: String) throws {
    do {
      try createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw InputError(
        "cannot make the directory", at: path, remedy: "check the permissions, and that no file is in the way")
    }
  }
}

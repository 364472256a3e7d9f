import Compute
import Files
import Foundation

/// What a worker tells of its environment.
struct PythonDescription: Decodable, Sendable, Hashable {
  var size: Int
  /// `f32`, or `u8` for pictures and memory.
  var type: String
  /// Bounds as base64 of little-endian floats, which keeps infinities.
  var low: Data
  var high: Data
  var names: [String]?
  /// Rows, columns, channels and frames; the rows of all frames together.
  var image: [Int]?
  var actions: Actions
  var limit: Int?
  var renders: Bool
  var text: String
  var python: String
  var numpy: String
  var gymnasium: String?
  var ale: String?

  struct Actions: Decodable, Sendable, Hashable {
    var names: [String]
    var low: Data?
    var high: Data?
  }

  /// Bytes of an observation.
  var observationBytes: Int { size * (type == "u8" ? 1 : 4) }
  /// Bytes of a record.
  var stride: Int { PythonFrame.recordHead + (observationBytes + 7) / 8 * 8 }
  /// Numbers in an action row.
  var rowSize: Int { actions.low == nil ? 1 : actions.names.count }

  /// Writes an observation that came as bytes; false if a number is infinite or undefined.
  func write(_ bytes: UnsafeRawBufferPointer, into row: inout MutableSpan<Float>) -> Bool {
    if type == "u8" {
      for index in 0..<size { row[index] = Float(bytes[index]) }
      return true
    }
    var isFinite = true
    for index in 0..<size {
      let value = Float(bitPattern: PythonFrame.number(bytes, at: 4 * index))
      row[index] = value
      if !value.isFinite { isFinite = false }
    }
    return isFinite
  }

  /// The first component that is infinite or undefined.
  func fault(in bytes: UnsafeRawBufferPointer) -> Int? {
    guard type != "u8" else { return nil }
    return (0..<size).first { !Float(bitPattern: PythonFrame.number(bytes, at: 4 * $0)).isFinite }
  }

  /// The observation's bounds and the actions, as everything else in the house knows them.
  func specification(
    id: String, summary: String, limit: Int, canTerminate: Bool, source: String
  ) -> EnvironmentSpecification {
    let shape = image.map { ImageShape(columns: $0[1], rows: $0[0], channels: $0[2], frames: $0[3]) }
    let names = names ?? (0..<size).map { "pixel \($0)" }
    var space = ActionSpace.discrete(names: actions.names)
    if let low = actions.low, let high = actions.high {
      space = .continuous(Box(low: Self.numbers(low), high: Self.numbers(high)))
    }
    var specification = EnvironmentSpecification(
      id: id, summary: summary, observationSpace: Box(low: Self.numbers(low), high: Self.numbers(high)),
      observationNames: Self.told(names), actionSpace: space, maximumEpisodeSteps: limit, canTerminate: canTerminate,
      source: source)
    specification.image = shape
    specification.observesBytes = type == "u8"
    if actions.low != nil, actions.names.count > 1 { specification.actionNames = actions.names }
    return specification
  }

  /// Whether lengths fit together, so that nothing that follows can be out of bounds.
  var isWhole: Bool {
    let numbers = size * 4
    return size > 0 && low.count == numbers && high.count == numbers && (names?.count ?? size) == size
      && !actions.names.isEmpty && (actions.low?.count ?? 4 * actions.names.count) == 4 * actions.names.count
      && actions.low?.count == actions.high?.count && (limit ?? 1) > 0
      && (image.map(isImage) ?? true)
  }

  private func isImage(_ shape: [Int]) -> Bool {
    shape.count == 4 && shape.allSatisfy { $0 > 0 } && shape[..<3].reduce(1, *) == size && shape[0] % shape[3] == 0
      && (shape[2] == 1 || shape[2] == 3)
  }

  private static func numbers(_ data: Data) -> [Float] {
    data.withUnsafeBytes { bytes in
      (0..<bytes.count / 4).map { Float(bitPattern: PythonFrame.number(bytes, at: 4 * $0)) }
    }
  }

  /// Names that are distinct: those that occur again have their number behind them.
  private static func told(_ names: [String]) -> [String] {
    var seen = Set<String>()
    return names.enumerated().map { seen.insert($1).inserted ? $1 : "\($1) (\($0))" }
  }
}

/// What a worker is asked for: which environment, and how.
struct PythonDefinition: Encodable, Sendable, Hashable {
  /// `gym`, `function` or `ale`.
  var kind: String
  /// The id in Gymnasium's registry.
  var id: String?
  var module: String?
  var function: String?
  var arguments: [String: JSONValue] = [:]
  var atari: [String: JSONValue]?
  var masks: AtariMasks?

  /// What to call it in a sentence.
  var name: String { id ?? "\(module ?? ""):\(function ?? "")" }
}

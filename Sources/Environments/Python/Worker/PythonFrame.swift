/// The operations of the worker's frames, and how one is put together: numbers are little-endian.
enum PythonFrame {
  enum Operation: UInt32 {
    case describe = 1
    case step = 2
    case replay = 3
    case render = 4
    case error = 255
  }

  /// What an entry of a step frame asks for.
  enum Mode: UInt32 {
    /// Begin an episode.
    case reset = 0
    /// Step, and stay where an episode ends.
    case step = 1
    /// Step, and begin an episode where one ends.
    case stepAndReset = 2
    /// Step, and begin an episode, as the time limit is reached.
    case stepToLimit = 3
  }

  /// Bits of a record's flags.
  static let terminated: UInt32 = 1
  static let truncated: UInt32 = 2

  /// Bytes of a record in front of its observation: check sum, flags, reward.
  static let recordHead = 16

  static func append(_ number: UInt32, to bytes: inout [UInt8]) {
    withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
  }

  static func append(_ numbers: Span<Float>, to bytes: inout [UInt8]) {
    for index in numbers.indices { append(numbers[index].bitPattern, to: &bytes) }
  }

  static func number(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> UInt32 {
    UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
  }
}

/// One record of an answer: what a step or a reset led to.
struct PythonRecord {
  let digest: UInt32
  let terminated: Bool
  let truncated: Bool
  let reward: Double
  /// The observation's bytes, as long as the answer stays in memory.
  let observation: UnsafeRawBufferPointer

  /// Record `index` of an answer whose records are `stride` bytes long, of which `size` are the observation.
  init(_ bytes: UnsafeRawBufferPointer, index: Int, stride: Int, size: Int) {
    let start = index * stride
    digest = PythonFrame.number(bytes, at: start)
    let flags = PythonFrame.number(bytes, at: start + 4)
    terminated = flags & PythonFrame.terminated != 0
    truncated = flags & PythonFrame.truncated != 0
    reward = Double(
      bitPattern: UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: start + 8, as: UInt64.self)))
    let first = start + PythonFrame.recordHead
    observation = UnsafeRawBufferPointer(rebasing: bytes[first..<first + size])
  }
}

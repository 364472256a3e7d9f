import Environments
import Foundation

/// Observations whose components are bytes, kept as bytes: what was seen before each remembered step, and after it.
///
/// Where the observation is a stack of frames, what is seen after a step is the stack before it moved on by one, so only
/// the newest frame is kept of it: 84 × 84 × 4 takes 35,280 bytes a transition, where floats would take 225,792. A world
/// whose frames do anything else is found out when it does, and from then on everything is kept whole.
package final class ByteMemory {
  private let capacity: Int
  /// Bytes of an observation, and of its newest frame, which comes last.
  package let size: Int
  package let frame: Int
  /// [capacity × size]
  private let before: UnsafeMutablePointer<UInt8>
  /// [capacity × frame], or [capacity × size] once frames have not moved on.
  private var after: UnsafeMutablePointer<UInt8>
  /// Whether of what followed a step only the newest frame is kept.
  package private(set) var sharesFrames: Bool

  package init(capacity: Int, specification: EnvironmentSpecification) {
    self.capacity = capacity
    size = specification.observationSpace.count
    frame = size / (specification.image?.frames ?? 1)
    sharesFrames = frame < size
    before = Self.memory(capacity * size)
    after = Self.memory(capacity * frame)
  }

  deinit {
    free(before)
    free(after)
  }

  /// Zeros, which the system hands out page by page when they are first touched.
  private static func memory(_ count: Int) -> UnsafeMutablePointer<UInt8> {
    guard let bytes = calloc(max(count, 1), 1) else { fatalError("no memory for \(count) bytes of replay") }
    return bytes.bindMemory(to: UInt8.self, capacity: max(count, 1))
  }

  /// Bytes that are kept of what followed a step.
  package var keptAfter: Int { sharesFrames ? frame : size }

  /// The byte that a component is; one that is none becomes the nearest, or 255.
  @inline(__always)
  private static func byte(_ value: Float) -> UInt8 { UInt8(max(0, min(255, value))) }

  /// Keeps what was seen before the steps of `count` rows from `row` on: [count × size].
  package func write(_ observations: UnsafePointer<Float>, row: Int, count: Int) {
    let target = before + row * size
    for index in 0..<count * size { target[index] = Self.byte(observations[index]) }
  }

  /// Keeps what was seen after the steps of rows whose ``write(_:row:count:)`` has been: [count × size]. `filled` rows
  /// hold something else so far.
  package func writeNext(_ observations: UnsafePointer<Float>, row: Int, count: Int, filled: Int) {
    for index in 0..<count {
      let source = observations + index * size
      if sharesFrames, !follows(source, row: row + index) { keepWhole(filled: max(filled, row + index)) }
      let kept = keptAfter
      let target = after + (row + index) * kept
      let from = source + size - kept
      for place in 0..<kept { target[place] = Self.byte(from[place]) }
    }
  }

  /// Whether these are the frames of the row's observation without its oldest, and one more.
  private func follows(_ observation: UnsafePointer<Float>, row: Int) -> Bool {
    let newer = before + row * size + frame
    var differs: UInt8 = 0
    for place in 0..<size - frame { differs |= Self.byte(observation[place]) ^ newer[place] }
    return differs == 0
  }

  /// Lays out all that followed the first `filled` rows whole.
  private func keepWhole(filled: Int) {
    let whole = Self.memory(capacity * size)
    for row in 0..<min(filled, capacity) {
      (whole + row * size).update(from: before + row * size + frame, count: size - frame)
      (whole + (row + 1) * size - frame).update(from: after + row * frame, count: frame)
    }
    free(after)
    after = whole
    sharesFrames = false
  }

  /// What was seen before a row's step, [size].
  package func read(_ row: Int, into observation: UnsafeMutablePointer<Float>) {
    let source = before + row * size
    for place in 0..<size { observation[place] = Float(source[place]) }
  }

  /// What was seen after a row's step, [size].
  package func readNext(_ row: Int, into observation: UnsafeMutablePointer<Float>) {
    if sharesFrames {
      let older = before + row * size + frame
      for place in 0..<size - frame { observation[place] = Float(older[place]) }
    }
    let kept = keptAfter
    let (source, target) = (after + row * kept, observation + size - kept)
    for place in 0..<kept { target[place] = Float(source[place]) }
  }

  // MARK: Snapshots

  /// Numbers that three bytes each are packed into, which single precision holds exactly.
  static func packed(_ bytes: Int) -> Int { (bytes + 2) / 3 }

  /// What is kept of the first rows, [count × packed] each.
  func packed(count: Int) -> (before: [Float], after: [Float]) {
    (Self.pack(before, width: size, count), Self.pack(after, width: keptAfter, count))
  }

  private static func pack(_ bytes: UnsafePointer<UInt8>, width: Int, _ count: Int) -> [Float] {
    var numbers: [Float] = []
    numbers.reserveCapacity(count * packed(width))
    for row in 0..<count {
      for first in stride(from: 0, to: width, by: 3) {
        var number: UInt32 = 0
        for place in first..<min(first + 3, width) {
          number |= UInt32(bytes[row * width + place]) << UInt32(8 * (place - first))
        }
        numbers.append(Float(number))
      }
    }
    return numbers
  }

  /// Takes over what ``packed(count:)`` gave.
  func restore(before: [Float], after: [Float], count: Int, sharesFrames: Bool) {
    if self.sharesFrames, !sharesFrames { keepWhole(filled: 0) }
    if !self.sharesFrames, sharesFrames, frame < size {
      free(self.after)
      self.after = Self.memory(capacity * frame)
      self.sharesFrames = true
    }
    Self.unpack(before, into: self.before, width: size, count)
    Self.unpack(after, into: self.after, width: keptAfter, count)
  }

  private static func unpack(_ numbers: [Float], into bytes: UnsafeMutablePointer<UInt8>, width: Int, _ count: Int) {
    let wide = packed(width)
    for row in 0..<count {
      for place in 0..<width {
        let number = UInt32(numbers[row * wide + place / 3])
        bytes[row * width + place] = UInt8(truncatingIfNeeded: number >> UInt32(8 * (place % 3)))
      }
    }
  }
}

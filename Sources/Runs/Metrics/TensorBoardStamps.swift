import Compute
import Files
import Foundation

/// Wall times for a run's curves in TensorBoard.
///
/// A run writes its event file without times, so that equal runs have equal bytes; the ledger has them, apart. This puts
/// the two together in a copy.
public enum TensorBoardStamps {
  /// A copy of a run's event file in a folder, with the wall time of each event: when the agent had taken the event's
  /// steps. A run that goes on is copied as far as it has come.
  ///
  /// - Parameters:
  ///   - record: the run.
  ///   - folder: where to; made if it is missing. Give TensorBoard this folder, or one above it.
  /// - Returns: where the copy is.
  /// - Throws: `InputError` if the run has no event file, it is damaged, or the copy cannot be written.
  @discardableResult
  public static func write(_ record: RunRecord, to folder: String) throws -> String {
    let source = RunLayout(record.directory).metrics + "/" + TensorBoardWriter.fileName
    let bytes = try WholeFile.read(URL(fileURLWithPath: source))
    var times: [Int: Double] = [:]
    for iteration in record.iterations { times[iteration.agentSteps] = iteration.wallTime }
    let stamped = try stamped(bytes, place: source) { times[$0] ?? record.wallTimes.first ?? 0 }
    try FileManager.default.makeDirectory(folder)
    let target = RunLayout(folder).directory + "/" + TensorBoardWriter.fileName
    try WholeFile.write(Data(stamped), to: URL(fileURLWithPath: target))
    return target
  }

  /// The same events at the times that `time` gives for their steps; the header has that of step 0.
  static func stamped(_ bytes: [UInt8], place: String, time: (_ step: Int) -> Double) throws -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var position = 0
    while position < bytes.count {
      guard bytes.count - position >= 12 else { break }
      let length = (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[position + $1]) << UInt64(8 * $1) }
      // A last record that is only half there belongs to a run that goes on, or was killed.
      guard length <= UInt64(bytes.count), bytes.count - position - 16 >= Int(length) else { break }
      var event = Array(bytes[position + 12..<position + 12 + Int(length)])
      guard event.count >= 9, event[0] == 1 << 3 | 1, let step = step(of: event) else {
        throw InputError(
          "this is no event that Pactolus wrote", at: "\(place), byte \(position)",
          remedy: "put the run's own metrics back")
      }
      let stamp = time(step).bitPattern
      for index in 0..<8 { event[1 + index] = UInt8(truncatingIfNeeded: stamp >> UInt64(8 * index)) }
      result += TensorBoardEvent.framed(event)
      position += 16 + Int(length)
    }
    return result
  }

  /// The step of an event: field 2, right behind the time; 0 for the header, which has none.
  private static func step(of event: [UInt8]) -> Int? {
    guard event.count > 9, event[9] == 2 << 3 else { return 0 }
    var value: UInt64 = 0
    var shift: UInt64 = 0
    for byte in event[10...] {
      guard shift < 64 else { return nil }
      value |= UInt64(byte & 0x7F) << shift
      if byte & 0x80 == 0 { return Int(exactly: value) }
      shift += 7
    }
    return nil
  }
}

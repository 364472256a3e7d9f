import Compute
import Foundation
import RunFixtures
import Runs
import Synchronization
import Testing

@Suite("Wall times for TensorBoard")
struct TensorBoardStampsTests {
  /// The wall times and steps of an event file, read by the layout in TensorFlow's documentation alone.
  private func events(_ path: String) throws -> [(time: Double, step: Int)] {
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    var found: [(Double, Int)] = []
    var place = 0
    while place < bytes.count {
      let length = bytes[place..<place + 8].reversed().reduce(0) { $0 << 8 | Int($1) }
      let event = Array(bytes[place + 12..<place + 12 + length])
      let time = Double(bitPattern: event[1..<9].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
      let step = event[9] == 16 ? Int(event[10] & 127) + (event[10] > 127 ? Int(event[11]) << 7 : 0) : 0
      found.append((time, step))
      // The checksums are right: TensorBoard leaves out what it cannot trust.
      let check = bytes[place + 12 + length..<place + 16 + length].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      let plain = CRC32C.checksum(event)
      #expect(check == (plain >> 15 | plain << 17) &+ 0xA282_EAD8)
      place += 16 + length
    }
    return found
  }

  @Test("a copy has the ledger's time of each event and else the same bytes; the run's own file has none")
  func copy() throws {
    try withTemporaryDirectory { parent in
      let now = Mutex(1_000.0)
      let clock = RunClock(
        wallTime: {
          now.withLock { now in
            now += 1
            return now
          }
        }, monotonic: { 0 })
      try LearnRun.create(directory: parent + "/run", settings: TinyRun.settings(), clock: clock).run()
      let own = RunLayout(parent + "/run").metrics + "/" + TensorBoardWriter.fileName
      let record = try RunRecord(directory: parent + "/run")
      let copy = try TensorBoardStamps.write(record, to: parent + "/curves")
      #expect(copy == parent + "/curves/" + TensorBoardWriter.fileName)
      let (plain, stamped) = (try events(own), try events(copy))
      #expect(plain.map(\.time) == [0, 0, 0, 0, 0] && stamped.map(\.step) == plain.map(\.step))
      #expect(stamped.map(\.step) == [0, 140, 280, 420, 560])
      let times = record.iterations.compactMap(\.wallTime)
      #expect(times.count == 4 && times == times.sorted() && times[0] > 1_000 && Set(times).count == 4)
      #expect(stamped.dropFirst().map(\.time) == times)
      #expect(
        try Data(contentsOf: URL(fileURLWithPath: own)).count == Data(contentsOf: URL(fileURLWithPath: copy)).count)
    }
  }

  @Test("the curves of training say that they are")
  func labels() throws {
    let metrics = try #require(TinyRun.reference().files.first { $0.key.contains("metrics") }?.value)
    let text = String(decoding: metrics, as: UTF8.self)
    #expect(text.contains("reward/training_accuracy") && text.contains("reward/training_loss"))
    #expect(text.contains("reward/held_out_accuracy") && !text.contains("reward/accuracy"))
  }

  @Test("a file that is damaged or no event file is refused, and a run without one")
  func refused() throws {
    try withTemporaryDirectory { parent in
      try TinyRun.create(parent + "/run").run()
      let own = RunLayout(parent + "/run").metrics + "/" + TensorBoardWriter.fileName
      let record = try RunRecord(directory: parent + "/run")
      var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: own)))
      bytes[12] = 0x55
      try Data(bytes).write(to: URL(fileURLWithPath: own))
      #expect(throws: InputError.self) { try TensorBoardStamps.write(record, to: parent + "/curves") }
      try FileManager.default.removeItem(atPath: own)
      #expect(throws: InputError.self) { try TensorBoardStamps.write(record, to: parent + "/curves") }
    }
  }
}

import Foundation
import Runs

/// What two equal runs must have in common: final weights and state, ledger without stamps, metrics without wall times.
struct RunBytes: Equatable {
  var checkpoint: [String: Data] = [:]
  var ledger: String
  var metrics: Data

  init(_ directory: String) throws {
    let layout = RunLayout(directory)
    let files = FileManager.default
    let newest = try files.contentsOfDirectory(atPath: layout.checkpoints).filter { !$0.hasPrefix(".") }.max()
    for name in try files.contentsOfDirectory(atPath: layout.checkpoints + "/" + (newest ?? "")) {
      checkpoint[name] = try Data(contentsOf: URL(fileURLWithPath: layout.checkpoints + "/\(newest ?? "")/\(name)"))
    }
    ledger = try Ledger(path: layout.ledger, clock: { 0 }).export()
    metrics = Data()
    for name in try files.contentsOfDirectory(atPath: layout.metrics).sorted() {
      metrics += Self.withoutWallTimes(try Data(contentsOf: URL(fileURLWithPath: layout.metrics + "/" + name)))
    }
  }

  /// Blanks the wall time of each TensorBoard record (the first field, a double, of each event) and the checksum over
  /// the record that contains it.
  private static func withoutWallTimes(_ data: Data) -> Data {
    var bytes = [UInt8](data)
    var offset = 0
    while offset + 12 <= bytes.count {
      let length = (0..<8).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
      let payload = offset + 12
      if bytes[payload] == 0x09 { for index in payload + 1..<payload + 9 { bytes[index] = 0 } }
      for index in payload + length..<payload + length + 4 { bytes[index] = 0 }
      offset = payload + length + 4
    }
    return Data(bytes)
  }
}

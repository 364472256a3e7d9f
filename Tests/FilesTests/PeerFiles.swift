import Compute
import Files
import Foundation

/// Files that other tools wrote (`Peers/make.py`), kept here so that they are read where the tools are not installed.
enum PeerFiles {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Peers")

  static func bytes(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: folder.appendingPathComponent(name)))
  }

  /// The rows that the tool itself found in the file, as lines of JSON.
  static func truth(_ name: String) throws -> [String] {
    String(decoding: try bytes(name + ".jsonl"), as: UTF8.self).split(separator: "\n").map(String.init)
  }

  static func file(_ name: String) throws -> RandomAccessFile { RandomAccessFile(try bytes(name), place: name) }
}

import Foundation

/// A directory for one test, removed afterwards; in memory where there is such a place, since tests of durability wait
/// for the disk thousands of times.
package func withTemporaryDirectory<Result>(_ body: (String) throws -> Result) throws -> Result {
  let memory = "/dev/shm"
  let parent = FileManager.default.isWritableFile(atPath: memory) ? memory + "/" : NSTemporaryDirectory()
  let path = parent + "pactolus-test-" + UUID().uuidString
  try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: path) }
  return try body(path)
}

package func write(_ bytes: [UInt8], to path: String) throws {
  try Data(bytes).write(to: URL(fileURLWithPath: path))
}

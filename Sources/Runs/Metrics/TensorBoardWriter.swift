import Compute
import Foundation

/// Appends scalars to an event file that TensorBoard reads.
///
/// ```swift
/// let writer = try TensorBoardWriter(folder: run.appendingPathComponent("metrics"))
/// try writer.append(["return/true": -152.3, "reward/accuracy": 0.87], step: 20_480, wallTime: now)
/// ```
///
/// The file's name is fixed, so that a resumed run goes on in the same file: at a checkpoint, ``synchronize()`` and
/// remember ``byteCount``; when resuming, ``truncate(to:)`` it (to 0 without a checkpoint). Apart from the wall times,
/// which are passed in, equal runs give equal bytes: scalars are written in the order of their names.
///
/// Format: TFRecord framing (length, masked CRC-32C of the length, content, masked CRC-32C of the content) around
/// `tensorflow.Event` messages of `tensorboard/compat/proto/event.proto`. Not thread-safe.
public final class TensorBoardWriter {
  /// The file's name. TensorBoard looks for "tfevents" in it.
  public static let fileName = "events.out.tfevents.0000000000.pactolus"

  /// The event file.
  public let file: URL
  /// The bytes written so far.
  public private(set) var byteCount: Int
  private let handle: FileHandle

  /// Opens the folder's event file at its end; creates folder and file if missing.
  public init(folder: URL) throws {
    file = folder.appendingPathComponent(Self.fileName)
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      if !FileManager.default.fileExists(atPath: file.path) {
        try Data().write(to: file)
      }
      handle = try FileHandle(forUpdating: file)
      byteCount = Int(try handle.seekToEnd())
    } catch {
      throw Self.unwritable(file, error)
    }
  }

  deinit { try? handle.close() }

  /// Appends one event with these scalars. `wallTime` is in seconds since 1970.
  public func append(_ scalars: [String: Double], step: Int, wallTime: Double) throws {
    guard !scalars.isEmpty else { return }
    if byteCount == 0 { try append(TensorBoardEvent.version(wallTime: wallTime)) }
    try append(TensorBoardEvent.scalars(scalars.sorted { $0.key < $1.key }, step: step, wallTime: wallTime))
  }

  /// Cuts the file back to a length it once had (``byteCount`` at a checkpoint).
  public func truncate(to length: Int) throws {
    guard length >= 0, length <= byteCount else {
      throw InputError(
        "the metrics file has \(byteCount) bytes; the checkpoint was made at \(length)", at: file.path,
        remedy: "the file was cut or replaced; restore it, or resume from an earlier checkpoint")
    }
    do {
      try handle.truncate(atOffset: UInt64(length))
      try handle.seekToEnd()
    } catch {
      throw Self.unwritable(file, error)
    }
    byteCount = length
  }

  /// Waits until all that was appended is on the disk.
  public func synchronize() throws {
    do { try handle.synchronize() } catch { throw Self.unwritable(file, error) }
  }

  private func append(_ event: [UInt8]) throws {
    let record = TensorBoardEvent.framed(event)
    do {
      try handle.write(contentsOf: Data(record))
    } catch {
      // Half a record would make all later ones unreadable.
      try? handle.truncate(atOffset: UInt64(byteCount))
      _ = try? handle.seekToEnd()
      throw Self.unwritable(file, error)
    }
    byteCount += record.count
  }

  private static func unwritable(_ file: URL, _ error: any Error) -> InputError {
    InputError(
      "cannot write the metrics: \(error.localizedDescription)", at: file.path,
      remedy: "check the folder's permissions and the free space")
  }
}

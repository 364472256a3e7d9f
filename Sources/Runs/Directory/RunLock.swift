import Compute
import Files
import Foundation

/// Holds a run's directory for one process: `flock` on its file `lock`, which names the holder.
///
/// The kernel releases it when the process ends, however it ends, so a killed run never leaves a lock behind. Readers
/// (reports, lists) do not need it.
package final class RunLock {
  private let descriptor: Int32
  /// Kept open, so that no other directory can get its number.
  private let directory: Int32

  /// - Throws: `InputError` naming the process that holds the directory.
  ///
  /// - Parameter what: what is in the directory, for the error.
  package init(_ layout: RunLayout, what: String = "run") throws {
    let descriptor = open(layout.lock, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw fileError("cannot make the lock", at: layout.lock) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let code = errno
      var bytes = [UInt8](repeating: 0, count: 32)
      let length = pread(descriptor, &bytes, bytes.count, 0)
      close(descriptor)
      guard code == EWOULDBLOCK else {
        throw InputError("cannot lock the \(what) (\(String(cString: strerror(code))))", at: layout.lock)
      }
      let holder = String(decoding: bytes.prefix(max(0, length)), as: UTF8.self)
        .trimmingCharacters(in: .whitespacesAndNewlines)
      throw InputError(
        "the \(what) is in use" + (holder.isEmpty ? " by another process" : " by process \(holder)"),
        at: layout.directory,
        remedy: "wait until it ends, or stop it (Ctrl-C, or kill \(holder.isEmpty ? "PID" : holder))")
    }
    let directory = open(layout.directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard directory >= 0 else {
      defer { close(descriptor) }
      throw fileError("cannot open the directory", at: layout.directory)
    }
    (self.descriptor, self.directory) = (descriptor, directory)
    let text = Array("\(getpid())\n".utf8)
    // Naming the holder is a courtesy: a full disk must not prevent reading a run.
    if ftruncate(descriptor, 0) == 0 { _ = pwrite(descriptor, text, text.count, 0) }
  }

  /// Whether some process holds the run now.
  package static func isHeld(_ layout: RunLayout) -> Bool {
    let descriptor = open(layout.lock, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    guard flock(descriptor, LOCK_SH | LOCK_NB) == 0 else { return true }
    flock(descriptor, LOCK_UN)
    return false
  }

  /// Refuses to go on where the run's directory, or its ledger, is no longer in its place: what is computed then would be
  /// lost.
  ///
  /// - Throws: `InputError` if it was deleted, moved, or replaced by another.
  package func checkPlace(_ layout: RunLayout) throws {
    var (held, found) = (stat(), stat())
    guard fstat(directory, &held) == 0, stat(layout.directory, &found) == 0, held.st_ino == found.st_ino,
      held.st_dev == found.st_dev, access(layout.ledger, F_OK) == 0
    else {
      throw InputError(
        "the run was deleted or moved while it went on", at: layout.directory,
        remedy: "put it back and resume; a run that was deleted has to be started again")
    }
  }

  deinit {
    close(directory)
    // Closing alone would leave it locked while a process that was just being started has a copy of the descriptor.
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }
}

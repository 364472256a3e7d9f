import Foundation

extension FileHandle {
  /// What can be read now, waiting for the first of it; empty at the end, and where nothing can be read any more.
  ///
  /// Unlike `availableData` and `readDataToEndOfFile`, which end the process when a signal arrives while they wait.
  package func nextBytes() -> Data {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    let count = readOn(fileDescriptor, into: &buffer)
    return Data(buffer[..<max(0, count)])
  }

  /// Everything up to the end.
  package func allBytes() -> Data {
    var all = Data()
    while true {
      let piece = nextBytes()
      if piece.isEmpty { return all }
      all += piece
    }
  }
}

/// Reads as `read` does, and goes on after a signal.
private func readOn(_ descriptor: Int32, into buffer: inout [UInt8]) -> Int {
  while true {
    let count = read(descriptor, &buffer, buffer.count)
    if count >= 0 || errno != EINTR { return count }
  }
}

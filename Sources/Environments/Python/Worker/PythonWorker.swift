import Compute
import Files
import Foundation
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What went wrong with a worker, before it is put into a sentence.
enum PythonTrouble: Error {
  /// It could not be started.
  case notStarted(String)
  /// It ended, or its socket broke.
  case ended
  /// It did not answer for this long.
  case silent(seconds: Double)
  /// It answered that it cannot: the report of the worker's `Refusal`, as JSON.
  case refused([UInt8])
  /// It answered with a frame of another form.
  case confused(String)
}

/// One Python process with some environments in it, and the socket to it.
///
/// A socket and not pipes: a write to a process that is gone can then be an error of that call, without a change to how
/// the whole program treats SIGPIPE. What the process prints is read by a thread of its own and the last of it kept.
final class PythonWorker {
  private let process = Process()
  private let socket: Int32
  private let printed = PrintedText()
  private(set) var answer: [UInt8] = []

  /// Starts the process, which waits for frames.
  init(_ interpreter: PythonInterpreter) throws(PythonTrouble) {
    var ends: [Int32] = [-1, -1]
    #if canImport(Darwin)
      let kind = SOCK_STREAM
    #else
      // Workers must not inherit one another's sockets: the end of one would not be seen.
      let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    #endif
    guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
      throw .notStarted("no socket: \(String(cString: strerror(errno)))")
    }
    #if canImport(Darwin)
      for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
      var on: Int32 = 1
      setsockopt(ends[0], SOL_SOCKET, SO_NOSIGPIPE, &on, socklen_t(MemoryLayout<Int32>.size))
    #endif
    socket = ends[0]
    let output = Pipe()
    let input = FileHandle(fileDescriptor: ends[1], closeOnDealloc: true)
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [interpreter.path, "-u", "-c", PythonWorkerProgram.text]
    var environment = ProcessInfo.processInfo.environment
    // One thread a worker, as there is a worker for each core.
    for name in ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"] { environment[name] = "1" }
    environment["PYGAME_HIDE_SUPPORT_PROMPT"] = "1"
    environment["SDL_AUDIODRIVER"] = environment["SDL_AUDIODRIVER"] ?? "dummy"
    process.environment = environment
    process.standardInput = input
    process.standardOutput = output.fileHandleForWriting
    process.standardError = output.fileHandleForWriting
    do { try process.run() } catch {
      close(socket)
      throw .notStarted(error.localizedDescription)
    }
    // The process has copies; with ours open, its end would not be seen.
    try? input.close()
    try? output.fileHandleForWriting.close()
    printed.follow(output.fileHandleForReading)
  }

  deinit {
    // The worker ends when its socket does; if it hangs, it is ended.
    close(socket)
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
  }

  /// Ends the process, whatever it does.
  func end() { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

  /// The last lines that it printed, at most `count` of them.
  func lastLines(_ count: Int) -> [String] { printed.lastLines(count, waiting: !process.isRunning) }

  /// Sends a frame; returns when the system has taken it.
  func send(_ operation: PythonFrame.Operation, _ payload: [UInt8], seconds: Double) throws(PythonTrouble) {
    var head: [UInt8] = []
    PythonFrame.append(UInt32(payload.count), to: &head)
    PythonFrame.append(operation.rawValue, to: &head)
    let deadline = Deadline(seconds)
    try write(head, deadline)
    try write(payload, deadline)
  }

  private func write(_ bytes: [UInt8], _ deadline: Deadline) throws(PythonTrouble) {
    var done = 0
    while done < bytes.count {
      let sent = bytes.withUnsafeBytes { systemSend($0.baseAddress! + done, $0.count - done) }
      if sent > 0 {
        done += sent
      } else if errno == EAGAIN || errno == EWOULDBLOCK {
        try wait(for: Int16(POLLOUT), deadline)
      } else if errno != EINTR {
        throw .ended
      }
    }
  }

  private func systemSend(_ start: UnsafeRawPointer, _ count: Int) -> Int {
    #if canImport(Darwin)
      Darwin.send(socket, start, count, Int32(MSG_DONTWAIT))
    #elseif canImport(Musl)
      Musl.send(socket, start, count, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL))
    #else
      Glibc.send(socket, start, count, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL))
    #endif
  }

  /// Waits for the answer to a frame, which is then in ``answer``.
  ///
  /// - Throws: `refused` for the worker's own report, which leaves the connection as it was.
  func receive(_ operation: PythonFrame.Operation, seconds: Double) throws(PythonTrouble) {
    let deadline = Deadline(seconds)
    try read(8, deadline)
    let (length, kind) = answer.withUnsafeBytes { (PythonFrame.number($0, at: 0), PythonFrame.number($0, at: 4)) }
    try read(Int(length), deadline)
    if kind == PythonFrame.Operation.error.rawValue { throw .refused(answer) }
    guard kind == operation.rawValue else { throw .confused("frame \(kind) where \(operation.rawValue) was due") }
  }

  private func read(_ count: Int, _ deadline: Deadline) throws(PythonTrouble) {
    if answer.count != count { answer = [UInt8](repeating: 0, count: count) }
    var done = 0
    while done < count {
      let got = answer.withUnsafeMutableBytes {
        recv(socket, $0.baseAddress! + done, count - done, Int32(MSG_DONTWAIT))
      }
      if got > 0 {
        done += got
      } else if got == 0 {
        throw .ended
      } else if errno == EAGAIN || errno == EWOULDBLOCK {
        try wait(for: Int16(POLLIN), deadline)
      } else if errno != EINTR {
        throw .ended
      }
    }
  }

  private func wait(for events: Int16, _ deadline: Deadline) throws(PythonTrouble) {
    var request = pollfd(fd: socket, events: events, revents: 0)
    let left = deadline.left
    guard left > 0 else { throw .silent(seconds: deadline.seconds) }
    _ = poll(&request, 1, Int32(min(left * 1_000 + 1, 3_600_000)))
  }
}

/// A moment after which waiting is given up.
private struct Deadline {
  let seconds: Double
  private let end: ContinuousClock.Instant

  init(_ seconds: Double) {
    self.seconds = seconds
    end = ContinuousClock.now + .seconds(seconds)
  }

  var left: Double {
    let left = ContinuousClock.now.duration(to: end).components
    return Double(left.seconds) + Double(left.attoseconds) * 1e-18
  }
}

/// The last of what a process prints.
private final class PrintedText: Sendable {
  private static let most = 64 << 10

  private struct State {
    var bytes: [UInt8] = []
    var isOver = false
  }

  private let state = Mutex(State())

  /// Reads until the other end closes, on a thread of its own: a process whose output nobody takes stops.
  func follow(_ handle: FileHandle) {
    Thread.detachNewThread { [self] in
      while true {
        let data = handle.nextBytes()
        state.withLock { state in
          state.bytes += data
          if state.bytes.count > 2 * Self.most { state.bytes.removeFirst(state.bytes.count - Self.most) }
          if data.isEmpty { state.isOver = true }
        }
        if data.isEmpty { return }
      }
    }
  }

  /// - Parameter waiting: whether the process has ended, so that the rest of its words is on its way.
  func lastLines(_ count: Int, waiting: Bool) -> [String] {
    for _ in 0..<(waiting ? 200 : 20) where !state.withLock({ $0.isOver }) { usleep(5_000) }
    let text = state.withLock { String(decoding: $0.bytes, as: UTF8.self) }
    return text.split(separator: "\n").suffix(count).map(String.init)
  }
}

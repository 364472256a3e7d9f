import Files
import Foundation
import Synchronization
import Testing

@Suite("Reading that is interrupted")
struct InterruptedReadingTests {
  @Test("a signal that arrives while a pipe is read is no fault, and no byte is lost")
  func signals() throws {
    // SIGUSR2 with a handler that does nothing, and without restarting what it interrupts.
    var (action, before) = (sigaction(), sigaction())
    action.__sigaction_handler.sa_handler = { _ in }
    sigaction(SIGUSR2, &action, &before)
    defer { sigaction(SIGUSR2, &before, nil) }

    let pipe = Pipe()
    let sent = Data((0..<200_000).map { UInt8(truncatingIfNeeded: $0) })
    let reader = Mutex<pthread_t?>(nil)
    let received = Mutex<Data?>(nil)
    let thread = Thread {
      reader.withLock { $0 = pthread_self() }
      let bytes = pipe.fileHandleForReading.allBytes()
      received.withLock { $0 = bytes }
    }
    thread.start()
    while reader.withLock({ $0 }) == nil { usleep(1_000) }
    let id = try #require(reader.withLock { $0 })
    for _ in 0..<20 {
      usleep(2_000)
      pthread_kill(id, SIGUSR2)
    }
    try pipe.fileHandleForWriting.write(contentsOf: sent)
    usleep(20_000)
    pthread_kill(id, SIGUSR2)
    try pipe.fileHandleForWriting.close()
    while received.withLock({ $0 }) == nil { usleep(1_000) }
    #expect(received.withLock { $0 } == sent)
  }
}

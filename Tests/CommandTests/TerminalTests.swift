import Foundation
import Testing

/// The command on a terminal of its own: text is as wide as that is, whichever of its outputs the terminal is.
@Suite("As wide as the terminal")
struct TerminalTests {
  /// A terminal of so many columns, and its other end.
  private static func terminal(columns: Int) throws -> (master: Int32, end: FileHandle) {
    let master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    try #require(master >= 0)
    // Unlocked, and by its number: TIOCSPTLCK and TIOCGPTN of Linux.
    var (lock, number) = (Int32(0), Int32(0))
    let isOpen = ioctl(master, UInt(0x4004_5431), &lock) == 0 && ioctl(master, UInt(0x8004_5430), &number) == 0
    try #require(isOpen)
    var size = winsize()
    size.ws_row = 30
    size.ws_col = UInt16(columns)
    let isSized = ioctl(master, UInt(TIOCSWINSZ), &size) == 0
    try #require(isSized)
    let end = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY | O_CLOEXEC)
    try #require(end >= 0)
    return (master, FileHandle(fileDescriptor: end, closeOnDealloc: true))
  }

  /// Everything that is written to a terminal until no one has it open any more.
  private static func drained(_ master: Int32) -> String {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = read(master, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { break }
      bytes += buffer[..<count]
    }
    close(master)
    return String(decoding: bytes, as: UTF8.self)
  }

  private static let call = ["compare", "two-state", "action-1", "leave-0"]

  private static func process(_ call: [String] = call) -> Process {
    let process = Process()
    process.executableURL = Tool.binary
    process.arguments = call
    process.environment = ProcessInfo.processInfo.environment.merging(["NO_COLOR": "1", "TERM": "xterm"]) { $1 }
    process.standardInput = FileHandle.nullDevice
    return process
  }

  /// The widest line below the table, whose lines are not broken.
  private static func widest(_ text: String) -> Int {
    let lines = text.split(whereSeparator: \.isNewline)
    return lines.drop { !$0.contains("claims tested") }.map(\.count).max() ?? 0
  }

  @Test("results on a terminal of 50 or 70 columns are broken there", arguments: [50, 70])
  func output(columns: Int) throws {
    let (master, end) = try Self.terminal(columns: columns)
    let process = Self.process()
    process.standardOutput = end
    process.standardError = FileHandle.nullDevice
    try process.run()
    try end.close()
    let text = Self.drained(master)
    process.waitUntilExit()
    let widest = Self.widest(text)
    #expect(process.terminationStatus == 0 && widest <= columns && widest > columns - 15, "\(widest)")
  }

  @Test("results that go elsewhere are as wide as the terminal that shows complaints; without one, 80 columns")
  func complaints() throws {
    for columns in [60, nil] {
      let process = Self.process()
      let output = Pipe()
      process.standardOutput = output
      var opened: Int32?
      if let columns {
        let (master, end) = try Self.terminal(columns: columns)
        process.standardError = end
        try process.run()
        try end.close()
        opened = master
      } else {
        process.standardError = FileHandle.nullDevice
        try process.run()
      }
      let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      process.waitUntilExit()
      if let opened { close(opened) }
      let (widest, limit) = (Self.widest(text), columns ?? 80)
      #expect(widest <= limit && widest > limit - 15, "\(widest) of \(limit)")
    }
  }

  @Test("a terminal that does not say how wide it is counts as 80 columns")
  func unknown() throws {
    let (master, end) = try Self.terminal(columns: 0)
    let process = Self.process()
    process.standardOutput = end
    process.standardError = FileHandle.nullDevice
    try process.run()
    try end.close()
    let widest = Self.widest(Self.drained(master))
    process.waitUntilExit()
    #expect(widest <= 80 && widest > 65, "\(widest)")
  }

  /// What stands on a terminal that shows how the work goes on: each line as it was drawn over the one before.
  private static func drawn(_ call: [String], columns: Int) throws -> [String] {
    let (master, end) = try terminal(columns: columns)
    let process = process(call)
    process.standardOutput = FileHandle.nullDevice
    process.standardError = end
    try process.run()
    try end.close()
    let text = drained(master)
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "\(text)")
    return text.components(separatedBy: "\r\u{1B}[K")
  }

  private static func bar(_ filled: Int) -> String {
    String(repeating: "█", count: filled) + String(repeating: "░", count: 20 - filled) + " "
  }

  @Test("a run draws one line in place, a column narrower than the terminal, and takes it away at the end")
  func progress() throws {
    let scratch = try Scratch()
    let call = ["learn", "pactolus/Pendulum-v1", "--out", scratch.path + "/run"] + ScreenTests.quick
    let drawn = try Self.drawn(call, columns: 60)
    #expect(drawn.first?.hasPrefix("pactolus/Pendulum-v1, seed 0, in ") == true)
    #expect(drawn.contains { $0.hasPrefix(Self.bar(10) + "50 % · 2048 of 4096 steps · ") && $0.count == 59 })
    #expect(drawn.contains { $0.hasPrefix(Self.bar(20) + "100 % · 4096 of 4096 steps · ") && $0.count == 59 })
    #expect(drawn.count > 2 && drawn.last == "")
  }

  @Test("a study draws one line in place, a column narrower than the terminal, and takes it away at the end")
  func studyProgress() throws {
    let scratch = try Scratch()
    let file = scratch.path + "/small.yaml"
    try Data(StudyVerbTests.text.utf8).write(to: URL(fileURLWithPath: file))
    let drawn = try Self.drawn(["study", "run", file, "--out", scratch.path + "/study"], columns: 50)
    #expect(drawn.contains { $0.hasPrefix(Self.bar(0) + "0 % · 0 of 7 trials · 0 of ") && $0.count <= 49 })
    #expect(drawn.contains { $0.hasPrefix(Self.bar(20) + "100 % · 7 of 7 trials · ") && $0.count == 49 })
    #expect(drawn.last == "")
  }
}

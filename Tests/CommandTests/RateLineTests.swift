import Command
import Testing

@Suite("A line with a rate")
struct RateLineTests {
  /// What is written while a hundred texts are done, four seconds each.
  private static func written(isInteractive: Bool, width: Int = 80) -> [String] {
    var (lines, clock) = ([String](), 100.0)
    var line = RateLine(
      "embedding", "texts", isInteractive: isInteractive, width: width, now: { clock }, write: { lines.append($0) })
    for done in 0...100 {
      line.show(done, of: 100)
      clock += 4
    }
    line.clear()
    return lines
  }

  @Test("piped it is a plain line at each tenth, with rate and remaining time from the second on")
  func piped() {
    let lines = Self.written(isInteractive: false)
    #expect(lines.count == 11 && lines.allSatisfy { $0.hasSuffix("\n") && !$0.contains("\u{1B}") })
    #expect(lines.first == "embedding: 0 % of 100 texts\n")
    // Ninety texts at a quarter of a text in a second: 360 s.
    #expect(lines[1] == "embedding: 10 % of 100 texts · 0.2 texts/s · 6 min left\n")
    #expect(lines.last == "embedding: 100 % of 100 texts · 0.2 texts/s · 0 s left\n")
  }

  @Test("on a terminal it is redrawn in place, cut to the width, and taken off at the end")
  func redrawn() {
    let lines = Self.written(isInteractive: true, width: 30)
    #expect(lines.count == 102 && lines.allSatisfy { $0.hasPrefix("\r\u{1B}[K") && $0.count <= 4 + 29 })
    #expect(lines.last == "\r\u{1B}[K")
  }

  @Test("nothing to do shows nothing")
  func nothing() {
    var lines: [String] = []
    var line = RateLine("embedding", "texts", isInteractive: true, width: 80, now: { 0 }, write: { lines.append($0) })
    line.show(0, of: 0)
    line.clear()
    #expect(lines.isEmpty)
  }
}

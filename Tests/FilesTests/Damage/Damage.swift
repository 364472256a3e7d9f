import Compute
import Files

/// What a reader makes of a file when each of its bytes is changed in several ways, and when it is cut at each length.
enum Damage {
  private static let changes: [@Sendable (UInt8) -> UInt8] = [
    { $0 ^ 1 }, { $0 &+ 1 }, { $0 &- 1 }, { $0 ^ 0x80 }, { _ in 0 }, { _ in 0xFF },
  ]

  /// A table of outcomes: how often each complaint came (numbers as #), how often the file was read as before or as
  /// something else, and one number made of all complaints and values word for word, in order.
  ///
  /// - Parameter step: Every how many bytes one is changed.
  static func table(
    _ bytes: [UInt8], step: Int = 1, cuts: Bool = false, _ read: ([UInt8]) throws -> String
  ) rethrows -> String {
    let before = try read(bytes)
    var counts: [String: Int] = [:]
    var mark: UInt64 = 0xcbf2_9ce4_8422_2325
    func note(_ changed: [UInt8]) {
      var outcome: String
      var row: String
      do {
        outcome = try read(changed)
        row = outcome == before ? "(as before)" : "(another value)"
      } catch let error as InputError {
        outcome = "\(error)"
        row =
          error.problem.replacing(/'[^']*'/, with: "'…'").replacing(/-?\d+/, with: "#") + "; "
          + (error.remedy ?? "no remedy")
      } catch {
        outcome = "\(error)"
        row = "no InputError: \(error)"
      }
      counts[row, default: 0] += 1
      for byte in outcome.utf8 { mark = (mark ^ UInt64(byte)) &* 0x100_0000_01b3 }
    }
    for place in stride(from: 0, to: bytes.count, by: step) {
      var seen: Set<UInt8> = [bytes[place]]
      for change in changes where seen.insert(change(bytes[place])).inserted {
        var changed = bytes
        changed[place] = change(bytes[place])
        note(changed)
      }
    }
    if cuts { for count in 0..<bytes.count { note(Array(bytes[..<count])) } }
    let rows = counts.map { "\($1)  \($0)" }.sorted()
    return rows.joined(separator: "\n") + "\nword for word: x\(String(mark, radix: 16))\n"
  }
}

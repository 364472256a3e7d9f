/// Where prompt and replies part when a row has no prompt of its own.
///
/// A conversation parts where the two begin to differ, message by message. A plain text parts after the last turn of
/// the assistant's ("\n\nAssistant:") that both share; without such a turn, at the last white space that both share, as
/// TRL's `extract_prompt` does by and large.
enum ImplicitPrompt {
  /// How many leading messages are shared; each side keeps at least one message of its own.
  static func sharedMessages(_ a: DecodedText, _ b: DecodedText) -> Int {
    let limit = min(a.messages.count, b.messages.count) - 1
    var shared = 0
    while shared < limit, a.same(shared, as: b) { shared += 1 }
    return shared
  }

  private static let turn = Array("\n\nAssistant:".utf8)

  /// How many leading bytes of two plain texts are the prompt; `turnsOnly` if only a turn of the assistant's ends one.
  static func sharedBytes(_ a: [UInt8], _ b: [UInt8], turnsOnly: Bool) -> Int {
    let limit = min(a.count, b.count)
    var shared = 0
    while shared < limit, a[shared] == b[shared] { shared += 1 }
    // After a turn of the assistant's, if there is one.
    var end = shared
    while end >= turn.count {
      if a[end - 1] == UInt8(ascii: ":"), a[(end - turn.count)..<end].elementsEqual(turn) { return end }
      end -= 1
    }
    if turnsOnly || shared == limit && a.count == b.count { return 0 }
    end = shared
    while end > 0, a[end - 1] != 0x20, a[end - 1] != 0x0A { end -= 1 }
    let asks = a[..<end].contains { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: ":") || $0 == 0x0A }
    return asks ? end : 0
  }
}

/// The texts of a pair as a server will see them: a prompt, and two replies without it.
///
/// Files write conversations whole in both columns, and messages with their roles. A head that learned from those would
/// be asked for other texts than it learned from: a server scores what stands behind the prompt.
struct PartedTexts {
  var prompt: String
  var chosen: String
  var rejected: String

  private static let labels = ["assistant: ", "gpt: ", "model: ", "Assistant: "].map { Array($0.utf8) }

  /// Parts after the last turn of the model's that both texts share, at its role where both are one message of the
  /// model's, and else as an audit does where a row has no prompt of its own (``ImplicitPrompt``).
  init(_ texts: ExampleTexts) {
    (prompt, chosen, rejected) = (texts.prompt, texts.chosen, texts.rejected)
    let (a, b) = (Array(chosen.utf8), Array(rejected.utf8))
    let start = Self.turn(a, b) ?? ImplicitPrompt.sharedBytes(a, b, turnsOnly: !prompt.isEmpty)
    guard start > 0 else { return }
    let shared = String(decoding: a[..<start], as: UTF8.self)
    // A role alone belongs to no prompt.
    if !Self.labels.contains(Array(a[..<start])) { prompt = prompt.isEmpty ? shared : prompt + "\n\n" + shared }
    chosen = String(decoding: a[start...], as: UTF8.self)
    rejected = String(decoding: b[start...], as: UTF8.self)
  }

  /// Where the shared last turn of the model's begins to speak; nil where none does.
  private static func turn(_ a: [UInt8], _ b: [UInt8]) -> Int? {
    var shared = 0
    while shared < min(a.count, b.count), a[shared] == b[shared] { shared += 1 }
    for end in stride(from: shared, through: 2, by: -1) where a[end - 1] == 0x20 && a[end - 2] == UInt8(ascii: ":") {
      for label in labels where end >= label.count && a[(end - label.count)..<end].elementsEqual(label) {
        let start = end - label.count
        if start == 0 || start >= 2 && a[start - 1] == 0x0A && a[start - 2] == 0x0A { return end }
      }
    }
    return nil
  }
}

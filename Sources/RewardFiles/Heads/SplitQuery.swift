/// A whole text taken apart into its prompt and its reply, or the word that it cannot be.
///
/// Trainers send both, and the text does not always begin with the prompt as it was given: tokens of a chat template come
/// and go, a long prompt loses its beginning. The reply is what stands behind the prompt, and it is taken apart only
/// where that is the one way to read the text; what a rule assumes is said at its case.
package struct SplitQuery: Sendable, Hashable {
  /// By which rule the reply was found.
  package enum Match: String, Codable, Sendable, Hashable, CaseIterable {
    /// No prompt was given: the whole text is the reply.
    case none
    /// The text begins with the prompt, byte by byte or as canonically equal Unicode.
    case exact
    /// It does but for special tokens, which one of the two lacks, and a space beside them.
    case specialTokens = "special-tokens"
    /// The prompt stands in it once with the header of a chat template behind it, and the reply is behind that.
    case chatTemplate = "chat-template"
    /// The text begins with an end of the prompt, of ``shortestTail`` bytes or more, and no other end fits.
    case leftTruncated = "left-truncated"
    /// None of these: the whole text was taken as the reply.
    case unmatched
  }

  /// The prompt as given.
  package var prompt: String
  /// The reply, without special tokens at its beginning and end.
  package var reply: String
  package var match: Match
  /// Special tokens that were taken off the reply.
  package var tokens: Int

  /// What a truncated prompt has left, at least, in bytes.
  package static let shortestTail = 16

  /// - Parameter keepsTokens: leaves special tokens at the reply's ends: the training replies have them as well.
  package init(query: String, prompt: String, keepsTokens: Bool = false) {
    self.prompt = prompt
    let text = Array(query.utf8)
    let (match, start) = Self.find(Array(prompt.utf8), in: text)
    self.match = match
    var rest = text[start...]
    if match == .unmatched, !prompt.isEmpty, query.hasPrefix(prompt) {
      // The same characters in another normalisation.
      self.match = .exact
      rest = Array(String(query.dropFirst(prompt.count)).utf8)[...]
    }
    tokens = 0
    if !keepsTokens { (rest, tokens) = SpecialTokens.trimmed(rest) }
    reply = String(decoding: rest, as: UTF8.self)
  }

  /// Where the reply begins.
  private static func find(_ prompt: [UInt8], in text: [UInt8]) -> (Match, Int) {
    guard !prompt.isEmpty else { return (.none, 0) }
    if SpecialTokens.has(text, prompt, at: 0) { return (.exact, prompt.count) }
    if let end = aligned(prompt[...], text) { return (.specialTokens, end) }
    if let end = templated(prompt, text) { return (.chatTemplate, end) }
    if let end = tail(prompt, text) { return (.leftTruncated, end) }
    return (.unmatched, 0)
  }

  /// Both from their beginning, passing over special tokens that only one of them has; the end of the prompt in the text.
  ///
  /// Complexity: linear.
  private static func aligned(_ prompt: ArraySlice<UInt8>, _ text: [UInt8]) -> Int? {
    let prompt = Array(prompt)
    var (p, q) = (0, 0)
    // Whether a token ends here, so that a space may follow in one of the two.
    var behind = true
    while p < prompt.count {
      let (inPrompt, inText) = (SpecialTokens.length(in: prompt, at: p), SpecialTokens.length(in: text, at: q))
      if inText > 0, inText == inPrompt, SpecialTokens.has(text, Array(prompt[p..<p + inPrompt]), at: q) {
        (p, q, behind) = (p + inPrompt, q + inText, true)
      } else if inText > 0 {
        (q, behind) = (q + inText, true)
      } else if inPrompt > 0 {
        (p, behind) = (p + inPrompt, true)
      } else if q < text.count, prompt[p] == text[q] {
        (p, q, behind) = (p + 1, q + 1, false)
      } else if behind, q > 0, q < text.count, text[q] == 32 {
        (q, behind) = (q + 1, false)
      } else if behind, p > 0, prompt[p] == 32 {
        (p, behind) = (p + 1, false)
      } else {
        return nil
      }
    }
    return q
  }

  /// The prompt as it is, white space and special tokens, and the header before a model's turn: at one place only.
  ///
  /// Complexity: linear, by the failure function of Knuth, Morris and Pratt and one pass from the end of the text.
  private static func templated(_ prompt: [UInt8], _ text: [UInt8]) -> Int? {
    guard text.count > prompt.count, !prompt.isEmpty else { return nil }
    let failure = failures(prompt.map(Int.init))
    let replies = repliesBehindHeaders(text)
    var found: Int?
    var length = 0
    for (place, byte) in text.enumerated() {
      while length > 0, length == prompt.count || prompt[length] != byte { length = failure[length - 1] }
      if prompt[length] == byte { length += 1 }
      guard length == prompt.count, let reply = replies[place + 1] else { continue }
      guard found == nil else { return nil }
      found = reply
    }
    return found
  }

  /// For each place of the text, where the reply begins if white space, special tokens and a header stand there.
  private static func repliesBehindHeaders(_ text: [UInt8]) -> [Int?] {
    var replies = [Int?](repeating: nil, count: text.count + 1)
    for place in text.indices.reversed() {
      if SpecialTokens.isSpace(text[place]) {
        replies[place] = replies[place + 1]
      } else if let header = SpecialTokens.headers.first(where: { SpecialTokens.has(text, $0, at: place) }) {
        replies[place] = place + header.count
      } else {
        let size = SpecialTokens.length(in: text, at: place)
        if size > 0 { replies[place] = replies[place + size] }
      }
    }
    return replies
  }

  /// How long the longest beginning is that ends at each place, itself left out.
  private static func failures(_ text: [Int]) -> [Int] {
    var failure = [Int](repeating: 0, count: text.count)
    for place in text.indices.dropFirst() {
      var length = failure[place - 1]
      while length > 0, text[place] != text[length] { length = failure[length - 1] }
      failure[place] = text[place] == text[length] ? length + 1 : 0
    }
    return failure
  }

  /// The one end of the prompt that the text begins with.
  ///
  /// A character that was cut in two stands at the beginning as U+FFFD. Complexity: linear, by the failure function of
  /// Knuth, Morris and Pratt over the text and the prompt: all ends that fit are its borders.
  private static func tail(_ prompt: [UInt8], _ text: [UInt8]) -> Int? {
    let damaged: [UInt8] = [0xEF, 0xBF, 0xBD]
    var start = 0
    while SpecialTokens.has(text, damaged, at: start) { start += damaged.count }
    let text = text[start...]
    let most = min(text.count, prompt.count - 1)
    guard most >= shortestTail else { return nil }
    // Failure lengths over: the text's beginning, a mark that no byte equals, the prompt's end.
    let joined = text.prefix(most).map(Int.init) + [-1] + prompt.suffix(most).map(Int.init)
    let failure = failures(joined)
    let longest = failure[joined.count - 1]
    guard longest >= shortestTail, failure[longest - 1] < shortestTail else { return nil }
    // A tail that begins within a character is none.
    guard text[text.startIndex] & 0xC0 != 0x80 else { return nil }
    return start + longest
  }
}

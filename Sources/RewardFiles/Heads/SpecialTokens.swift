/// Words that tokenizers put around texts: the beginning and the end, whose turn it is, padding.
///
/// `<|word|>` of any word (ChatML, Llama 3, Phi, gpt-oss), and those of Llama 2, Mistral, Gemma, BERT, GLM and DeepSeek
/// by name, as their published `tokenizer_config.json` files list them.
enum SpecialTokens {
  private static let named: [[UInt8]] = [
    "<s>", "</s>", "<pad>", "<unk>", "<bos>", "<eos>", "<start_of_turn>", "<end_of_turn>", "<sop>", "<eop>", "[gMASK]",
    "[INST]", "[/INST]", "[CLS]", "[SEP]", "[PAD]", "<｜begin▁of▁sentence｜>", "<｜end▁of▁sentence｜>", "<｜User｜>",
    "<｜Assistant｜>", "<｜▁pad▁｜>",
  ].map { Array($0.utf8) }

  /// What stands between the end of a prompt and the reply where a chat template asks a model to speak.
  static let headers: [[UInt8]] = [
    "<|im_start|>assistant\n", "<|start_header_id|>assistant<|end_header_id|>\n\n", "<start_of_turn>model\n", "[/INST]",
    "<|assistant|>", "<｜Assistant｜>",
  ].map { Array($0.utf8) }

  /// Bytes of the token that begins here; 0 where none does.
  static func length(in text: [UInt8], at start: Int) -> Int {
    guard start < text.count, text[start] == UInt8(ascii: "<") || text[start] == UInt8(ascii: "[") else { return 0 }
    if start + 1 < text.count, text[start + 1] == UInt8(ascii: "|") {
      var end = start + 2
      while end < min(text.count, start + 48), isWordByte(text[end]) { end += 1 }
      guard end > start + 2, end + 1 < text.count, text[end] == UInt8(ascii: "|"), text[end + 1] == UInt8(ascii: ">")
      else { return 0 }
      return end + 2 - start
    }
    return named.first { has(text, $0, at: start) }?.count ?? 0
  }

  static func has(_ text: [UInt8], _ word: [UInt8], at start: Int) -> Bool {
    start >= 0 && start + word.count <= text.count && text[start..<start + word.count].elementsEqual(word)
  }

  /// The text without the tokens at its beginning and end, and without white space outside of those; how many they were.
  ///
  /// `</s>` stays where `<s>` stands in the text as well: then both are HTML.
  ///
  /// Complexity: linear.
  static func trimmed(_ text: ArraySlice<UInt8>) -> (text: ArraySlice<UInt8>, taken: Int) {
    let bytes = Array(text)
    var (start, end, taken) = (0, bytes.count, 0)
    let lastClosing = places(of: Array("</s>".utf8), in: bytes[...]).last
    while true {
      var place = start
      while place < end, isSpace(bytes[place]) { place += 1 }
      let size = length(in: bytes, at: place)
      guard size > 0, place + size <= end else { break }
      // A tag that is closed later is markup.
      if has(bytes, Array("<s>".utf8), at: place), let lastClosing, lastClosing >= place + size { break }
      (start, taken) = (place + size, taken + 1)
    }
    let firstOpening = places(of: Array("<s>".utf8), in: bytes[start...]).first
    while true {
      var place = end
      while place > start, isSpace(bytes[place - 1]) { place -= 1 }
      guard let size = lengthBefore(place, in: bytes), place - size >= start else { break }
      if has(bytes, Array("</s>".utf8), at: place - size), let firstOpening, firstOpening + 3 <= place - size { break }
      (end, taken) = (place - size, taken + 1)
    }
    return (bytes[start..<end], taken)
  }

  /// Bytes of the token that ends before this place.
  private static func lengthBefore(_ end: Int, in text: [UInt8]) -> Int? {
    guard end > 0, text[end - 1] == UInt8(ascii: ">") || text[end - 1] == UInt8(ascii: "]") else { return nil }
    for start in stride(from: end - 3, through: max(0, end - 50), by: -1)
    where length(in: text, at: start) == end - start { return end - start }
    return nil
  }

  /// Where a word of a few bytes stands, in order.
  private static func places(of word: [UInt8], in text: ArraySlice<UInt8>) -> [Int] {
    text.indices.filter {
      text[$0] == word[0] && $0 + word.count <= text.endIndex && text[$0..<$0 + word.count].elementsEqual(word)
    }
  }

  /// Whether there is nothing but white space.
  static func isBlank(_ text: String) -> Bool { text.utf8.allSatisfy(isSpace) }

  static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }
}

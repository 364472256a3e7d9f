import RewardFiles
import Testing

@Suite("A query and its prompt")
struct SplitQueryTests {
  private static func split(_ query: String, _ prompt: String, keepsTokens: Bool = false) -> SplitQuery {
    SplitQuery(query: query, prompt: prompt, keepsTokens: keepsTokens)
  }

  @Test("a query that begins with its prompt is the reply behind it, byte by byte or as equal Unicode")
  func exact() {
    for (query, prompt, reply) in [
      ("ask: yes", "ask: ", "yes"), ("ask", "ask", ""), ("a\r\nb", "a\r", "\nb"),
      // A prompt that ends before a combining mark is no prefix by characters, but is one by bytes.
      ("cafe\u{301} noir", "cafe", "\u{301} noir"),
      // Composed here, decomposed there.
      ("Caf\u{E9}? Oui", "Cafe\u{301}? ", "Oui"),
    ] {
      let split = Self.split(query, prompt)
      #expect(split.match == .exact && split.reply == reply && split.prompt == prompt, "\(query)")
    }
    #expect(Self.split("yes", "").match == .none && Self.split("yes", "").reply == "yes")
  }

  @Test("special tokens that only one of the two has are passed over, with a space beside them")
  func specialTokens() {
    let chat = "<|im_start|>user\nHi there<|im_end|>\n<|im_start|>assistant\n"
    for (query, prompt, reply) in [
      ("<s>Hi there you", "Hi there ", "you"), ("<s> Hi there you", "Hi there ", "you"),
      ("<pad><pad><s>[INST] Hi [/INST] Hello", "<s>[INST] Hi [/INST]", "Hello"),
      // As decoded with skip_special_tokens.
      ("user\nHi there\nassistant\nHello", chat, "Hello"),
      ("<|begin_of_text|>" + chat + "Hello<|im_end|>", chat, "Hello"),
    ] {
      let split = Self.split(query, prompt)
      #expect(split.match == .specialTokens && split.reply.drop { $0 == " " } == reply, "\(query): \(split)")
    }
    // Another text is not one but for tokens.
    #expect(Self.split("<s>Hi thexe you", "Hi there ").match == .unmatched)
  }

  @Test("a prompt without its chat template is found in the query with it, at one place only")
  func chatTemplate() {
    for query in [
      "<|im_start|>system\nBe kind.<|im_end|>\n<|im_start|>user\nWhy?<|im_end|>\n<|im_start|>assistant\nBecause.<|im_end|>",
      "<s>[INST] Why? [/INST] Because.</s>",
      "<bos><start_of_turn>user\nWhy?<end_of_turn>\n<start_of_turn>model\nBecause.<end_of_turn>\n",
      "<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\nWhy?<|eot_id|>"
        + "<|start_header_id|>assistant<|end_header_id|>\n\nBecause.<|eot_id|>",
    ] {
      let split = Self.split(query, "Why?")
      #expect([.chatTemplate, .specialTokens].contains(split.match), "\(query)")
      #expect(split.reply.trimmingPrefix(" ") == "Because.", "\(query): \(split)")
    }
    // Twice with a header behind: which of the two turns is meant is not known.
    let turn = "<|im_start|>user\nWhy?<|im_end|>\n<|im_start|>assistant\n"
    #expect(Self.split("Well. " + turn + "Because.<|im_end|>\n" + turn + "So.", "Why?").match == .unmatched)
    // The words without a header behind prove nothing.
    #expect(Self.split("One may ask: Why? Because.", "Why?").match == .unmatched)
  }

  @Test("long queries of one letter, of spaces and of tokens are parted in linear time")
  func long() {
    // Tried place by place these took minutes; here each is a million bytes.
    let letters = String(repeating: "a", count: 1 << 20)
    #expect(Self.split("b" + letters, String(letters.prefix(1 << 19))).match == .unmatched)
    #expect(Self.split("x" + String(repeating: " ", count: 1 << 20), " ").match == .unmatched)
    let ended = Self.split("ask: yes" + String(repeating: "</s>", count: 1 << 18), "ask: ")
    #expect(ended.match == .exact && ended.reply == "yes")
  }

  @Test("a prompt that lost its beginning is found if one end of it fits, of sixteen bytes or more")
  func leftTruncated() {
    let prompt = "Once upon a time there was a king. What did the king eat? "
    for kept in [16, 17, 40, 57] {
      let split = Self.split(String(prompt.suffix(kept)) + "Bread.", prompt)
      #expect(split.match == .leftTruncated && split.reply == "Bread.", "\(kept)")
    }
    #expect(Self.split(String(prompt.suffix(15)) + "Bread.", prompt).match == .unmatched)
    // A character cut in two stands as U+FFFD.
    let french = "Racontez-moi une histoire très étonnante : "
    #expect(Self.split("\u{FFFD}tonnante et vraie", french).match == .unmatched)
    #expect(Self.split("\u{FFFD}" + french.suffix(20) + "Oui.", french).reply == "Oui.")
    // Two ends of the prompt fit: the reply may begin at either.
    let twice = "abcdefghijklmnopqrst abcdefghijklmnopqrst "
    #expect(Self.split(twice.suffix(43) + "x", "0" + twice).match == .unmatched)
  }

  /// Every overlap tried one by one, as the rule is stated.
  private static func plain(_ query: [UInt8], _ prompt: [UInt8]) -> Int? {
    let fits = (16..<max(17, prompt.count)).filter { $0 <= query.count && query.prefix($0) == prompt.suffix($0) }
    return fits.count == 1 ? fits[0] : nil
  }

  @Test("the search for a truncated prompt agrees with trying every length")
  func tails() {
    var state: UInt64 = 5
    func next(_ below: UInt64) -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state >> 33 % below
    }
    for _ in 0..<2000 {
      // Two letters, so that borders are common.
      let prompt = String((0..<(17 + next(40))).map { _ in next(8) == 0 ? "b" : "a" as Character })
      let cut = Int(next(UInt64(prompt.count)))
      let query =
        prompt.suffix(prompt.count - cut) + String((0..<next(20)).map { _ in next(4) == 0 ? "b" : "a" as Character })
      let split = Self.split(String(query), prompt)
      guard split.match != .exact else { continue }
      let length = Self.plain(Array(query.utf8), Array(prompt.utf8))
      #expect((split.match == .leftTruncated) == (length != nil))
      if let length { #expect(split.reply.utf8.count == query.utf8.count - length) }
    }
  }

  @Test("tokens at the ends of a reply are taken off and counted; HTML and tokens that training replies have stay")
  func trimmed() {
    for (query, reply, tokens) in [
      ("yes<|im_end|>", "yes", 1), ("yes</s><pad><pad>", "yes", 3), ("yes <|eot_id|>\n", "yes ", 1),
      ("yes \n", "yes \n", 0),
      ("was <s>4</s>", "was <s>4</s>", 0), ("<s>4</s>", "<s>4</s>", 0), ("<|im_end|>", "", 1),
      ("a < b | c >", "a < b | c >", 0),
    ] {
      let split = Self.split(query, "")
      #expect(split.reply == reply && split.tokens == tokens, "\(query): \(split)")
    }
    #expect(Self.split("yes<|im_end|>", "", keepsTokens: true).reply == "yes<|im_end|>")
  }
}

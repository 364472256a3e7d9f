import Files
import Testing

@Suite struct SHA256Tests {
  private func hexadecimal(_ bytes: some Sequence<UInt8>) -> String { SHA256.hexadecimal(of: bytes) }

  @Test(
    "the digests are those of NIST's examples",
    arguments: [
      ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
      ),
      (
        "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
          + "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
        "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
      ),
    ])
  func examples(text: String, digest: String) { #expect(hexadecimal(text.utf8) == digest) }

  @Test("a million times the letter a has the digest that the standard's example gives")
  func million() {
    #expect(
      hexadecimal(repeatElement(UInt8(ascii: "a"), count: 1_000_000))
        == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  /// The right value is that of Python's hashlib for the same chain.
  @Test("every length from 32 to 231 bytes is padded right")
  func chain() {
    var digest: [UInt8] = []
    for length in 0..<200 {
      digest = SHA256.digest(of: digest + (0..<length).map { UInt8(($0 * 7 + length) % 256) })
    }
    #expect(hexadecimal(digest) == "5c5b325a22e5bc149bc621b32282ca4a825c9ad3451e06443c6ea49645be8ba4")
  }
}

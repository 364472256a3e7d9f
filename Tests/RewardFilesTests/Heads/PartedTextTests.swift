import Compute
import Foundation
import RewardFiles
import Testing

@Suite("Replies of a file as a server sees them")
struct PartedTextTests {
  /// The vectors of a file's replies equal those of these texts, which a served head would be asked for.
  private static func check(_ row: String, _ prompt: String, _ chosen: String, _ rejected: String) throws {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString + ".jsonl")
    defer { try? FileManager.default.removeItem(at: url) }
    try Data((row + "\n").utf8).write(to: url)
    let embedding = HashEmbedding(width: 64)
    let data = try HeadData(PreferenceFile.read([url]), hashed: embedding)
    #expect(data.chosen == embedding.vector(prompt: prompt, reply: chosen), "\(row)")
    #expect(data.rejected == embedding.vector(prompt: prompt, reply: rejected), "\(row)")
  }

  @Test("texts and messages, with a prompt of their own and without, are parted before the reply")
  func parted() throws {
    try Self.check(
      #"{"prompt": "Why? ", "chosen": "Because so.", "rejected": "No idea."}"#, "Why? ", "Because so.", "No idea.")
    // The dialogue in both columns, as hh-rlhf has it.
    try Self.check(
      #"{"chosen": "\n\nHuman: Why?\n\nAssistant: I see so.", "rejected": "\n\nHuman: Why?\n\nAssistant: I see no."}"#,
      "\n\nHuman: Why?\n\nAssistant: ", "I see so.", "I see no.")
    // TRL's conversational rows: with a prompt, and with the prompt inside.
    try Self.check(
      #"{"prompt": [{"role": "user", "content": "Why?"}], "chosen": [{"role": "assistant", "content": "I see so."}], "#
        + #""rejected": [{"role": "assistant", "content": "I see no."}]}"#, "user: Why?", "I see so.", "I see no.")
    try Self.check(
      #"{"chosen": [{"role": "user", "content": "Why?"}, {"role": "assistant", "content": "I see so."}], "#
        + #""rejected": [{"role": "user", "content": "Why?"}, {"role": "assistant", "content": "I see no."}]}"#,
      "user: Why?\n\nassistant: ", "I see so.", "I see no.")
  }
}

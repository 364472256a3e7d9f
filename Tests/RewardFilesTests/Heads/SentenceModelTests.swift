import Compute
import Foundation
import RewardFiles
import Testing

@Suite("The sentence model")
struct SentenceModelTests {
  @Test("without Python or its package the error says what to install")
  func missing() {
    for python in ["no-such-python-here", "true", "false"] {
      do {
        _ = try MiniLMEmbedder(python: python)
        Issue.record("'\(python)' is no Python")
      } catch let error as InputError {
        #expect(error.remedy?.contains("pip install") == true)
      } catch {
        Issue.record("\(error)")
      }
    }
  }

  @Test("a head on a sentence model wants it to be given, and is read again as it was written")
  func given() throws {
    var data = HeadData(width: MiniLMEmbedder.width)
    var stream = RandomSource(seed: 8).stream("vectors", 0)
    for pair in 0..<40 {
      let vectors = (0..<2).map { _ in (0..<data.width).map { _ in Float(stream.normal()) } }
      try data.append(chosen: vectors[0], rejected: vectors[1], prompt: pair)
    }
    var fit = RewardHeadFit()
    fit.members = 1
    let head = try fit.fit(data, source: .miniLM, random: RandomSource(seed: 1)).head
    let read = try RewardHead(decoding: Array(head.encoded()), place: "head")
    #expect(read.source == .miniLM)
    #expect(throws: InputError.self) { try RewardService(read).answer(Data(#"{"query": ["a"]}"#.utf8)) }
    // A head of another width cannot be one on this model.
    var narrow = HeadData(width: 4)
    for pair in 0..<40 { try narrow.append(chosen: [1, 2, 3, Float(pair)], rejected: [0, 0, 1, 0], prompt: pair) }
    let other = try fit.fit(narrow, source: .miniLM, random: RandomSource(seed: 1)).head
    #expect(throws: InputError.self) { try RewardHead(decoding: Array(other.encoded()), place: "head") }
  }
}

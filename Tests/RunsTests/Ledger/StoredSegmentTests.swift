import Compute
import Environments
import Foundation
import RunFixtures
import Runs
import Testing

@Suite("Stored segments")
struct StoredSegmentTests {
  private static func segment(terminated: Bool = true, truncated: Bool = false, start: EpisodePosition?)
    -> StoredSegment
  {
    StoredSegment(
      Trajectory(
        observationSize: 2, actionRowSize: 1, observations: [1, 2, 3, 4, 5, 6], actions: [7, 8], rewards: [9, 10],
        terminated: terminated, truncated: truncated, start: start), leadingActions: [11, 12, 13], source: "né",
      sourceIndex: 300)
  }

  @Test("bytes: magic, flags, sizes, place, source, then the numbers, little-endian")
  func bytes() throws {
    let stored = Self.segment(start: EpisodePosition(slot: 4, episode: 5, step: 6)).encoded()
    let integers: [Int32] = [5, 2, 1, 2, 4, 5, 6, 3, 300, 3]
    var expected = Array("PSG1".utf8)
    for number in integers { withUnsafeBytes(of: number.littleEndian) { expected += $0 } }
    expected += Array("né".utf8)
    for number in [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13] as [Float] {
      withUnsafeBytes(of: number.bitPattern.littleEndian) { expected += $0 }
    }
    #expect(Array(stored) == expected)
  }

  @Test("what was stored is read back, whatever ended it and wherever it began; nothing shorter is")
  func roundTrip() throws {
    for (terminated, truncated) in [(false, false), (true, false), (false, true), (true, true)] {
      for start in [nil, EpisodePosition(slot: 0, episode: 0, step: 0), EpisodePosition(slot: 1, episode: 2, step: 3)] {
        let segment = Self.segment(terminated: terminated, truncated: truncated, start: start)
        let data = segment.encoded()
        #expect(try StoredSegment(decoding: data) == segment)
        #expect(segment.actionsFromEpisodeStart == [11, 12, 13, 7, 8])
        for length in 0..<data.count {
          #expect(throws: InputError.self, "\(length) bytes") { try StoredSegment(decoding: data.prefix(length)) }
        }
      }
    }
  }

  @Test("sizes that cannot be, and other magic, are refused with their reason")
  func impossible() {
    let good = [UInt8](Self.segment(start: nil).encoded())
    for (place, value, problem) in [
      (0, 0, "not a stored segment"), (8, 0, "impossible sizes"), (12, 0, "impossible sizes"),
      (16, 255, "impossible sizes"),
      (40, 255, "impossible sizes"), (40, 1, "truncated"), (32, 4, "truncated"),
    ] {
      var bytes = good
      bytes[place] = UInt8(value)
      if value == 255 { for index in place..<place + 4 { bytes[index] = 255 } }
      if place == 40, value == 1 { bytes[40] = 120 }
      let error = #expect(throws: InputError.self) { try StoredSegment(decoding: Data(bytes)) }
      #expect(error?.problem.contains(place == 40 && value == 1 ? "impossible sizes" : problem) == true, "\(place)")
    }
  }

  @Test("only a segment with all the actions from its episode's start can be played again")
  func replayable() throws {
    let entry = try EnvironmentRegistry.standard.entry("pactolus/Pendulum-v1")
    func segment(_ leading: [Float], source: String = "experience", start: EpisodePosition?) -> StoredSegment {
      StoredSegment(
        Trajectory(
          observationSize: 3, actionRowSize: 1, observations: [Float](repeating: 0, count: 9), actions: [7, 8],
          rewards: [9, 10], terminated: false, truncated: false, start: start), leadingActions: leading,
        source: source, sourceIndex: 0)
    }
    let third = EpisodePosition(slot: 0, episode: 0, step: 3)
    #expect(segment([1, 2, 3], start: third).canBeReplayed(in: entry))
    for leading in [[], [1, 2], [1, 2, 3, 4], [1, 2, .nan]] as [[Float]] {
      #expect(!segment(leading, start: third).canBeReplayed(in: entry), "\(leading)")
    }
    #expect(!segment([1, 2, 3], start: nil).canBeReplayed(in: entry))
    #expect(!segment([1, 2, 3], source: "", start: third).canBeReplayed(in: entry))
    #expect(!segment([], start: EpisodePosition(slot: 0, episode: 0, step: -1)).canBeReplayed(in: entry))
  }
}

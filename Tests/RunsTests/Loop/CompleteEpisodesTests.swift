import Environments
import Runs
import Testing

@Suite("The latest complete episodes")
struct CompleteEpisodesTests {
  /// `count` steps of an episode from this step on, each rewarded by its number.
  private func piece(_ slot: Int, _ episode: Int, from step: Int, _ count: Int, ends: Bool) -> Trajectory {
    let numbers = (step...step + count).map { Float($0) }
    return Trajectory(
      observationSize: 1, actionRowSize: 1, observations: numbers, actions: numbers.dropLast().map { -$0 },
      rewards: Array(numbers.dropLast()), terminated: false, truncated: ends,
      start: EpisodePosition(slot: slot, episode: episode, step: step))
  }

  @Test("pieces are put together, other slots in between; the last so many are kept, across a checkpoint too")
  func joined() throws {
    var experience = AgentExperience(episodes: 2)
    // The episode under way when recording began has no beginning.
    experience.replace(by: [piece(0, 4, from: 3, 2, ends: true), piece(1, 9, from: 0, 4, ends: false)])
    #expect(experience.complete.isEmpty)
    experience.replace(by: [piece(0, 5, from: 0, 7, ends: true), piece(1, 9, from: 4, 2, ends: false)])
    experience = try AgentExperience(decoding: experience.encoded(), episodes: 2)
    experience.replace(by: [piece(1, 9, from: 6, 1, ends: true)])
    let seven: [Float] = [0, 1, 2, 3, 4, 5, 6]
    #expect(experience.complete.map(\.trajectory.rewards) == [seven, seven])
    #expect(experience.complete[1].trajectory.observations == seven + [7])
    #expect(experience.complete[1].trajectory == piece(1, 9, from: 0, 7, ends: true))
    #expect(experience.complete[1].leadingActions.isEmpty)
    experience.replace(by: [piece(0, 6, from: 0, 1, ends: true)])
    #expect(experience.complete.map(\.trajectory.count) == [7, 1])
    #expect(try AgentExperience(decoding: experience.encoded(), episodes: 2) == experience)
  }

  @Test("without a number nothing more is kept than before, byte for byte")
  func off() throws {
    var (plain, keeping) = (AgentExperience(), AgentExperience(episodes: 3))
    for part in [piece(0, 0, from: 0, 3, ends: false), piece(0, 0, from: 3, 2, ends: true)] {
      plain.replace(by: [part])
      keeping.replace(by: [part])
    }
    #expect(plain.complete.isEmpty && keeping.complete.count == 1)
    #expect(keeping.encoded().starts(with: plain.encoded()))
    #expect(try AgentExperience(decoding: plain.encoded()) == plain)
  }
}
